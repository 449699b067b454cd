"""The work of one press, the same for every program: a card (a join of three tables), ten rows, and what is shown of them.

The tables are the bot's own. Programmes are numbered 1–5, each with ten groups; a press chooses one of them, and the answer is kept.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import create_async_engine

import storage
from storage.schema import municipality, organisation, programme, settlement, study_group

NUMBERS = (1, 2, 3, 4, 5)
ROWS = 10
QUESTION = "Which programme?"
"""What is shown before the first choice."""
NOW = datetime(2026, 8, 24, 5, 0, tzinfo=UTC)


class Card(NamedTuple):
    """A programme with its organisation and settlement."""

    name: str
    organisation: str
    settlement: str
    price: int
    paid: bool


class Group(NamedTuple):
    """One of the ten rows."""

    name: str
    weekdays: int
    size: int
    taken: int
    enrolment_from: datetime
    locked: bool


async def prepare(url: str) -> None:
    """Make the tables in an empty database, and fill them with invented programmes."""
    storage.migrate(url)
    engine = create_async_engine(url)
    async with engine.begin() as db:
        await db.execute(insert(municipality).values(id=1, code="m", name="Lazorye", zone="Asia/Yekaterinburg"))
        await db.execute(insert(settlement).values(id=1, code="s", municipality=1, name="Beryozovka", other_names=[]))
        await db.execute(insert(organisation).values(id=1, code="o", municipality=1, name="Youth House", kind="private", settlement=1))
        lists: dict[str, list[str]] = {"activities": [], "modes": [], "languages": []}
        for number in NUMBERS:
            about = {"name": f"Robotics & <drones> {number}", "direction": "technical", "price": 1000 * number, "paid": bool(number % 2)}
            await db.execute(insert(programme).values(id=number, code=f"p{number}", organisation=1, **about, **lists))
            rows = [
                {
                    "code": f"g{number}-{at}",
                    "programme": number,
                    "name": f"Group {at} of the programme {number}",
                    "weekdays": at,
                    "size": 12,
                    "taken": at,
                    "enrolment_from": NOW + timedelta(hours=at),
                    "locked": at % 3 == 0,
                }
                for at in range(ROWS)
            ]
            await db.execute(insert(study_group), rows)
    await engine.dispose()
