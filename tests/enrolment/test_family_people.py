"""Who belongs to a family: invited once, removed at once, and never more than the part allows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.application import Role
from bot.services import enrolment, family, guardians, twins
from bot.services.enrolment import Refused
from bot.services.family import NotYours
from storage import schema
from tests.enrolment.club import Club, Family
from tests.enrolment.test_apply import send
from tests.enrolment.test_family import VERBS


async def invited(club: Club, own: Family, role: Role) -> int:
    """Somebody new who came by a link."""
    person = await club.person()
    token = await club.turn(guardians.invite, own.parent, own.id, role)
    assert await club.turn(guardians.join, person, token, name="Oleg", phone="+79000000000") is not None
    return person


async def parts(club: Club, own: Family) -> dict[int, str]:
    """Who belongs to a family, as what."""
    return dict(await club.rows(schema.guardian, "person", "role", family=own.id))


async def test_a_link_works_once_and_within_its_term(club: Club) -> None:
    own, first, second = await club.family(), await club.person(), await club.person()
    token = await club.turn(guardians.invite, own.parent, own.id, Role.GUARDIAN)
    seen = await club.turn(guardians.look, token)
    assert seen is not None
    assert [each.name for each in seen.children] == ["Masha"]
    await club.turn(guardians.join, first, token, name="Oleg", phone="+79000000000")
    assert await club.turn(guardians.join, second, token) is None
    assert await parts(club, own) == {own.parent: "guardian", first: "guardian"}
    assert await club.rows(schema.guardian, "name", "phone", person=first) == [("Oleg", "+79000000000")]
    late = await club.turn(guardians.invite, own.parent, own.id, Role.FOLLOWER)
    club.now += timedelta(days=8)
    assert await club.turn(guardians.join, second, late) is None


async def test_only_who_looks_after_the_children_invites(club: Club) -> None:
    own, stranger = await club.family(), await club.family()
    for person in (await invited(club, own, Role.APART), await invited(club, own, Role.FOLLOWER), stranger.parent):
        with pytest.raises(Refused):
            await club.turn(guardians.invite, person, own.id, Role.GUARDIAN)
    father = await invited(club, own, Role.GUARDIAN)
    token = await club.turn(guardians.invite, father, own.id, Role.FOLLOWER)
    await club.turn(guardians.leave, father, own.id)
    assert await club.turn(guardians.look, token) is None, "whoever has left lets nobody in"


async def test_a_second_invitation_lets_somebody_do_more_but_never_less(club: Club) -> None:
    own = await club.family()
    grandmother = await invited(club, own, Role.FOLLOWER)
    more = await club.turn(guardians.invite, own.parent, own.id, Role.GUARDIAN)
    await club.turn(guardians.join, grandmother, more, name="Vera", phone="+79000000001")
    less = await club.turn(guardians.invite, own.parent, own.id, Role.FOLLOWER)
    await club.turn(guardians.join, grandmother, less)
    assert (await parts(club, own))[grandmother] == "guardian"
    assert await club.turn(guardians.look, less) is not None, "it is still there for whom it was meant"


async def test_a_follower_is_removed_at_once_and_hears_nothing(club: Club) -> None:
    own = await club.family()
    group = await club.group(1)
    number = await send(club, own, group)
    for role in (Role.FOLLOWER, Role.APART):
        person = await invited(club, own, role)
        assert await club.turn(enrolment.application, person, number) is not None
        await club.turn(guardians.remove, own.parent, own.id, person)
        await club.turn(guardians.remove, own.parent, own.id, person)
        assert await club.turn(enrolment.application, person, number) is None
        assert await club.turn(family.children, person) == []
        assert await club.rows(schema.delivery, "link", person=person) == []


async def test_nobody_removes_who_looks_after_the_children_too(club: Club) -> None:
    own = await club.family()
    father, aside = await invited(club, own, Role.GUARDIAN), await invited(club, own, Role.APART)
    stranger = await club.family()
    for by, whom in ((own.parent, father), (aside, own.parent), (stranger.parent, aside), (own.parent, own.parent)):
        with pytest.raises(Refused):
            await club.turn(guardians.remove, by, own.id, whom)
    assert set(await parts(club, own)) == {own.parent, father, aside}


async def test_anybody_leaves_but_the_last_who_looks_after_the_children(club: Club) -> None:
    own = await club.family()
    father, aside = await invited(club, own, Role.GUARDIAN), await invited(club, own, Role.APART)
    await club.turn(guardians.leave, aside, own.id)
    await club.turn(guardians.leave, own.parent, own.id)
    await club.turn(guardians.leave, own.parent, own.id)
    with pytest.raises(Refused):
        await club.turn(guardians.leave, father, own.id)
    assert await parts(club, own) == {father: "guardian"}


@pytest.mark.parametrize("role", [Role.APART, Role.FOLLOWER])
async def test_who_only_looks_can_change_nothing(club: Club, role: Role) -> None:
    own, group, other = await club.family(), await club.group(1), await club.group(1)
    number = await send(club, own, group)
    person = await invited(club, own, role)
    for name, verb in VERBS.items():
        if (role, name) != (Role.APART, "dispute"):
            with pytest.raises(Refused):
                await club.turn(verb, person, number, channel="vk")
    for attempt in (
        club.turn(enrolment.apply, person, own.child, other, financing="free", channel="vk"),
        club.turn(enrolment.apply_together, person, [own.child], other, together=True, financing="free", channel="vk"),
        club.turn(enrolment.apply_ranked, person, own.child, [other], rest="keep", channel="vk"),
        club.turn(twins.invite, person, number),
        club.turn(twins.part, person, number),
        club.turn(guardians.invite, person, own.id, Role.FOLLOWER),
        club.turn(guardians.remove, person, own.id, own.parent),
    ):
        with pytest.raises(Refused):
            await attempt
    with pytest.raises(NotYours):
        await club.turn(family.remove_child, person, own.child)
