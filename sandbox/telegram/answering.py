"""Methods around messages: answers to presses and inline queries, chat actions, files to download, who is in a chat."""

from __future__ import annotations

import re
import time
from typing import Any

from sandbox.telegram import limits
from sandbox.telegram.cloud import Cloud
from sandbox.telegram.formatting import units
from sandbox.telegram.refusal import Refusal, bad_request, broken
from sandbox.telegram.request import Request

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


def answer_callback_query(cloud: Cloud, request: Request) -> bool:
    """`answerCallbackQuery`: once for each press, and soon (`Cloud.callback_seconds` of real time)."""
    text = request.text("text")
    if units(text) > limits.ALERT:
        raise broken("MESSAGE_TOO_LONG")
    url = request.text("url")
    if url and not re.match(rf"https://t\.me/{cloud.username}\?", url):
        raise broken("URL_INVALID")
    number = request.text("callback_query_id")
    press = cloud.presses.get(number)
    if press is None:
        raise bad_request(_TOO_OLD)
    request.person = press.user
    if time.monotonic() - press.at > cloud.callback_seconds:
        raise bad_request(_TOO_OLD)
    del cloud.presses[number]
    chat = cloud.dialogue(press.user).chat
    if not any(other.user == press.user and other.message == press.message for other in cloud.presses.values()):
        chat.waiting.discard(press.message)
    if text:
        chat.toast, chat.alert = text, request.flag("show_alert")
    cloud.changed(press.user)
    return True


def answer_inline_query(cloud: Cloud, request: Request) -> bool:
    """`answerInlineQuery`, once for each query."""
    results = request.decoded("results", "inline query results")
    if not isinstance(results, list):
        raise broken("expected an Array of inline query results")
    if len(results) > limits.INLINE_RESULTS:
        raise broken("too many inline query results specified")
    found = [one.get("id") if isinstance(one, dict) else None for one in results]
    if not all(isinstance(one, str) and 1 <= len(one.encode()) <= limits.INLINE_OFFSET_BYTES for one in found):
        raise broken("RESULT_ID_INVALID")
    if len(set(found)) < len(found):
        raise broken("RESULT_ID_DUPLICATE")
    if len(request.text("next_offset").encode()) > limits.INLINE_OFFSET_BYTES:
        raise broken("NEXT_OFFSET_INVALID")
    number = request.text("inline_query_id")
    if number not in cloud.inline_answers or cloud.inline_answers[number] is not None:
        raise bad_request(_TOO_OLD)
    cloud.inline_answers[number] = results
    return True


def send_chat_action(cloud: Cloud, request: Request) -> bool:
    """`sendChatAction`; the sandbox's page shows nothing of it."""
    if request.text("action").lower() not in limits.CHAT_ACTIONS:
        raise broken("wrong parameter action in request")
    cloud.reach(request)
    return True


def get_file(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`getFile`, for files up to 20 MB."""
    file_id = request.text("file_id")
    try:
        file = cloud.files.get(file_id)
    except Refusal:
        raise bad_request("invalid file_id") from None
    if len(file.data) > limits.DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {"file_id": file_id, "file_unique_id": file.unique_id, "file_size": len(file.data), "file_path": file.path}


def get_chat(cloud: Cloud, request: Request) -> dict[str, Any]:
    """`getChat`."""
    chat = cloud.reach(request, write=False).chat
    return {
        **cloud.place(chat),
        "accent_color_id": abs(chat.user) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": _GIFTS,
    }


def get_me(cloud: Cloud, _: Request) -> dict[str, Any]:
    """`getMe`."""
    return {
        **cloud.bot(),
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
