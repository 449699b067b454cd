"""Terms of the staff: the digest, the nudge and the number for the municipality, in working hours, once, and to whom they concern."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model.staff import Duty
from bot.services import deadlines
from storage import schema
from tests.enrolment.club import START, Club
from tests.enrolment.test_apply import send
from tests.enrolment.test_roles import above
from tests.enrolment.test_staff import decide

ZONE = ZoneInfo("Asia/Yekaterinburg")


def at(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    """An hour of September 2026 in the district; the 2nd, a Wednesday, is the term of what was sent on 24 August."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


async def planned(club: Club, moment: datetime) -> set[tuple[int, str]]:
    """What is planned at a moment, and for whom."""
    before = {number for (number,) in await club.rows(schema.delivery, "id")}
    club.now = moment
    while await club.turn(deadlines.plan):
        pass
    rows = await club.rows(schema.delivery, "id", "person", "link")
    return {(person, link) for number, person, link in rows if number not in before}


async def waiting(club: Club) -> tuple[int, int]:
    """An application that waits, its number and the municipality's person."""
    centre = await above(club, Duty.MUNICIPALITY, club.municipality)
    return await send(club, await club.family(), await club.group(5)), centre


async def test_a_digest_in_the_morning_once_a_day(club: Club) -> None:
    await waiting(club)
    assert await planned(club, at(25, 8, 59, 8)) == set()
    assert await planned(club, at(25, 9, 0, 8)) == {(club.methodist, "digest")}
    assert await planned(club, at(25, 9, 1, 8)) == set()
    assert await planned(club, at(26, 12, 0, 8)) == set()
    assert await planned(club, at(29, 9, 0, 8)) == set(), "a Saturday"
    assert await planned(club, at(31, 11, 59, 8)) == {(club.methodist, "digest")}


async def test_what_came_after_nine_is_for_the_next_morning(club: Club) -> None:
    await waiting(club)
    assert await planned(club, START + timedelta(minutes=10)) == set()


async def test_nothing_waits_no_digest(club: Club) -> None:
    number, _centre = await waiting(club)
    await decide(club, number, "confirm")
    assert await planned(club, at(25, 9, 0, 8)) == set()


async def test_a_digest_is_for_those_who_decide_and_want_it(club: Club) -> None:
    await waiting(club)
    await club.works_for(club.organisation, role="teacher")
    await club.works_for(await club.employer("School 2"))
    await club.works_for(club.organisation, until=START)
    colleague = await club.works_for(club.organisation)
    await club.turn(deadlines.switch, club.methodist, on=False)
    assert not await club.turn(deadlines.wants, club.methodist)
    assert await planned(club, at(25, 9, 0, 8)) == {(colleague, "digest")}
    await club.turn(deadlines.switch, club.methodist, on=True)
    assert await planned(club, at(25, 9, 5, 8)) == {(club.methodist, "digest")}


async def test_overdue_is_a_nudge_and_a_working_day_later_a_number(club: Club) -> None:
    number, centre = await waiting(club)
    [(due,)] = await club.rows(schema.application, "decide_by", id=number)
    assert due == date(2026, 9, 2)
    assert await planned(club, at(2, 15)) == set()
    assert await planned(club, at(3, 9)) == {(club.methodist, "digest")}
    assert await planned(club, at(3, 14)) == {(club.methodist, "overdue")}
    assert await planned(club, at(3, 17, 59)) == set()
    assert await planned(club, at(4, 9)) == {(club.methodist, "digest"), (centre, "latenumbers")}
    assert await planned(club, at(4, 15)) == set(), "nudged once"
    assert await planned(club, at(5, 9)) == set(), "a Saturday"
    assert [tuple(row) for row in await club.turn(deadlines.escalated, centre)] == [(club.organisation, "House of Arts", 1)]
    assert tuple(await club.turn(deadlines.due, club.methodist)) == (1, 0, 1)
    assert await club.turn(deadlines.overdue, club.methodist) == [number]


async def test_numbers_are_for_those_whom_they_concern(club: Club) -> None:
    await waiting(club)
    far = await club.add(schema.municipality, code="far", name="Zaryazhye", zone="Asia/Yekaterinburg")
    strangers = [
        await above(club, Duty.MUNICIPALITY, far),
        await above(club, Duty.OBSERVER, club.municipality),
        await above(club, Duty.REGION),
        await club.works_for(await club.employer("School 2")),
        await club.works_for(club.organisation, role="board"),
    ]
    club.now = at(8, 10)
    for person in strangers:
        assert tuple(await club.turn(deadlines.due, person)) == (0, 0, 0)
        assert await club.turn(deadlines.overdue, person) == []
        assert await club.turn(deadlines.escalated, person) == []


@pytest.mark.parametrize(("hour", "day"), [(8, 3), (18, 3), (14, 5)])
async def test_nobody_is_nudged_outside_working_hours(club: Club, hour: int, day: int) -> None:
    await waiting(club)
    assert await planned(club, at(day, hour)) == set()
