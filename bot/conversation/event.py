"""What people do, as every messenger tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a person did in a channel.

    `key` is unique in its channel (Telegram's `update_id`, VK's `event_id`): the same key again is the same event, delivered twice.
    `user` is the messenger's number of the person. `language` is what their client speaks, where it says so.
    """

    channel: str
    user: str
    key: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Event):
    """A button: what it carried, the message that carries it, and what must be acknowledged (`press`), if anything."""

    data: str
    message: str = ""
    press: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Event):
    """A typed text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact(Event):
    """A telephone contact; `own` only where the messenger vouches that it is the sender's."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPlace(Event):
    """A point on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile(Event):
    """A file or picture: the messenger's own reference to it; the bytes are fetched later by a job, never in a turn.

    `message` is the message that carries it, where the messenger lets us take it out of the chat.
    """

    reference: str
    name: str
    type: str
    size: int
    kind: Literal["document", "picture"]
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOther(Event):
    """Something we cannot read: a sticker, a voice message, a video."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Event):
    """The start button or a deep link; `payload` is empty for the button alone."""

    payload: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Event):
    """The person blocked the bot or forbade messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Event):
    """The person lets the bot write again."""
