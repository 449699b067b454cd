"""VK's events become events of ours; what is not for us (conversations of several people, edits, other communities' doings) is left out."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from vk_api.bot_longpoll import VkBotEvent, VkBotEventType, VkBotMessageEvent

from bot.conversation.event import Event, Left, Opened, Pressed, Returned, Said, SharedFile, SharedOther, SharedPlace
from bot.model.link import LONGEST_DATA

LONGEST_TEXT = 4096
"""Characters of a message that are read; what is longer is cut, as on every messenger."""
LANGUAGES = {
    0: "ru", 1: "uk", 2: "be", 3: "en", 4: "es", 5: "fi", 6: "de", 7: "it", 50: "tt", 51: "ba", 52: "cv", 57: "az", 58: "hy",
    62: "tk", 63: "ka", 65: "uz", 70: "tg", 82: "tr", 87: "ky", 91: "os", 97: "kk", 100: "ru", 114: "be", 777: "ru",
}  # fmt: skip
"""VK's numbers of its clients' languages (dev.vk.com, API requests, 0–7; the others as clients have them)."""

_START = {"", "начать", "start", "get started"}
"""What the Start key writes."""
_TYPES = {VkBotEventType.MESSAGE_NEW.value: VkBotMessageEvent}


def read(raw: Mapping[str, Any]) -> VkBotEvent:
    """Read an event of the long poll. Raises `KeyError`, `TypeError` or `AttributeError` for what is none."""
    return _TYPES.get(raw["type"], VkBotEvent)(raw)


def received(update: VkBotEvent, channel: str) -> list[Event]:
    """The events that an update tells of: none where it is not for us, two where somebody writes on the way through a deep link."""
    match update.type:
        case VkBotEventType.MESSAGE_NEW:
            return _written(update, channel)
        case VkBotEventType.MESSAGE_EVENT:
            return _pressed(update, channel)
        case VkBotEventType.MESSAGE_ALLOW:
            return [Returned(channel=channel, user=str(update.object.user_id), key=update.raw["event_id"])]
        case VkBotEventType.MESSAGE_DENY:
            return [Left(channel=channel, user=str(update.object.user_id), key=update.raw["event_id"])]
        case _:
            return []


def can_press(update: VkBotEvent) -> bool | None:
    """Whether the person's client has callback keys; `None` where the event does not say."""
    actions = (update.client_info or {}).get("button_actions")
    return "callback" in actions if isinstance(actions, list) else None


def _pressed(update: VkBotEvent, channel: str) -> list[Event]:
    press = update.object
    if press.peer_id != press.user_id:
        return []
    who = {"channel": channel, "user": str(press.user_id), "key": update.raw["event_id"]}
    return [Pressed(data=_data(press.payload), message=str(press.conversation_message_id or ""), press=press.event_id or "", **who)]


def _written(update: VkBotEvent, channel: str) -> list[Event]:
    message = update.message
    if not update.from_user or message.from_id != message.peer_id:
        return []
    # Not the event's own id: the same message may be found again among the unanswered ones, which have none. Logs may tell a key, but not
    # who somebody is at VK.
    key = "m" + blake2b(f"{message.peer_id}_{message.conversation_message_id}".encode(), digest_size=8).hexdigest()
    language = LANGUAGES.get((update.client_info or {}).get("lang_id", -1), "")
    who = {"channel": channel, "user": str(message.from_id), "key": key, "language": language}
    text = (message.text or "")[:LONGEST_TEXT].replace("\0", "")  # PostgreSQL stores no zero character
    if message.geo:
        point = message.geo["coordinates"]
        return [SharedPlace(latitude=point["latitude"], longitude=point["longitude"], **who)]
    if message.payload:
        payload = _parsed(message.payload)
        started = payload == {"command": "start"}
        return [Opened(payload=message.ref or "", **who) if started else Pressed(data=_data(payload), **who)]
    if message.ref:
        opened = Opened(payload=message.ref, **who)
        return [opened] if text.strip().casefold() in _START else [opened, Said(text=text, **{**who, "key": f"{key}t"})]
    event = _file(message, who) or (Said(text=text, **who) if text else _other(message, who))
    return [event] if event else []


def _parsed(payload: str) -> object:
    """A payload as what it says; a client may send any text."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None


def _data(payload: object) -> str:
    """What a key of ours carries; empty for what none of them does. VK gives an object, though its schema says a string."""
    if isinstance(payload, str):
        payload = _parsed(payload)
    data = payload.get("d") if isinstance(payload, dict) else None
    return data if isinstance(data, str) and len(data.encode()) <= LONGEST_DATA else ""


def _file(message: Mapping[str, Any], who: Mapping[str, Any]) -> Event | None:
    """The first picture or document; its reference is the address of its bytes, for a community may not ask for it by name."""
    for one in message.get("attachments") or ():
        if one["type"] == "photo":
            photo = one["photo"]
            largest = max(photo["sizes"], key=lambda size: size["width"] * size["height"])
            name = f"photo{photo['owner_id']}_{photo['id']}.jpg"
            return SharedFile(reference=largest["url"], name=name, type="image/jpeg", size=0, kind="picture", **who)
        if one["type"] == "doc":
            doc = one["doc"]
            type_ = mimetypes.guess_type(f"x.{doc.get('ext', '')}")[0] or "application/octet-stream"
            return SharedFile(reference=doc["url"], name=doc["title"], type=type_, size=doc["size"], kind="document", **who)
    return None


def _other(message: Mapping[str, Any], who: Mapping[str, Any]) -> Event | None:
    if attachments := message.get("attachments"):
        return SharedOther(kind=attachments[0]["type"], **who)
    return SharedOther(kind="forward", **who) if message.get("fwd_messages") else None
