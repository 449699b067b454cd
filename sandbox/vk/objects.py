"""VK's objects as the API and its events give them: messages, conversations, people, communities, what a client can do."""

from __future__ import annotations

from typing import Any, Final

from sandbox.chat import Chat, Span
from sandbox.vk.dialogue import GROUP_CHATS, Dialogue, Record

LANGUAGES: Final = {"ru": 0, "uk": 1, "be": 2, "en": 3, "es": 4, "fi": 5, "de": 6, "it": 7, "tt": 50, "uz": 65}
"""VK's numbers of the languages of its clients."""
OLD_ACTIONS: Final = ("text", "vkpay", "open_app", "location", "open_link", "open_photo")
ACTIONS: Final = (*OLD_ACTIONS, "callback", "intent_subscribe", "intent_unsubscribe")


def message(record: Record) -> dict[str, Any]:
    """A message."""
    shown = record.shown
    result = {
        "date": int(shown.at.timestamp()),
        "from_id": record.sender,
        "id": record.id,
        "version": 10_000_000 + record.id,
        "out": int(record.outgoing),
        "fwd_messages": [],
        "important": False,
        "is_hidden": False,
        "attachments": record.attachments,
        "conversation_message_id": shown.id,
        "text": "" if record.wordless else shown.text,
        "peer_id": record.peer,
        "random_id": record.random_id,
    }
    optional = {
        "keyboard": record.keyboard,
        "geo": record.geo,
        "payload": record.payload,
        "ref": record.ref,
        "ref_source": "link" if record.ref else "",
        "format_data": format_data(shown.spans),
        "update_time": record.edited_at and int(record.edited_at.timestamp()),
    }
    return result | {name: value for name, value in optional.items() if value}


def format_data(spans: list[Span]) -> dict[str, Any] | None:
    """The marks of a text."""
    items = [
        {"type": span.kind, "offset": span.offset, "length": span.length} | ({"url": span.url} if span.kind == "url" else {})
        for span in spans
    ]
    return {"version": "1", "items": items} if items else None


def conversation(dialogue: Dialogue) -> dict[str, Any]:
    """A conversation."""
    newest = dialogue.newest()
    last_in = max((record.id for record in dialogue.records.values() if not record.outgoing), default=0)
    last_out = max((record.id for record in dialogue.records.values() if record.outgoing), default=0)
    number = newest.id if newest else 0
    result: dict[str, Any] = {
        "peer": {"id": dialogue.peer, "type": "chat" if dialogue.peer > GROUP_CHATS else "user", "local_id": dialogue.peer % GROUP_CHATS},
        "last_message_id": number,
        "last_conversation_message_id": newest.shown.id if newest else 0,
        "in_read": last_in,
        "out_read": last_out,
        "sort_id": {"major_id": 0, "minor_id": number},
        "unanswered": dialogue.unanswered,
        "version": 10_000_000 + number,
        "can_write": {"allowed": True} if not dialogue.refusal else {"allowed": False, "reason": dialogue.refusal},
    }
    return result | ({"current_keyboard": dialogue.keyboard} if dialogue.keyboard else {})


def client_info(chat: Chat, *, legacy: bool) -> dict[str, Any]:
    """What the person's client can do; a legacy one has no callback keys."""
    return {
        "button_actions": list(OLD_ACTIONS if legacy else ACTIONS),
        "keyboard": True,
        "inline_keyboard": True,
        "carousel": not legacy,
        "lang_id": LANGUAGES.get(chat.language, 0),
    }


def person(chat: Chat) -> dict[str, Any]:
    """A person."""
    first, _, last = chat.name.partition(" ")
    return {"id": chat.user, "first_name": first, "last_name": last, "can_access_closed": True, "is_closed": False}


def community(group_id: int, name: str, screen_name: str) -> dict[str, Any]:
    """A community."""
    return {"id": group_id, "name": name, "screen_name": screen_name, "is_closed": 0, "type": "group"}
