"""A wish to be called and a paper about a benefit: for the group's own staff, for two weeks, and never why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services import calls, enrolment
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.club import Club
from tests.enrolment.test_apply import send


async def test_a_wish_to_be_called_is_kept_once_for_the_groups_staff_and_for_two_weeks(club: Club) -> None:
    group, family = await club.group(5), await club.family()
    number = await send(club, family, group)
    other, stranger = await club.works_for(await club.employer("Sports")), await club.family(name="Misha")
    with pytest.raises(Refused):
        await club.turn(calls.ask, stranger.parent, number)
    await club.turn(calls.ask, family.parent, number)
    await club.turn(calls.ask, family.parent, number)
    [found] = await club.turn(calls.waiting, club.methodist)
    assert (found.child_name, found.programme_name, found.guardian_name) == ("Masha", "Cogwheel", "Masha’s mother")
    assert await club.turn(calls.waiting, other) == []
    with pytest.raises(Refused):
        await club.turn(calls.done, other, found.id)
    assert await club.turn(calls.expire) == 0
    club.now += calls.TERM
    assert await club.turn(calls.waiting, club.methodist) == []
    assert await club.turn(calls.expire) == 1
    assert await club.rows(schema.call_request, "id") == []


async def test_a_call_that_was_made_waits_no_more_and_is_forgotten_the_next_day(club: Club) -> None:
    number = await send(club, family := await club.family(), await club.group(5))
    await club.turn(calls.ask, family.parent, number)
    [found] = await club.turn(calls.waiting, club.methodist)
    await club.turn(calls.done, club.methodist, found.id)
    assert await club.turn(calls.waiting, club.methodist) == []
    with pytest.raises(Refused):
        await club.turn(calls.done, club.methodist, found.id)
    club.now += timedelta(days=1)
    assert await club.turn(calls.expire) == 1


async def test_of_a_benefit_only_that_a_paper_will_be_shown_is_kept(club: Club) -> None:
    number = await send(club, family := await club.family(), await club.group(5))
    follower = await club.joins(family.id, "follower")
    with pytest.raises(Refused):
        await club.turn(calls.benefit, follower, number)
    await club.turn(calls.benefit, family.parent, number)
    await club.turn(calls.benefit, family.parent, number)
    assert await club.rows(schema.application, "benefit", "category", id=number) == [("claimed", None)]
    await club.turn(enrolment.withdraw, family.parent, number, channel="vk")
    for asked in (calls.ask, calls.benefit):
        with pytest.raises(Refused):
            await club.turn(asked, family.parent, number)
