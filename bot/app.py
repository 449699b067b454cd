"""The composition root: builds everything, runs it, closes it."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import storage
from bot import log as logs
from bot.clock import Clock, Hands, real
from bot.config import LOCALES, Settings
from bot.conversation import sweep
from bot.conversation.channel import Channel, Limits
from bot.conversation.delivery import Courier
from bot.conversation.dialog import Dialogs, dialog
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.engine import Engine, Menu
from bot.conversation.job import Step, Worker
from bot.conversation.language import Languages
from bot.conversation.owner import Owner
from bot.conversation.paper import Maker, Papers
from bot.conversation.receipt import Receipts
from bot.conversation.screen import Screen
from bot.dialogs import MENU
from bot.dialogs.menu import COMMANDS, PROFILE
from bot.papers import MAKERS
from bot.services.plan import PLANS
from storage.database import Database, open_database
from storage.files import Files

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between two looks for deliveries that are due and jobs that wait."""
PLANNED = 20.0
"""Seconds between two looks for what is due by itself: an unanswered offer goes to the next family within a minute."""
SWEEP = 3600.0
"""Seconds between two sweeps of old events and sessions."""
TELEGRAM_TEXT, TELEGRAM_CAPTION = 4096, 1024
VK_TEXT = 4096
"""VK's page says 9000; whether a client shows that much in one message is not measured (platforms: split at 4096 until measured)."""


class Library:
    """Where channels find files: their bytes on the disk, their uploaded names in the receipts; and papers, which are on neither."""

    def __init__(self, files: Files, receipts: Receipts, papers: Papers) -> None:
        """Connect all three."""
        self._files, self._receipts, self._papers = files, receipts, papers

    async def made(self, screen: Screen) -> Screen:
        """The screen with its paper made."""
        return await self._papers.made(screen)

    def keeps(self, digest: str) -> bool:
        """Whether an uploaded name is remembered: not that of a paper."""
        return self._papers.data(digest) is None

    async def reference(self, channel: str, digest: str) -> str | None:
        """This channel's own name of an uploaded file, where it is known."""
        return await self._receipts.reference(channel, digest) if self.keeps(digest) else None

    async def data(self, digest: str) -> bytes:
        """The bytes of a stored file, or of a paper that was made lately. Raises `FileNotFoundError`."""
        if (made := self._papers.data(digest)) is not None:
            return made
        return await asyncio.to_thread(self._files.read, digest)


@dataclass(slots=True)
class Core:
    """Everything but the messengers: what a test runs on channels of its own.

    `channels` may be filled after the core is built, because a channel needs the library and the languages.
    """

    database: Database
    languages: Languages
    files: Files
    now: Callable[[], datetime]
    limits: Mapping[str, Limits]
    dialogs: Dialogs = field(default_factory=lambda: dialog)
    menu: Menu = field(default_factory=lambda: MENU)
    steps: Mapping[str, Step] = field(default_factory=dict)
    region: str = ""
    keeper: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    makers: Mapping[str, Maker] = field(default_factory=lambda: MAKERS)
    channels: dict[str, Channel] = field(default_factory=dict)
    receipts: Receipts = field(init=False)
    library: Library = field(init=False)
    engine: Engine = field(init=False)
    dispatcher: Dispatcher = field(init=False)
    courier: Courier = field(init=False)
    worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        """Connect the parts."""
        self.receipts = Receipts(self.database, self.now)
        self.library = Library(self.files, self.receipts, Papers(self.makers))
        self.engine = Engine(self.dialogs, self.languages, self.limits, self.menu, region=self.region, keeper=self.keeper, pages=self.pages)
        self.engine.handover = lambda name, page: self.channels[name].deep_link(page)
        self.dispatcher = Dispatcher(self.database, self.engine, self.channels, self.receipts, self.now)
        self.courier = Courier(self.database, self.engine, self.channels, self.receipts, self.now)
        self.worker = Worker(self.database, self.engine, self.channels, self.steps, self.receipts, self.files.put, self.now)


