"""Codes that people type: what an unused one is for."""

from __future__ import annotations

from bot.model.secret import hashed
from storage import secret as secrets
from storage.database import Tx


async def purpose(tx: Tx, code: str) -> str | None:
    """What an unused code is for; `None` where it is none, was used, or is too old."""
    return await tx.one(secrets.PURPOSE, digest=hashed(code), now=tx.now)
