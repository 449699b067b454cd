"""What a messenger must be able to do for a conversation, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.conversation.event import Event, Pressed
from bot.conversation.screen import Screen
from bot.model.link import Link
from bot.model.text import Words

Policy = Literal["off", "catalogue", "full"]


class ChannelError(Exception):
    """A messenger did not do what was asked. `TryLater`, `Unreachable` and `Lost` are the world's doing; anything else is a bug."""


class TryLater(ChannelError):
    """The messenger asks for patience; `seconds` is how long, and nothing at all may be sent until then."""

    def __init__(self, seconds: float, why: str = "") -> None:
        """Remember how long to wait."""
        super().__init__(why or f"try again in {seconds:g} s")
        self.seconds = seconds


class Unreachable(ChannelError):
    """The person blocked the bot, never wrote to it, or is gone; the text is the messenger's own reason."""


class Lost(ChannelError):
    """A file that a person sent is no longer there, or is larger than we take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can and may: numbers, abilities and law.

    `policy` says per kind of organisation (`state`, `private`) what may be told here; `personal_data` whether names, birthdays and
    telephones may be asked for or shown (152-FZ, art. 18.5).
    """

    text: int
    caption: int
    policy: Mapping[str, Policy] = field(default_factory=lambda: {"state": "full", "private": "full"})
    personal_data: bool = True
    edit: bool = True
    delete: bool = True
    organisation: str = ""
    """The organisation's code whose community this channel is; it sets the context of whoever comes through it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What showing taught: the message's name, references of uploaded files by digest, and whether it replaced a message."""

    message: str
    media: Mapping[str, str] = field(default_factory=dict)
    edited: bool = False


class Library(Protocol):
    """Where a channel finds the files that screens carry, and what it already uploaded."""

    async def reference(self, channel: str, digest: str) -> str | None:
        """This channel's own name of an uploaded file, where it is known."""

    async def data(self, digest: str) -> bytes:
        """The bytes of a stored file, or of a paper that was made lately. Raises `FileNotFoundError`."""

    async def made(self, screen: Screen) -> Screen:
        """The screen with its paper made: then its document is an `Attachment`."""

    def keeps(self, digest: str) -> bool:
        """Whether the uploaded name of a file may be remembered: a paper that was made for somebody is not."""


class Channel(Protocol):
    """One configured messenger or community."""

    name: str
    limits: Limits
    position: str | None
    """Where the stream of events stands after the last batch, for channels that must be told (VK's `ts`); it is stored with the batch."""

    def start_from(self, position: str | None) -> None:
        """Go on where the stream stood when it was stored; nothing where it never was."""

    def events(self) -> AsyncIterator[Sequence[Event]]:
        """Yield batches of events. Asking for the next batch says that every turn of the last one is committed."""

    async def show(self, user: str, screen: Screen, language: str, over: str | None, key: str = "") -> Receipt:
        """Show a screen to a person: over the message `over` where that can be, else as a new message.

        `key` names what is shown once: a messenger that can tells a repeated one apart (VK's `random_id`; Telegram has nothing like it).
        Raises `TryLater` and `Unreachable`.
        """

    async def strip(self, user: str, message: str) -> None:
        """Take the buttons off an earlier message; it is no loss where that cannot be done any more."""

    async def remove(self, user: str, message: str) -> None:
        """Take a message of the person out of the chat, where the messenger lets us; it is no loss where that cannot be done."""

    async def acknowledge(self, event: Pressed, language: str, note: Words | None) -> None:
        """Answer a press with a short note, or with nothing; too late is no loss."""

    async def fetch(self, reference: str, most: int) -> bytes:
        """The bytes of a file that a person sent, `most` of them at the most. Never called in a turn. Raises `TryLater` and `Lost`."""

    def deep_link(self, page: Link) -> str:
        """The address on the web that opens this page here."""

    async def close(self) -> None:
        """Let go of connections."""
