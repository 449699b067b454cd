"""The catalogue as people read it: cards, groups and their timetables, organisations, settlements, visits, favourites.

Every function takes the kinds of organisation that the channel may show, and shows nothing of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from bot.services.finding import today
from storage import catalogue as table
from storage.catalogue import GroupRow, LessonRow, OrganisationRow, ProgrammeRow, SettlementRow, VisitRow
from storage.database import Tx
from storage.schema import KINDS

__all__ = ["Card", "Group", "GroupRow", "LessonRow", "OrganisationRow", "ProgrammeRow", "SettlementRow", "VisitRow"]
"""What dialogs put into words: rows come from storage, and are read through here."""

EARTH = 6371.0
"""Kilometres from the middle of the Earth to its face."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its timetable."""

    facts: GroupRow
    lessons: tuple[LessonRow, ...]
    early: bool = False
    """Only pupils who continue, or a published category, are taken yet: free places are shown once everybody may apply."""

    @property
    def free(self) -> int | None:
        """Places that a newcomer may take; `None` where the organisation does not say."""
        if self.facts.size is None or self.facts.taken is None:
            return None
        return max(0, self.facts.size - self.facts.taken - self.facts.kept - self.facts.held)


@dataclass(frozen=True, slots=True)
class Card:
    """A programme with its groups. `kilometres` is the way by road from the person's settlement to the nearest group, where known."""

    facts: ProgrammeRow
    groups: tuple[Group, ...]
    external: dict[str, str]
    kilometres: float | None
    favourite: bool


async def programme(tx: Tx, number: int, kinds: Sequence[str], person: int, home: int | None) -> Card | None:
    """A programme's card; `None` where it is gone or may not be shown here."""
    facts: ProgrammeRow | None = await tx.one(table.PROGRAMME, programme=number, kinds=list(kinds))
    if facts is None:
        return None
    kept = await tx.one(table.IS_FAVOURITE, person=person, programme=number)
    groups = await groups_of(tx, number)
    return Card(facts, groups, dict(await tx.all(table.EXTERNAL, programme=number)), await _way(tx, home, groups), kept is not None)


async def programme_of(tx: Tx, group: int) -> int | None:
    """The programme of a group."""
    return await tx.one(table.PROGRAMME_OF, group=group)


async def groups_of(tx: Tx, programme: int) -> tuple[Group, ...]:
    """The groups of a programme that are not over, with their timetables."""
    rows = await tx.all(table.GROUPS, programmes=[programme], today=await today(tx))
    lessons = dict[int, list[LessonRow]]()
    for lesson in await tx.all(table.LESSONS, programmes=[programme]):
        lessons.setdefault(lesson.group, []).append(lesson)
    return tuple(Group(row, tuple(lessons.get(row.id, ())), row.for_all is not None and row.for_all > tx.now) for row in rows)


async def _way(tx: Tx, home: int | None, groups: Sequence[Group]) -> float | None:
    if home is None:
        return None
    places = {group.facts.settlement for group in groups if group.facts.settlement is not None}
    if home in places or not places:
        return None
    ways = [row.kilometres for row in await tx.all(table.ROADS, settlement=home) if row.settlement in places]
    return min(ways, default=None)


async def organisation(tx: Tx, number: int, kinds: Sequence[str]) -> OrganisationRow | None:
    """An organisation with its contacts."""
    return await tx.one(table.ORGANISATION, organisation=number, kinds=list(kinds))


async def club(tx: Tx, code: str, kinds: Sequence[str]) -> OrganisationRow | None:
    """The organisation whose code the configuration names for a community; `None` where there is none, or it may not be shown here."""
    if not code:
        return None
    number = await tx.one(table.CLUB, code=code)
    return None if number is None else await organisation(tx, number, kinds)


async def settlements(tx: Tx) -> list[SettlementRow]:
    """All settlements, the largest first."""
    return await tx.all(table.SETTLEMENTS)


async def settlement(tx: Tx, number: int) -> SettlementRow | None:
    """One settlement."""
    return await tx.one(table.SETTLEMENT, settlement=number)


async def nearest(tx: Tx, latitude: float, longitude: float) -> list[tuple[SettlementRow, float]]:
    """The settlements by their distance from a point in a straight line, in kilometres, the nearest first."""
    known = [row for row in await settlements(tx) if row.latitude is not None and row.longitude is not None]
    return sorted(((row, straight(latitude, longitude, row.latitude or 0, row.longitude or 0)) for row in known), key=lambda pair: pair[1])


def straight(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Kilometres between two points of the Earth, in degrees, in a straight line (haversine)."""
    a, b = radians(latitude), radians(to_latitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


async def visits(tx: Tx, kinds: Sequence[str]) -> list[VisitRow]:
    """Who comes to the villages from today on, in the order of the calendar."""
    return await tx.all(table.VISITS, kinds=list(kinds), today=await today(tx))


async def keep(tx: Tx, person: int, programme: int, *, kept: bool) -> None:
    """Make a programme a person's favourite, or let it go; twice is once."""
    if kept:
        await tx.run(table.KEEP, person=person, programme=programme, now=tx.now)
    else:
        await tx.run(table.DROP, person=person, programme=programme)


async def favourites(tx: Tx, person: int, kinds: Sequence[str]) -> list[tuple[int, str, str]]:
    """A person's favourites, the newest first: id, name, organisation."""
    return await tx.all(table.FAVOURITES, person=person, kinds=list(kinds))


async def size(tx: Tx, kinds: Sequence[str]) -> int:
    """How many programmes the catalogue has for this channel."""
    return await tx.one(table.COUNT, kinds=list(kinds)) or 0


async def elsewhere(tx: Tx, kinds: Sequence[str]) -> bool:
    """Whether this channel may show nothing of a catalogue that is not empty: then its policy is the reason."""
    return not await size(tx, kinds) and await size(tx, KINDS) > 0
