"""What the page is told about chats and calls, as plain JSON values; numbers and times are the messengers' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sandbox.calls import Call
from sandbox.chat import Card, Chat, Key, Media, Message
from sandbox.page.explain import explain
from sandbox.people import People, Person

SHOWN_MESSAGES = 200
"""How far back a chat can be scrolled on the page."""
QUIET = frozenset({"getUpdates", "a_check"})
"""Calls that wait for news: shown on no panel, for they come for ever and last as long as nothing happens."""


def phone_id(channel: str, user: int) -> str:
    """How the page names an account; a community's slash would end a path."""
    return f"{channel.replace('/', '.')}:{user}"


def account_of(phone: str) -> tuple[str, int]:
    """The channel and user of a phone's name. Raises `ValueError` for anything else."""
    channel, _, user = phone.rpartition(":")
    return channel.replace(".", "/"), int(user)


def person_view(person: Person) -> dict[str, Any]:
    """A person for the list of those who can be picked."""
    return {
        "number": person.number,
        "name": person.name,
        "about": person.about,
        "kind": person.kind,
        "language": person.language,
        "colour": person.colour,
        "phone": person.phone,
        "accounts": [phone_id(name, person.user(name)) for name in person.messengers],
    }


def chat_view(chat: Chat) -> dict[str, Any]:
    """A chat without its messages."""
    return {
        "started": chat.started,
        "blocked": chat.blocked,
        "waiting": sorted(chat.waiting),
        "keyboard": _rows(chat.keyboard),
        "toast": chat.toast,
        "alert": chat.alert,
    }


def messages_view(phone: str, chat: Chat) -> dict[int, dict[str, Any]]:
    """The last messages of a chat by their numbers, oldest first."""
    return {message.id: message_view(phone, message) for message in chat.messages[-SHOWN_MESSAGES:]}


def message_view(phone: str, message: Message) -> dict[str, Any]:
    """A message; what it has not is left out. Its `spans` count UTF-16 code units, as JavaScript's strings do."""
    at = f"/api/media/{phone}/{message.id}"
    place, contact = message.place, message.contact
    parts = {
        "text": message.text,
        "spans": [{"kind": span.kind, "from": span.offset, "to": span.offset + span.length, "url": span.url} for span in message.spans],
        "picture": _media(f"{at}/picture", message.picture),
        "document": _media(f"{at}/document", message.document),
        "place": place and {"latitude": place.latitude, "longitude": place.longitude, "title": place.title, "address": place.address},
        "contact": contact and {"name": contact.name, "phone": contact.phone},
        "cards": [_card(f"{at}/card{number}", card) for number, card in enumerate(message.cards)],
        "keys": _rows(message.keys),
        "edited": message.edited,
    }
    return {"id": message.id, "mine": message.mine, "at": message.at.isoformat()} | {name: part for name, part in parts.items() if part}


def call_view(call: Call, people: People) -> dict[str, Any]:
    """A call for its line on the panel."""
    person = None if call.person is None else people.find(call.channel, call.person)
    name = person.name if person else "" if call.person is None else str(call.person)
    view = {
        "number": call.number,
        "at": call.at.strftime("%H:%M:%S"),
        "channel": call.channel,
        "method": call.method,
        "person": name,
        "status": call.status,
        "milliseconds": round(call.milliseconds, 1),
    }
    if call.status != "200":
        view |= {"error": call.error, "words": explain(call.status, call.error, name)}
    return view


def call_details(call: Call) -> dict[str, Any]:
    """What was asked and answered, secrets masked."""
    return {"params": dict(call.params), "response": call.response}


def media_of(message: Message, part: str) -> Media | None:
    """The picture or document that a view's address names; None where there is none."""
    if part.startswith("card"):
        number = part.removeprefix("card")
        return message.cards[int(number)].picture if number.isdecimal() and int(number) < len(message.cards) else None
    return {"picture": message.picture, "document": message.document}.get(part)


def _rows(rows: list[list[Key]]) -> list[list[Mapping[str, str]]]:
    # Callback data stays here: the page presses labels, as a thumb does.
    return [[{"label": key.label, "kind": key.kind, "style": key.style} | _shown_data(key) for key in row] for row in rows]


def _shown_data(key: Key) -> dict[str, str]:
    return {"data": key.data} if key.kind in ("url", "copy") else {}


def _media(address: str, media: Media | None) -> dict[str, Any] | None:
    # The reference in the address makes another file another address, so a browser may keep what it has.
    if media is None:
        return None
    return {"name": media.name, "type": media.type, "size": len(media.data), "url": f"{address}?{quote(media.reference)}"}


def _card(address: str, card: Card) -> dict[str, Any]:
    return {"title": card.title, "description": card.description, "picture": _media(address, card.picture), "keys": _rows(card.keys)}
