"""A pupil's own account: a parent's code, from fourteen on, and what it may see and do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.model.application import Role
from bot.services import enrolment, guardians, pupil
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.club import Club
from tests.enrolment.test_apply import send
from tests.enrolment.test_family import VERBS

TODAY = date(2026, 8, 24)
FOURTEEN = date(2012, 8, 24)


async def test_only_who_is_fourteen_today_has_one(club: Club) -> None:
    young, old = await club.family(born=FOURTEEN + timedelta(days=1)), await club.family(born=FOURTEEN)
    with pytest.raises(Refused):
        await club.turn(pupil.issue, young.parent, young.child, TODAY)
    assert await club.turn(pupil.issue, old.parent, old.child, TODAY)
    for role in ("apart", "follower"):
        with pytest.raises(Refused):
            await club.turn(pupil.issue, await club.joins(old.id, role), old.child, TODAY)


async def test_a_code_links_once_and_the_pupil_sees_but_changes_nothing(club: Club) -> None:
    own, group = await club.family(born=FOURTEEN), await club.group(1, age_min=84, age_max=240)
    number = await send(club, own, group)
    me, other = await club.person(), await club.person()
    code = await club.turn(pupil.issue, own.parent, own.child, TODAY)
    assert not await club.turn(pupil.link, own.parent, code), "a parent is no pupil"
    assert await club.turn(pupil.link, me, code)
    assert not await club.turn(pupil.link, other, code)
    [view] = await club.turn(enrolment.applications, me)
    assert (view.facts.id, view.role) == (number, Role.PUPIL)
    for verb in VERBS.values():
        with pytest.raises(Refused):
            await club.turn(verb, me, number, channel="vk")
    with pytest.raises(Refused):
        await club.turn(pupil.issue, own.parent, own.child, TODAY)


async def test_a_code_dies_with_its_day_and_with_the_one_who_gave_it(club: Club) -> None:
    own, me = await club.family(born=FOURTEEN), await club.person()
    father = await club.joins(own.id)
    gone = await club.turn(pupil.issue, father, own.child, TODAY)
    await club.turn(guardians.leave, father, own.id)
    assert not await club.turn(pupil.link, me, gone)
    late = await club.turn(pupil.issue, own.parent, own.child, TODAY)
    club.now += timedelta(days=2)
    assert not await club.turn(pupil.link, me, late)


@pytest.mark.parametrize("by", ["pupil", "parent"])
async def test_either_unlinks_and_nobody_else(club: Club, by: str) -> None:
    own, me, stranger = await club.family(born=FOURTEEN), await club.person(), await club.family()
    await club.turn(pupil.link, me, await club.turn(pupil.issue, own.parent, own.child, TODAY))
    for person in (stranger.parent, await club.joins(own.id, "apart"), await club.joins(own.id, "follower")):
        with pytest.raises(Refused):
            await club.turn(pupil.unlink, person, own.child)
    await club.turn(pupil.unlink, me if by == "pupil" else own.parent, own.child)
    assert await club.rows(schema.child, "person", id=own.child) == [(None,)]
    assert await club.turn(enrolment.applications, me) == []


async def test_nobody_is_two_pupils(club: Club) -> None:
    first, second, me = await club.family(born=FOURTEEN), await club.family(born=FOURTEEN), await club.person()
    await club.turn(pupil.link, me, await club.turn(pupil.issue, first.parent, first.child, TODAY))
    assert not await club.turn(pupil.link, me, await club.turn(pupil.issue, second.parent, second.child, TODAY))


async def agrees(club: Club, person: int) -> None:
    """Somebody's standing consent to applications to the club's organisation."""
    digest = f"d{person}"
    about = {"purpose": "application", "organisation": club.organisation, "digest": digest}
    await club.put(schema.consent_text, text="t", at=club.now, **about)
    await club.add(schema.consent, person=person, channel="vk", given=club.now, **about)


async def test_a_pupil_applies_where_the_rules_let_and_both_agreed(club: Club) -> None:
    own, group, me = await club.family(born=FOURTEEN), await club.group(1, age_min=84, age_max=240), await club.person()
    await club.turn(pupil.link, me, await club.turn(pupil.issue, own.parent, own.child, TODAY))

    async def attempt() -> int:
        number: int = await club.turn(enrolment.apply, me, own.child, group, financing="free", channel="vk")
        return number

    for step in (club.change(schema.municipality, club.municipality, teen_applies=True), agrees(club, me), agrees(club, own.parent)):
        with pytest.raises(Refused):
            await attempt()
        with pytest.raises(Refused):
            await club.turn(enrolment.terms, me, own.child, group)
        await step
    number = await attempt()
    assert await club.rows(schema.application, "source", "created_by", id=number) == [("pupil", me)]
    assert len(await club.rows(schema.delivery, "link", person=own.parent)) == 1, "the parent is told"
    with pytest.raises(Refused):
        await club.turn(enrolment.withdraw, me, number, channel="vk")
