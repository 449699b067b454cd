"""What a person sees in a messenger: chats, messages and keys, the same for every emulated messenger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

KeyKind = Literal["callback", "url", "text", "contact", "location", "copy"]
KeyStyle = Literal["", "primary", "good", "danger"]


class Impossible(Exception):
    """A person tried what a real client would not let them do: press a key that is not there, write while blocking."""


@dataclass(slots=True)
class Key:
    """A key under a message (inline) or below the chat (a reply keyboard).

    `data` is what the bot put into it: callback data, a VK payload, a URL or the text to copy.
    """

    label: str
    kind: KeyKind
    data: str = ""
    style: KeyStyle = ""


@dataclass(slots=True)
class Span:
    """A marked stretch of a text; offset and length count UTF-16 code units, as both messengers do."""

    kind: Literal["bold", "italic", "underline", "strike", "code", "url"]
    offset: int
    length: int
    url: str = ""


@dataclass(slots=True)
class Media:
    """A picture or document in a chat; `reference` is the messenger's own name of it (file_id, photo1_2)."""

    name: str
    type: str
    data: bytes
    reference: str


@dataclass(slots=True)
class Place:
    """A point on the map, with a title and an address where the messenger shows them."""

    latitude: float
    longitude: float
    title: str = ""
    address: str = ""


@dataclass(slots=True)
class Contact:
    """A telephone contact that a person shares."""

    name: str
    phone: str
    user: int | None = None


@dataclass(slots=True)
class Card:
    """One element of a VK carousel."""

    title: str
    description: str
    picture: Media | None
    keys: list[list[Key]]


@dataclass(slots=True)
class Message:
    """One message of a chat; `mine` means that the person wrote it, else the bot did."""

    id: int
    mine: bool
    at: datetime
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    picture: Media | None = None
    document: Media | None = None
    place: Place | None = None
    contact: Contact | None = None
    cards: list[Card] = field(default_factory=list)
    keys: list[list[Key]] = field(default_factory=list)
    edited: bool = False


@dataclass(slots=True)
class Chat:
    """The conversation of one person with the bot, as the person's client shows it."""

    user: int
    name: str
    language: str = "ru"
    messages: list[Message] = field(default_factory=list)
    keyboard: list[list[Key]] = field(default_factory=list)
    one_time: bool = False
    toast: str = ""
    alert: bool = False
    blocked: bool = False
    started: bool = False
    waiting: set[int] = field(default_factory=set)
    """Messages with a pressed key that the bot has not acknowledged yet (the client's spinner)."""


class Messenger(Protocol):
    """The person's side of one emulated messenger or VK community: what their thumb can do.

    Each call enqueues the update that the real messenger would, and returns once it is in the bot's queue.
    It raises `Impossible` for what the client would not offer.
    """

    name: str
    """The channel it emulates: `telegram`, `vk`, `vk/dt`."""

    def chat(self, user: int) -> Chat:
        """The chat of this person, made at the first call."""

    async def start(self, user: int, payload: str = "") -> None:
        """Press Start, or follow a deep link that carries `payload`."""

    async def say(self, user: int, text: str) -> Message:
        """Type and send a text."""

    async def press(self, user: int, message: int, label: str) -> None:
        """Press the key with this label under the message; `message` 0 means the reply keyboard."""

    async def send_data(self, user: int, message: int, data: str) -> None:
        """A forged client: send callback data that no key carries."""

    async def share_contact(self, user: int, contact: Contact) -> None:
        """Share a contact (the person's own where `contact.user` is theirs)."""

    async def share_place(self, user: int, place: Place) -> None:
        """Share a point on the map."""

    async def upload(self, user: int, media: Media, *, as_picture: bool = False) -> None:
        """Send a file or a picture."""

    async def block(self, user: int) -> None:
        """Stop the bot (Telegram) or forbid messages (VK)."""

    async def unblock(self, user: int) -> None:
        """Let the bot write again."""

    def read_back(self, message: Message) -> list[str]:
        """The message as neutral transcript lines: text with **bold**, then rows of `[keys]`."""
