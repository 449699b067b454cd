"""The parts of somebody's work: what waits, with its number, and what is always there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.conversation.turn import Turn
from bot.model.text import Words, _
from bot.services import calls, cases, enquiry, enrolment, navigator, paperwork, selection

DECIDES = frozenset({"organisation"})
"""Roles that decide about applications."""
WITH_GROUPS = frozenset({"organisation", "teacher"})
"""Roles that work with groups."""


ABOVE = frozenset({"municipality", "region"})
"""Roles above the organisations: counts, and cases that families opened."""


CENTRE = frozenset({"municipality"})
"""The municipal centre alone."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the work page: `label` gets the number that waits; without `count` it is always there, and its number is 0.

    `always` are roles that find it there also while nothing waits.
    """

    label: Callable[[int], Words]
    dialog: str
    args: tuple[int, ...] = ()
    count: Callable[[Turn], Awaitable[int]] | None = None
    roles: frozenset[str] = DECIDES
    always: frozenset[str] = frozenset()


async def _inbox(turn: Turn) -> int:
    return len(await enrolment.inbox(turn.tx, turn.person.id))


async def _papers(turn: Turn) -> int:
    return len(await enrolment.awaiting_papers(turn.tx, turn.person.id))


async def _leavers(turn: Turn) -> int:
    return len(await enrolment.leavers(turn.tx, turn.person.id))


async def _selections(turn: Turn) -> int:
    return sum(each.waiting + each.invited for each in await selection.boards(turn.tx, turn.person.id))


async def _asked(turn: Turn) -> int:
    return len(await paperwork.waiting(turn.tx, turn.person.id))


def _selection(n: int) -> Words:
    return _("Selection · {n}").format(n=n) if n else _("Selection")


async def _calls(turn: Turn) -> int:
    return len(await calls.waiting(turn.tx, turn.person.id))


async def _outside(turn: Turn) -> int:
    return await navigator.count(turn.tx, turn.person.id)


async def _questions(turn: Turn) -> int:
    return len(await enquiry.stack(turn.tx, turn.person.id, turn.here.kinds("full")))


async def _complaints(turn: Turn) -> int:
    return len(await enquiry.reported(turn.tx, turn.person.id))


async def _unanswered(turn: Turn) -> int:
    return sum(count for _name, count in await enquiry.unanswered(turn.tx, turn.person.id))


async def _cases(turn: Turn) -> int:
    return len(await cases.waiting(turn.tx, turn.person.id))


SECTIONS: tuple[Section, ...] = (
    Section(lambda n: _("Applications · {n}").format(n=n), "inbox", (0,), _inbox),
    Section(lambda n: _("Papers · {n}").format(n=n), "papers", (0,), _papers),
    Section(lambda n: _("Ask to leave · {n}").format(n=n), "leavers", (0,), _leavers),
    Section(_selection, "boards", (), _selections, frozenset({"organisation", "board"}), frozenset({"board"})),
    Section(lambda n: _("Papers asked for · {n}").format(n=n), "paperrequests", (0,), _asked),
    Section(lambda n: _("Calls · {n}").format(n=n), "calls", (0,), _calls, WITH_GROUPS),
    Section(lambda n: _("For Navigator · {n}").format(n=n), "navigator", (0,), _outside),
    Section(lambda n: _("Questions · {n}").format(n=n), "questions", (0,), _questions),
    Section(lambda n: _("Complaints · {n}").format(n=n), "complaints", (0,), _complaints, CENTRE),
    Section(lambda n: _("Overdue questions · {n}").format(n=n), "unanswered", (), _unanswered, CENTRE),
    Section(lambda n: _("Messages of families · {n}").format(n=n), "cases", (0,), _cases, roles=DECIDES | CENTRE),
    Section(lambda _n: _("Numbers"), "numbers", roles=ABOVE | {"observer"}),
    Section(lambda _n: _("Who has access"), "access", roles=ABOVE | DECIDES),
    Section(lambda _n: _("My groups"), "mygroups", roles=WITH_GROUPS),
    Section(lambda _n: _("Rules of enrolment"), "rules", roles=CENTRE | DECIDES),
    Section(lambda _n: _("Journal"), "journals", roles=ABOVE | DECIDES),
    Section(lambda _n: _("Card doctor"), "doctor"),
    Section(lambda _n: _("Times for papers"), "paperslots"),
    Section(lambda _n: _("Documents and payment"), "papersetup"),
)
"""In the order in which they are shown: what waits comes before what is always there."""
