"""Long polling that confirms an update only when whoever takes it asks for more, and that outlives every trouble of the network."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from aiogram.exceptions import TelegramAPIError, TelegramConflictError
from aiogram.methods import DeleteWebhook
from aiogram.types import Update
from pydantic import ValidationError

from bot.conversation.channel import ChannelError, TryLater
from bot.handlers.telegram.api import Api, Refused
from bot.handlers.telegram.method import GetUpdates
from bot.handlers.telegram.receive import WANTED

log = logging.getLogger(__name__)

POLL_SECONDS = 25
"""How long Telegram holds a poll without updates (50 at most); it is also how soon a dead line is noticed."""
MARGIN = 10
"""Seconds that the answer may come later than it should."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between tries in trouble: doubling from the first to the longest, each a quarter more or less."""
READ_UNDER_A_PRESS = ("message_id", "date", "chat", "photo", "document")
"""What is read of the message whose key was pressed."""


async def batches(api: Api, channel: str) -> AsyncGenerator[Sequence[Update], None]:
    """Yield updates in Telegram's order, for ever; asking for the next batch confirms the last one.

    An update that cannot be read is confirmed and left out, with an error in the log.
    """
    offset: int | None = None
    pause, trouble = FIRST_PAUSE, ""
    while True:
        try:
            raw = await api(GetUpdates(offset=offset, timeout=POLL_SECONDS, allowed_updates=WANTED), seconds=POLL_SECONDS + MARGIN)
        except (ChannelError, Refused, TelegramAPIError) as error:
            if str(error) != trouble:
                trouble = str(error)
                log.warning("no updates from Telegram: %s", trouble, extra={"channel": channel})
            if isinstance(error, TelegramConflictError):
                await _settle(api, channel, error)
            wanted = error.seconds if isinstance(error, TryLater) else 0.0
            await asyncio.sleep(max(wanted, pause) * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, not a secret
            pause = min(pause * 2, LONGEST_PAUSE)
            continue
        if trouble:
            log.info("Telegram sends updates again", extra={"channel": channel})
        pause, trouble = FIRST_PAUSE, ""
        if raw:
            yield [update for update in (_readable(item, channel) for item in raw) if update is not None]
            offset = int(raw[-1]["update_id"]) + 1


def _readable(raw: dict[str, Any], channel: str) -> Update | None:
    try:
        return Update.model_validate(_lean(raw))
    except ValidationError as error:
        where = ", ".join(".".join(map(str, one["loc"])) for one in error.errors(include_url=False, include_input=False)[:3])
        told = {"channel": channel, "key": raw.get("update_id"), "fields": where}
        log.error("an update cannot be read and is left out", extra=told)  # noqa: TRY400 - a traceback would tell what people wrote
        return None


def _lean(raw: dict[str, Any]) -> dict[str, Any]:
    """An update without what nobody reads: a press brings the whole message under its key, and each key of it would become an object."""
    match raw:
        case {"callback_query": {"message": dict(message)} as press}:
            return {**raw, "callback_query": {**press, "message": {name: message[name] for name in READ_UNDER_A_PRESS if name in message}}}
        case _:
            return raw


async def _settle(api: Api, channel: str, conflict: TelegramConflictError) -> None:
    """Two programs poll with one token, or a webhook was left: the second we can mend, the first a person must."""
    if "webhook" not in conflict.message:
        log.error("another program asks for this bot's updates: stop it, or give this one a token of its own", extra={"channel": channel})
        return
    log.warning("the bot had a webhook; it is removed, for this program polls", extra={"channel": channel})
    try:
        await api(DeleteWebhook())
    except (ChannelError, Refused) as why:
        log.warning("the webhook stays for now: %s", why, extra={"channel": channel})
