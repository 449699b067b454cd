"""Queues with more to them than tickets: twins and friends, kept and reserved places, a published priority, phases of an intake."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.services import enrolment, intake
from bot.services import twins as friends
from bot.services.enrolment import Refused
from storage import schema
from tests.enrolment.checks import check, news, say, seat, state
from tests.enrolment.club import START, Club, Family
from tests.enrolment.test_apply import send
from tests.enrolment.test_family import act, states


async def twins(club: Club, group: int, *, together: bool = True, **more: Any) -> tuple[Family, list[int]]:
    """A family whose two children apply with one entry."""
    family = await club.family()
    children = [family.child, await club.child(family.id, name="Dasha")]
    numbers = await club.turn(
        enrolment.apply_together, family.parent, children, group, together=together, financing="free", channel="vk", **more
    )
    return family, numbers


async def by(club: Club, group: int, category: str | None = None, **more: Any) -> tuple[Family, int]:
    """A family that applies by a category."""
    family = await club.family()
    number = await club.turn(enrolment.apply, family.parent, family.child, group, financing="free", channel="vk", category=category, **more)
    return family, number


async def number_of(club: Club, family: Family, application: int) -> int | None:
    """The honest number in the queue."""
    view = await club.turn(enrolment.application, family.parent, application)
    assert view is not None
    return view.number


async def test_twins_take_two_places_in_one_press_or_wait_both(club: Club) -> None:
    group = await club.group(3)
    _first, seated = await twins(club, group)
    assert await states(club, seated) == ["submitted", "submitted"]
    _second, waiting = await twins(club, group)
    assert await states(club, waiting) == ["waitlisted", "waitlisted"], "one place is not enough for both"
    single = await send(club, await club.family(), group)
    assert await state(club, single) == "submitted", "the pair is skipped: nobody waits for a place that it cannot use"
    assert await club.rows(schema.application, "ticket", group=group, state="waitlisted") == [(1,), (2,)]
    await check(club)


async def test_whoever_fits_of_several_children(club: Club) -> None:
    _family, numbers = await twins(club, await club.group(1), together=False)
    assert await states(club, numbers) == ["submitted", "waitlisted"]
    await check(club)


async def test_a_pair_keeps_its_turn_and_is_offered_both_places_with_one_message(club: Club) -> None:
    group = await club.group(2)
    holders = [await club.family() for _ in range(2)]
    held = [await send(club, family, group) for family in holders]
    olga, pair = await twins(club, group)
    anna = await club.family()
    single = await send(club, anna, group)
    await act(club, holders[0], "withdraw", held[0])
    assert await states(club, [*pair, single]) == ["waitlisted", "waitlisted", "offered"]
    assert "An entry in the queue is for 2 children at once" in say(await club.turn(enrolment.why_nobody, club.methodist, group))
    await act(club, anna, "decline_offer", single)
    assert await states(club, pair) == ["waitlisted", "waitlisted"]
    await act(club, holders[1], "withdraw", held[1])
    assert await states(club, pair) == ["offered", "offered"]
    assert [kind for kind, *_ in await news(club, olga.parent)] == ["offer"], "both are answered once"
    await act(club, olga, "accept", pair[1])
    assert await states(club, pair) == ["submitted", "submitted"]
    await check(club)


async def test_a_pair_that_declines_gives_both_places_to_whoever_comes_next(club: Club) -> None:
    group = await club.group(2)
    holders = [await club.family() for _ in range(2)]
    held = [await send(club, family, group) for family in holders]
    (olga, first), (_other, second) = await twins(club, group), await twins(club, group)
    await club.turn(enrolment.set_size, club.methodist, group, 4)
    assert await states(club, first) == ["offered", "offered"]
    await act(club, olga, "keep_in_line", first[0])
    assert await states(club, [*first, *second]) == ["waitlisted", "waitlisted", "offered", "offered"]
    await act(club, holders[0], "withdraw", held[0])
    await act(club, holders[1], "withdraw", held[1])
    assert await states(club, first) == ["offered", "offered"], "the turn was kept"
    await check(club)


async def test_a_pair_that_one_leaves_is_a_single(club: Club) -> None:
    group = await club.group(1)
    holder = await club.family()
    held = await send(club, holder, group)
    olga, pair = await twins(club, group)
    await act(club, olga, "withdraw", pair[0])
    await act(club, holder, "withdraw", held)
    assert await state(club, pair[1]) == "offered"
    await check(club)


async def test_a_time_that_runs_out_ends_the_offers_of_both(club: Club) -> None:
    group = await club.group(2)
    holders = [await club.family() for _ in range(2)]
    held = [await send(club, family, group) for family in holders]
    _olga, pair = await twins(club, group)
    for family, number in zip(holders, held, strict=True):
        await act(club, family, "withdraw", number)
    club.now += timedelta(days=5)
    await club.turn(enrolment.tick)
    assert await states(club, pair) == ["lapsed", "lapsed"]
    await check(club)


async def test_the_published_priority_comes_before_the_ticket_and_numbers_say_so(club: Club) -> None:
    group = await club.group(1, priority=["svo", "large_family"])
    holder = await club.family()
    held = await send(club, holder, group)
    (anna, first), (boris, second), (vera, third) = (
        await by(club, group),
        await by(club, group, "large_family"),
        await by(club, group, "svo"),
    )
    assert [await number_of(club, *each) for each in ((anna, first), (boris, second), (vera, third))] == [3, 2, 1]
    newcomer = await club.family()
    terms = await club.turn(enrolment.terms, newcomer.parent, newcomer.child, group, category="large_family")
    assert terms.number == 3
    await act(club, holder, "withdraw", held)
    assert await states(club, [first, second, third]) == ["waitlisted", "waitlisted", "offered"]
    with pytest.raises(Refused):
        await by(club, group, "orphan")
    await check(club)


async def test_reserved_places_are_for_their_category_alone(club: Club) -> None:
    group = await club.group(2)
    await club.put(schema.quota, group=group, category="orphan", seats=1)
    anna, boris = await club.family(), await club.family()
    assert [await state(club, await send(club, family, group)) for family in (anna, boris)] == ["submitted", "waitlisted"]
    (_vera, reserved), (_lena, late) = await by(club, group, "orphan"), await by(club, group, "orphan")
    assert await states(club, [reserved, late]) == ["submitted", "waitlisted"]
    await check(club)


async def test_kept_places_are_for_those_who_give_up_another(club: Club) -> None:
    group, family = await club.group(2, kept=1), await club.family()
    before = await send(club, family, await club.group(1))
    first = await send(club, await club.family(), group)
    assert await state(club, await send(club, await club.family(), group)) == "waitlisted"
    moved = await club.turn(enrolment.apply, family.parent, family.child, group, financing="free", channel="vk", instead_of=before)
    assert [await seat(club, number) for number in (first, moved)] == [1, 2]
    await check(club)


async def test_a_phase_admits_whom_it_is_for_and_says_when_ones_own_opens(club: Club) -> None:
    group = await club.group(3)
    later = START + timedelta(days=8)
    await club.add(schema.phase, group=group, who="category", opens=START - timedelta(days=1), closes=later, categories=["svo"])
    await club.add(schema.phase, group=group, who="all", opens=later)
    family = await club.family()
    with pytest.raises(Refused) as refused:
        await send(club, family, group)
    assert (
        say(refused.value.words) == "Now only those with a right to come first are taken; for you enrolment opens on 1 September at 10:00"
    )
    _vera, number = await by(club, group, "svo")
    assert await state(club, number) == "submitted"
    club.now = later
    assert await state(club, await send(club, family, group)) == "submitted"
    await check(club)


async def test_friends_stand_where_the_later_of_them_does_and_part_again(club: Club) -> None:
    group = await club.group(1)
    holder = await club.family()
    held = await send(club, holder, group)
    olga, anna, boris = [await club.family() for _ in range(3)]
    numbers = [await send(club, family, group) for family in (olga, anna, boris)]
    token = await club.turn(friends.invite, olga.parent, numbers[0])
    with pytest.raises(Refused):
        await club.turn(friends.join, anna.parent, numbers[2], token)
    await club.turn(friends.join, boris.parent, numbers[2], token)
    assert [await number_of(club, *each) for each in zip((olga, anna, boris), numbers, strict=True)] == [2, 1, 3]
    with pytest.raises(Refused):
        await club.turn(friends.join, anna.parent, numbers[1], token)
    await act(club, holder, "withdraw", held)
    assert await states(club, numbers) == ["waitlisted", "offered", "waitlisted"]
    await act(club, anna, "decline_offer", numbers[1])
    await club.turn(friends.part, boris.parent, numbers[2])
    assert await states(club, numbers) == ["offered", "withdrawn", "waitlisted"], "each by its own number again"
    await check(club)


@pytest.mark.parametrize(
    ("rest", "then"), [("keep", ["waitlisted"] * 2), ("lower", ["waitlisted", "withdrawn"]), ("leave", ["withdrawn"] * 2)]
)
async def test_a_taken_place_leaves_the_other_wishes_as_the_family_chose(club: Club, rest: str, then: list[str]) -> None:
    groups, family = [await club.group(1) for _ in range(3)], await club.family()
    holders = [await club.family() for _ in groups]
    held = [await send(club, holder, group) for holder, group in zip(holders, groups, strict=True)]
    numbers = await club.turn(enrolment.apply_ranked, family.parent, family.child, groups[::-1], rest=rest, channel="vk")
    assert await states(club, numbers) == ["waitlisted"] * 3
    await act(club, holders[1], "withdraw", held[1])
    await act(club, family, "accept", numbers[1])
    assert await states(club, numbers) == [then[0], "submitted", then[1]]
    await check(club)


async def test_ranked_wishes_take_what_is_free_at_once(club: Club) -> None:
    full, free, also = await club.group(0), await club.group(1), await club.group(1)
    for rest, expected in (("keep", ["waitlisted", "submitted"]), ("lower", ["waitlisted", "submitted"]), ("leave", ["submitted"])):
        family = await club.family()
        numbers = await club.turn(enrolment.apply_ranked, family.parent, family.child, [full, free], rest=rest, channel="vk")
        assert await states(club, numbers) == expected
        for number in numbers:
            await act(club, family, "withdraw", number)
    assert await club.rows(schema.place, "holder", group=also) == []
    await check(club)


async def test_released_places_are_offered_and_a_struck_right_falls_to_its_number(club: Club) -> None:
    group = await club.group(1)
    await club.turn(intake.set_quota, club.methodist, group, "orphan", 1)
    await club.turn(intake.set_priority, club.methodist, group, ["svo"])
    (anna, first), (vera, second) = await by(club, group), await by(club, group, "svo")
    assert "1 place is reserved: orphans" in say(await club.turn(enrolment.why_nobody, club.methodist, group))
    assert [await number_of(club, anna, first), await number_of(club, vera, second)] == [2, 1]
    await club.turn(intake.strike, club.methodist, second, channel="vk")
    assert [await number_of(club, anna, first), await number_of(club, vera, second)] == [1, 2]
    assert await club.turn(intake.release, club.methodist, group) == 1
    assert await states(club, [first, second]) == ["offered", "waitlisted"]
    stranger = await club.works_for(await club.employer("Another"))
    for work, more in ((intake.set_kept, (1,)), (intake.set_quota, ("svo", 1)), (intake.set_priority, ([],)), (intake.set_phases, ([],))):
        with pytest.raises(Refused):
            await club.turn(work, stranger, group, *more)
    await check(club)
