"""One person at a time: take a turn, commit it, then show it; and everybody else meanwhile."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from bot.conversation.channel import Channel, ChannelError, TryLater, Unreachable
from bot.conversation.engine import Engine, Outcome
from bot.conversation.event import Event, Pressed
from bot.conversation.receipt import Note, Receipts
from bot.conversation.screen import Screen
from bot.conversation.turn import Person
from storage import event as events
from storage.database import Database, Tx, Unavailable

log = logging.getLogger(__name__)

MOST_WAITING = 20
"""Events of one account that may wait; more are a machine, or a cat on the keyboard: they are confirmed and forgotten.

And the screens of one account that may wait for a messenger: of more only the newest are shown.
"""
PATIENCE = 2.0
"""Seconds after which a press is acknowledged with nothing: a spinner that stays looks like a broken bot."""
LONGEST_WAIT = 60.0
"""Seconds a screen waits for a messenger that asks for patience; after that the next press shows the same page."""
MOST_STOPS = 2
"""In how many unclean stops an event may be seen before it is set aside."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between two tries of a turn while the database is away: doubling from the first to the longest."""
MOST_TRIES = 6
"""After how many tries (a quarter of a minute) an event is said to have failed, if the database takes that: then it was not away at all."""
MOST_QUEUED = 10_000
"""Events whose screens are remembered to have been queued, until what showing them taught is written down."""
RECENT = timedelta(minutes=10)
"""How far back, at the start, screens that were committed and not shown are shown now."""


