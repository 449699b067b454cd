"""Bots Long Poll that confirms events only when whoever takes them asks for more, and that outlives every trouble of the network."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, NamedTuple

from vk_api import ApiError
from vk_api.bot_longpoll import VkBotEvent

from bot.conversation.channel import ChannelError, TryLater
from bot.handlers.vk.api import SHORT_PAUSE, Api
from bot.handlers.vk.receive import read

log = logging.getLogger(__name__)

POLL_SECONDS = 25
"""How long VK holds a poll without events (it advises 25, 90 at most); it is also how soon a dead line is noticed."""
MARGIN = 10
"""Seconds that the answer may come later than it should."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between tries in trouble: doubling from the first to the longest, each a quarter more or less."""
DEAF = 600.0
"""Seconds of silence after which a new key is asked for: a long poll is known to go deaf after hours (vk_api #243, #285)."""
PAGE, MOST_UNANSWERED = 200, 1000
"""Conversations asked for at once (200 at most), and how many are looked through."""
LONGEST_AGO = 24 * 3600
"""Seconds before the newest unanswered message: who wrote earlier than that does not wait for a bot any more."""


class Batch(NamedTuple):
    """Updates, and the position (VK's `ts`) after them. `found` says that they did not come by the long poll, but were looked for."""

    position: str
    updates: Sequence[VkBotEvent]
    found: bool


class _Failed(TryLater):
    """The server gave out a new key, or a new number, and does not know it a moment later."""

    def __init__(self, failed: object) -> None:
        super().__init__(0.0, f"the server answers failed: {failed} again")


class LongPoll:
    """The events of a community from a position on; from now on where there is none, and then also those that people wait for."""

    def __init__(self, api: Api, channel: str, group: int, position: str | None) -> None:
        self._api, self._channel, self._group = api, channel, group
        self._position = position
        self._server: Mapping[str, Any] | None = None
        self._missed = position is None
        self._failures = 0
        self._heard = 0.0

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """Yield updates in VK's order, or none, for ever; asking for the next batch says that the last one is done with."""
        pause, trouble = FIRST_PAUSE, ""
        while True:
            try:
                batch = await self._next()
            except (ChannelError, ApiError) as error:
                if str(error) != trouble:
                    trouble = str(error)
                    log.warning("no events from VK: %s", trouble, extra={"channel": self._channel})
                wanted = error.seconds if isinstance(error, TryLater) else 0.0
                await asyncio.sleep(max(wanted, pause) * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, not a secret
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            if trouble and not self._failures:
                log.info("VK sends events again", extra={"channel": self._channel})
            if not self._failures:
                pause, trouble = FIRST_PAUSE, ""
            if batch is not None:
                yield batch

    async def _next(self) -> Batch | None:
        """One step: a new key, a look for what was missed, or a poll."""
        if self._server is None:
            self._server = await self._api("groups.getLongPollServer", {"group_id": self._group})
            self._heard = asyncio.get_running_loop().time()
        if self._position is None:
            self._position = str(self._server["ts"])
        if self._missed:
            updates = await self._unanswered()
            self._missed = False
            return Batch(self._position, updates, found=True)
        params = {"act": "a_check", "key": self._server["key"], "ts": self._position, "wait": POLL_SECONDS}
        answer = await self._api.poll(self._server["server"], params, POLL_SECONDS + MARGIN)
        if "failed" in answer:
            self._recover(answer)
            return None
        if not answer.keys() >= {"ts", "updates"}:
            raise TryLater(SHORT_PAUSE, "long poll: an answer that says nothing")
        self._failures = 0
        now = asyncio.get_running_loop().time()
        if answer["updates"]:
            self._heard = now
        elif now - self._heard > DEAF:
            self._server = None
        self._position = str(answer["ts"])
        return Batch(self._position, self._readable(answer["updates"]), found=False)

    def _recover(self, answer: Mapping[str, Any]) -> None:
        """Do as VK says: 1, some events are lost, go on at the new number; 2, get a new key; 3, get both (dev.vk.com, Bots Long Poll)."""
        match answer["failed"]:
            case 1:
                self._position, self._missed = str(answer["ts"]), True
            case 2:
                self._server = None
            case _:
                self._server, self._position, self._missed = None, None, True
        if self._missed:
            log.warning("VK lost events; people who wait for an answer are looked for", extra={"channel": self._channel})
        self._failures += 1
        if self._failures > 1:
            raise _Failed(answer["failed"])

    def _readable(self, updates: Sequence[Mapping[str, Any]]) -> list[VkBotEvent]:
        found = []
        for raw in updates:
            try:
                found.append(read(raw))
            except (AttributeError, KeyError, TypeError) as error:
                # No traceback: it would tell what people wrote.
                told = {"channel": self._channel, "reason": type(error).__name__}
                log.error("an event cannot be read and is left out", extra=told)  # noqa: TRY400
        return found

    async def _unanswered(self) -> list[VkBotEvent]:
        """The last messages of people whom nobody has answered, oldest first."""
        recent = list[Mapping[str, Any]]()
        for offset in range(0, MOST_UNANSWERED, PAGE):
            params = {"filter": "unanswered", "count": PAGE, "offset": offset}
            try:
                items = (await self._api("messages.getConversations", params))["items"]
            except ApiError as why:
                log.warning("who waits for an answer cannot be found out: %s", why, extra={"channel": self._channel})
                break
            found = [item["last_message"] for item in items if "last_message" in item]
            waiting = [message for message in found if (recent or found)[0]["date"] - message["date"] <= LONGEST_AGO]
            recent += waiting
            if len(items) < PAGE or len(waiting) < len(found):
                break
        if recent:
            log.info("people wait for an answer", extra={"channel": self._channel, "conversations": len(recent)})
        return self._readable([self._as_event(message) for message in reversed(recent)])

    def _as_event(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "message_new", "group_id": self._group, "event_id": "", "object": {"message": message, "client_info": {}}}
