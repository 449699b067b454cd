"""Times to come at: made by the staff, booked once by a family, closed with a word to whoever booked, reminded of the evening before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.dialogs.staff.slots import readable_series
from bot.services import enrolment, slots
from bot.services.enrolment import Refused
from bot.services.slots import Series
from storage import schema
from storage.database import open_database
from tests.enrolment.club import Club, Family
from tests.enrolment.test_apply import send
from tests.enrolment.test_staff import decide

DAY = date(2026, 8, 27)
MORNING = Series(DAY, time(10), time(11), 20, 1)


@pytest.fixture
async def second(club: Club, database_url: str) -> AsyncIterator[Club]:
    """The same club as another process sees it, with connections of its own."""
    other = Club(await open_database(database_url), now=club.now)
    yield other
    await other.database.close()


async def invited(club: Club, group: int) -> tuple[Family, int]:
    """A family that is invited to a selection, and its application."""
    family = await club.family()
    number = await send(club, family, group)
    await decide(club, number, "invite")
    return family, number


async def made(club: Club, group: int, series: Series = MORNING) -> list[int]:
    return await club.turn(slots.make, club.methodist, "selection", group, series, "hall")


async def told(club: Club, page: str) -> list[tuple[Any, ...]]:
    rows = await club.rows(schema.delivery, "person", "link", "due", "key")
    return [row for row in rows if row[1].startswith(f"{page}/")]


async def test_a_series_is_made_once_and_within_bounds(club: Club) -> None:
    group = await club.group(5, entry="selection")
    assert len(await made(club, group)) == 3
    past, long = Series(date(2026, 8, 24), time(9), time(11), 20, 1), Series(DAY, time(12), time(22), 5, 1)
    empty, meets = Series(DAY, time(12), time(12, 10), 20, 1), Series(DAY, time(10, 50), time(12), 10, 1)
    for wrong in (MORNING, past, long, empty, meets, Series(date(2027, 8, 27), time(10), time(11), 20, 1)):
        with pytest.raises(Refused):
            await made(club, group, wrong)
    assert len(await made(club, group, Series(DAY, time(11), time(12), 30, 2))) == 2
    days = await club.turn(slots.free, "selection", group)
    assert [(day, [one.free for one in times]) for day, times in days.items()] == [(DAY, [1, 1, 1, 2, 2])]


async def test_only_its_organisation_and_its_board_set_times(club: Club) -> None:
    group, queue = await club.group(5, entry="selection"), await club.group(5)
    board = await club.works_for(club.organisation, role="board")
    stranger = await club.works_for(await club.employer("School"))
    teacher = await club.works_for(club.organisation, role="teacher")
    for who, kind, of in (
        (stranger, "selection", group),
        (teacher, "selection", group),
        (club.methodist, "selection", queue),
        (board, "papers", club.organisation),
        (stranger, "papers", club.organisation),
        (club.methodist, "other", group),
    ):
        with pytest.raises(Refused):
            await club.turn(slots.make, who, kind, of, MORNING)
    [first, *_rest] = await club.turn(slots.make, board, "selection", group, MORNING)
    assert len(await club.turn(slots.make, club.methodist, "papers", club.organisation, MORNING)) == 3
    with pytest.raises(Refused):
        await club.turn(slots.close, stranger, first)
    with pytest.raises(Refused):
        await club.turn(slots.comers, teacher, "selection", group)


async def test_a_family_books_moves_and_cancels(club: Club) -> None:
    group = await club.group(5, entry="selection")
    first, second_, _third = await made(club, group)
    family, number = await invited(club, group)
    other, others = await invited(club, group)
    follower = await club.joins(family.id, "follower")
    for who in (other.parent, follower, club.methodist):
        with pytest.raises(Refused):
            await club.turn(slots.book, who, number, "selection", first)
    for _again in range(2):
        await club.turn(slots.book, family.parent, number, "selection", first)
    with pytest.raises(Refused):
        await club.turn(slots.book, other.parent, others, "selection", first)
    await club.turn(slots.book, other.parent, others, "selection", second_)
    with pytest.raises(Refused):
        await club.turn(slots.book, family.parent, number, "selection", second_)
    assert await club.rows(schema.booking, "slot", "application") == [(first, number), (second_, others)]
    await club.turn(slots.cancel, other.parent, others, "selection")
    await club.turn(slots.book, family.parent, number, "selection", second_)
    assert await club.rows(schema.booking, "slot", "seat", "application") == [(second_, 1, number)]
    with pytest.raises(Refused):
        await club.turn(slots.book, family.parent, number, "papers", first)


async def test_one_seat_has_one_holder_whoever_presses_at_once(club: Club, second: Club) -> None:
    """Six families press one time with two seats through two processes: two have it, the others are told; nobody is lost."""
    group = await club.group(5, entry="selection")
    [only] = await made(club, group, Series(DAY, time(10), time(10, 20), 20, 2))
    families = [await invited(club, group) for _ in range(6)]
    second.now = club.now
    pressed = [
        (club, second)[at % 2].turn(slots.book, family.parent, number, "selection", only) for at, (family, number) in enumerate(families)
    ]
    outcomes = await asyncio.gather(*pressed, return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused"] * 4 + ["SlotRow"] * 2
    assert await club.rows(schema.booking, "seat", slot=only) == [(1,), (2,)]


async def test_two_guardians_press_two_times_at_once(club: Club, second: Club) -> None:
    group = await club.group(5, entry="selection")
    first, other, _third = await made(club, group)
    family, number = await invited(club, group)
    guardian = await club.joins(family.id)
    second.now = club.now
    await asyncio.gather(
        club.turn(slots.book, family.parent, number, "selection", first),
        second.turn(slots.book, guardian, number, "selection", other),
    )
    [(booked,)] = await club.rows(schema.booking, "slot", application=number)
    assert booked in {first, other}


async def test_a_closed_time_asks_its_families_to_choose_anew(club: Club) -> None:
    group = await club.group(5, entry="selection")
    first, *_rest = await made(club, group)
    family, number = await invited(club, group)
    await club.turn(slots.book, family.parent, number, "selection", first)
    assert await club.turn(slots.close, club.methodist, first) == 1
    assert await club.turn(slots.close, club.methodist, first) == 0
    assert [(person, link) for person, link, *_ in await told(club, "slotclosed")] == [(family.parent, f"slotclosed/{first}/{number}")]
    with pytest.raises(Refused):
        await club.turn(slots.book, family.parent, number, "selection", first)
    assert await club.rows(schema.booking, "slot") == []


async def test_the_seat_of_whoever_withdraws_is_free(club: Club) -> None:
    group = await club.group(5, entry="selection")
    first, *_rest = await made(club, group)
    (family, number), (other, others) = await invited(club, group), await invited(club, group)
    await club.turn(slots.book, family.parent, number, "selection", first)
    await club.turn(enrolment.withdraw, family.parent, number, channel="vk")
    await club.turn(slots.book, other.parent, others, "selection", first)
    assert await club.rows(schema.booking, "seat", "application") == [(1, others)]


async def test_the_evening_before_every_guardian_is_reminded_once(club: Club) -> None:
    group = await club.group(5, entry="selection")
    first, *_rest = await made(club, group)
    family, number = await invited(club, group)
    await club.joins(family.id, "follower")
    await club.turn(slots.book, family.parent, number, "selection", first)
    assert await club.turn(slots.plan) == 0
    club.now += timedelta(days=2, hours=8, minutes=1)  # Wednesday, 18:01
    assert await club.turn(slots.plan) == 1
    assert await club.turn(slots.plan) == 0
    assert [(person, link) for person, link, *_ in await told(club, "slotsoon")] == [(family.parent, f"slotsoon/{first}/{number}")]


async def test_who_came_is_marked_once_the_time_has_come(club: Club) -> None:
    group = await club.group(5, entry="selection")
    first, *_rest = await made(club, group)
    family, number = await invited(club, group)
    await club.turn(slots.book, family.parent, number, "selection", first)
    with pytest.raises(Refused):
        await club.turn(slots.mark, club.methodist, first, number, came=True)
    club.now += timedelta(days=3, minutes=1)
    await club.turn(slots.mark, club.methodist, first, number, came=True)
    found = await club.turn(slots.comers, club.methodist, "selection", group)
    assert [(one.application, one.came) for one in found[first]] == [(number, True)]
    with pytest.raises(Refused):
        await club.turn(slots.cancel, family.parent, number, "selection")


@pytest.mark.parametrize(
    ("text", "series"),
    [
        ("27 августа, 10:00–13:00, по 20 минут, по 2 человека", Series(DAY, time(10), time(13), 20, 2)),
        ("27.08 с 10 до 13 по 15 мин", Series(DAY, time(10), time(13), 15, 1)),
        ("27 августа 9.30-12.00 каждые полчаса, по 3 ребёнка", Series(DAY, time(9, 30), time(12), 30, 3)),
        ("завтра, 14:00 – 16:00", Series(date(2026, 8, 25), time(14), time(16), 20, 1)),
        ("27 August, 10:00–13:00, every 20 minutes, 2 people", Series(DAY, time(10), time(13), 20, 2)),
        ("27 августа", None),
        ("27 августа, 13:00–10:00", None),
        ("27 августа, 10:00–25:00", None),
        ("27 августа, 10:00–13:00, по 0 минут", None),
        ("после обеда", None),
    ],
)
def test_a_series_is_read_kindly(text: str, series: Series | None) -> None:
    assert readable_series(text, date(2026, 8, 24)) == series
