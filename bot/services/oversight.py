"""What those above the organisations see: counts, and never a name (domain: names of children never travel above the organisation)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.staff import Duty
from bot.services import finding, staff
from storage import oversight as table
from storage.database import Tx
from storage.oversight import CountRow, QueueRow

__all__ = ["FEWEST", "CountRow", "QueueRow", "Sight", "municipalities", "organisation", "organisations", "queues", "sight"]

FEWEST = 5
"""Fewer children of a settlement than this are not told apart: somebody there might know whose they are."""
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Sight:
    """How far somebody sees: the region, municipalities, single organisations. Who only observes changes nothing."""

    region: bool
    municipalities: frozenset[int]
    organisations: frozenset[int]


async def sight(tx: Tx, person: int) -> Sight:
    """How far somebody sees."""
    own = await staff.scopes(tx, person)
    watches = [one for one in own if one.role is Duty.OBSERVER]
    centres = [one for one in own if one.role is Duty.MUNICIPALITY]
    return Sight(
        any(one.role is Duty.REGION for one in own),
        frozenset(one.municipality for one in (*centres, *watches) if one.organisation is None and one.municipality is not None),
        frozenset(one.organisation for one in watches if one.organisation is not None),
    )


async def municipalities(tx: Tx, person: int, page: int, most: int) -> list[CountRow]:
    """A page of counts by municipality; empty for who does not see the region."""
    if not (await sight(tx, person)).region:
        return []
    today, skip = await finding.today(tx), min(page, MOST_PAGES) * most
    return await tx.all(table.MUNICIPALITIES, municipality=None, organisation=None, today=today, most=most, skip=skip)


async def organisations(tx: Tx, person: int, municipality: int, page: int, most: int) -> list[CountRow]:
    """A page of counts by organisation; empty for who does not see that municipality."""
    seen = await sight(tx, person)
    if not (seen.region or municipality in seen.municipalities):
        return []
    today, skip = await finding.today(tx), min(page, MOST_PAGES) * most
    return await tx.all(table.ORGANISATIONS, municipality=municipality, organisation=None, today=today, most=most, skip=skip)


async def municipality(tx: Tx, person: int, number: int) -> CountRow | None:
    """The counts of a municipality as a whole, for who sees it."""
    seen = await sight(tx, person)
    if not (seen.region or number in seen.municipalities):
        return None
    today = await finding.today(tx)
    return await tx.one(table.MUNICIPALITIES, municipality=number, organisation=None, today=today, most=1, skip=0)


async def organisation(tx: Tx, person: int, number: int) -> CountRow | None:
    """The counts of one organisation, for who sees it."""
    seen = await sight(tx, person)
    place = await staff.where(tx, number)
    if place is None or not (seen.region or place in seen.municipalities or number in seen.organisations):
        return None
    today = await finding.today(tx)
    return await tx.one(table.ORGANISATIONS, municipality=None, organisation=number, today=today, most=1, skip=0)


async def queues(tx: Tx, person: int, municipality: int, page: int, most: int) -> list[QueueRow]:
    """A page of those who wait, by settlement; empty for who does not see that municipality."""
    seen = await sight(tx, person)
    if not (seen.region or municipality in seen.municipalities):
        return []
    return await tx.all(table.QUEUES, municipality=municipality, most=most, skip=min(page, MOST_PAGES) * most)
