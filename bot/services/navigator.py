"""«Для Навигатора»: what an organisation with two doors has to enter there, and how an application stands there, by a list from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.model.application import LIVE, State
from bot.model.text import _
from bot.services import staff
from bot.services.enrolment.refusal import RULES, Refused
from storage import navigator as table
from storage.database import Tx
from storage.navigator import EntryRow

__all__ = ["EntryRow", "Outcome", "Outside", "count", "enter", "entry", "forget", "outside", "statuses", "waiting"]

MOST = 500
ENTERED = "entered"
MOST_PATRONYMIC = 2
"""Words of a name besides the surname and the name: «Ивановна», «Рустам кызы»."""
LONGEST = 40
"""Characters of a state's name."""
WORDS: Mapping[str, str] = {
    "новая": "new",
    "подтверждена": "confirmed",
    "подтвержден": "confirmed",
    "обучается": "studies",
    "зачислен": "studies",
    "зачислена": "studies",
    "отклонена": "declined",
    "отклонен": "declined",
    "лист ожидания": "waits",
    "резерв": "waits",
}
"""States as Навигатор's people call them (domain: no full official list is public); others are kept as they are written."""
CONFLICTS = {("declined", "confirmed"), ("declined", "enrolled"), ("studies", "withdrawn"), ("studies", "declined"), ("studies", "lapsed")}
"""A state outside and one here that do not go together: somebody must look."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("номер", "номер заявки", "№ заявки", "id", "number"),
    "child": ("ребенок", "фио ребенка", "фио", "обучающийся", "child"),
    "born": ("дата рождения", "др", "born"),
    "programme": ("программа", "название программы", "programme"),
    "state": ("статус", "состояние", "статус заявки", "state"),
}
"""Headings by meaning, without case and «ё»."""


@dataclass(frozen=True, slots=True)
class Outside:
    """How an application stands in the region's own system; `state` is `None` where it is not there."""

    state: str | None
    number: str | None
    at: datetime | None
    both: bool


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a list: each is in exactly one of these, by its number in the file."""

    applied: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    ambiguous: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    conflicts: list[tuple[int, int]] = field(default_factory=list)
    """Row and application: both states do not go together; the application itself is not changed."""


async def waiting(tx: Tx, person: int) -> list[EntryRow]:
    """What the person's organisations have to enter."""
    return await tx.all(table.WAITING, person=person, now=tx.now, most=MOST)


async def count(tx: Tx, person: int) -> int:
    """How many that are."""
    return await tx.one(table.COUNT, person=person, now=tx.now) or 0


async def entry(tx: Tx, person: int, number: int) -> EntryRow | None:
    """One application for its organisation's staff; `None` for others."""
    return await tx.one(table.ONE, application=number, person=person, now=tx.now)


async def outside(tx: Tx, number: int) -> Outside:
    """How an application stands outside; whoever calls has seen to whose it is."""
    found = await tx.one(table.OUTSIDE, application=number)
    if found is None:
        return Outside(None, None, None, both=False)
    state, outside_number, at, door = found
    return Outside(state, outside_number, at, both=door == "both")


async def enter(tx: Tx, person: int, number: int, outside_number: str | None) -> None:
    """Mark that an application was entered; again gives it another number. Raises `Refused`."""
    found = await _theirs(tx, person, number)
    if found.outside_state == ENTERED and outside_number in {None, found.outside_number}:
        return
    await tx.run(table.ENTER, application=number, state=ENTERED, number=outside_number, now=tx.now)
    await staff.note(tx, person, "entered_outside", "application", number, found.organisation)


async def forget(tx: Tx, person: int, number: int) -> None:
    """Take the mark back. Raises `Refused`."""
    found = await _theirs(tx, person, number)
    await tx.run(table.FORGET, application=number)
    await staff.note(tx, person, "not_entered_outside", "application", number, found.organisation)


async def _theirs(tx: Tx, person: int, number: int) -> EntryRow:
    found = await entry(tx, person, number)
    if found is None:
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    return found


# ---------------------------------------------------------------- a list from outside


