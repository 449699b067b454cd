"""`python -m bot check` asks VK: whose token it is, and whether the community's events reach us."""

from __future__ import annotations

from typing import Any

from vk_api import ApiError

from bot.handlers.vk.gather import NoAnswer
from bot.handlers.vk.session import AsyncVk
from bot.handlers.vk.settings import is_old, missing

WRONG_TOKEN = {5, 27, 28, 1117}
NO_RIGHT = {7, 15, 27, 28}
PLACE = "in the community's settings, Manage → API usage → Long Poll API"


class NotReady(Exception):
    """Something must be mended before the community can be served; the text says what, in one sentence."""


async def who(token: str, group_id: int, api_url: str) -> str:
    """Say whose token it is: "community «…» (vk.me/…)". Changes nothing. Raises `NotReady`."""
    vk = AsyncVk(token, api_url)
    try:
        return await _who(vk, group_id)
    except NoAnswer as why:
        raise NotReady(f"VK does not answer at {api_url}: check the address and the network ({why}).") from why
    except ApiError as why:
        raise NotReady(f"VK refuses to say who we are: {why}.") from why
    finally:
        await vk.close()


async def _who(vk: AsyncVk, group_id: int) -> str:
    try:
        community = (await vk.call("groups.getById"))["groups"][0]
    except ApiError as why:
        if why.code in WRONG_TOKEN:
            raise NotReady(
                "VK refuses the token: make a new one in the community's settings, Manage → API usage → Access tokens, "
                "with the rights to manage the community, to its messages, photos and documents."
            ) from why
        raise
    name, number = community["name"], community["id"]
    if number != group_id:
        raise NotReady(f"The token belongs to the community «{name}», whose number is {number}, not {group_id}: set its group_id so.")
    _check_settings(await _settings(vk, group_id))
    return f"community «{name}» (vk.me/{community['screen_name']})"


async def _settings(vk: AsyncVk, group_id: int) -> dict[str, Any]:
    try:
        return dict(await vk.call("groups.getLongPollSettings", {"group_id": group_id}))
    except ApiError as why:
        if why.code in NO_RIGHT:
            raise NotReady(f"The token may not manage the community, so it gets no events: give it that right ({why}).") from why
        raise


def _check_settings(settings: dict[str, Any]) -> None:
    if not settings["is_enabled"]:
        raise NotReady(f"Long Poll is off: switch it on {PLACE}.")
    if is_old(settings):
        raise NotReady(f"Long Poll speaks version {settings.get('api_version')}, which is too old: choose the newest one {PLACE}.")
    if off := missing(settings):
        raise NotReady(f"Long Poll does not send {', '.join(off)}: switch on these events {PLACE}.")