def limits_of(settings: Settings) -> dict[str, Limits]:
    """What each channel that has a token can and may; those that may carry personal data come first, so that a hand-over goes there."""
    found = dict[str, Limits]()
    vk = settings.vk
    for name, community in vk.channels().items():
        found[name] = Limits(
            VK_TEXT,
            VK_TEXT,
            policy=vk.policy.model_dump(),
            personal_data=vk.personal_data,
            organisation=community.organisation,
        )
    if settings.telegram.token:
        telegram = settings.telegram
        found["telegram"] = Limits(
            TELEGRAM_TEXT,
            TELEGRAM_CAPTION,
            policy=telegram.policy.model_dump(),
            personal_data=telegram.personal_data,
        )
    return found


def connect(settings: Settings, core: Core) -> None:
    """Build the channels of all messengers that have a token; a messenger's library is imported only where it is on."""
    if settings.telegram.token:
        from bot.handlers.telegram import Profile, TelegramChannel

        telegram = settings.telegram
        core.channels["telegram"] = TelegramChannel(
            "telegram",
            telegram.token.get_secret_value(),
            core.limits["telegram"],
            core.languages,
            core.library,
            api_url=telegram.api_url,
            proxy=telegram.proxy,
            profile=Profile(COMMANDS, *PROFILE),
        )
    if communities := settings.vk.channels():
        from bot.handlers.vk import VkChannel

        for name, community in communities.items():
            core.channels[name] = VkChannel(
                name,
                community.token.get_secret_value(),
                community.group_id,
                core.limits[name],
                core.languages,
                core.library,
                api_url=settings.vk.api_url,
                screen_name=community.screen_name,
            )


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Run everything until `stop` is set."""
    for step in await asyncio.to_thread(storage.migrate, settings.database.url):
        log.info("migrated", extra={"step": step})
    clock, database = Clock(settings.clock.shift_file), await open_database(settings.database.url)
    languages = Languages(LOCALES, settings.language)
    core = Core(
        database,
        languages,
        Files(settings.files.path),
        clock.now,
        limits_of(settings),
        region=settings.region_name,
        keeper=settings.keeper_name,
        pages=settings.pages.known(),
    )
    connect(settings, core)
    owner = f"{socket.gethostname()[:12]}-{secrets.token_hex(6)}"
    tasks = [asyncio.create_task(core.receipts.run(), name="receipts")]
    owners = [Owner(database, core.dispatcher, channel, owner, real) for channel in core.channels.values()]
    tasks += [asyncio.create_task(each.run(), name=each.channel.name) for each in owners]
    hands = Hands()
    hands.every(TICK, _done(core.courier.send_due), name="deliver")
    hands.every(TICK, _done(core.worker.work), name="jobs")
    hands.every(PLANNED, lambda: _plan(database, clock), name="plans")
    hands.every(SWEEP, lambda: sweep.sweep(database, clock.now()), name="sweep")
    hands.start()
    # What was built until now lives as long as the program: the collector need not look at it again (measured: 1.2–1.4 × a turn).
    gc.collect()
    gc.freeze()
    log.info("ready", extra={"channels": ",".join(core.channels)})
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _pending = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            task.result()
    finally:
        stopping.cancel()
        await hands.stop()
        for each in owners:
            await each.stop()
        await core.dispatcher.close()
        for channel in core.channels.values():
            await channel.close()
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await database.close()
        log.info("stopped")


async def _plan(database: Database, clock: Clock) -> None:
    """Do what is due by itself, until nothing is left to do; a plan that fails holds up no other."""
    for plan in PLANS:
        try:
            while await database.turn(plan, now=clock.now()):
                pass
        except Exception:
            log.exception("a plan failed", extra={"plan": f"{plan.__module__}.{getattr(plan, '__name__', plan)}"})


def _done(work: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[None]]:
    """A hand that does not tell how much it did."""

    async def run() -> None:
        await work()

    return run


def run(settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    import uvloop

    logs.configure(settings.log, settings.secrets())

    async def main() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        await serve(settings, stop)

    uvloop.run(main())
