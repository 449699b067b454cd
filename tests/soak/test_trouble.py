"""One messenger that is down, slow or refuses its token does not disturb the other, and comes back by itself."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from sandbox.telegram import TelegramEmulator
from sandbox.vk import VkEmulator
from tests.soak.people import Crowd, Somebody
from tests.soak.town import COMMUNITIES, Town, town

BOTH = ("telegram", "vk")
QUICK = 3.0
"""Seconds within which somebody undisturbed is answered, on a machine that is busy with other tests."""
REFUSED = "refuses the token"

troubled = pytest.mark.parametrize("name", BOTH)


def other(name: str) -> str:
    """The messenger without trouble."""
    return "vk" if name == "telegram" else "telegram"


async def undisturbed(place: Town, name: str) -> None:
    """Somebody presses and writes here, and is answered quickly each time."""
    anna = Somebody(Crowd(), place.messengers[name], 2000, 1)
    acts = [await anna.do("starts", anna.messenger.start(anna.user))]
    for text in ("шахматы", "/find", "9 лет", "хор", "/help"):
        acts.append(await anna.do("writes", anna.messenger.say(anna.user, text)))
        await anna._press_new()
    acts += anna.crowd.acts
    assert [str(act) for act in acts if act.seconds is None or act.seconds > QUICK] == []


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@troubled
async def test_down_from_the_start(name: str, settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, BOTH) as place:
        port = free_port()
        place.bot.environment[f"KRUZHOK_{name.upper()}__API_URL"] = f"http://127.0.0.1:{port}"
        await place.bot.start()
        await undisturbed(place, other(name))
        async with AsyncExitStack() as stack:
            if name == "telegram":
                messenger: Any = await stack.enter_async_context(TelegramEmulator(clock=place.clock, log=place.log, port=port))
            else:
                vk = VkEmulator([COMMUNITIES["vk"]], clock=place.clock, log=place.log, port=port)
                messenger = (await stack.enter_async_context(vk)).community("vk")
            anna = Somebody(Crowd(), messenger, 2000, 1)
            assert (await anna.do("starts", anna.messenger.start(anna.user))).seconds is not None
            assert await place.bot.stop() == 0
        assert place.faultless() == []


@troubled
@pytest.mark.parametrize("kind", ["timeout", "drop"])
async def test_in_trouble_for_a_while(name: str, kind: str, settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, BOTH) as place:
        await place.bot.start()
        boris = Somebody(Crowd(), place.messengers[name], 2001, 1)
        await boris.begin()
        place.faults[name].set_rates({kind: 1.0})  # type: ignore[dict-item]
        waiting = asyncio.create_task(boris.do("writes", boris.messenger.say(boris.user, "шахматы")))
        await undisturbed(place, other(name))
        assert not waiting.done()
        place.calm()
        assert (await waiting).seconds is not None
        assert await place.rest() == []
        assert await place.bot.stop() == 0
        assert place.faultless() == []


@troubled
async def test_a_wrong_token(name: str, settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, BOTH) as place:
        place.bot.environment[f"KRUZHOK_{name.upper()}__TOKEN"] = "123456:AA-not-the-token-of-anybody-in-the-world"
        await place.bot.start()
        await place.bot.says(REFUSED, seconds=10)
        await undisturbed(place, other(name))
        assert await place.bot.stop() == 0
        assert sum(REFUSED in record["event"] for record in place.bot.records if record["level"] == "error") == 1
        assert place.faultless(REFUSED) == []


async def test_tokens_that_are_refused_for_a_while(settled: Path, tmp_path: Path) -> None:
    async with town(tmp_path, settled, BOTH) as place:
        await place.bot.start()
        people = [Somebody(Crowd(), place.messengers[name], 2000, 1) for name in BOTH]
        await asyncio.gather(*(somebody.begin() for somebody in people))
        restore = _revoke(place)
        waiting = [asyncio.create_task(somebody.do("writes", somebody.messenger.say(somebody.user, "хор"))) for somebody in people]
        for messenger in ("Telegram", "VK"):
            await place.bot.says(f"{messenger} {REFUSED}", seconds=10)
        restore()
        assert [act.seconds is not None for act in await asyncio.gather(*waiting)] == [True, True]
        assert await place.rest() == []
        assert await place.bot.stop() == 0
        assert place.faultless(REFUSED) == []


def _revoke(place: Town) -> Callable[[], None]:
    """Let both messengers forget the tokens; returns what lets them remember."""
    telegram, vk = place.telegram._gate, place.vk._gate
    path, communities = telegram._api, vk._by_token
    telegram._api, vk._by_token = "/bot0:nobody/", {}

    def restore() -> None:
        telegram._api, vk._by_token = path, communities

    return restore
