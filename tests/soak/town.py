"""A town for the soak: the emulated messengers, their troubles, the clock, the imported district, and the program between them."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.calls import CallLog
from sandbox.demonstration import START
from sandbox.district import write_catalogue
from sandbox.faults import Faults
from sandbox.telegram import TelegramEmulator
from sandbox.telegram.person import GROUP
from sandbox.time import SandboxClock
from sandbox.vk import Community, VkEmulator
from sandbox.vk.dialogue import GROUP_CHATS
from tests.soak.process import Bot, command, until

COMMUNITIES = {
    "vk": Community("vk", "vk1.a.soak-region", 200_001, "kruzhok_region", "Кружки района"),
    "vk/dt": Community("vk/dt", "vk1.a.soak-dt", 200_002, "kruzhok_dt", "Дом творчества"),
}
CHANNELS = ("telegram", *COMMUNITIES)
REST_SECONDS = 60.0
"""Real seconds in which everything that waits must be done with once the troubles are over."""


async def settle_town(folder: Path) -> None:
    """Make a database with the demonstration district in it, by the ordinary command, for `Town.open` to copy."""
    await asyncio.to_thread(write_catalogue, folder / "catalogue.xlsx")
    await command(_environment(folder), "import", str(folder / "catalogue.xlsx"))


@dataclass(slots=True)
class Town:
    """Opened by `town`; `messengers` are the persons' sides by channel."""

    folder: Path
    channels: Collection[str]
    clock: SandboxClock
    log: CallLog
    faults: Mapping[str, Faults]
    telegram: TelegramEmulator
    vk: VkEmulator
    bot: Bot
    messengers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """The program's database file."""
        return self.folder / "kruzhok.db"

    def calm(self) -> None:
        """End all troubles."""
        for faults in self.faults.values():
            faults.set_rates({})

    # ------------------------------------------------------------ troubles that only VK has

    def forget_events(self, channel: str) -> None:
        """VK has forgotten the events that were not fetched yet: `failed: 1`."""
        queue = self.vk._states[channel].queue
        queue._events.clear()
        queue.ts += 1
        queue._wake()

    # ------------------------------------------------------------ is everything done with?

    def busy(self, channel: str) -> bool:
        """Whether this messenger holds updates that the program has not confirmed."""
        return len(self.telegram.cloud.updates) > 0 if channel == "telegram" else self.vk.unread(channel)

    async def rest(self) -> list[str]:
        """Wait until no messenger holds anything unconfirmed; returns a complaint for each that still does."""
        with suppress(TimeoutError):
            await until(lambda: not any(map(self.busy, self.channels)), REST_SECONDS)
        return [f"{name}: some updates are still not confirmed" for name in self.channels if self.busy(name)]

    def ask(self, statement: str, *values: object) -> list[Any]:
        """Read the database, beside the program."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def end_leases(self) -> None:
        """Let the leases of a killed program end now, not in a quarter of a minute."""
        connection = sqlite3.connect(self.database, timeout=10)
        try:
            with connection:
                connection.execute("UPDATE channel SET lease_until = '2026-01-01T00:00:00.000000+00:00' WHERE lease_until IS NOT NULL")
        finally:
            connection.close()

    # ------------------------------------------------------------ what must hold at the end

    def faultless(self, *meant: str) -> list[str]:
        """Whatever is wrong once the program has stopped: its log (`meant` lines apart), its calls, its database, words in group chats."""
        states = dict(self.ask("SELECT state, count(*) FROM event GROUP BY state"))
        wrong = {state: number for state, number in states.items() if state not in {"taken", "shown"}}
        groups = [self.telegram.chat(GROUP), *(self.vk.community(name).chat(GROUP_CHATS + 1) for name in COMMUNITIES)]
        return [
            *self.bot.complaints(*meant),
            *(f"{breach.channel} {breach.method}: {breach.text}" for breach in self.log.violations),
            *(f"event rows: {wrong}" for _ in range(bool(wrong))),
            *(f"integrity: {row[0]}" for row in self.ask("PRAGMA integrity_check") if row[0] != "ok"),
            *(f"foreign key: {row}" for row in self.ask("PRAGMA foreign_key_check")),
            *(f"the bot wrote into a group: {message.text[:60]}" for chat in groups for message in chat.messages if not message.mine),
        ]


@asynccontextmanager
async def town(folder: Path, settled: Path, channels: Collection[str], *, seed: int = 0, hang: float = 3.0) -> AsyncIterator[Town]:
    """Open a town in `folder` with a copy of the database that `settle_town` made in `settled`; `channels` are those that the bot serves.

    The program is not started yet; it is ended at the end.
    """
    for name in ("kruzhok.db", "kruzhok.db-wal"):
        if (settled / name).exists():
            shutil.copyfile(settled / name, folder / name)
    if (settled / "files").exists():
        shutil.copytree(settled / "files", folder / "files")
    clock, log = SandboxClock(START, folder / "clock"), CallLog()
    faults = {name: Faults(seed, hang=hang) for name in ("telegram", "vk")}
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramEmulator(clock=clock, log=log, faults=faults["telegram"]))
        vk = await stack.enter_async_context(VkEmulator(COMMUNITIES.values(), clock=clock, log=log, faults=faults["vk"]))
        bot = Bot(environment(folder, channels, telegram, vk))
        messengers = {name: telegram if name == "telegram" else vk.community(name) for name in channels}
        opened = Town(folder, channels, clock, log, faults, telegram, vk, bot, messengers)
        try:
            yield opened
        finally:
            if bot.alive:
                await bot.kill()


def environment(folder: Path, channels: Collection[str], telegram: TelegramEmulator, vk: VkEmulator) -> dict[str, str]:
    """The environment of a program that serves these channels in this folder."""
    known = {
        "telegram": {"KRUZHOK_TELEGRAM__TOKEN": telegram.token},
        "vk": {
            "KRUZHOK_VK__TOKEN": COMMUNITIES["vk"].token,
            "KRUZHOK_VK__GROUP_ID": str(COMMUNITIES["vk"].group_id),
            "KRUZHOK_VK__SCREEN_NAME": COMMUNITIES["vk"].screen_name,
        },
        "vk/dt": {
            "KRUZHOK_VK__COMMUNITIES__DT__TOKEN": COMMUNITIES["vk/dt"].token,
            "KRUZHOK_VK__COMMUNITIES__DT__GROUP_ID": str(COMMUNITIES["vk/dt"].group_id),
            "KRUZHOK_VK__COMMUNITIES__DT__ORGANISATION": "dom-tvorchestva",
        },
    }
    served = {name: value for channel in channels for name, value in known[channel].items()}
    return _environment(folder) | served | {
        "KRUZHOK_TELEGRAM__API_URL": telegram.url,
        "KRUZHOK_TELEGRAM__PERSONAL_DATA": "true",
        "KRUZHOK_TELEGRAM__POLICY__STATE": "full",
        "KRUZHOK_VK__API_URL": vk.url,
        "KRUZHOK_CLOCK__SHIFT_FILE": str(folder / "clock"),
    }  # fmt: skip


def _environment(folder: Path) -> dict[str, str]:
    # An installation's own settings must not reach the program under test.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KRUZHOK_")}
    settings = folder / "config.toml"
    settings.touch()
    return inherited | {
        "KRUZHOK_CONFIG": str(settings),
        "KRUZHOK_DATABASE__URL": f"sqlite+aiosqlite:///{folder / 'kruzhok.db'}",
        "KRUZHOK_FILES__PATH": str(folder / "files"),
    }
