"""Jobs: long work in short steps that resume after a crash, and live pages that show how far it is."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.conversation.channel import Channel, Lost, TryLater, Unreachable
from bot.conversation.engine import Engine
from bot.conversation.receipt import Receipts
from bot.conversation.turn import Person
from bot.model.link import parse
from storage import job as table
from storage.database import Database, Tx

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)
"""How long a job is left to its worker between two steps."""
EDIT_EVERY = 3.0
"""Seconds between two edits of a live page at the least (design: jobs)."""
LOOK_EVERY = 0.25
"""Seconds between two looks for stale live pages."""
FILE, DIGEST = "file", "digest"
"""Facts of a job about a file that a person sent: where the messenger keeps it, and, once fetched, the digest of its bytes."""
LARGEST_FILE = 20_000_000
"""Bytes: what Telegram lets a bot download."""
MOST_TRIES = 5
"""How often a job may be taken up again after its worker died before it counts as failed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a job stands after a step; `facts` is what the next step needs, `outcome` is there once it is finished."""

    done: int
    total: int | None
    facts: dict[str, Any]
    outcome: dict[str, Any] | None = None


Step = Callable[[Tx, table.JobRow], Awaitable[Progress]]
"""One step of a job, inside a transaction, 100 ms at most."""


async def start(tx: Tx, kind: str, facts: dict[str, Any], person: int | None = None) -> int:
    """Put a job into the queue in the transaction that causes it; returns its number, for the address of its page."""
    number = await tx.one(table.START, kind=kind, facts=facts, person=person, now=tx.now)
    if number is None:
        msg = "an insert gave no id"
        raise RuntimeError(msg)
    return number


async def load(tx: Tx, number: int) -> table.JobRow | None:
    """A job and how far it is."""
    return await tx.one(table.LOAD, job=number)


class Worker:
    """Does the steps of jobs, and keeps their live pages up to date."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        channels: Mapping[str, Channel],
        steps: Mapping[str, Step],
        receipts: Receipts,
        keep: Callable[[bytes], str],
        now: Callable[[], datetime],
    ) -> None:
        """Connect the parts; `keep` stores a file and returns its digest. Nothing runs yet."""
        self.database, self.engine, self.channels, self.steps, self.now = database, engine, channels, steps, now
        self.receipts, self.keep = receipts, keep
        self.owner = secrets.token_hex(8)
        self._edited = dict[int, float]()
        self._looked = 0.0

    async def work(self) -> int:
        """Do everything that waits; returns how many steps were done."""
        done = 0
        while await self.step():
            done += 1
            await asyncio.sleep(0)
        await self.refresh(at_once=True)
        return done

    async def step(self) -> bool:
        """Take up a job and do one step of it, in one transaction; false where none waits."""
        now = self.now()
        job = await self.database.turn(lambda tx: tx.one(table.CLAIM, owner=self.owner, now=now, until=now + LEASE), now=now)
        if job is None:
            return False
        if FILE in job.facts and DIGEST not in job.facts:
            job = await self._fetched(job)
        while job.state == "running":
            job = await self._step(job)
            await self.refresh()
        return True

    async def _fetched(self, job: table.JobRow) -> table.JobRow:
        """Bring the file that a job is about: its bytes lie under `facts["digest"]` before the first step."""
        channel, reference, _name, _type, _size = job.facts[FILE]
        try:
            data = await self.channels[channel].fetch(reference, LARGEST_FILE)
        except (Lost, KeyError) as why:
            log.warning("the file of a job is gone: %s", why, extra={"kind": job.kind})
            return await self._save(job, "failed", Progress(job.done, job.total, job.facts, {"error": "the file is gone"}))
        except TryLater as later:
            if job.tries >= MOST_TRIES:
                return await self._save(job, "failed", Progress(job.done, job.total, job.facts, {"error": "the file did not come"}))
            await asyncio.sleep(min(later.seconds, 5.0))
            return await self._save(job, "waiting", Progress(job.done, job.total, job.facts))
        digest = await asyncio.to_thread(self.keep, data)
        return await self._save(job, "running", Progress(job.done, job.total, {**job.facts, DIGEST: digest}))

    async def _step(self, job: table.JobRow) -> table.JobRow:
        run = self.steps.get(job.kind)
        if run is None or job.tries > MOST_TRIES:
            why = "nobody knows how to do it" if run is None else "it stopped its worker too often"
            return await self._save(job, "failed", Progress(job.done, job.total, job.facts, {"error": why}))

        async def both(tx: Tx) -> table.JobRow:
            progress = await run(tx, job)
            state = "running" if progress.outcome is None else "finished"
            await tx.run(table.SAVE, **self._values(job, state, progress))
            return job._replace(state=state, done=progress.done, total=progress.total, facts=progress.facts, outcome=progress.outcome)

        try:
            return await self.database.turn(both, now=self.now())
        except Exception:
            log.exception("a job failed", extra={"kind": job.kind})
            return await self._save(job, "failed", Progress(job.done, job.total, job.facts, {"error": "a step failed"}))

    async def _save(self, job: table.JobRow, state: str, progress: Progress) -> table.JobRow:
        await self.database.turn(lambda tx: tx.run(table.SAVE, **self._values(job, state, progress)), now=self.now())
        return job._replace(state=state, done=progress.done, total=progress.total, facts=progress.facts, outcome=progress.outcome)

    def _values(self, job: table.JobRow, state: str, progress: Progress) -> dict[str, Any]:
        return {
            "job": job.id,
            "owner": self.owner,
            "state": state,
            "done": progress.done,
            "total": progress.total,
            "facts": progress.facts,
            "outcome": progress.outcome,
            "until": self.now() + LEASE,
        }

    async def refresh(self, *, at_once: bool = False) -> None:
        """Edit the live pages that show less than is done, each every few seconds at most; the last edit ends it."""
        if not self._due() and not at_once:
            return
        live = await self.receipts.live()
        for page in await self.database.read(lambda tx: tx.all(table.STALE), now=self.now()):
            if (page.account, page.message) not in live:
                continue  # the person went on to another page; the receipt that says so is on its way
            ended = page.state in {"finished", "failed"}
            if not ended and time.monotonic() - self._edited.get(page.id, -EDIT_EVERY) < EDIT_EVERY:
                continue
            if await self._edit(page):
                self._edited[page.id] = time.monotonic()
                query, values = (table.UNWATCH, {"live": page.id}) if ended else (table.SHOWN, {"live": page.id, "done": page.done})
                await self.database.turn(lambda tx, q=query, v=values: tx.run(q, **v), now=self.now())  # type: ignore[misc]
                if ended:
                    self._edited.pop(page.id, None)

    def _due(self) -> bool:
        """Whether a moment has passed since live pages were looked for: a job of many short steps must not look each time."""
        due = time.monotonic() - self._looked >= LOOK_EVERY
        if due:
            self._looked = time.monotonic()
        return due

    async def _edit(self, page: table.LivePage) -> bool:
        channel, link = self.channels.get(page.channel), parse(page.link)
        if channel is None or link is None:
            return True
        person = Person(page.person, page.account, page.language or self.engine.languages.default, None)
        screen = await self.database.read(lambda tx: self.engine.page(tx, link, person, page.channel), now=self.now())
        try:
            await channel.show(page.user, replace(screen, note=None), person.language, page.message)
        except TryLater:
            return False
        except Unreachable as why:
            log.info("a live page is gone: %s", why, extra={"channel": page.channel})
        return True
