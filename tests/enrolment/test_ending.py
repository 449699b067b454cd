"""What ends by itself: a question that is not answered, papers that nobody brings; asked once before, and never at night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services import enrolment
from bot.services.enrolment import Refused, ending
from storage import schema
from tests.enrolment.checks import check, state
from tests.enrolment.club import START, Club, Family
from tests.enrolment.test_apply import send


async def told(club: Club, family: Family, page: str) -> int:
    """How often a family is to be shown a page."""
    return sum(link == page for (link,) in await club.rows(schema.delivery, "link", person=family.parent))


async def run(club: Club) -> None:
    """Run the plan until nothing is left, and once more."""
    while await club.turn(ending.plan):
        pass


async def confirmed(club: Club, group: int) -> tuple[Family, int, date]:
    """A family whose papers are awaited, and until when."""
    family = await club.family()
    number = await send(club, family, group)
    await club.turn(enrolment.decide, club.methodist, number, "confirm", channel="vk")
    [(_id, day)] = await club.rows(schema.application, "id", "papers_by", id=number)
    return family, number, day


async def test_an_unanswered_question_is_reminded_of_once_and_ends_after_a_week(club: Club) -> None:
    group, family = await club.group(1), await club.family()
    number = await send(club, family, group)
    waiting = await send(club, await club.family(name="Misha"), group)
    await club.turn(enrolment.decide, club.methodist, number, "ask", comment="When?", channel="vk")
    before = await told(club, family, f"application/{number}")
    for days, reminders in ((2, 0), (3, 1), (5, 1)):
        club.now = START + timedelta(days=days, minutes=1)
        await run(club)
        assert await told(club, family, f"application/{number}") - before == reminders
    club.now = datetime(2026, 8, 31, 22, 0, tzinfo=UTC)  # 03:00 there
    await run(club)
    assert await state(club, number) == "needs_info"
    club.now = datetime(2026, 9, 1, 5, 0, tzinfo=UTC)
    await run(club)
    assert (await state(club, number), await state(club, waiting)) == ("lapsed", "offered")
    await check(club)


async def test_who_brings_no_papers_is_asked_and_then_the_place_moves_on(club: Club) -> None:
    group = await club.group(1, starts=date(2026, 10, 15))
    family, number, day = await confirmed(club, group)
    waiting = await send(club, await club.family(name="Misha"), group)
    noon = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)
    club.now = noon
    await run(club)
    assert await told(club, family, f"latepapers/{number}") == 0
    for later in (1, 2, 3):
        club.now = noon + timedelta(days=later)
        await run(club)
        assert await told(club, family, f"latepapers/{number}") == 1
        assert await state(club, number) == "confirmed"
    club.now = noon + timedelta(days=4)
    await run(club)
    assert (await state(club, number), await state(club, waiting)) == ("lapsed", "offered")


async def test_three_more_days_are_given_once(club: Club) -> None:
    group = await club.group(1, starts=date(2026, 10, 15))
    family, number, day = await confirmed(club, group)
    stranger = await club.family(name="Misha")
    club.now = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC) + timedelta(days=2)
    with pytest.raises(Refused):
        await club.turn(ending.more_time, stranger.parent, number, channel="vk")
    assert await club.turn(ending.more_time, family.parent, number, channel="vk") == day + timedelta(days=5)
    with pytest.raises(Refused):
        await club.turn(ending.more_time, family.parent, number, channel="vk")
    club.now += timedelta(days=3)
    await run(club)
    assert await state(club, number) == "confirmed"
    for later in (1, 3):
        club.now += timedelta(days=later)
        await run(club)
    assert await state(club, number) == "lapsed"


async def test_nobody_loses_a_place_that_was_not_asked_in_time(club: Club) -> None:
    """The bot was away past the day: the family is asked first, and has its days."""
    group = await club.group(2, starts=date(2026, 12, 15))
    family, number, day = await confirmed(club, group)
    other = await club.family(name="Misha")
    open_ = await send(club, other, group)
    await club.turn(enrolment.decide, club.methodist, open_, "ask", comment="When?", channel="vk")
    club.now = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC) + timedelta(days=30)
    await run(club)
    assert (await state(club, number), await state(club, open_)) == ("confirmed", "needs_info")
    assert await told(club, family, f"latepapers/{number}") == 1
    club.now += timedelta(days=4)
    await run(club)
    assert (await state(club, number), await state(club, open_)) == ("lapsed", "lapsed")


async def test_who_came_with_a_paper_does_not_lose_the_place_because_nobody_wrote_the_order(club: Club) -> None:
    group = await club.group(1, starts=date(2026, 10, 15))
    _family, number, day = await confirmed(club, group)
    paper = await club.add(schema.paper, organisation=club.organisation, name="A form")
    await club.put(schema.paper_shown, application=number, paper=paper, at=START, by=club.methodist)
    club.now = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC) + timedelta(days=30)
    await run(club)
    assert await state(club, number) == "confirmed"
