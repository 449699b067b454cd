"""What is measured: each subject is a program with an emulated messenger, a database and people of its own, all from a fresh start."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import asyncpg

from bench import meter, people, slices, work
from bench.people import Actor, Presser
from bench.program import Program, Used, environment, pin_server
from sandbox.telegram import TelegramEmulator
from sandbox.time import SandboxClock
from sandbox.vk import Community, VkEmulator

POSTGRES = "KRUZHOK_TEST_POSTGRES"
"""The variable that names a PostgreSQL server whose user may create databases, as a SQLAlchemy URL (as for the tests)."""
COMMUNITY = Community("vk", "vk1.a.bench-vk-token", 200_001, "kruzhok_bench")
VK_RATE = 20
"""Calls a second that VK takes from a community, where its limit is on."""
FAST = "0.0005"
"""Seconds between two requests to VK where its limit is off: less than a request takes, so it limits nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A program and its surroundings. `limited` keeps VK's limit of calls, and with it the pauses that the programs make for it."""

    name: str
    title: str
    program: Literal["echo", "kruzhok", "usual", "vk_echo"]
    messenger: Literal["telegram", "vk"]
    database: Literal["", "sqlite", "postgresql"] = ""
    limited: bool = False

    @property
    def possible(self) -> bool:
        """Whether this machine has what it needs."""
        return self.database != "postgresql" or POSTGRES in os.environ


ECHO = Subject("echo", "bare aiogram echo", "echo", "telegram")
SUBJECTS = (
    Subject("telegram", "Kruzhok, Telegram, SQLite", "kruzhok", "telegram", "sqlite"),
    Subject("telegram-postgresql", "Kruzhok, Telegram, PostgreSQL", "kruzhok", "telegram", "postgresql"),
    Subject("usual", "the usual way, SQLite", "usual", "telegram", "sqlite"),
    Subject("usual-postgresql", "the usual way, PostgreSQL", "usual", "telegram", "postgresql"),
    Subject("vk", "Kruzhok, VK, SQLite", "kruzhok", "vk", "sqlite"),
    Subject("vk-api", "vk_api echo, no pause", "vk_echo", "vk"),
)
"""Each is compared with the echo beside it in time."""
LIMITED = (
    Subject("vk-limited", "Kruzhok, VK, SQLite", "kruzhok", "vk", "sqlite", limited=True),
    Subject("vk-api-limited", "vk_api echo as shipped", "vk_echo", "vk", limited=True),
)
"""With VK's limit on: measured once, for the record."""


@dataclass(slots=True)
class Running:
    """A subject that runs, and the people who use it; `begun` is what it had used when it began to answer."""

    subject: Subject
    program: Program
    actors: Sequence[Actor]
    begun: Used
    database: str
    pinned: bool

    async def warm_up(self, seconds: float) -> None:
        """Let happen what happens once; then every connection to a server is open, and its other end can leave the measured core."""
        await slices.saturated(self.program, self.actors, seconds)
        if self.subject.database == "postgresql" and self.pinned:
            pin_server(self.database)

    @property
    def shown(self) -> set[str]:
        """What its people see now."""
        return {actor.message.text for actor in self.actors if isinstance(actor, Presser)}


@asynccontextmanager
async def running(subject: Subject, folder: Path, *, pinned: bool) -> AsyncIterator[Running]:
    """Start a subject; its people have done something twice when this is entered."""
    folder.mkdir()  # noqa: ASYNC240 - nothing else runs yet
    clock = SandboxClock(datetime.now(UTC))
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(database(subject.database, folder))
        variables: dict[str, str] = {}
        if subject.messenger == "telegram":
            telegram = TelegramEmulator(clock=clock, strict=False, paced=False, callback_seconds=people.PATIENCE)
            await stack.enter_async_context(telegram)
            messenger: Any = telegram
            variables |= {meter.URL: telegram.url, meter.TOKEN: telegram.token, "BENCH_DATABASE": url}
            ours = {"KRUZHOK_TELEGRAM__TOKEN": telegram.token, "KRUZHOK_TELEGRAM__API_URL": telegram.url}
        else:
            rate = VK_RATE if subject.limited else None
            vk = await stack.enter_async_context(VkEmulator([COMMUNITY], clock=clock, strict=False, rate=rate))
            messenger = vk.community("vk")
            group = str(COMMUNITY.group_id)
            variables |= {meter.URL: vk.url, meter.TOKEN: COMMUNITY.token, "BENCH_VK_GROUP": group}
            variables |= {} if subject.limited else {"BENCH_VK_STEP": FAST, "BENCH_VK_PAUSE": "0"}
            ours = {"KRUZHOK_VK__TOKEN": COMMUNITY.token, "KRUZHOK_VK__GROUP_ID": group, "KRUZHOK_VK__API_URL": vk.url}
        if subject.program == "kruzhok":
            variables |= ours | {"KRUZHOK_DATABASE__URL": url}
        program = await Program.start(f"bench.programs.{subject.program}", folder, environment(variables, pinned=pinned))
        stack.push_async_callback(program.stop)
        try:
            actors = await (people.pressers if subject.database else people.writers)(messenger)
        except TimeoutError as error:
            raise RuntimeError(f"{subject.title} does not answer:\n{program.last_words()}") from error
        yield Running(subject, program, actors, await program.used(), urlsplit(url).path[1:], pinned)


@asynccontextmanager
async def database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The URL of a prepared database of a subject's own (`kind` empty: none); a server's is dropped at the end."""
    if not kind:
        yield ""
    elif kind == "sqlite":
        url = f"sqlite+aiosqlite:///{folder / 'bench.db'}"
        await work.prepare(url)
        yield url
    else:
        server, name = os.environ[POSTGRES], f"kruzhok_bench_{os.getpid()}_{folder.name}"
        await _execute(server, f'CREATE DATABASE "{name}"')
        try:
            url = urlsplit(server)._replace(path=f"/{name}").geturl()
            await work.prepare(url)
            yield url
        finally:
            await _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _execute(server: str, command: str) -> None:
    connection = await asyncpg.connect(server.replace("+asyncpg", ""))
    try:
        await connection.execute(command)
    finally:
        await connection.close()
