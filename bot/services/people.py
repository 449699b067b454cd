"""What is kept about a person, and how it is erased."""

from __future__ import annotations

from storage import person as table
from storage.database import Tx


async def kept(tx: Tx, person: int) -> int:
    """How many favourites a person has: the part of what is kept that they would miss."""
    return await tx.one(table.FAVOURITES, person=person) or 0


async def forget(tx: Tx, person: int) -> None:
    """Erase settlement, language, favourites, tabs, one-time links, what was delivered and what jobs found out; names, telephone, consents.

    The account's number stays: the messenger sends it anyway.
    """
    for query in table.FORGET:
        await tx.run(query, person=person, **({"now": tx.now} if query is table.TAKE_BACK else {}))
