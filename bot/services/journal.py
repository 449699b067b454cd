"""The journal: every act of an organisation's staff, for its own staff with names, for those above with numbers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model.staff import Duty
from bot.services import finding, staff
from storage import journal as table
from storage.database import Tx
from storage.journal import ActorRow, ActRow

__all__ = ["ActRow", "ActorRow", "Journal", "read"]

FIRST = date(2026, 1, 1)
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Journal:
    """A page of acts. `named`: the reader works there and reads who did it; `actors` are those to choose from."""

    acts: list[ActRow]
    named: bool
    actors: list[ActorRow]
    zone: ZoneInfo


async def read(tx: Tx, person: int, organisation: int, *, of: int | None, day: date | None, page: int, most: int) -> Journal | None:
    """A page of the journal, the newest first; of one person, of one day. `None` where it is not the reader's to see."""
    if not await staff.may_see(tx, person, organisation=organisation):
        return None
    own = any(one.role is Duty.ORGANISATION and one.organisation == organisation for one in await staff.scopes(tx, person))
    zone = ZoneInfo(await finding.zone(tx))
    first, last = (day, day + timedelta(days=1)) if day else (FIRST, date.max - timedelta(days=1))
    since, until = (datetime.combine(each, time.min, zone).astimezone(UTC) for each in (first, last))
    acts = await tx.all(
        table.ACTS,
        organisation=organisation,
        person=of if own else None,
        since=since,
        until=until,
        most=most,
        skip=min(page, MOST_PAGES) * most,
    )
    actors = await tx.all(table.ACTORS, organisation=organisation) if own else []
    return Journal(acts if own else [each._replace(person=None, name=None) for each in acts], own, actors, zone)
