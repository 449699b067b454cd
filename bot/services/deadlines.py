"""Terms of the staff: a digest in the morning, a nudge when a term is over, and a number to the municipality a working day later.

Written in working hours only, once a day and person; by the working days and hours of each municipality's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.model.link import to
from bot.services import finding, waking
from storage import deadline as table
from storage import delivery
from storage.database import Query, Tx
from storage.deadline import DueRow, LateRow

__all__ = ["DueRow", "LateRow", "due", "escalated", "overdue", "plan", "switch", "wants"]

MORNING, NOON, AFTERNOON = time(9), time(12), time(14)
"""The digest goes out from nine on (till noon, where the program stood still at nine), the nudge from two on."""
AT_ONCE = 50
MOST = 5


async def plan(tx: Tx) -> int:
    """Plan what the staff is to be reminded of now; a bounded piece of work that plans nothing twice."""
    planned = 0
    for name in await tx.all(table.ZONES):
        zone = ZoneInfo(name)
        if not waking.works(tx.now, zone):
            continue
        local = tx.now.astimezone(zone)
        today, day = local.date(), f"{local:%Y%m%d}"
        before = waking.last_working_day(today)
        if MORNING <= local.time() < NOON:
            since = datetime.combine(today, MORNING, zone).astimezone(UTC)
            planned += await _tell(tx, table.DIGESTS, name, "digest", day, since=since)
            planned += await _tell(tx, table.ESCALATED, name, "latenumbers", day, before=before)
        elif local.time() >= AFTERNOON:
            planned += await _tell(tx, table.LATE, name, "overdue", day, **{"today": today, "from": before})
    return planned


async def _tell(tx: Tx, query: Query[int], zone: str, page: str, day: str, **facts: object) -> int:
    key = f"{page}:{day}:"
    people: Sequence[int] = await tx.all(query, zone=zone, now=tx.now, key=key, most=AT_ONCE, **facts)
    for person in people:
        await tx.run(delivery.ADD, person=person, link=str(to(page)), due=tx.now, key=f"{key}{person}", kind="reminder")
    return len(people)


async def due(tx: Tx, person: int) -> DueRow:
    """How much waits for a decision of somebody's organisations."""
    found = await tx.one(table.DUE, person=person, today=await finding.today(tx), now=tx.now)
    return found or DueRow(0, 0, 0)


async def overdue(tx: Tx, person: int) -> list[int]:
    """The numbers of the applications whose term is over, the longest first."""
    return await tx.all(table.OVERDUE, person=person, today=await finding.today(tx), now=tx.now, most=MOST)


async def escalated(tx: Tx, person: int) -> list[LateRow]:
    """How many applications are overdue for more than a working day, by organisation, for the staff of their municipality."""
    before = waking.last_working_day(await finding.today(tx))
    return await tx.all(table.ESCALATES, person=person, before=before, now=tx.now)


async def wants(tx: Tx, person: int) -> bool:
    """Whether somebody reads the digest."""
    [wanting] = await tx.all(table.WANTS, person=person)
    return wanting > 0


async def switch(tx: Tx, person: int, *, on: bool) -> None:
    """Send somebody the digest, or no more."""
    await tx.run(table.DIGEST, person=person, on=on)
