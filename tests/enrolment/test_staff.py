"""The organisation's side: decisions and who was quicker, the minute of undo, sizes, selections, lists, and why nobody was offered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.model.application import DECISIONS, Action, Actor, Forbidden, Reason, Role, State, allowed
from bot.model.application import check as check_transition
from bot.services import enrolment
from bot.services.enrolment import Decided, Refused
from storage import schema
from tests.enrolment.checks import actions, check, news, say, seat, state
from tests.enrolment.club import START, Club
from tests.enrolment.test_apply import send
from tests.enrolment.test_family import act, local, states, waiting

NEEDED: dict[str, dict[str, Any]] = {"decline": {"reason": "age"}, "enrol": {"act": "order 12 of 1 September"}}
"""What some decisions cannot do without."""


async def decide(club: Club, number: int, verb: str, *, by: int | None = None, **values: Any) -> int:
    """Let the methodist decide."""
    values = {**NEEDED.get(verb, {}), "channel": "vk", **values}
    return await club.turn(enrolment.decide, by or club.methodist, number, verb, **values)


async def undo(club: Club, number: int) -> None:
    """Let the methodist take a decision back."""
    await club.turn(enrolment.undo, club.methodist, number, channel="vk")


async def test_who_is_enrolled_outside_is_counted_with_its_day_and_what_is_free_is_offered(club: Club) -> None:
    group = await club.group(2, taken=1)
    numbers = [await send(club, await club.family(name=name), group) for name in ("Masha", "Misha")]
    other = await club.works_for(await club.employer("Sports"))
    with pytest.raises(Refused):
        await club.turn(enrolment.count_outside, other, group, 0)
    await club.turn(enrolment.count_outside, club.methodist, group, 0)
    assert await club.rows(schema.study_group, "taken", "taken_on", id=group) == [(0, date(2026, 8, 24))]
    assert [await state(club, number) for number in numbers] == ["submitted", "offered"]
    await club.turn(enrolment.count_outside, club.methodist, group, 2)
    assert [await state(club, number) for number in numbers] == ["submitted", "offered"], "nobody loses a place"


async def test_from_an_application_to_a_place_by_order(club: Club) -> None:
    _group, families, [number] = await waiting(club, 1, 0)
    await decide(club, number, "ask", comment="Is Masha new to this?")
    await act(club, families[0], "answer", number)
    await decide(club, number, "confirm")
    await decide(club, number, "enrol")
    await decide(club, number, "left", comment="moved away")
    view = await club.turn(enrolment.application, families[0].parent, number)
    assert view is not None
    assert [(change.action, change.state, change.why) for change in view.history] == [
        ("apply", "submitted", ""),
        ("ask", "needs_info", "Is Masha new to this?"),
        ("answer", "submitted", "After lunch"),
        ("confirm", "confirmed", ""),
        ("enrol", "enrolled", "order 12 of 1 September"),
        ("left", "left", "moved away"),
    ]
    assert [say(change.who) for change in view.history[:3]] == ["Masha’s mother", "House of Arts", "Masha’s mother"]
    assert (view.facts.act, view.holds) == ("order 12 of 1 September", False)
    audit = await club.rows(schema.audit, "id", "action", "noun", "noun_id", "organisation", "person")
    theirs = ("application", number, club.organisation, club.methodist)
    assert [row[1:] for row in audit] == [(verb, *theirs) for verb in ("ask", "confirm", "enrol", "left")]
    await check(club)


async def test_a_family_is_told_when_the_minute_of_undo_is_over(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 1)
    await decide(club, numbers[0], "decline", comment="from seven on")
    for family, kind in zip(families, ("reminder", "offer"), strict=True):
        [(found, due, _state)] = await news(club, family.parent)
        [(at,)] = await club.rows(schema.application, "changed", id=numbers[0])
        assert (found, due) == (kind, at + timedelta(minutes=1))


async def test_a_decision_needs_its_reason_and_its_act(club: Club) -> None:
    _group, _families, [number] = await waiting(club, 1, 0)
    with pytest.raises(ValueError, match="lacks"):
        await decide(club, number, "decline", reason=None)
    with pytest.raises(ValueError, match="sulked"):
        await decide(club, number, "decline", reason="sulked")
    await decide(club, number, "confirm")
    with pytest.raises(ValueError, match="lacks"):
        await decide(club, number, "enrol", act="")
    for verb in ("apply", "undo", "nonsense"):
        with pytest.raises(ValueError, match=verb):
            await decide(club, number, verb)
    assert await state(club, number) == "confirmed"


async def test_another_organisations_staff_sees_and_does_nothing(club: Club) -> None:
    group, _families, [number] = await waiting(club, 1, 0)
    stranger = await club.works_for(await club.employer("Owl"), "Anna")
    gone = await club.works_for(club.organisation, until=START)
    observer = await club.works_for(club.organisation, role="observer")
    for person in (stranger, gone, observer):
        with pytest.raises(Refused, match="Only the staff"):
            await decide(club, number, "confirm", by=person)
        for work in (
            lambda tx, person=person: enrolment.undo(tx, person, number, channel="vk"),
            lambda tx, person=person: enrolment.set_size(tx, person, group, 5),
            lambda tx, person=person: enrolment.group_roster(tx, person, group),
            lambda tx, person=person: enrolment.why_nobody(tx, person, group),
        ):
            with pytest.raises(Refused, match="Only the staff"):
                await club.turn(work)
        assert await club.turn(enrolment.inbox, person) == []
        assert await club.turn(enrolment.application, person, number) is None
    with pytest.raises(Refused, match="Only the staff"):
        await decide(club, 999, "confirm")
    assert await actions(club, number) == ["apply"]


async def test_the_second_learns_who_was_quicker_and_when(club: Club) -> None:
    _group, families, numbers = await waiting(club, 2, 0)
    colleague = await club.works_for(club.organisation)
    seen = (await club.turn(enrolment.inbox, colleague))[0].application.change
    await decide(club, numbers[0], "confirm", seen=seen)
    for verb in ("confirm", "decline"):
        with pytest.raises(Decided) as why:
            await decide(club, numbers[0], verb, by=colleague, seen=seen)
        words = why.value.words
        assert say(words) == "This was decided meanwhile. 24 August at 10:00, Svetlana Yuryevna: confirmed, papers are awaited"
        assert say(words, personal=False).count("a colleague") == 1
    with pytest.raises(Decided, match="decided"):
        await decide(club, numbers[0], "queue", by=colleague)
    await act(club, families[1], "withdraw", numbers[1])
    with pytest.raises(Decided) as why:
        await decide(club, numbers[1], "confirm")
    assert say(why.value.words) == "This was decided meanwhile. 24 August at 10:00, the family: withdrawn by the family"
    assert await actions(club, numbers[0]) == ["apply", "confirm"]


@pytest.mark.parametrize("verb", ["confirm", "ask", "decline", "queue"])
async def test_twice_is_once(club: Club, verb: str) -> None:
    _group, _families, [number] = await waiting(club, 1, 0)
    assert await decide(club, number, verb) == await decide(club, number, verb)
    assert await actions(club, number) == ["apply", verb]
    assert len(await club.rows(schema.audit, "id")) == 1
    await check(club)


# ------------------------------------------------------------ undo


@pytest.mark.parametrize("verb", ["confirm", "ask", "decline", "queue"])
async def test_within_its_minute_a_decision_is_taken_back_and_nobody_hears_of_it(club: Club, verb: str) -> None:
    _group, families, numbers = await waiting(club, 1, 2)
    await decide(club, numbers[0], verb)
    await undo(club, numbers[0])
    await undo(club, numbers[0])
    assert await states(club, numbers) == ["submitted", "waitlisted", "waitlisted"]
    assert await actions(club, numbers[0]) == ["apply", verb, "undo"]
    assert {planned for family in families for _kind, _due, planned in await news(club, family.parent)} <= {"withdrawn"}
    assert (await club.rows(schema.application, "reason", "comment", "act", id=numbers[0])) == [(None, None, None)]
    await check(club)
    await decide(club, numbers[0], verb)
    freed = verb in {"decline", "queue"}
    assert await states(club, numbers) == [DECISIONS[Action(verb)], "offered" if freed else "waitlisted", "waitlisted"]
    await check(club)


async def test_a_decision_that_moved_nobody_else_is_taken_back(club: Club) -> None:
    """Nobody waited for the place that was freed, and a review moves nothing at all."""
    _group, families, [number] = await waiting(club, 1, 0)
    await decide(club, number, "decline")
    await undo(club, number)
    assert (await state(club, number), await seat(club, number)) == ("submitted", 1)
    await decide(club, number, "queue")
    await decide(club, number, "review")
    await undo(club, number)
    assert await club.rows(schema.application, "state", "reviewed", id=number) == [("waitlisted", False)]
    assert await actions(club, number) == ["apply", "decline", "undo", "queue", "review", "undo"]
    assert [planned for *_, planned in await news(club, families[0].parent)] == ["withdrawn", "waiting"]
    await check(club)


async def test_a_minute_later_it_is_too_late(club: Club) -> None:
    _group, _families, numbers = await waiting(club, 1, 0)
    await decide(club, numbers[0], "confirm")
    club.now += timedelta(minutes=1)
    with pytest.raises(Refused, match="Too late"):
        await undo(club, numbers[0])


async def test_only_ones_own_decision_is_taken_back(club: Club) -> None:
    _group, _families, numbers = await waiting(club, 1, 0)
    with pytest.raises(Refused, match="Too late"):
        await undo(club, numbers[0])
    await decide(club, numbers[0], "confirm", by=await club.works_for(club.organisation))
    with pytest.raises(Refused, match="Too late"):
        await undo(club, numbers[0])


async def test_a_place_that_was_accepted_meanwhile_stays_where_it_is(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 1)
    await decide(club, numbers[0], "decline")
    await act(club, families[1], "accept", numbers[1])
    with pytest.raises(Refused, match="All places are taken"):
        await undo(club, numbers[0])
    assert await states(club, numbers) == ["declined", "submitted"]


async def test_a_family_that_applied_anew_stays_there(club: Club) -> None:
    group, families, numbers = await waiting(club, 2, 0)
    await decide(club, numbers[0], "decline")
    await send(club, families[0], group)
    with pytest.raises(Refused, match="applied anew"):
        await undo(club, numbers[0])
    await check(club)


# ------------------------------------------------------------ sizes and queues


async def test_a_raised_size_is_offered_and_a_lowered_one_takes_nothing_away(club: Club) -> None:
    group, families, numbers = await waiting(club, 2, 3)
    await club.turn(enrolment.set_size, club.methodist, group, 4)
    assert await states(club, numbers) == ["submitted", "submitted", "offered", "offered", "waitlisted"]
    await club.turn(enrolment.set_size, club.methodist, group, 1)
    assert await states(club, numbers) == ["submitted", "submitted", "offered", "offered", "waitlisted"]
    for number, verb in ((0, "withdraw"), (2, "decline_offer"), (3, "decline_offer")):
        await act(club, families[number], verb, numbers[number])
        assert await state(club, numbers[4]) == "waitlisted"
    await act(club, families[1], "withdraw", numbers[1])
    assert await state(club, numbers[4]) == "offered"
    assert await seat(club, numbers[4]) == 1
    with pytest.raises(ValueError, match="-1 places"):
        await club.turn(enrolment.set_size, club.methodist, group, -1)
    facts = await club.rows(schema.audit, "id", "action", "noun", "facts")
    assert [row[1:] for row in facts] == [("set_size", "group", {"from": 2, "to": 4}), ("set_size", "group", {"from": 4, "to": 1})]
    await check(club)


async def test_who_is_sent_to_the_queue_is_not_asked_for_the_place_that_this_frees(club: Club) -> None:
    _group, families, numbers = await waiting(club, 2, 0)
    await decide(club, numbers[0], "queue")
    assert await states(club, numbers) == ["waitlisted", "submitted"]
    assert await club.turn(enrolment.tick) == []
    await act(club, families[1], "withdraw", numbers[1])
    assert await states(club, numbers) == ["offered", "withdrawn"]
    await act(club, families[0], "accept", numbers[0])
    assert await state(club, numbers[0]) == "confirmed"
    await check(club)


async def test_a_locked_group_offers_nothing_until_it_is_opened(club: Club) -> None:
    group, families, numbers = await waiting(club, 1, 1)
    await club.change(schema.study_group, group, locked=True)
    await act(club, families[0], "withdraw", numbers[0])
    assert await states(club, numbers) == ["withdrawn", "waitlisted"]
    assert await club.turn(enrolment.tick) == []
    await club.change(schema.study_group, group, locked=False)
    assert await club.turn(enrolment.tick) == [numbers[1]]


# ------------------------------------------------------------ selections


async def test_a_selection_admits_within_its_places_and_the_reserve_follows(club: Club) -> None:
    group, families = await club.group(1, entry="selection"), [await club.family() for _ in range(4)]
    numbers = [await send(club, family, group) for family in families]
    for number in numbers:
        await decide(club, number, "invite")
    await decide(club, numbers[3], "reserve")
    await decide(club, numbers[0], "admit")
    with pytest.raises(Refused, match="All places are taken"):
        await decide(club, numbers[1], "admit")
    await decide(club, numbers[1], "reserve")
    await decide(club, numbers[2], "not_admit")
    assert await states(club, numbers) == ["admitted", "reserve", "not_admitted", "reserve"]
    await decide(club, numbers[0], "confirm")
    await act(club, families[0], "withdraw", numbers[0])
    assert await states(club, numbers) == ["withdrawn", "reserve", "not_admitted", "admitted"], "the reserve in its own order"
    assert (await actions(club, numbers[3]))[-1] == "admit"
    await check(club)
    assert say(await club.turn(enrolment.why_nobody, club.methodist, group)).startswith("No place is free")
    await decide(club, numbers[3], "decline")
    await undo(club, numbers[3])
    assert await states(club, numbers) == ["withdrawn", "reserve", "not_admitted", "admitted"]
    await check(club)


async def test_a_full_child_is_admitted_when_it_has_room(club: Club) -> None:
    group, family = await club.group(1, entry="selection"), await club.family()
    number = await send(club, family, group)
    held = [await send(club, family, await club.group(5)) for _ in range(3)]
    await decide(club, number, "invite")
    with pytest.raises(Refused, match="Let one of them go"):
        await decide(club, number, "admit")
    await decide(club, number, "reserve")
    await club.turn(enrolment.set_size, club.methodist, group, 2)
    assert await state(club, number) == "reserve"
    await act(club, family, "withdraw", held[0])
    assert await club.turn(enrolment.tick) == [number]
    assert await state(club, number) == "admitted"
    await check(club)


# ------------------------------------------------------------ the life-cycle itself


def test_the_queue_knows_no_board_and_the_selection_no_offers() -> None:
    for before in State:
        for after in (State.WAITLISTED, State.OFFERED):
            assert not any(allowed(actor, before, after, selection=True) for actor in (Actor.FAMILY, Actor.STAFF, Actor.CLOCK))
        for after in (State.INVITED, State.ADMITTED, State.RESERVE, State.NOT_ADMITTED):
            assert not any(allowed(actor, before, after) for actor in (Actor.FAMILY, Actor.STAFF, Actor.CLOCK))
    assert not allowed(Actor.STAFF, State.SUBMITTED, State.CONFIRMED, selection=True)
    assert allowed(Actor.STAFF, State.ADMITTED, State.CONFIRMED, selection=True)
    assert allowed(Actor.IMPORT, State.LEFT, State.ENROLLED)
    with pytest.raises(Forbidden, match="family: submitted → enrolled"):
        check_transition(Actor.FAMILY, State.SUBMITTED, State.ENROLLED)


@pytest.mark.parametrize("verb", [verb for verb in DECISIONS if verb is not Action.REVIEW])
@pytest.mark.parametrize("selection", [False, True], ids=["queue", "selection"])
async def test_a_decision_is_possible_where_the_life_cycle_has_it(club: Club, verb: Action, selection: bool) -> None:  # noqa: FBT001
    paths: list[tuple[str, ...]] = [(), ("invite",), ("invite", "admit"), ("invite", "reserve")]
    if not selection:
        paths = [(), ("ask",), ("confirm",), ("confirm", "enrol"), ("decline",)]
    for path in paths:
        number = await send(club, await club.family(), await club.group(1, entry="selection" if selection else "queue"))
        for step in path:
            await decide(club, number, step)
        was = State(await state(club, number))
        if verb in path[-1:]:
            continue
        if allowed(Actor.STAFF, was, DECISIONS[verb], selection=selection):
            await decide(club, number, verb)
            assert await state(club, number) == DECISIONS[verb]
        else:
            with pytest.raises(Decided):
                await decide(club, number, verb)
            assert await state(club, number) == was
    await check(club)


# ------------------------------------------------------------ lists and words


async def test_the_inbox_is_what_waits_oldest_first_with_the_days_left(club: Club) -> None:
    numbers = []
    for day in (24, 25, 27):
        club.now = local(day, 10)
        numbers.append(await send(club, await club.family(), await club.group()))
    await decide(club, numbers[1], "confirm")
    await send(club, await club.family(), await club.group(0))
    club.now = local(103, 10)
    found = await club.turn(enrolment.inbox, club.methodist)
    assert [(one.application.facts.id, one.days_left) for one in found] == [(numbers[0], -1), (numbers[2], 4)]
    assert {one.application.role for one in found} == {Role.STAFF}


async def test_the_roster_is_who_holds_then_who_waits(club: Club) -> None:
    group, families, numbers = await waiting(club, 2, 2)
    await act(club, families[0], "withdraw", numbers[0])
    found = await club.turn(enrolment.group_roster, club.methodist, group)
    assert [(one.application.facts.id, one.application.state, one.seat, one.application.number) for one in found] == [
        (numbers[2], "offered", 1, None),
        (numbers[1], "submitted", 2, None),
        (numbers[3], "waitlisted", None, 1),
    ]


async def test_who_may_look_sees_what_is_theirs(club: Club) -> None:
    _group, families, [number] = await waiting(club, 1, 0)
    await decide(club, number, "ask", comment="Is Masha new to this?")
    pupil = await club.person()
    await club.change(schema.child, families[0].child, person=pupil)
    seen = {
        "guardian": (families[0].parent, "Is Masha new to this?", "House of Arts"),
        "apart": (await club.joins(families[0].id, "apart"), "", "House of Arts"),
        "follower": (await club.joins(families[0].id, "follower"), "", "House of Arts"),
        "pupil": (pupil, "Is Masha new to this?", "House of Arts"),
        "staff": (club.methodist, "Is Masha new to this?", "Svetlana Yuryevna"),
    }
    for role, (person, comment, who) in seen.items():
        view = await club.turn(enrolment.application, person, number)
        assert view is not None
        assert (view.role, view.comment, view.history[-1].why, say(view.history[-1].who)) == (role, comment, comment, who)
        assert await club.turn(enrolment.news, person, view.change) == (view, view.history[-1])
        assert [one.facts.id for one in await club.turn(enrolment.applications, person)] == ([] if role == "staff" else [number])
    stranger, [(last,), *_rest] = await club.family(), await club.rows(schema.application_change, "id", action="ask")
    assert await club.turn(enrolment.application, stranger.parent, number) is None
    assert await club.turn(enrolment.news, stranger.parent, last) is None
    assert await club.turn(enrolment.news, stranger.parent, 999) is None
    assert await club.turn(enrolment.application, stranger.parent, 999) is None


async def test_a_number_moves_with_what_happens_before_it_within_a_week(club: Club) -> None:
    _group, families, numbers = await waiting(club, 1, 4)

    async def number() -> tuple[int | None, int | None]:
        view = await club.turn(enrolment.application, families[4].parent, numbers[4])
        assert view is not None
        return view.number, view.moved

    assert await number() == (4, 0)
    await act(club, families[1], "withdraw", numbers[1])
    assert await number() == (3, 1)
    await act(club, families[0], "withdraw", numbers[0])
    assert await number() == (2, 2)
    await act(club, families[2], "keep_in_line", numbers[2])
    assert (await state(club, numbers[3]), await number()) == ("offered", (2, 2))
    club.now += timedelta(days=8)
    assert await number() == (2, 0)
    await send(club, await club.family(), _group)
    assert await number() == (2, 0)


async def test_why_nobody_was_offered(club: Club) -> None:
    group, families, numbers = await waiting(club, 1, 0)
    assert numbers

    async def why() -> str:
        return say(await club.turn(enrolment.why_nobody, club.methodist, group))

    await club.change(schema.study_group, group, size=3, taken=1, kept=1)
    assert await why() == "Nobody waits in the queue"
    waits = await club.family()
    number = await send(club, waits, group)
    assert await why() == "No place is free: of 3, 1 are held here, 1 are taken elsewhere, 1 are kept for your own pupils"
    await club.change(schema.study_group, group, locked=True)
    await act(club, families[0], "withdraw", numbers[0])
    assert await why() == "Enrolment in this group is closed: it gives no places"
    await club.change(schema.study_group, group, locked=False)
    assert await why() == "A place is free: whoever is next is asked within a minute"
    await club.turn(enrolment.tick)
    assert await why() == "Nobody waits in the queue\n1 place is offered and waits for an answer, until 26 August at 10:00 at the earliest"
    await act(club, waits, "keep_in_line", number)
    assert await why() == "A place is free, but nobody who waits can have it now\n1 waits for the next one"
    full = await club.family()
    for _ in range(3):
        await send(club, full, await club.group())
    await club.change(schema.study_group, group, size=2)
    await send(club, full, group)
    await club.change(schema.study_group, group, size=3)
    assert await why() == (
        "A place is free, but nobody who waits can have it now\n1 waits for the next one\n1 child holds as many places as it may"
    )


def test_every_reason_and_state_has_words() -> None:
    assert enrolment.REASONS.keys() == set(Reason)
    assert enrolment.STATES.keys() == set(State)
