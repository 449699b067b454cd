"""Receipts: what showing a screen taught, written down in batches within a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage import account as accounts
from storage import channel as channels
from storage import event as events
from storage import job as jobs
from storage.database import Database, Tx, Unavailable

log = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between two batches. Losing one costs a second upload of a picture, or one more showing after a restart."""


@dataclass(frozen=True, slots=True)
class Note:
    """What one showing taught. `asked` is the message whose buttons ask (or nothing); `live` names the job that the page follows."""

    channel: str
    account: int
    message: str
    event: str | None = None
    asked: str | None = None
    asked_changed: bool = False
    reachable: bool | None = None
    media: Mapping[str, str] = field(default_factory=dict)
    live: int | None = None
    link: str = ""


class Receipts:
    """Collects notes and writes them together; remembers in memory what is not written yet."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        """Write to this database, by this clock."""
        self._database, self._now = database, now
        self._notes = list[Note]()
        self._asked = dict[int, str | None]()
        self._media = dict[tuple[str, str], str]()
        self._live: set[tuple[int, str]] | None = None
        self._wake = asyncio.Event()

    def add(self, note: Note) -> None:
        """Keep a note until the next batch."""
        self._notes.append(note)
        if note.asked_changed:
            self._asked[note.account] = note.asked
        for digest, reference in note.media.items():
            self._media[note.channel, digest] = reference
        if self._live is not None and note.message:
            page = (note.account, note.message)
            (self._live.add if note.live is not None else self._live.discard)(page)
        self._wake.set()

    def asked(self, account: int, stored: str | None) -> str | None:
        """The message with the open question of this account: what is not written yet wins over what is stored."""
        return self._asked.get(account, stored)

    async def live(self) -> set[tuple[int, str]]:
        """The messages, by account, that show a page which follows a job: another page shown in one of them ends that at once."""
        if self._live is None:
            self._live = set(await self._database.read(lambda tx: tx.all(jobs.LIVE), now=self._now()))
            for note in self._notes:
                (self._live.add if note.live is not None else self._live.discard)((note.account, note.message))
        return self._live

    async def reference(self, channel: str, digest: str) -> str | None:
        """What a channel calls an uploaded file, where that is known."""
        known = self._media.get((channel, digest))
        if known is None:
            known = await self._database.read(lambda tx: tx.one(channels.REFERENCE, channel=channel, digest=digest), now=self._now())
            if known is not None:
                self._media[channel, digest] = known
        return known

    async def run(self) -> None:
        """Write batches until cancelled; the last one is written on the way out."""
        try:
            while True:
                await self._wake.wait()
                await asyncio.sleep(EVERY)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Write what was collected. It is kept while the database is away; a note that is refused holds up no other."""
        self._wake.clear()
        batch, self._notes = self._notes, []
        if not batch:
            return
        try:
            await self._database.turn(lambda tx: self._write(tx, batch), now=self._now())
        except Unavailable as why:
            log.warning("receipts wait for the database: %s", why, extra={"receipts": len(batch)})
            self._notes = [*batch, *self._notes]
            return
        except Exception:
            log.exception("receipts could not be written together; each is tried alone")
            for note in batch:
                await self._write_alone(note)
        waiting = {note.account for note in self._notes if note.asked_changed}
        for note in batch:
            if note.account not in waiting:
                self._asked.pop(note.account, None)

    async def _write_alone(self, note: Note) -> None:
        try:
            await self._database.turn(lambda tx: self._write(tx, [note]), now=self._now())
        except Unavailable as why:
            log.warning("a receipt waits for the database: %s", why)
            self._notes.append(note)
        except Exception:
            log.exception("a receipt is refused and given up", extra={"channel": note.channel, "key": note.event})

    @staticmethod
    async def _write(tx: Tx, batch: list[Note]) -> None:
        asked = {note.account: note.asked for note in batch if note.asked_changed}
        watched = set(await tx.all(jobs.LIVE)) | {(note.account, note.message) for note in batch if note.live is not None}
        for account, message in sorted(asked.items()):
            await tx.run(accounts.ASKED, account=account, message=message)
        shown = [{"channel": note.channel, "key": note.event, "message": note.message or None} for note in batch if note.event]
        if shown:
            await tx.many(events.SHOWN, shown)
        for note in batch:
            if note.reachable is not None:
                await tx.run(accounts.REACHABLE, account=note.account, reachable=note.reachable)
            for digest, reference in note.media.items():
                await tx.run(channels.REMEMBER, channel=note.channel, digest=digest, reference=reference, now=tx.now)
            if note.live is not None and note.message:
                await tx.run(jobs.WATCH, account=note.account, message=note.message, link=note.link, job=note.live)
            elif (note.account, note.message) in watched:
                await tx.run(jobs.LEAVE, account=note.account, message=note.message)
