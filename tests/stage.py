"""Stages: where a transcript is played. The neutral one has no messenger; the others are real handlers over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import storage
from bot.app import Core
from bot.conversation.channel import Limits
from bot.conversation.dialog import Dialogs, dialog
from bot.conversation.engine import Menu
from bot.conversation.event import Left, Opened, Pressed, Returned, Said, SharedContact, SharedFile, SharedOther, SharedPlace
from bot.conversation.job import Step
from bot.conversation.language import Languages
from bot.dialogs import MENU
from bot.services.plan import PLANS
from storage.account import ARRIVE
from storage.database import Tx, open_database
from storage.files import Files
from tests.neutral import NEUTRAL, NeutralChannel, Shown

LOCALES = Path(__file__).parent.parent / "locales"
START = datetime(2026, 8, 24, 5, 0, tzinfo=UTC)
"""Monday, 24 August 2026, 10:00 in the district."""
REGIONS = {"en": "Lazorye", "ru": "Лазорьевского округа"}
"""The region's name as the first page has it, in the language of a transcript."""
PEOPLE: Mapping[str, int] = {"anna": 101, "boris": 102, "lena": 103, "olga": 104, "rustam": 105, "vera": 106, "svetlana": 107}
"""Invented people and their numbers in every messenger."""


class Missed(AssertionError):
    """A transcript asks for something that is not on the screen."""


@dataclass(slots=True)
class News:
    """What a person sees since they last looked: a new message or a changed one as lines, or a toast."""

    kind: str
    lines: list[str]


class Stage(Protocol):
    """One place where transcripts are played."""

    name: str
    core: Core
    world: World

    async def start(self) -> None:
        """Start the bot."""

    async def stop(self) -> None:
        """Stop it."""

    async def tick(self) -> None:
        """Send what is due."""

    async def person(self, tx: Tx, user: str) -> int:
        """The person behind an account of this stage."""

    async def act(self, who: str, verb: str, rest: str) -> None:
        """Let a person do something."""

    async def news(self, who: str) -> list[News]:
        """What this person was shown since the last look, once everything has come to rest."""


@dataclass(slots=True)
class Time:
    """The clock of a transcript."""

    at: datetime = START

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@dataclass(slots=True)
class World:
    """What outlives a restart: the database's address, the files, the time, and which dialogs are played."""

    url: str
    folder: Path
    time: Time = field(default_factory=Time)
    dialogs: Dialogs = field(default_factory=lambda: dialog)
    menu: Menu = field(default_factory=lambda: MENU)
    steps: Mapping[str, Step] = field(default_factory=dict)
    limits: dict[str, Limits] = field(default_factory=dict)
    language: str = "en"

    async def core(self, limits: Mapping[str, Limits]) -> Core:
        """Build the program, as after a start."""
        database = await open_database(self.url)
        languages = Languages(LOCALES, self.language)
        region = REGIONS[self.language]
        return Core(database, languages, Files(self.folder / "files"), self.time.now, limits, self.dialogs, self.menu, self.steps, region)


class Ticking:
    """What all stages do alike."""

    name: str
    core: Core

    async def tick(self) -> None:
        """Send what is due, and do what waits."""
        for plan in PLANS:
            while await self.core.database.turn(plan, now=self.core.now()):
                pass
        await self.core.receipts.flush()
        await self.core.courier.send_due()
        await self.core.worker.work()
        await self.core.receipts.flush()

    async def person(self, tx: Tx, user: str) -> int:
        """The person behind an account of this stage."""
        row = await tx.one(ARRIVE, channel=self.name, user=user, key="", token=None)
        if row is None:
            raise Missed(f"nobody has written as {user} yet")
        return row.person


class NeutralStage(Ticking):
    """Plays on the neutral channel: events go straight to the dispatcher."""

    name = "neutral"

    def __init__(self, world: World) -> None:
        self.world = world
        self._keys = count(1)

    async def start(self) -> None:
        limits = self.world.limits or {"neutral": NEUTRAL}
        self.core = await self.world.core(limits)
        before = getattr(self, "channel", None)
        self.channel = NeutralChannel(self.core.languages, "neutral", limits["neutral"])
        if before is not None:
            self.channel.chats = before.chats
        self.core.channels["neutral"] = self.channel

    async def stop(self) -> None:
        await self.core.dispatcher.settle()
        await self.core.receipts.flush()
        await self.core.database.close()

    def _event(self, what: Any, who: str, **more: Any) -> Any:
        return what(channel="neutral", user=str(PEOPLE[who]), key=str(next(self._keys)), language=self.world.language, **more)

    def find(self, who: str, label: str, back: int = 0) -> tuple[Shown, str]:
        """The newest message (or one further back) that has this button, and what the button carries."""
        with_buttons = [each for each in reversed(self.channel.chat(str(PEOPLE[who])).messages) if each.buttons]
        for each in with_buttons[back:]:
            exact = [data for name, data in each.buttons.items() if name == label]
            near = [data for name, data in each.buttons.items() if label in name]
            if exact or len(near) == 1:
                return each, (exact or near)[0]
            if back:
                break
        raise Missed(f"{who} sees no button [{label}]")

    async def act(self, who: str, verb: str, rest: str) -> None:
        chat = self.channel.chat(str(PEOPLE[who]))
        match verb:
            case "presses":
                label, _on, back = rest.partition(" on the message ")
                shown, data = self.find(who, label, int(back.split()[0]) if back else 0)
                event = self._event(Pressed, who, data=data, message=str(shown.number), press=str(next(self._keys)))
            case "says":
                event = self._event(Said, who, text=rest)
            case "opens":
                event = self._event(Opened, who, payload=rest.replace("/", "-"))
            case "starts":
                event = self._event(Opened, who)
            case "forges":
                event = self._event(Pressed, who, data=rest, message=str(len(chat.messages)), press=str(next(self._keys)))
            case "shares":
                event = self._shared(who, rest)
            case "sends":
                event = self._sent(who, rest)
            case "blocks":
                chat.blocked = True
                event = self._event(Left, who)
            case "unblocks":
                chat.blocked = False
                event = self._event(Returned, who)
            case _:
                raise Missed(f"nobody can do this: {verb}")
        await self.core.dispatcher.take([event])
        await self.core.dispatcher.settle()

    def _shared(self, who: str, rest: str) -> Any:
        what, _space, more = rest.partition(" ")
        if what == "place":
            latitude, longitude = map(float, more.split(","))
            return self._event(SharedPlace, who, latitude=latitude, longitude=longitude)
        if what in {"phone", "contact"}:
            return self._event(SharedContact, who, phone=more, own=what == "phone")
        raise Missed(f"nobody can share this: {rest}")

    def _sent(self, who: str, rest: str) -> Any:
        what, _space, more = rest.partition(" ")
        if what == "file":
            return self._event(SharedFile, who, reference="file-1", name=more, type="application/octet-stream", size=1000, kind="document")
        return self._event(SharedOther, who, kind=what)

    async def news(self, who: str) -> list[News]:
        chat = self.channel.chat(str(PEOPLE[who]))
        found, chat.news = chat.news, []
        return [News(kind, each.lines if isinstance(each, Shown) else [each]) for kind, each in found]


@asynccontextmanager
async def neutral(url: str, folder: Path, **more: Any) -> AsyncIterator[NeutralStage]:
    """A neutral stage on a fresh, migrated database."""
    await asyncio.to_thread(storage.migrate, url)
    stage = NeutralStage(World(url, folder, **more))
    await stage.start()
    try:
        yield stage
    finally:
        await stage.stop()
