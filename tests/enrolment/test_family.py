"""A family's side of the life-cycle: withdraw, accept, let go, keep the turn, answer, dispute; twice is once, and nobody else may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model.application import LIVE, State
from bot.services import enrolment, queue
from bot.services.enrolment import Refused
from storage import schema
from storage.place import RELEASE
from tests.enrolment.checks import actions, check, news, say, seat, state
from tests.enrolment.club import START, Club, Family
from tests.enrolment.test_apply import send

Verb = Callable[..., Awaitable[None]]
VERBS: dict[str, Verb] = {
    "withdraw": enrolment.withdraw,
    "accept": enrolment.accept,
    "decline_offer": enrolment.decline_offer,
    "keep_in_line": enrolment.keep_in_line,
    "answer": lambda tx, person, number, channel: enrolment.answer(tx, person, number, "After lunch", channel=channel),
    "dispute": enrolment.dispute,
}


async def act(club: Club, family: Family, verb: str, number: int) -> None:
    """Let a family's parent do something with an application."""
    await club.turn(VERBS[verb], family.parent, number, channel="vk")


async def waiting(club: Club, places: int, more: int, **facts: Any) -> tuple[int, list[Family], list[int]]:
    """A full group with a queue: the group, the families, and their applications."""
    group, families = await club.group(places, **facts), [await club.family() for _ in range(places + more)]
    return group, families, [await send(club, family, group) for family in families]


async def states(club: Club, numbers: list[int]) -> list[str]:
    """How applications stand."""
    return [await state(club, number) for number in numbers]


async def test_a_withdrawn_place_is_offered_in_the_same_transaction(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 2)
    await act(club, families[0], "withdraw", numbers[0])
    assert await states(club, numbers) == ["withdrawn", "offered", "waitlisted"]
    assert [await seat(club, number) for number in numbers] == [None, 1, None]
    [(_id, at)] = await club.rows(schema.application_change, "id", "at", application=numbers[0], action="withdraw")
    [(_id, offered)] = await club.rows(schema.application_change, "id", "at", application=numbers[1], action="offer")
    assert at == offered
    assert await news(club, families[1].parent) == [("offer", at, "waiting")]
    await check(club)


async def test_an_accepted_place_is_held_and_reviewed_by_a_new_term(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 1)
    await act(club, families[0], "withdraw", numbers[0])
    club.now += timedelta(days=1)
    await act(club, families[1], "accept", numbers[1])
    view = await club.turn(enrolment.application, families[1].parent, numbers[1])
    assert view is not None
    assert (view.state, view.holds, view.facts.offer_until) == (State.SUBMITTED, True, None)
    assert str(view.facts.decide_by) == "2026-09-03"
    assert [change.action for change in view.history] == ["apply", "offer", "accept"]
    await check(club)


async def test_what_was_looked_through_is_confirmed_at_once(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 1)
    await club.turn(enrolment.decide, club.methodist, numbers[1], "review", channel="vk")
    await act(club, families[0], "withdraw", numbers[0])
    await act(club, families[1], "accept", numbers[1])
    assert await state(club, numbers[1]) == "confirmed"
    assert [kind for kind, *_ in await news(club, families[1].parent)] == ["offer"], "a review is the staff's own business"


async def test_a_declined_offer_goes_to_the_next(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 2)
    await act(club, families[0], "withdraw", numbers[0])
    await act(club, families[1], "decline_offer", numbers[1])
    assert await states(club, numbers) == ["withdrawn", "withdrawn", "offered"]
    await check(club)


async def test_who_keeps_the_turn_lets_this_place_go_and_is_first_for_the_next(club: Club) -> None:
    _group, families, numbers = await waiting(club, 2, 2)
    await act(club, families[0], "withdraw", numbers[0])
    await act(club, families[2], "keep_in_line", numbers[2])
    assert await states(club, numbers) == ["withdrawn", "submitted", "waitlisted", "offered"]
    await act(club, families[3], "keep_in_line", numbers[3])
    assert await states(club, numbers) == ["withdrawn", "submitted", "waitlisted", "waitlisted"], "nobody is asked again for the same place"
    assert await club.turn(enrolment.tick) == []
    await act(club, families[1], "withdraw", numbers[1])
    assert await states(club, numbers) == ["withdrawn", "withdrawn", "offered", "offered"]
    await check(club)


