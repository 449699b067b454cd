"""Deliveries: a link that the bot opens for somebody by itself; one row, one send, settled."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from bot.conversation.channel import Channel, Receipt, TryLater, Unreachable
from bot.conversation.dialog import Missing, Withdrawn
from bot.conversation.engine import Engine
from bot.conversation.receipt import Note, Receipts
from bot.conversation.turn import Person
from bot.model.link import Link, parse
from storage import account as accounts
from storage import delivery as table
from storage.database import Database, Tx

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claimed delivery is left to its sender; after that it counts as in doubt and is sent again."""
MOST_TRIES = 5

Kind = Literal["reply", "urgent", "offer", "reminder", "bulk"]


async def deliver(tx: Tx, person: int, page: Link, due: datetime, key: str, kind: Kind) -> bool:
    """Plan to open a page for somebody; the same key again plans nothing. Returns whether it is new."""
    return await tx.run(table.ADD, person=person, link=str(page), due=due, key=key, kind=kind) > 0


class Courier:
    """Sends what is due, one row at a time: claim, render in today's language with today's facts, show, settle."""

    def __init__(
        self, database: Database, engine: Engine, channels: Mapping[str, Channel], receipts: Receipts, now: Callable[[], datetime]
    ) -> None:
        """Connect the parts; nothing runs yet."""
        self.database, self.engine, self.channels, self.receipts, self.now = database, engine, channels, receipts, now
        self.owner = secrets.token_hex(8)

    async def send_due(self) -> int:
        """Send everything that is due now; returns how many rows were settled."""
        sent = 0
        while await self.send_one():
            sent += 1
        return sent

    async def send_one(self) -> bool:
        """Send the delivery that is due longest; false where none is."""
        now = self.now()
        row = await self.database.turn(lambda tx: tx.one(table.CLAIM, owner=self.owner, now=now, until=now + LEASE), now=now)
        if row is None:
            return False
        try:
            state, reason, account, message = await self._send(row)
        except TryLater as later:
            due = now + timedelta(seconds=later.seconds)
            await self.database.turn(lambda tx: tx.run(table.PUT_OFF, delivery=row.id, owner=self.owner, due=due), now=now)
            await asyncio.sleep(min(later.seconds, 1.0))
            return True
        await self.database.turn(
            lambda tx: tx.run(
                table.SETTLE, delivery=row.id, owner=self.owner, state=state, reason=reason, account=account, message=message
            ),
            now=now,
        )
        return True

    async def _send(self, row: table.DeliveryRow) -> tuple[str, str | None, int | None, str | None]:
        """Try the person's messengers, the one used last first. Raises `TryLater`."""
        page = parse(row.link)
        if page is None:
            return "failed", "no such address", None, None
        if row.tries > MOST_TRIES:
            return "failed", "tried too often", None, None
        addresses = await self.database.read(lambda tx: tx.all(accounts.ADDRESSES, person=row.person), now=self.now())
        reason = "no messenger"
        for address in addresses:
            channel = self.channels.get(address.channel)
            if channel is None or not address.reachable:
                reason = "not reachable" if channel is not None else "the messenger is off"
                continue
            person = Person(address.person, address.account, address.language or self.engine.languages.default, None)
            try:
                screen = await self.database.read(
                    lambda tx, p=person, c=channel.name: self.engine.page(tx, page, p, c),  # type: ignore[misc]
                    now=self.now(),
                )
            except (Withdrawn, Missing):
                return "withdrawn", "nothing to say any more", None, None
            try:
                receipt: Receipt = await channel.show(address.user, screen, person.language, None, f"delivery/{row.id}")
            except Unreachable as why:
                reason = str(why)[:200]
                self.receipts.add(Note(channel.name, address.account, "", reachable=False))
                continue
            self.receipts.add(Note(channel.name, address.account, receipt.message, media=receipt.media))
            return "sent", None, address.account, receipt.message
        return "skipped", reason, None, None
