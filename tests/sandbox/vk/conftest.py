"""An emulated VK with two communities, and a client of the first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from sandbox.calls import CallLog
from sandbox.faults import Faults
from sandbox.time import SandboxClock
from sandbox.vk import VkEmulator
from tests.sandbox.vk.client import FIRST, SECOND, Client


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(datetime(2026, 9, 1, 7, 0, tzinfo=UTC))


@pytest.fixture
def log() -> CallLog:
    return CallLog()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def vk(clock: SandboxClock, log: CallLog, faults: Faults) -> AsyncIterator[VkEmulator]:
    async with VkEmulator([FIRST, SECOND], clock=clock, log=log, faults=faults, rate=None) as emulator:
        yield emulator


@pytest.fixture
async def client(vk: VkEmulator, log: CallLog, faults: Faults) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(http, vk, log, faults)
