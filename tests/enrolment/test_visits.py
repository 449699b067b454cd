"""First visits: a guest place at one lesson, never twice, given back when it is cancelled; what is said afterwards."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services import visits
from bot.services.enrolment import Refused
from storage import schema
from storage.visit import LessonRow
from tests.enrolment.club import BEGINS, Club

TUESDAY = (2, "16:00", "17:30")
FIRST = date(2026, 9, 15)


def lesson(weekday: int | None = None, day: date | None = None, last: date | None = None, weeks: str = "every") -> LessonRow:
    return LessonRow(weekday, day, last, 960, 1050, weeks)


def test_the_days_of_a_timetable() -> None:
    first, last = date(2026, 9, 14), date(2026, 10, 4)
    assert [day for day, _starts, _ends in visits.days_of([lesson(2)], first, last)] == [
        date(2026, 9, 15), date(2026, 9, 22), date(2026, 9, 29)
    ]  # fmt: skip
    assert [day for day, *_at in visits.days_of([lesson(2, weeks="odd")], first, last)] == [date(2026, 9, 22)]
    assert [day for day, *_at in visits.days_of([lesson(2, weeks="even")], first, last)] == [date(2026, 9, 15), date(2026, 9, 29)]
    assert [day for day, *_at in visits.days_of([lesson(None, date(2026, 9, 20), date(2026, 9, 21))], first, last)] == [
        date(2026, 9, 20), date(2026, 9, 21)
    ]  # fmt: skip
    assert visits.days_of([lesson(2, weeks="month")], first, last) == []


async def test_a_guest_place_is_taken_once_and_given_back(club: Club) -> None:
    group = await club.group(10, TUESDAY, guests=1)
    first, second = await club.family(), await club.family(name="Misha")
    free = await club.turn(visits.lessons, group)
    assert free[0] == visits.Lesson(FIRST, 960, 1050, 1)
    number = await club.turn(visits.book, first.parent, first.child, group, FIRST)
    assert await club.turn(visits.book, first.parent, first.child, group, FIRST) == number
    with pytest.raises(Refused):
        await club.turn(visits.book, second.parent, second.child, group, FIRST)
    assert next(each.day for each in await club.turn(visits.lessons, group)) == FIRST + timedelta(days=7)
    await club.turn(visits.cancel, first.parent, number)
    await club.turn(visits.cancel, first.parent, number)
    assert await club.turn(visits.book, second.parent, second.child, group, FIRST) > number


async def test_many_at_once_take_no_more_places_than_there_are(club: Club) -> None:
    group = await club.group(10, TUESDAY, guests=2)
    families = [await club.family(name=f"Child{chr(97 + at)}") for at in range(6)]

    async def book(parent: int, child: int) -> bool:
        try:
            await club.database.turn(lambda tx: visits.book(tx, parent, child, group, FIRST), now=club.now)
        except Refused:
            return False
        return True

    done = await asyncio.gather(*(book(each.parent, each.child) for each in families))
    assert sum(done) == 2
    assert sorted(seat for (seat,) in await club.rows(schema.visit, "seat", group=group)) == [1, 2]


async def test_no_visit_where_the_age_the_group_or_the_day_does_not_fit(club: Club) -> None:
    group, closed = await club.group(10, TUESDAY, guests=2), await club.group(10, TUESDAY)
    family, little, stranger = await club.family(), await club.family(date(2022, 5, 5), "Dasha"), await club.family(name="Misha")
    for person, child, of, day in (
        (little.parent, little.child, group, FIRST),
        (family.parent, family.child, closed, FIRST),
        (family.parent, family.child, group, FIRST + timedelta(days=1)),
        (family.parent, family.child, group, date(2026, 8, 25)),
        (stranger.parent, family.child, group, FIRST),
    ):
        with pytest.raises(Refused):
            await club.turn(visits.book, person, child, of, day)


async def test_the_family_is_reminded_the_evening_before_and_asked_afterwards(club: Club) -> None:
    group, family = await club.group(10, TUESDAY, guests=2), await club.family()
    number = await club.turn(visits.book, family.parent, family.child, group, FIRST)
    rows = await club.rows(schema.delivery, "link", "due", person=family.parent)
    assert rows == [
        (f"visit/{number}", datetime(2026, 9, 14, 13, 0, tzinfo=UTC)),
        (f"visited/{number}", datetime(2026, 9, 15, 14, 30, tzinfo=UTC)),
    ]


async def test_the_staff_of_the_group_marks_who_came_and_nobody_else(club: Club) -> None:
    group, family = await club.group(10, TUESDAY, guests=2), await club.family()
    other = await club.works_for(await club.employer("Sports"))
    number = await club.turn(visits.book, family.parent, family.child, group, FIRST)
    for person in (other, family.parent):
        with pytest.raises(Refused):
            await club.turn(visits.mark, person, number, came=True)
        with pytest.raises(Refused):
            await club.turn(visits.guests, person, group)
        with pytest.raises(Refused):
            await club.turn(visits.set_guests, person, group, 5)
    await club.turn(visits.mark, club.methodist, number, came=True)
    [found] = await club.turn(visits.guests, club.methodist, group)
    assert (found.state, found.name) == ("came", "Masha")
    with pytest.raises(Refused):  # the lesson is still ahead
        await club.turn(visits.decide, family.parent, number, stays=True)
    club.now = datetime(2026, 9, 15, 14, 0, tzinfo=UTC)
    await club.turn(visits.decide, family.parent, number, stays=True)
    await club.turn(visits.mark, club.methodist, number, came=False)
    assert await club.rows(schema.visit, "state", id=number) == [("stays",)]
    await club.turn(visits.set_guests, club.methodist, group, 0)
    assert await club.turn(visits.lessons, group) == []


async def test_a_follower_sees_the_visit_and_changes_nothing(club: Club) -> None:
    group, family = await club.group(10, TUESDAY, guests=2), await club.family()
    follower, stranger = await club.joins(family.id, "follower"), await club.family(name="Misha")
    number = await club.turn(visits.book, family.parent, family.child, group, BEGINS)
    assert await club.turn(visits.visit, follower, number) is not None
    assert await club.turn(visits.visit, stranger.parent, number) is None
    for person in (follower, stranger.parent):
        with pytest.raises(Refused):
            await club.turn(visits.cancel, person, number)
        with pytest.raises(Refused):
            await club.turn(visits.decide, person, number, stays=True)
