"""Forgetting what is old: events after two days, tabs, jobs and deliveries after ninety, secrets after their term."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation.session import LIFE, MOST_TABS
from storage import delivery, event, job, secret, session
from storage.database import Database

EVENTS = timedelta(hours=48)
"""Telegram keeps an update for 24 hours; after twice that none comes again."""


async def sweep(database: Database, now: datetime) -> None:
    """Forget what is too old to be of use, each kind in a transaction of its own."""
    old = {session.SWEEP: now - LIFE, job.SWEEP: now - LIFE, delivery.SWEEP: now - LIFE, event.SWEEP: now - EVENTS, secret.SWEEP: now}
    for query, before in old.items():
        await database.turn(lambda tx, q=query, b=before: tx.run(q, before=b), now=now)  # type: ignore[misc]
    await database.turn(lambda tx: tx.run(session.SWEEP_MANY, most=MOST_TABS), now=now)