T = TypeVar("T")


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask the database again and again while it is away. What else goes wrong is raised."""
    pause = FIRST_PAUSE
    while True:
        try:
            return await ask()
        except Unavailable as why:
            log.warning("the database is away: %s", why, extra={"pause": pause})
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE, pause * 2)


@dataclass(slots=True)
class _Line:
    """The events and screens of one account, in order."""

    events: deque[tuple[Event, asyncio.Future[None]]] = field(default_factory=deque)
    screens: deque[tuple[Event, Outcome, asyncio.TimerHandle | None]] = field(default_factory=deque)
    taking: bool = False
    showing: bool = False


class Dispatcher:
    """Takes events from channels to the engine, and outcomes back. `take` returns when every turn is committed."""

    def __init__(
        self, database: Database, engine: Engine, channels: Mapping[str, Channel], receipts: Receipts, now: Callable[[], datetime]
    ) -> None:
        """Connect the parts; nothing runs yet."""
        self.database, self.engine, self.channels, self.receipts, self.now = database, engine, channels, receipts, now
        self._lines = dict[tuple[str, str], _Line]()
        self._queued = dict[tuple[str, str], None]()
        self._tasks = set[asyncio.Task[None]]()

    # ------------------------------------------------------------ turns

    async def take(self, batch: Sequence[Event]) -> None:
        """Take turns for all events, people side by side; return when all are committed. Showing goes on beside it."""
        done = [self._enqueue(event) for event in batch]
        for future in done:
            await future

    def _enqueue(self, event: Event) -> asyncio.Future[None]:
        future = asyncio.get_running_loop().create_future()
        line = self._lines.setdefault((event.channel, event.user), _Line())
        if len(line.events) >= MOST_WAITING:
            log.warning("too many events wait, one is dropped", extra={"channel": event.channel, "kind": type(event).__name__})
            if isinstance(event, Pressed) and event.press:
                self._start(self._acknowledge(event, Outcome(None, "", 0, 0)))
            future.set_result(None)
            return future
        line.events.append((event, future))
        if not line.taking:
            line.taking = True
            self._start(self._work(line))
        return future

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, line: _Line) -> None:
        """Take the turns of one account, one after another."""
        try:
            while line.events:
                event, future = line.events[0]
                timer = None
                if isinstance(event, Pressed) and event.press:
                    timer = asyncio.get_running_loop().call_later(PATIENCE, self._start_empty, event)
                outcome = await self._turn(event)
                line.events.popleft()
                if not future.done():
                    future.set_result(None)
                self._queue(line, event, outcome, timer)
        finally:
            line.taking = False

    def _queue(self, line: _Line, event: Event, outcome: Outcome, timer: asyncio.TimerHandle | None = None) -> None:
        """Let a screen be shown after those that wait; an event that comes twice while its screen waits has one screen."""
        key = (event.channel, event.key)
        if outcome.repeated and key in self._queued:
            outcome = replace(outcome, screen=None, remembered=False)
        elif outcome.remembered:
            self._queued[key] = None
            if len(self._queued) > MOST_QUEUED:
                del self._queued[next(iter(self._queued))]
        line.screens.append((event, outcome, timer))
        if not line.showing:
            line.showing = True
            self._start(self._show_all((event.channel, event.user), line))

    def _start_empty(self, event: Pressed) -> None:
        self._start(self._acknowledge(event, Outcome(None, "", 0, 0)))

    async def _turn(self, event: Event) -> Outcome:
        """One turn. What goes wrong in a dialog is written down and told; a database that does not answer is waited for."""
        pause, tries = FIRST_PAUSE, 0
        while True:
            begun = time.monotonic()
            try:
                outcome = await self.database.turn(lambda tx: self.engine.turn(tx, event), now=self.now())
            except Unavailable as why:
                tries += 1
                log.warning("the database is away: %s", why, extra={"channel": event.channel, "pause": pause})
                if tries >= MOST_TRIES and (told := await self._failed(event)) is not None:
                    return told
            except Exception:
                log.exception("turn failed", extra={"channel": event.channel, "kind": type(event).__name__, "key": event.key})
                if (told := await self._failed(event)) is not None:
                    return told
            else:
                log.info(
                    "turn",
                    extra={
                        "channel": event.channel,
                        "account": outcome.account,
                        "kind": type(event).__name__,
                        "page": outcome.address.split("~")[0] if not outcome.address.startswith(".") else "tab",
                        "ms": round((time.monotonic() - begun) * 1000, 1),
                        "outcome": "repeat" if outcome.repeated else "asks" if outcome.asks else "shows" if outcome.screen else "silent",
                    },
                )
                return outcome
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _failed(self, event: Event) -> Outcome | None:
        """Write an event down as failed; `None` where the database does not take that either, and the event is to be tried again."""
        try:
            return await self.database.turn(lambda tx: self.engine.failed(tx, event), now=self.now())
        except Exception:
            log.exception("a failure could not be written down; the event is tried again", extra={"channel": event.channel})
            return None

    # ------------------------------------------------------------ showing

    async def _show_all(self, key: tuple[str, str], line: _Line) -> None:
        """Show the outcomes of one account in order; one that cannot be shown does not hold up the next."""
        try:
            while line.screens:
                try:
                    await self._show_next(line)
                except Exception:
                    log.exception("showing failed", extra={"channel": key[0]})
        finally:
            line.showing = False
            if not line.taking and not line.events and not line.screens:
                self._lines.pop(key, None)

    async def _show_next(self, line: _Line) -> None:
        """Show the next outcome; one that a newer one of the same message, or a crowd of newer ones, replaces is only acknowledged."""
        event, outcome, timer = line.screens.popleft()
        if timer is not None and not timer.cancelled() and timer.when() > asyncio.get_running_loop().time():
            timer.cancel()
            self._start(self._acknowledge(event, outcome))  # type: ignore[arg-type]
        over = event.message if isinstance(event, Pressed) else ""
        replaced = len(line.screens) >= MOST_WAITING or any(
            over and isinstance(later, Pressed) and later.message == over and newer.screen is not None
            for later, newer, _timer in line.screens
        )
        if outcome.screen is not None and not replaced:
            try:
                await self._show(event, outcome, over or None)
            except asyncio.CancelledError:
                line.screens.appendleft((event, outcome, None))  # for `close` to see what was cut off
                raise
        elif outcome.remembered:
            self.receipts.add(Note(event.channel, outcome.account, over, event=event.key))

    async def _acknowledge(self, event: Pressed, outcome: Outcome) -> None:
        note = outcome.screen.note if outcome.screen else None
        try:
            await self.channels[event.channel].acknowledge(event, outcome.language or self.engine.languages.default, note)
        except (ChannelError, OSError) as why:
            log.info("a press could not be acknowledged: %s", why, extra={"channel": event.channel})

    async def _show(self, event: Event, outcome: Outcome, over: str | None) -> None:
        """Show one outcome; wait as the messenger asks, within reason."""
        screen = outcome.screen
        if screen is None:
            return
        if isinstance(event, Pressed) and event.press:
            screen = replace(screen, note=None)
        channel, asked = self.channels[event.channel], self.receipts.asked(outcome.account, outcome.asked)
        receipt = None
        try:
            receipt = await self.deliver(channel, event.user, outcome, screen, over)
        finally:
            if receipt is None:  # should the event come again, it may be shown then
                self._queued.pop((event.channel, event.key), None)
        if receipt is None:
            return
        message, media = receipt
        if outcome.unwanted:
            await self._remove(channel, event.user, outcome.unwanted)
        strip = asked is not None and asked not in {over, message}
        now_asked = message if outcome.asks else asked if asked == message and not over else None
        self.receipts.add(
            Note(
                event.channel,
                outcome.account,
                message,
                event=event.key if outcome.remembered else None,
                asked=now_asked,
                asked_changed=now_asked != asked,
                media=media,
                live=outcome.live,
                link=outcome.address,
            )
        )
        if strip and asked is not None and over is None:
            try:
                await channel.strip(event.user, asked)
            except (ChannelError, OSError) as why:
                log.info("the buttons of a question stay: %s", why, extra={"channel": event.channel})

    async def _remove(self, channel: Channel, user: str, message: str) -> None:
        """Take a file that nobody asked for out of the chat; nothing of it was fetched, and the person was asked to delete it too."""
        try:
            await channel.remove(user, message)
        except (ChannelError, OSError) as why:
            log.info("a file that nobody asked for stays in the chat: %s", why, extra={"channel": channel.name})

    async def deliver(
        self, channel: Channel, user: str, outcome: Outcome, screen: Screen, over: str | None
    ) -> tuple[str, Mapping[str, str]] | None:
        """Show a screen, patiently; `None` where it could not be shown, and why is in the log (or the person is unreachable)."""
        waited = 0.0
        while True:
            try:
                receipt = await channel.show(user, screen, outcome.language, over)
            except TryLater as later:
                waited += later.seconds
                if waited > LONGEST_WAIT:
                    log.warning("a screen was given up: %s", later, extra={"channel": channel.name})
                    return None
                await asyncio.sleep(later.seconds)
            except Unreachable as why:
                log.info("unreachable: %s", why, extra={"channel": channel.name, "account": outcome.account})
                self.receipts.add(Note(channel.name, outcome.account, "", reachable=False))
                return None
            else:
                return receipt.message, receipt.media

    # ------------------------------------------------------------ after a stop

    async def show_unshown(self, name: str) -> int:
        """At the start: queue what was committed and not shown in the last ten minutes. Returns how many screens that are.

        They are shown in order, before anything that the same people do from now on. A tab is shown once, as it is today.
        """
        since = self.now() - RECENT
        rows = await patiently(lambda: self.database.read(lambda tx: tx.all(events.UNSHOWN, channel=name, since=since), now=self.now()))
        newest = {(row.account, row.address): row.key for row in rows}
        queued = 0
        for row in rows:
            if newest[row.account, row.address] != row.key:
                self.receipts.add(Note(name, row.account, "", event=row.key))
            elif (outcome := await self._again(row)) is not None:
                line = self._lines.setdefault((name, row.user), _Line())
                self._queue(line, Event(channel=name, user=row.user, key=row.key), outcome)
                queued += 1
        return queued

    async def _again(self, row: events.Unshown) -> Outcome | None:
        """The page that an event led to, as it is today; `None` where it cannot be rendered, and why is in the log."""
        person = Person(row.person, row.account, row.language or self.engine.languages.default, row.settlement)
        here = self.engine.here(row.channel)
        try:
            outcome = await patiently(
                lambda: self.database.turn(lambda tx: self.engine.again(tx, person, here, row.address), now=self.now())
            )
        except Exception:
            log.exception("a page cannot be shown after a stop", extra={"channel": row.channel, "key": row.key})
            return None
        return replace(outcome, asked=row.asked, remembered=True)

    async def careful(self, batch: Sequence[Event]) -> list[Event]:
        """After an unclean stop: count each event before its turn; one that stopped the program twice is set aside, loudly."""
        kept = []
        for event in batch:
            stops = await patiently(partial(self._count, event))
            if stops is not None and stops > MOST_STOPS:
                log.critical("an event stopped the program twice and is set aside", extra={"channel": event.channel, "key": event.key})
                await patiently(partial(self._set_aside, event))
                continue
            await self.take([event])
            kept.append(event)
        return kept

    async def _count(self, event: Event) -> int | None:
        key = {"channel": event.channel, "key": event.key}
        return await self.database.turn(lambda tx: tx.one(events.ATTEMPT, now=tx.now, **key), now=self.now())

    async def _set_aside(self, event: Event) -> int:
        key = {"channel": event.channel, "key": event.key}
        return await self.database.turn(lambda tx: tx.run(events.ASIDE, **key), now=self.now())

    async def settle(self) -> None:
        """Wait until nothing is being taken or shown."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self, patience: float = 5.0) -> None:
        """Let what is being shown finish, for a moment; the rest is shown after the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in (late := tuple(self._tasks)):
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        cut_off = [
            (event, outcome) for line in self._lines.values() for event, outcome, _timer in line.screens if outcome.screen is not None
        ]
        if cut_off:
            log.info("screens are left to the next start", extra={"screens": len(cut_off)})
            try:
                await self.database.turn(lambda tx: self._leave(tx, cut_off), now=self.now())
            except Unavailable as why:
                log.warning("the database is away: %s", why)

    @staticmethod
    async def _leave(tx: Tx, cut_off: Sequence[tuple[Event, Outcome]]) -> None:
        """Write down the events of pages that wrote nothing: the messenger does not hold them any more, and they have no row yet."""
        rows = [
            {"channel": event.channel, "key": event.key, "account": outcome.account, "address": outcome.address, "now": tx.now}
            for event, outcome in cut_off
        ]
        await tx.many(events.LEAVE, rows)
