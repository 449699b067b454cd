"""A bare client of the emulated Bot API, for tests that look at the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import aiohttp

from sandbox.calls import CallLog
from sandbox.faults import Faults
from sandbox.telegram import TelegramEmulator
from sandbox.time import SandboxClock

MORNING = datetime(2026, 8, 24, 10, 0, tzinfo=timezone(timedelta(hours=5)))
ANNA = 4201
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000640000003e80806000000")
"""The beginning of a picture of 1600 × 1000 pixels: all that Telegram's emulator looks at."""


@dataclass
class Api:
    """The bot's side: `call` gives the result, `refused` the (code, description) of an error."""

    tg: TelegramEmulator
    log: CallLog
    clock: SandboxClock
    session: aiohttp.ClientSession

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.tg.url}/bot{self.tg.token}/{method}", json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert body["ok"] is (answer.status == 200)
            return body

    async def call(self, method: str, **params: Any) -> Any:
        body = await self.ask(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **params: Any) -> tuple[int, str]:
        body = await self.ask(method, **params)
        assert not body["ok"], body
        return body["error_code"], body["description"]

    async def updates(self, offset: int = 0, **params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.call("getUpdates", offset=offset, **params)
        return found

    async def fresh(self) -> list[dict[str, Any]]:
        """The updates that wait, which are then confirmed."""
        found = await self.updates()
        if found:
            await self.updates(found[-1]["update_id"] + 1)
        return found

    def breaches(self) -> list[str]:
        return [f"{one.method}: {one.text}" for one in self.log.violations]


@asynccontextmanager
async def telegram(faults: Faults | None = None, *, paced: bool = False, callback_seconds: float = 15.0) -> AsyncIterator[Api]:
    log, clock = CallLog(), SandboxClock(MORNING)
    emulator = TelegramEmulator(clock=clock, log=log, faults=faults, paced=paced, callback_seconds=callback_seconds)
    async with emulator as tg, aiohttp.ClientSession() as session:
        yield Api(tg, log, clock, session)
