"""Telegram's updates become events; what is not for us (groups, channels, edits, service messages) becomes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiogram.enums import ChatMemberStatus, ChatType, ContentType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update, User

from bot.conversation.event import (
    Event,
    Left,
    Opened,
    Pressed,
    Returned,
    Said,
    SharedContact,
    SharedFile,
    SharedOther,
    SharedPlace,
)
from bot.model.link import LONGEST_DATA

WANTED = ["message", "callback_query", "my_chat_member"]
"""The kinds of updates we ask for; others may still come, out of a queue that was filled before."""
LONGEST_TEXT = 4096
"""Characters of a message (Bot API, Message.text); what is longer is cut."""

_START = re.compile(r"/start(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_UNREADABLE = frozenset({
    ContentType.ANIMATION, ContentType.AUDIO, ContentType.CHECKLIST, ContentType.DICE, ContentType.GAME, ContentType.GIFT,
    ContentType.INVOICE, ContentType.LIVE_PHOTO, ContentType.PAID_MEDIA, ContentType.POLL, ContentType.STICKER, ContentType.STORY,
    ContentType.UNKNOWN, ContentType.VIDEO, ContentType.VIDEO_NOTE, ContentType.VOICE,
})  # fmt: skip


def received(update: Update, channel: str) -> Event | None:
    """The event that an update tells of, or `None` where it is not for us."""
    key = str(update.update_id)
    if update.callback_query is not None:
        return _pressed(update.callback_query, channel, key)
    if update.message is not None:
        return _written(update.message, channel, key)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member, channel, key)
    return None


def _who(person: User, channel: str, key: str) -> Mapping[str, Any]:
    return {"channel": channel, "user": str(person.id), "key": key, "language": person.language_code or ""}


def _pressed(query: CallbackQuery, channel: str, key: str) -> Event | None:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    data = query.data or ""
    if len(data.encode()) > LONGEST_DATA:
        data = ""
    return Pressed(data=data, message=str(message.message_id), press=query.id, **_who(query.from_user, channel, key))


def _membership(change: ChatMemberUpdated, channel: str, key: str) -> Event | None:
    if change.chat.type != ChatType.PRIVATE:
        return None
    who = _who(change.from_user, channel, key)
    match change.new_chat_member.status:
        case ChatMemberStatus.KICKED:
            return Left(**who)
        case ChatMemberStatus.MEMBER:
            return Returned(**who)
        case _:
            return None


def _written(message: Message, channel: str, key: str) -> Event | None:
    sender = message.from_user
    if message.chat.type != ChatType.PRIVATE or sender is None or sender.is_bot:
        return None
    who = _who(sender, channel, key)
    if message.text is not None:
        text = message.text[:LONGEST_TEXT].replace("\0", "")  # PostgreSQL stores no zero character
        start = _START.fullmatch(text)
        return Opened(payload=(start[1] or "").strip(), **who) if start else Said(text=text, **who)
    if message.contact is not None:
        # A card that was forwarded vouches for nobody: somebody else may have written the number on it.
        own = message.contact.user_id == sender.id and message.forward_origin is None
        return SharedContact(phone=message.contact.phone_number, own=own, **who)
    if message.location is not None:
        return SharedPlace(latitude=message.location.latitude, longitude=message.location.longitude, **who)
    return _file(message, who) or _other(message, who)


def _file(message: Message, who: Mapping[str, Any]) -> Event | None:
    who = {**who, "message": str(message.message_id)}
    if message.photo:
        photo = message.photo[-1]
        name = f"{photo.file_unique_id}.jpg"
        return SharedFile(reference=photo.file_id, name=name, type="image/jpeg", size=photo.file_size or 0, kind="picture", **who)
    document = message.document
    if document is None or message.animation is not None:  # an animation comes as a document too
        return None
    return SharedFile(
        reference=document.file_id,
        name=document.file_name or document.file_unique_id,
        type=document.mime_type or "application/octet-stream",
        size=document.file_size or 0,
        kind="document",
        **who,
    )


def _other(message: Message, who: Mapping[str, Any]) -> Event | None:
    kind = ContentType(message.content_type)
    return SharedOther(kind=kind.value, **who) if kind in _UNREADABLE else None