async def test_a_place_that_nobody_wants_is_a_newcomers(club: Club) -> None:
    group, families, numbers = await waiting(club, 1, 1)
    await act(club, families[0], "withdraw", numbers[0])
    await act(club, families[1], "keep_in_line", numbers[1])
    newcomer = await club.family()
    assert await state(club, await send(club, newcomer, group)) == "submitted"
    view = await club.turn(enrolment.application, families[1].parent, numbers[1])
    assert view is not None
    assert (view.number, view.moved) == (1, 0)


async def test_a_full_child_keeps_its_turn_and_is_asked_when_it_has_room(club: Club) -> None:
    group, families, numbers = await waiting(club, 1, 2)
    held = [await send(club, families[1], await club.group(5)) for _ in range(3)]
    await act(club, families[0], "withdraw", numbers[0])
    assert await states(club, numbers) == ["withdrawn", "waitlisted", "offered"], "the next one who may have it"
    await act(club, families[2], "decline_offer", numbers[2])
    assert await states(club, numbers) == ["withdrawn", "waitlisted", "withdrawn"]
    await act(club, families[1], "withdraw", held[0])
    assert await club.turn(enrolment.tick) == [numbers[1]]
    assert await state(club, numbers[1]) == "offered"
    assert group
    await check(club)


