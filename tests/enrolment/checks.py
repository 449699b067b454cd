"""What must hold of places, queues and logs after everything that happens."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.conversation.language import Languages, Reader
from bot.model.application import LIVE, State, holds
from bot.model.text import Words
from storage import schema
from storage.database import Tx
from tests.enrolment.club import Club
from tests.stage import LOCALES

LANGUAGES = Languages(LOCALES, "en")


def say(words: Words, *, personal: bool = True) -> str:
    """Words as an English reader sees them."""
    return LANGUAGES.say(words, Reader("en", personal, str))


async def check(club: Club, most: int = 3) -> None:
    """Look at the whole database at once, and fail where a promise is broken; a child holds at most so many places."""
    await club.turn(_check, club, most)


async def _check(tx: Tx, club: Club, most: int) -> None:
    applications = await club.within(tx, schema.application, "id", "child", "group", "state", "ticket", "offer_until", "family")
    groups = await club.within(tx, schema.study_group, "id", "entry", "held")
    places = await club.within(tx, schema.place, "holder", "group", "seat")
    entry = {number: entry for number, entry, _held in groups}
    seats = {holder: (group, seat) for holder, group, seat in places}

    assert len({(group, seat) for _holder, group, seat in places}) == len(places), "a seat with two holders"
    assert {number: held for number, _entry, held in groups} == {
        number: sum(group == number for group, _seat in seats.values()) for number in entry
    }, "held is not the number of places"
    for number, _child, group, state, _ticket, until, _family in applications:
        holder = holds(State(state), selection=entry[group] == "selection")
        assert (number in seats) == holder, f"{state} {'without' if holder else 'with'} a place"
        assert not holder or seats[number][0] == group, "a seat in another group"
        assert until is not None or state != State.OFFERED, "an offer without its term"
    alive = Counter((child, group) for _number, child, group, state, *_ in applications if state in LIVE)
    assert not alive or max(alive.values()) == 1, "two applications of a child to a group"
    of_child = Counter(child for number, child, *_ in applications if number in seats)
    assert not of_child or max(of_child.values()) <= most, "more places than a child may hold"
    tickets = [(group, ticket) for _n, _c, group, _s, ticket, *_ in applications if ticket is not None]
    assert len(set(tickets)) == len(tickets), "a ticket drawn twice"
    await _check_logs(tx, club, {number: state for number, _child, _group, state, *_ in applications})


async def _check_logs(tx: Tx, club: Club, states: dict[int, str]) -> None:
    """Each log begins with nothing, leads from state to state, and ends where its application stands; guardians are told."""
    logs = dict[int, list[tuple[Any, ...]]]()
    for row in await club.within(tx, schema.application_change, "id", "application", "from_state", "state", "person", "action"):
        logs.setdefault(row[1], []).append(row)
    assert logs.keys() == states.keys()
    for number, log in logs.items():
        assert log[0][2] is None
        assert [row[2] for row in log[1:]] == [row[3] for row in log[:-1]]
        assert log[-1][3] == states[number]


async def state(club: Club, number: int) -> str:
    """How an application stands."""
    [(found,)] = await club.rows(schema.application, "state", id=number)
    return str(found)


async def seat(club: Club, number: int) -> int | None:
    """The seat that an application holds."""
    return next((int(seat) for (seat,) in await club.rows(schema.place, "seat", holder=number)), None)


async def actions(club: Club, number: int) -> list[str]:
    """What happened to an application, in order."""
    return [action for _id, action in await club.rows(schema.application_change, "id", "action", application=number)]


async def news(club: Club, person: int) -> list[tuple[Any, ...]]:
    """The news that are planned for somebody: class, due, state."""
    return [row[1:] for row in await club.rows(schema.delivery, "id", "class", "due", "state", person=person)]
