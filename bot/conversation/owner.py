"""Owning a channel: one process polls and shows for it at a time; a standby takes over within fifteen seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot.conversation.channel import Channel
from bot.conversation.dispatcher import Dispatcher, patiently
from storage import channel as table
from storage.database import Database, Tx, Unavailable

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
KEEP = 5.0
"""Seconds between two renewals of the lease, and between two looks of a standby."""


class Owner:
    """Takes a channel, feeds its events to the dispatcher, keeps the lease, and lets go at the end.

    `real` is the real time: a lease runs on real seconds, whatever a sandbox does to the bot's clock.
    """

    def __init__(self, database: Database, dispatcher: Dispatcher, channel: Channel, owner: str, real: Callable[[], datetime]) -> None:
        """Connect the parts; nothing runs yet."""
        self.database, self.dispatcher, self.channel, self.owner, self.real = database, dispatcher, channel, owner, real
        self._position: str | None = None
        self._polling: asyncio.Task[None] | None = None
        self._stopped = False

    async def run(self) -> None:
        """Own the channel whenever that is possible, until cancelled."""
        waiting = False
        while True:
            unclean = await self._take()
            if unclean is None:
                if not waiting:
                    log.info("another process owns the channel, standing by", extra={"channel": self.channel.name})
                waiting = True
                await asyncio.sleep(KEEP)
                continue
            waiting = False
            polling = self._polling = asyncio.create_task(self._poll(unclean=unclean))
            try:
                while not polling.done():
                    await asyncio.wait([polling], timeout=KEEP)
                    if not polling.done() and not await self._renew():
                        log.warning("the channel was taken by another process", extra={"channel": self.channel.name})
                        break
            finally:
                await self._end_polling()
            if self._stopped:
                return
            if polling.done() and not polling.cancelled():
                polling.result()

    async def _take(self) -> bool | None:
        """Try to own the channel: `None` where another does, else whether the owner before stopped uncleanly."""
        name = self.channel.name

        async def take(tx: Tx) -> bool | None:
            await tx.run(table.ADD, name=name)
            row = await tx.one(table.LOAD, name=name)
            if row is None or not await tx.run(table.OWN, name=name, owner=self.owner, now=tx.now, until=tx.now + LEASE):
                return None
            self._position = row.position
            return row.owner is not None and row.owner != self.owner

        return await patiently(lambda: self.database.turn(take, now=self.real()))

    async def _renew(self) -> bool:
        """Keep the lease; false where another process has the channel. While the database is away nobody can take it."""

        async def renew(tx: Tx) -> int:
            return await tx.run(table.OWN, name=self.channel.name, owner=self.owner, now=tx.now, until=tx.now + LEASE)

        try:
            return await self.database.turn(renew, now=self.real()) > 0
        except Unavailable as why:
            log.warning("the database is away: %s", why, extra={"channel": self.channel.name})
            return True

    async def _poll(self, *, unclean: bool) -> None:
        """Feed batches to the dispatcher: the next one is asked for when every turn of the last is committed."""
        name = self.channel.name
        self.channel.start_from(self._position)
        if shown := await self.dispatcher.show_unshown(name):
            log.info("shown after a stop", extra={"channel": name, "screens": shown})
        async for batch in self.channel.events():
            if unclean:
                # Something stopped the program in the middle: the first batch is taken one by one, each counted before its turn.
                await self.dispatcher.careful(batch)
                unclean = False
            else:
                await self.dispatcher.take(batch)
            if (position := self.channel.position) != self._position:
                await patiently(partial(self._store, position))
                self._position = position

    async def _store(self, position: str | None) -> int:
        return await self.database.turn(lambda tx: tx.run(table.POSITION, name=self.channel.name, position=position), now=self.real())

    async def _end_polling(self) -> None:
        polling, self._polling = self._polling, None
        if polling is not None:
            polling.cancel()
            await asyncio.wait([polling])

    async def stop(self) -> None:
        """Stop polling and let the channel go, so that the next owner need not wait."""
        self._stopped = True
        await self._end_polling()
        now = self.real()
        await self.database.turn(lambda tx: tx.run(table.RELEASE, name=self.channel.name, owner=self.owner), now=now)