# ------------------------------------------------------------ the time of an offer


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant by the district's clock (UTC+5), in August or, from 100 on, in September."""
    return START.replace(month=8 + day // 100, day=day % 100, hour=0) + timedelta(hours=hour - 5, minutes=minute)


@pytest.mark.parametrize(
    ("freed", "until"),
    [
        (local(25, 10), local(27, 10)),
        (local(25, 20, 50), local(27, 20, 50)),
        (local(25, 22), local(27, 21)),
        (local(113, 12), local(115, 12)),
        (local(114, 12), local(115, 16)),
        (local(114, 22), local(115, 16)),
        (local(115, 10), local(115, 16)),
        (local(115, 16, 1), local(117, 16, 1)),
    ],
    ids=["by day", "20:50", "at night", "in time", "the day before", "the night before", "the first day", "begun"],
)
async def test_an_offer_counts_waking_hours_and_ends_before_the_group_begins(club: Club, freed: datetime, until: datetime) -> None:
    """The first lesson is on Tuesday, 15 September, at 16:00."""
    group, families, numbers = await waiting(club, 1, 1)
    await club.add(schema.timetable, group=group, weekday=2, starts=960, ends=1050)
    club.now = freed - timedelta(milliseconds=1)
    await act(club, families[0], "withdraw", numbers[0])
    [(_number, ends)] = await club.rows(schema.application, "id", "offer_until", id=numbers[1])
    assert ends == until


async def test_shortly_before_the_group_begins_the_place_waits(club: Club) -> None:
    """Half an hour is no time to answer; nobody passes whoever waits meanwhile, and the tick offers the place once it has begun."""
    group, families, numbers = await waiting(club, 1, 1)
    await club.add(schema.timetable, group=group, weekday=2, starts=960, ends=1050)
    club.now = local(115, 15, 30)
    await act(club, families[0], "withdraw", numbers[0])
    assert await state(club, numbers[1]) == "waitlisted"
    newcomer = await send(club, await club.family(), group)
    assert await state(club, newcomer) == "waitlisted"
    words = await club.turn(enrolment.why_nobody, club.methodist, group)
    assert say(words).startswith("The group begins on 15 September at 16:00: too little time for an answer")
    assert await club.turn(enrolment.tick) == []
    club.now = local(115, 16)
    assert await club.turn(enrolment.tick) == [numbers[1]]
    await check(club)


async def test_an_unanswered_offer_lapses_and_the_next_is_asked(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 2)
    await act(club, families[0], "withdraw", numbers[0])
    [(_number, until)] = await club.rows(schema.application, "id", "offer_until", id=numbers[1])
    club.now = until - timedelta(seconds=1)
    assert await club.turn(enrolment.tick) == []
    club.now = until
    with pytest.raises(Refused, match="over"):
        await act(club, families[1], "accept", numbers[1])
    assert await club.turn(enrolment.tick) == [numbers[1], numbers[2]]
    assert await states(club, numbers) == ["withdrawn", "lapsed", "offered"]
    for verb in ("accept", "decline_offer", "keep_in_line"):
        with pytest.raises(Refused, match="over"):
            await act(club, families[1], verb, numbers[1])
    assert [kind for kind, *_ in await news(club, families[1].parent)] == ["offer", "reminder"]
    await check(club)


async def test_a_tick_does_a_bounded_piece_and_the_next_goes_on(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    group, families, numbers = await waiting(club, 1, 7)
    monkeypatch.setattr(queue, "AT_ONCE", 3)
    await club.turn(enrolment.set_size, club.methodist, group, 6)
    assert (await states(club, numbers)).count("offered") == 3
    assert await club.turn(enrolment.tick) == numbers[4:6]
    await act(club, families[0], "withdraw", numbers[0])
    club.now += timedelta(days=3)
    moved = [await club.turn(enrolment.tick) for _ in range(4)]
    assert [len(each) for each in moved] == [4, 3, 0, 0]
    assert await states(club, numbers) == ["withdrawn", *["lapsed"] * 6, "offered"]
    await check(club)


# ------------------------------------------------------------ who may, and when


@pytest.mark.parametrize("verb", VERBS)
async def test_nobody_else_may(club: Club, verb: str) -> None:
    _group, families, numbers = await waiting(club, 1, 1)
    await act(club, families[0], "withdraw", numbers[0])
    follower, aside = [await club.joins(families[1].id, role) for role in ("follower", "apart")]
    for person, words in (
        (families[0].parent, "no such application"),
        (club.methodist, "no such application"),
        (follower, "Only a parent"),
        *([] if verb == "dispute" else [(aside, "Only a parent")]),
    ):
        with pytest.raises(Refused, match=words):
            await club.turn(VERBS[verb], person, numbers[1], channel="vk")
    with pytest.raises(Refused, match="no such application"):
        await club.turn(VERBS[verb], families[0].parent, 999, channel="vk")
    assert await state(club, numbers[1]) == "offered"


FROM = {
    "withdraw": {"submitted", "needs_info", "confirmed", "waitlisted", "offered", "invited", "admitted", "reserve"},
    "accept": {"offered"},
    "decline_offer": {"offered"},
    "keep_in_line": {"offered"},
    "answer": {"needs_info"},
}
"""From which states a verb leads on."""
ONCE = {
    "withdraw": {"withdrawn"},
    "accept": {"submitted", "needs_info", "confirmed", "enrolled"},
    "decline_offer": {"withdrawn"},
    "keep_in_line": {"waitlisted"},
    "answer": {"submitted"},
}
"""In which states it was done already."""


@pytest.mark.parametrize("verb", FROM)
async def test_a_verb_leads_on_from_its_states_only(club: Club, verb: str) -> None:
    """Each state is brought about in the database itself, with its place where it has one."""
    for at in State:
        selection = at in {State.INVITED, State.ADMITTED, State.RESERVE, State.NOT_ADMITTED}
        family, group = await club.family(), await club.group(3, entry="selection" if selection else "queue")
        number = await send(club, family, group)
        await club.change(schema.application, number, state=str(at), offer_until=local(126, 12) if at == State.OFFERED else None)
        if at == State.ADMITTED:
            await club.put(schema.place, group=group, seat=1, holder=number)
        elif not selection and at in {State.WAITLISTED, *(set(State) - LIVE)}:
            await club.turn(lambda tx, number=number: tx.run(RELEASE, application=number))
        before = await actions(club, number)
        if at in FROM[verb]:
            await act(club, family, verb, number)
            assert await actions(club, number) == [*before, verb]
            await act(club, family, verb, number)
        elif at in ONCE[verb]:
            await act(club, family, verb, number)
        else:
            with pytest.raises(Refused) as why:
                await act(club, family, verb, number)
            assert say(why.value.words)
        assert len(await actions(club, number)) == len(before) + (at in FROM[verb])


async def test_a_dispute_is_marked_once_and_frees_nothing(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 1)
    father = await club.joins(families[0].id, "apart")
    for person in (father, families[0].parent, father):
        await club.turn(enrolment.dispute, person, numbers[0], channel="vk")
    assert await actions(club, numbers[0]) == ["apply", "dispute"]
    assert await states(club, numbers) == ["submitted", "waitlisted"]
    view = await club.turn(enrolment.application, families[0].parent, numbers[0])
    assert view is not None
    assert view.facts.disputed
    assert [kind for kind, *_ in await news(club, families[0].parent)] == ["reminder"]
    assert await news(club, father) == []
    await check(club)
