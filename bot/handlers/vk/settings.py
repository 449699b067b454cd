"""What a community must have switched on, so that its events reach the bot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from vk_api import ApiError

from bot.conversation.channel import TryLater
from bot.handlers.vk.api import Api
from bot.handlers.vk.session import VERSION

log = logging.getLogger(__name__)

WANTED = ("message_new", "message_event", "message_allow", "message_deny")
"""The events that are read; the others are left as they are."""
OLDEST = (5, 103)
"""The version since which `message_new` tells what the person's client can do (dev.vk.com, versions)."""


def missing(settings: Mapping[str, Any]) -> list[str]:
    """The wanted events that these settings of the long poll do not send."""
    return [name for name in WANTED if not settings["events"].get(name)]


def is_old(settings: Mapping[str, Any]) -> bool:
    """Whether these settings give events in a form that we cannot read."""
    parts = str(settings.get("api_version") or "0").split(".")
    return tuple(int(part) for part in parts if part.isdigit()) < OLDEST


async def switch_on(api: Api, channel: str, group: int) -> None:
    """Switch on what is missing, where the token may, as soon as VK answers; what it refuses is logged and left to people."""
    while True:
        try:
            settings = await api("groups.getLongPollSettings", {"group_id": group})
            off = missing(settings)
            if off or is_old(settings) or not settings["is_enabled"]:
                wanted = dict.fromkeys(WANTED, 1)
                await api("groups.setLongPollSettings", {"group_id": group, "enabled": 1, "api_version": VERSION, **wanted})
                log.info("the long poll is set up", extra={"channel": channel, "events": ", ".join(off)})
        except TryLater as later:
            await asyncio.sleep(later.seconds)
        except ApiError as why:
            log.warning("the settings of the long poll stay as they are: %s", why, extra={"channel": channel})
            return
        else:
            return
