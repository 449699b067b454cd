"""The order of a queue and the room in a group, where there is more to it than tickets.

A published priority comes before the ticket; twins and friends are served all at once, or keep their turn; some places are kept for
transfers or reserved for a category. Everything here is asked under the group's lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from storage import place as table
from storage.database import Tx
from storage.enrolment import GroupFacts
from storage.place import ApplicationRow, WaitingRow

NO_LIMIT = 2**31 - 1
"""The places of a group whose organisation does not say its size."""
KEPT = "kept"
"""The right to a place that is kept for transfers and continuing pupils; the other rights are the codes of published categories."""
ALL = 2**31 - 1

Position = tuple[int, int]
"""A place in a queue: the rank of the category by the published rule, then the ticket."""


@dataclass(slots=True)
class Room:
    """Free places, those included that are kept or reserved; `unfilled` says how many of them wait for whom."""

    free: int
    unfilled: dict[str, int] = field(default_factory=dict)

    def fits(self, right: str) -> bool:
        """Whether somebody with this right may take a place: not one that waits for others."""
        return self.free > sum(places for whose, places in self.unfilled.items() if whose != right)

    def take(self, right: str) -> None:
        """Count a place as taken: a reserved one first, where it is theirs."""
        self.free -= 1
        if self.unfilled.get(right, 0) > 0:
            self.unfilled[right] -= 1

    def seat(self, rights: Sequence[str], *, together: bool) -> int:
        """Take places for as many of these as fit, in their order (`together`: for all or for nobody), and return how many."""
        trial, seated = Room(self.free, dict(self.unfilled)), 0
        while seated < len(rights) and trial.fits(rights[seated]):
            trial.take(rights[seated])
            seated += 1
        if together and seated < len(rights):
            return 0
        self.free, self.unfilled = trial.free, trial.unfilled
        return seated


def right_of(one: ApplicationRow) -> str:
    """By which right an application may have a kept or reserved place; nothing: by none."""
    return KEPT if one.instead_of is not None else one.category or ""


def total(facts: GroupFacts) -> int:
    """All places of a group that are given through the bot, kept and reserved ones included."""
    return NO_LIMIT if facts.size is None else facts.size - (facts.taken or 0)


async def unfilled(tx: Tx, facts: GroupFacts) -> dict[str, int]:
    """How many places wait for whom, now."""
    found = dict[str, int]()
    if facts.kept:
        found[KEPT] = await tx.one(table.KEPT, group=facts.id) or 0
    if facts.quotas:
        found |= {category: max(0, seats - filled) for category, seats, filled in await tx.all(table.QUOTAS, group=facts.id)}
    return found


async def room(tx: Tx, facts: GroupFacts, held: int) -> Room:
    """The room in a group in which `held` places are held."""
    return Room(total(facts) - held, await unfilled(tx, facts))


def rank(facts: GroupFacts, category: str | None) -> int:
    """How early a category comes by the group's published rule; whoever has none comes after all of them."""
    order = facts.priority or []
    return order.index(category) if category in order else len(order)


def units(facts: GroupFacts, rows: Iterable[WaitingRow]) -> list[tuple[WaitingRow, ...]]:
    """The entries of a queue in their order; those of a bundle that is served together stand where its last one would: nobody is jumped."""
    tied = dict[int, list[WaitingRow]]()
    for row in rows:
        tied.setdefault(-row.bundle if row.together and row.bundle is not None else row.id, []).append(row)

    def position(unit: Sequence[WaitingRow]) -> Position:
        return max(rank(facts, row.category) for row in unit), max(row.ticket for row in unit)

    return [tuple(unit) for unit in sorted(tied.values(), key=position)]


async def in_line(tx: Tx, facts: GroupFacts) -> list[tuple[WaitingRow, ...]]:
    """Everybody who waits, in the order of the queue, those who are served together as one entry."""
    state = "reserve" if facts.entry == "selection" else "waitlisted"
    return units(facts, await tx.all(table.IN_LINE, group=facts.id, state=state))


async def numbers(tx: Tx, facts: GroupFacts) -> dict[int, int]:
    """The honest number of everybody who waits, by application."""
    return {row.id: at for at, row in enumerate((row for unit in await in_line(tx, facts) for row in unit), 1)}


async def ahead(tx: Tx, facts: GroupFacts, category: str | None) -> int:
    """How many who wait come before somebody who joins the queue now."""
    mine = rank(facts, category)
    return sum(len(unit) for unit in await in_line(tx, facts) if max(rank(facts, row.category) for row in unit) <= mine)


async def ready(tx: Tx, facts: GroupFacts) -> list[tuple[ApplicationRow, ...]]:
    """Who waits and could be given a place, in the order of the queue, if there were room: a bundle only where each of it could."""
    state = "reserve" if facts.entry == "selection" else "waitlisted"
    free = {row.id: row for row in await tx.all(table.FITTING[state], group=facts.id, most=facts.places_per_child, limit=ALL)}
    return [tuple(free[row.id] for row in unit) for unit in await in_line(tx, facts) if all(row.id in free for row in unit)]


async def following(tx: Tx, facts: GroupFacts, held: int) -> tuple[ApplicationRow, ...]:
    """Who is next: the first in the order of the queue for whom there is room. A pair that does not fit is skipped and keeps its turn."""
    found = await room(tx, facts, held)
    if found.free <= 0:
        return ()
    for unit in await ready(tx, facts):
        rights = [right_of(one) for one in unit]
        if found.seat(rights, together=True) == len(rights):
            return unit
    return ()


async def vacancies(tx: Tx, facts: GroupFacts, held: int, rights: Sequence[str], category: str | None, *, together: bool) -> int:
    """How many newcomers with these rights, in this order, find a place: none while one is for somebody before them."""
    found = await room(tx, facts, held)
    if found.free <= 0:
        return 0
    for unit in await ready(tx, facts):
        theirs = [right_of(one) for one in unit]
        before = max(rank(facts, one.category) for one in unit) <= rank(facts, category)
        if before and Room(found.free, dict(found.unfilled)).seat(theirs, together=True):
            return 0
    return found.seat(rights, together=together)
