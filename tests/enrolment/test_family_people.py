"""Who belongs to a family: invited once, removed at once, and never more than the part allows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.model.application import Role
from bot.services import childhood, enrolment, family, guardians, twins
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.club import Club, Family
from tests.enrolment.test_apply import send
from tests.enrolment.test_family import VERBS

TODAY = date(2026, 8, 24)


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
        club.turn(childhood.remove, person, own.child),
        club.turn(childhood.facts, person, own.child, TODAY),
        club.turn(childhood.set_name, person, own.child, "Olga", "Orlova"),
        club.turn(childhood.set_born, person, own.child, TODAY),
        club.turn(childhood.set_school, person, own.child, "School 3"),
        club.turn(childhood.set_settlement, person, own.child, None),
        club.turn(childhood.set_grade, person, own.child, 3, None, TODAY),
        club.turn(childhood.set_certificate, person, own.child, None, None),
    ):
        with pytest.raises(Refused):
            await attempt


async def test_a_class_grows_by_itself_on_the_first_of_september(club: Club) -> None:
    own = await club.family()
    await club.turn(childhood.set_grade, own.parent, own.child, 3, 2, date(2026, 8, 31))
    for day, grade in (
        (date(2026, 8, 31), 3),
        (date(2026, 9, 1), 4),
        (date(2027, 8, 31), 4),
        (date(2033, 9, 1), 11),
        (date(2034, 9, 1), None),
    ):
        assert (await club.turn(childhood.facts, own.parent, own.child, day)).grade == grade


@pytest.mark.parametrize(
    ("raw", "number"),
    [("1234567890", "1234567890"), ("12 34-56 78–90", "1234567890"), ("123456789", None), ("12345678901", None), ("١٢٣٤٥٦٧٨٩٠", None)],
)
def test_a_certificate_has_ten_digits(raw: str, number: str | None) -> None:
    assert childhood.certificate_number(raw) == number


async def test_a_birthday_is_not_changed_under_an_application(club: Club) -> None:
    own, group = await club.family(), await club.group(1)
    number = await send(club, own, group)
    with pytest.raises(Refused):
        await club.turn(childhood.set_born, own.parent, own.child, date(2016, 1, 1))
    with pytest.raises(Refused):
        await club.turn(childhood.remove, own.parent, own.child)
    await club.turn(enrolment.withdraw, own.parent, number, channel="vk")
    await club.turn(childhood.set_born, own.parent, own.child, date(2016, 1, 1))
    assert await club.rows(schema.child, "born", id=own.child) == [(date(2016, 1, 1),)]


async def test_a_removed_child_is_erased_unless_an_order_was_made(club: Club) -> None:
    for enrolled in (False, True):
        own, group = await club.family(), await club.group(1)
        number = await send(club, own, group)
        await club.turn(childhood.set_certificate, own.parent, own.child, "1234567890", "funds")
        if enrolled:
            await club.change(schema.application, number, state="left")
            await club.put(schema.application_change, application=number, action="enrol", state="enrolled", at=club.now, actor="staff")
        else:
            await club.turn(enrolment.withdraw, own.parent, number, channel="vk")
        await club.turn(childhood.remove, own.parent, own.child)
        assert await club.turn(family.children, own.parent) == []
        expected = ("Masha", "Petrova", date(2017, 5, 5), "1234567890") if enrolled else ("", "", date(2017, 1, 1), None)
        assert await club.rows(schema.child, "name", "surname", "born", "certificate", id=own.child) == [expected]
