"""The clock: what time it is for the bot, and what happens by itself on every tick."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)


class Clock:
    """Tells the time of the domain. A sandbox may move it through a file that holds seconds as a decimal number: `86400`, `-3.5`.

    The file is looked at on every call and read when it changed; while it does not exist, or none is named, the time is the real one.
    """

    def __init__(self, shift_file: str | Path = "") -> None:
        self._file = Path(shift_file) if shift_file else None
        self._seen: tuple[int, int, int] | None = None
        self._shift = timedelta()

    def now(self) -> datetime:
        """Return this instant, aware, in UTC. Raises `ValueError` where the shift file holds no number."""
        if self._file is not None:
            self._look(self._file)
        return datetime.now(UTC) + self._shift

    def _look(self, file: Path) -> None:
        try:
            found = file.stat()
        except FileNotFoundError:
            self._seen, self._shift = None, timedelta()
            return
        if (seen := (found.st_mtime_ns, found.st_size, found.st_ino)) != self._seen:
            text = file.read_text(encoding="ascii")
            try:
                self._shift = timedelta(seconds=float(text))
            except (ValueError, OverflowError):
                raise ValueError(f"{file} holds {text[:40]!r}, not a number of seconds") from None
            self._seen = seen


def real() -> datetime:
    """The real instant, whatever a sandbox does to the domain's time: what leases run on."""
    return datetime.now(UTC)


class Hands:
    """Does work again and again: every so many real seconds, one run of a kind at a time, runs missed meanwhile made up for by one.

    Nothing of it is stored: after a restart each kind simply begins anew, so the work itself must find out what is due. Work that
    raises is logged and comes again at its next tick.
    """

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
        self._running = dict[asyncio.Task[None], str]()
        self._stopping = False

    def every(self, seconds: float, work: Callable[[], Awaitable[None]], *, name: str) -> None:
        """Do `work` at the start and then every `seconds`; `name` is what the log calls it."""

        async def tick() -> None:
            task = cast("asyncio.Task[None]", asyncio.current_task())
            self._running[task] = name
            try:
                await work()
            except asyncio.CancelledError:
                if not self._stopping:
                    raise
            finally:
                del self._running[task]

        self._scheduler.add_job(tick, "interval", seconds=seconds, id=name, name=name, next_run_time=datetime.now(UTC))

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._scheduler.start()

    async def stop(self, patience: float = 10) -> None:
        """Begin nothing more, let what runs end within `patience` seconds, then cut it short."""
        self._stopping = True
        self._scheduler.pause()
        if running := dict(self._running):
            _, late = await asyncio.wait(running, timeout=patience)
            for task in late:
                log.warning("work cut short", extra={"work": running[task]})
                task.cancel()
            await asyncio.wait(running)
        self._scheduler.shutdown()
