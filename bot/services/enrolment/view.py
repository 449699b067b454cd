"""Applications as people see them: a family its own, the staff those of its organisation, each with its readable history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.application import Action, Actor, Reason, Role, State
from bot.model.text import Personal, Words, _
from bot.services import line, waking
from bot.services.enrolment.refusal import ACTORS, RULES, Refused
from bot.services.enrolment.rules import child_words
from bot.services.staff import access
from storage import application as table
from storage import enrolment as facts_of
from storage.application import HistoryRow, ViewRow
from storage.database import Tx

WEEK = timedelta(days=7)
STAFF = frozenset({Role.STAFF, Role.TEACHER})
"""Who sees decisions that were taken back."""
MOST = 500
"""Applications on one list, at most."""
PRIVATE = frozenset({Role.APART, Role.FOLLOWER, Role.TEACHER})
"""Who sees that something happened, not what was written (domain: the family)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of an application's history. `who` is a name where one is known and may be said; a family reads its organisation's."""

    id: int
    action: Action
    before: State | None
    state: State
    at: datetime
    actor: Actor
    person: int | None
    who: Words
    channel: str | None
    why: str


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as the one who looks may see it: `role` says what they are to it.

    `facts` are its own columns with its group's and organisation's names. `number` is the place in the queue and `moved` by how many it
    got better within a week (both `None` unless it waits); `holds`: it holds a place; `change`: the last change, for `decide(seen=…)`.
    """

    facts: ViewRow
    role: Role
    state: State
    child_words: Personal
    reason: Reason | None
    comment: str
    number: int | None
    moved: int | None
    holds: bool
    history: tuple[Change, ...]

    @property
    def change(self) -> int:
        """The last change."""
        return self.history[-1].id


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An application that waits for a decision. `days_left` until the term's day, today's is 0; negative: overdue by so many."""

    application: ApplicationView
    days_left: int


@dataclass(frozen=True, slots=True)
class RosterItem:
    """Somebody of a group: with a seat, or waiting with a `number`, or in a selection."""

    application: ApplicationView
    seat: int | None


async def application(tx: Tx, person: int, number: int) -> ApplicationView | None:
    """An application, where the person may see it: its family's guardians and followers, the pupil, its organisation's staff."""
    return next(iter(await _views(tx, person, [number])), None)


async def applications(tx: Tx, person: int) -> list[ApplicationView]:
    """All applications of a person's families, those that are going on first, then the newest first."""
    found = await _views(tx, person, await tx.all(table.MINE, person=person, most=MOST))
    return [one for one in found if one.facts.name]  # a child without a name was erased


async def news(tx: Tx, person: int, change: int) -> tuple[ApplicationView, Change] | None:
    """A change that somebody is told of, with its application as it is today; `None` where it is not theirs to see."""
    number = await tx.one(table.CHANGED, change=change)
    seen = None if number is None else await application(tx, person, number)
    told = next((one for one in seen.history if one.id == change), None) if seen else None
    return (seen, told) if seen and told else None


async def inbox(tx: Tx, staff_person: int) -> list[InboxItem]:
    """What waits for a decision of the person's organisations, due first; empty for who works for none."""
    found = await _views(tx, staff_person, await tx.all(table.INBOX, person=staff_person, now=tx.now, most=MOST), staff=True)
    return [InboxItem(one, _days_left(tx, one)) for one in found]


async def awaiting_papers(tx: Tx, staff_person: int) -> list[ApplicationView]:
    """Confirmed applications of the person's organisations, those whose papers are due first."""
    return await _views(tx, staff_person, await tx.all(table.CONFIRMED, person=staff_person, now=tx.now, most=MOST), staff=True)


async def leavers(tx: Tx, staff_person: int) -> list[ApplicationView]:
    """Pupils of the person's organisations whose families asked to leave, those who leave first."""
    return await _views(tx, staff_person, await tx.all(table.ASKED_TO_LEAVE, person=staff_person, now=tx.now, most=MOST), staff=True)


async def group_roster(tx: Tx, staff_person: int, group: int) -> list[RosterItem]:
    """Who holds a place in a group, by seat, then who waits, by ticket. Raises `Refused` for another organisation's group."""
    if not await access(tx, staff_person, group):
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    found = await _views(tx, staff_person, await tx.all(table.ROSTER, group=group, most=MOST), staff=True)
    return [RosterItem(one, one.facts.seat) for one in found]


def _days_left(tx: Tx, one: ApplicationView) -> int:
    today = waking.local_day(tx.now, ZoneInfo(one.facts.zone))
    return ((one.facts.decide_by or today) - today).days


async def _views(tx: Tx, person: int, numbers: Sequence[int], *, staff: bool = False) -> list[ApplicationView]:
    """Those of `numbers` that the person may see, in their order; `staff`: as one of the staff, whatever else they are."""
    rows = {row.id: row for row in await tx.all(table.VIEW, applications=list(numbers), person=person, now=tx.now)}
    for row in [row for row in rows.values() if row.ordered and row.number is not None]:
        facts = await tx.one(facts_of.FACTS, group=row.group)
        if facts is not None:
            rows[row.id] = row._replace(number=(await line.numbers(tx, facts)).get(row.id, row.number))
    history = dict[int, list[HistoryRow]]()
    for change in await tx.all(table.HISTORY, applications=list(rows)):
        history.setdefault(change.application, []).append(change)
    moved = dict(await tx.all(table.MOVED, applications=list(rows), since=tx.now - WEEK))
    return [
        _view(tx, rows[number], Role.STAFF if staff else Role(rows[number].role), history[number], moved.get(number, 0))
        for number in numbers
        if number in rows
    ]


def _view(tx: Tx, row: ViewRow, role: Role, history: Iterable[HistoryRow], moved: int) -> ApplicationView:
    today: date = waking.local_day(tx.now, ZoneInfo(row.zone))
    return ApplicationView(
        row,
        role,
        State(row.state),
        child_words(row.name, row.surname, row.born, today),
        Reason(row.reason) if row.reason else None,
        "" if role in PRIVATE else row.comment or "",
        row.number,
        moved if row.number is not None and not row.ordered else None,
        row.seat is not None,
        tuple(_change(row, role, one) for one in (history if role in STAFF else _standing(history))),
    )


def _standing(history: Iterable[HistoryRow]) -> list[HistoryRow]:
    """What stands of a history: a decision that was taken back within its minute is nothing that happened to a family."""
    made = list[HistoryRow]()
    for one in history:
        if one.action == Action.UNDO:
            made.pop()
        else:
            made.append(one)
    return made


def _change(row: ViewRow, role: Role, one: HistoryRow) -> Change:
    return Change(
        one.id,
        Action(one.action),
        State(one.from_state) if one.from_state else None,
        State(one.state),
        one.at,
        Actor(one.actor),
        one.person,
        _who(row, role, one),
        one.channel,
        "" if role in PRIVATE else one.why or "",
    )


def _who(row: ViewRow, role: Role, one: HistoryRow) -> Words:
    """The name behind a change: families do not read a colleague's, nor the staff's list a stranger's."""
    if one.actor == Actor.FAMILY and one.guardian_name:
        return Personal(one.guardian_name, ACTORS[Actor.FAMILY])
    if one.actor != Actor.STAFF:
        return ACTORS[Actor(one.actor)]
    if one.action == Action.CLEAR and not one.staff_name:
        return _("the municipal centre")
    if role is not Role.STAFF:
        return row.organisation_name
    return Personal(one.staff_name, ACTORS[Actor.STAFF]) if one.staff_name else ACTORS[Actor.STAFF]
