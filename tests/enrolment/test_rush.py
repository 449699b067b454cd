"""The opening night: many families press at the same moment, and everybody gets the place or the number that is theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.services import enrolment
from storage import schema
from storage.database import open_database
from tests.enrolment.checks import check, news
from tests.enrolment.club import Club, Family
from tests.enrolment.test_family import act, states


@pytest.fixture
async def second(club: Club, database_url: str) -> AsyncIterator[Club]:
    """The same club as another process sees it, with connections of its own."""
    other = Club(await open_database(database_url), now=club.now)
    yield other
    await other.database.close()


async def press(club: Club, family: Family, group: int) -> int:
    """Look at the terms, then apply, as a dialog does."""
    await club.turn(enrolment.terms, family.parent, family.child, group)
    return await club.turn(enrolment.apply, family.parent, family.child, group, financing="free", channel="telegram")


async def test_two_hundred_families_press_at_once_for_twelve_places(club: Club, second: Club) -> None:
    """Twelve hold seats 1 … 12, the others have the numbers 1 … 188 without gaps, all in the order in which they came to the lock."""
    group = await club.group(14, taken=1, kept=1)
    families = [await club.family() for _ in range(200)]
    numbers = await asyncio.gather(*[press((club, second)[at % 2], family, group) for at, family in enumerate(families)])
    assert len(set(numbers)) == 200
    await check(club)
    seats = await club.rows(schema.place, "seat", "holder", group=group)
    assert seats == list(zip(range(1, 13), sorted(numbers)[:12], strict=True))
    tickets = await club.rows(schema.application, "ticket", "id", state="waitlisted")
    assert tickets == list(zip(range(1, 189), sorted(numbers)[12:], strict=True))
    for family, number in list(zip(families, numbers, strict=True))[::10]:
        view = await club.turn(enrolment.application, family.parent, number)
        assert view is not None
        assert view.number == (None if view.holds else {number: ticket for ticket, number in tickets}[number])
    if club.database.__class__.__name__ == "SqliteDatabase":
        assert sorted(numbers[::2]) == numbers[::2], "one process: in the order of arrival"


async def test_twins_in_the_rush_are_all_or_none(club: Club, second: Club) -> None:
    """Every fourth of sixty families comes with twins for twelve places: no pair is torn, no place is left, tickets have no gaps."""
    group, families = await club.group(12), [await club.family() for _ in range(60)]
    pairs = {family.id: [family.child, await club.child(family.id, name="Dasha")] for family in families[::4]}
    more = {"financing": "free", "channel": "vk"}

    async def enter(at: int, family: Family) -> list[int]:
        each = (club, second)[at % 2]
        if family.id in pairs:
            return await each.turn(enrolment.apply_together, family.parent, pairs[family.id], group, together=True, **more)
        return [await press(each, family, group)]

    made = await asyncio.gather(*[enter(at, family) for at, family in enumerate(families)])
    await check(club)
    assert len(await club.rows(schema.place, "seat", group=group)) == 12
    assert [len(set(await states(club, numbers))) for numbers in made] == [1] * 60
    tickets = await club.rows(schema.application, "ticket", group=group, state="waitlisted")
    assert tickets == [(ticket,) for ticket in range(1, 64)]


async def test_everybody_leaves_and_presses_at_once(club: Club, second: Club) -> None:
    """Those who hold places withdraw while others apply and a clock ticks: each free place goes to the first who waits."""
    group = await club.group(6)
    families = [await club.family() for _ in range(24)]
    numbers = [await press(club, family, group) for family in families]
    late = [await club.family() for _ in range(12)]
    await asyncio.gather(
        *[act((club, second)[at % 2], families[at], "withdraw", numbers[at]) for at in range(6)],
        *[press((second, club)[at % 2], family, group) for at, family in enumerate(late)],
        *[each.turn(enrolment.tick) for each in (club, second)],
    )
    await check(club)
    assert await states(club, numbers) == ["withdrawn"] * 6 + ["offered"] * 6 + ["waitlisted"] * 12
    tickets = await club.rows(schema.application, "ticket", state="waitlisted")
    assert tickets == [(ticket,) for ticket in range(7, 31)]
    assert [[kind for kind, *_ in await news(club, family.parent)] for family in families[6:12]] == [["offer"]] * 6


async def test_two_guardians_press_at_once_for_one_child(club: Club, second: Club) -> None:
    """One application to each group, and no more than three places, whichever groups they choose."""
    family, groups = await club.family(), [await club.group(5) for _ in range(6)]
    other = Family(family.id, await club.joins(family.id), family.child)
    pressed = [press(each, who, group) for group in groups for each, who in ((club, family), (second, other))]
    outcomes = await asyncio.gather(*pressed, return_exceptions=True)
    done = [one for one in outcomes if isinstance(one, int)]
    assert len(done) == 3
    assert {type(one) for one in outcomes if not isinstance(one, int)} == {enrolment.Refused}
    await check(club)


async def test_two_groups_do_not_give_one_child_its_last_place_twice(club: Club, second: Club) -> None:
    """The child waits in four groups whose places become free at the same moment."""
    family, groups = await club.family(), [await club.group(1) for _ in range(6)]
    holders = [await club.family() for _ in groups]
    held = [await press(club, holder, group) for holder, group in zip(holders, groups, strict=True)]
    waits = [await press(club, family, group) for group in groups]
    await asyncio.gather(*[act((club, second)[at % 2], holders[at], "withdraw", held[at]) for at in range(6)])
    assert sorted(await states(club, waits)) == ["offered"] * 3 + ["waitlisted"] * 3
    await check(club)


async def test_two_methodists_decide_at_once(club: Club, second: Club) -> None:
    colleague = await club.works_for(club.organisation, "Anna")
    for _ in range(5):
        number = await press(club, await club.family(), await club.group())
        view = await club.turn(enrolment.application, club.methodist, number)
        assert view is not None
        outcomes = await asyncio.gather(
            club.turn(enrolment.decide, club.methodist, number, "confirm", channel="vk", seen=view.change),
            second.turn(enrolment.decide, colleague, number, "decline", reason="age", channel="vk", seen=view.change),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["Decided", "int"]
    await check(club)
