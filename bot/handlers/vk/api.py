"""One community at VK: its calls, its silences, and VK's errors in the words of a channel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Literal

from vk_api import ApiError

from bot.conversation.channel import ChannelError, TryLater, Unreachable
from bot.handlers.recent import Recent
from bot.handlers.vk.gather import Answer, NoAnswer
from bot.handlers.vk.session import AsyncVk

log = logging.getLogger(__name__)

SHORT_PAUSE = 2.0
"""Seconds to wait after a broken connection or a server's error."""
TOKEN_PAUSE = 30.0
"""Seconds between two tries while VK refuses the token."""
RATE_PAUSE = 1.0
"""Seconds of silence after "too many requests per second" (error 6)."""
FLOOD_PAUSE = 5.0
"""Seconds of silence after "flood control" (error 9); VK publishes none."""
QUOTA_PAUSE = 30.0
"""Seconds of silence after a quota is used up (error 29) or a captcha is asked for (14); VK publishes none."""

BUSY = {1, 10}
RATE, FLOOD = 6, 9
QUOTA = {14, 29}
TOKEN = {5, 27, 28, 1117}
NOBODY = {18, 900, 901, 902, 936, 950, 3610}
"""Deleted, blacklisted, not permitted, privacy, not found, too long ago, deactivated (schema 5.199, errors.json)."""


class Api:
    """Calls VK's API; errors come as `TryLater` and `Unreachable`. vk_api's `ApiError` is VK's refusal: what nobody expects is a bug.

    Errors 6, 14 and 29 stop all sends of the token for a while. Flood control (9) is about one person, of whom somebody may make as much
    of it as they like; so it stops the sends to this person, and those to all only when it meets two at once.
    """

    def __init__(self, channel: str, token: str, url: str) -> None:
        self._vk = AsyncVk(token, url)
        self._channel = channel
        self._quiet_until = 0.0
        self._floods = Recent[int, float](100)
        self._token_refused = False

    async def __call__(self, method: str, params: Mapping[str, Any], *, peer: int = 0) -> Any:
        """Call a method. One that is about a person (`peer`) waits out silences, and shares a request with others; others do neither."""
        if peer:
            self._stand_in_line(peer)
        try:
            result = await self._vk.call(method, params, alone=not peer)
        except (ApiError, NoAnswer) as error:
            raise self._meaning(error, method, peer) from error
        self._token_refused = False
        return result

    async def send(self, peer: int, params: Mapping[str, Any]) -> int:
        """Send a message to a person and return its number in the conversation, which only an answer to `peer_ids` has."""
        [sent] = await self("messages.send", {"peer_ids": str(peer), **params}, peer=peer)
        if error := sent.get("error"):
            told = {"error_code": error["code"], "error_msg": error["description"]}
            raise self._meaning(ApiError(self._vk, "messages.send", {}, raw=False, error=told), "messages.send", peer)
        return int(sent["conversation_message_id"])

    async def poll(self, server: str, params: Mapping[str, Any], seconds: float) -> Answer:
        """Ask the long poll's server. Raises `TryLater`."""
        try:
            return await self._vk.get(server, params, seconds)
        except NoAnswer as error:
            raise TryLater(SHORT_PAUSE, str(error)) from error

    async def download(self, url: str, most: int) -> bytes:
        """The bytes of a file that a person sent. Raises `TryLater` and `Lost`."""
        try:
            return await self._vk.download(url, most)
        except NoAnswer as error:
            raise TryLater(SHORT_PAUSE, str(error)) from error

    async def upload(self, kind: Literal["photo", "doc"], name: str, data: bytes, peer: int) -> dict[str, Any]:
        """Upload a file and return VK's photo or document."""
        self._stand_in_line(peer)
        try:
            return await self._vk.upload(kind, name, data, peer)
        except (ApiError, NoAnswer) as error:
            raise self._meaning(error, "upload", peer) from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._vk.close()

    def _stand_in_line(self, peer: int) -> None:
        """Raise `TryLater` during a silence."""
        left = max(self._quiet_until, self._floods.get(peer, 0.0)) - asyncio.get_running_loop().time()
        if left > 0:
            raise TryLater(left, "VK asks for silence")

    def _meaning(self, error: ApiError | NoAnswer, method: str, peer: int) -> ChannelError | ApiError:
        if isinstance(error, NoAnswer):
            return TryLater(SHORT_PAUSE, str(error))
        told = f"{method}: {error}"
        if error.code in NOBODY and peer:
            return Unreachable(str(error))
        if error.code in BUSY:
            return TryLater(SHORT_PAUSE, told)
        if error.code in TOKEN:
            self._complain(error)
            return TryLater(TOKEN_PAUSE, f"VK refuses the token: {error}")
        if error.code in {RATE, FLOOD, *QUOTA}:
            return TryLater(self._silence(error, peer), told)
        return error

    def _silence(self, error: ApiError, peer: int) -> float:
        """Begin a silence and return how long it is."""
        seconds = {RATE: RATE_PAUSE, FLOOD: FLOOD_PAUSE}.get(error.code, QUOTA_PAUSE)
        now = asyncio.get_running_loop().time()
        if error.code == FLOOD and peer:
            alone = all(other == peer or until <= now for other, until in self._floods.items())
            self._floods[peer] = now + seconds
            if alone:
                log.info("VK asks for silence towards one person", extra={"channel": self._channel, "seconds": seconds})
                return seconds
        self._quiet_until = max(self._quiet_until, now + seconds)
        log.warning("VK asks for silence: %s", error, extra={"channel": self._channel, "seconds": seconds})
        return seconds

    def _complain(self, error: ApiError) -> None:
        if not self._token_refused:
            self._token_refused = True
            log.error(
                "VK refuses the token: check KRUZHOK_VK__TOKEN and its rights (python -m bot check); trying again every %g s: %s",
                TOKEN_PAUSE,
                error,
                extra={"channel": self._channel},
            )