def folded(text: str) -> str:
    """Words as they are compared: no case, no «ё», single spaces."""
    return " ".join(re.sub(r"[^\w№ ]", " ", text.casefold().replace("ё", "е")).split())


def headings(cells: Sequence[Any]) -> dict[str, int] | None:
    """Which column means what; `None` where the row is no heading: a state, and a number or a child with a birthday, are needed."""
    found = dict[str, int]()
    for at, cell in enumerate(cells):
        name = next((name for name, words in COLUMNS.items() if folded(str(cell or "")) in words), None)
        if name is not None:
            found.setdefault(name, at)
    return found if "state" in found and ("number" in found or {"child", "born"} <= set(found)) else None


def _day(cell: Any) -> date | None:
    if isinstance(cell, dict):
        cell = str(cell.get("at", ""))[:10]
    for pattern, order in ((r"(\d{1,2})\.(\d{1,2})\.(\d{4})", (3, 2, 1)), (r"(\d{4})-(\d{2})-(\d{2})", (1, 2, 3))):
        if found := re.fullmatch(pattern, str(cell or "").strip()):
            try:
                return date(*(int(found[at]) for at in order))
            except ValueError:
                return None
    return None


async def statuses(tx: Tx, organisation: int, rows: Iterable[tuple[int, Sequence[Any]]]) -> Outcome:
    """Take over how applications stand outside, from the rows of a table with a heading; nothing else of them is changed.

    A row finds its application by the number outside, else by the child's name and birthday (and programme). Every row is answered for.
    """
    known = await tx.all(table.OF_ORGANISATION, organisation=organisation)
    columns: dict[str, int] | None = None
    made, above = Outcome(), list[int]()
    for number, cells in rows:
        if not any(cell not in (None, "") for cell in cells):
            continue
        if columns is None:
            columns = headings(cells)
            above = [] if columns else [*above, number]
            continue
        await _row(tx, known, number, {name: cells[at] if at < len(cells) else None for name, at in columns.items()}, made)
    made.unreadable += above if columns is None else []  # titles above a heading need no answer, a table without one does
    return made


def _of_child(known: Sequence[EntryRow], cells: Mapping[str, Any], outside_number: str | None) -> list[EntryRow]:
    """The applications of a child by name, birthday and programme: those that are going on, where there are any.

    The name is the whole name, perhaps with a patronymic. One that is known there by another number is not meant.
    """
    born, name = _day(cells.get("born")), folded(str(cells.get("child") or "")).split()
    programme = folded(str(cells.get("programme") or ""))

    def fits(one: EntryRow) -> bool:
        own = folded(f"{one.surname} {one.name}").split()
        named = one.born == born and set(own) <= set(name) and len(name) - len(own) <= MOST_PATRONYMIC
        there = folded(one.programme_name)
        return named and (not programme or there in programme or programme in there)

    found = [one for one in known if fits(one)]
    found = [one for one in found if State(one.state) in LIVE] or found
    return [one for one in found if outside_number is None or one.outside_number in {None, outside_number}]


async def _row(tx: Tx, known: list[EntryRow], number: int, cells: Mapping[str, Any], made: Outcome) -> None:
    said = str(cells.get("state") or "").strip()
    outside_number = str(cells.get("number") or "").strip()[:64] or None
    born = _day(cells.get("born"))
    name = folded(str(cells.get("child") or "")).split()
    if not said or not (outside_number or (born and len(name) >= 2)):
        made.unreadable.append(number)
        return
    found = [one for one in known if outside_number and one.outside_number == outside_number]
    if not found and born and len(name) >= 2:
        found = _of_child(known, cells, outside_number)
    if len(found) != 1:
        (made.ambiguous if found else made.unknown).append(number)
        return
    [one] = found
    state = WORDS.get(folded(said), said[:LONGEST])
    if (state, one.state) in CONFLICTS:
        made.conflicts.append((number, one.id))
    if one.outside_state == state and (outside_number is None or one.outside_number == outside_number):
        made.unchanged.append(number)
        return
    await tx.run(table.ENTER, application=one.id, state=state, number=outside_number, now=tx.now)
    known[known.index(one)] = one._replace(outside_state=state, outside_number=outside_number or one.outside_number)
    made.applied.append(number)
