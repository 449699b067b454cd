"""Forgetting what is old: events after two days, tabs after ninety, used secrets."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation.session import LIFE
from storage import event, secret, session
from storage.database import Database

EVENTS = timedelta(hours=48)
"""Telegram keeps an update for 24 hours; after twice that none comes again."""


async def sweep(database: Database, now: datetime) -> None:
    """Forget what is too old to be of use, each kind in a transaction of its own."""
    for query, before in ((event.SWEEP, now - EVENTS), (session.SWEEP, now - LIFE), (secret.SWEEP, now)):
        await database.turn(lambda tx, q=query, b=before: tx.run(q, before=b), now=now)  # type: ignore[misc]
