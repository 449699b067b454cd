"""One conversation of a community: its messages as the API speaks of them, its permission, and what was sent under which random_id."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.chat import Chat, Message

GROUP_CHATS: Final = 2_000_000_000
"""Peers above this are conversations of several people."""
KEPT_MESSAGES: Final = 500
"""Messages of a conversation that are kept: the sandbox may run for days."""
RANDOM_ID_LIFE: Final = timedelta(hours=1)
RANDOM_IDS: Final = 100
"""A random_id is compared with those of the last hour, and of the last hundred messages at most: dev.vk.com/method/messages.send."""


@dataclass(slots=True)
class Record:
    """A message with what only the API knows of it; `shown.id` is its conversation_message_id."""

    shown: Message
    id: int
    peer: int
    sender: int
    attachments: list[dict[str, Any]] = field(default_factory=list)
    keyboard: dict[str, Any] | None = None
    geo: dict[str, Any] | None = None
    payload: str = ""
    ref: str = ""
    random_id: int = 0
    edited_at: datetime | None = None
    wordless: bool = False
    """Whether the shown text only stands for a sticker or a voice, which have none."""

    @property
    def outgoing(self) -> bool:
        """Whether the community wrote it."""
        return self.sender < 0


@dataclass(slots=True)
class Dialogue:
    """The conversation with a peer. `refusal` is the error code with which VK refuses to send there, 0 for none."""

    peer: int
    chat: Chat
    refusal: int = 901
    records: dict[int, Record] = field(default_factory=dict)
    last: int = 0
    """The last conversation_message_id."""
    keyboard: dict[str, Any] | None = None
    """The ordinary keyboard below the chat."""
    _sent: deque[tuple[int, datetime, Record]] = field(default_factory=lambda: deque(maxlen=RANDOM_IDS))

    def add(self, record: Record) -> None:
        """Append a message; the oldest one leaves when there are too many."""
        self.records[record.shown.id] = record
        self.chat.messages.append(record.shown)
        if len(self.records) > KEPT_MESSAGES:
            oldest = next(iter(self.records.values()))
            self.remove(oldest)
        if record.outgoing:
            self._sent.append((record.random_id, record.shown.at, record))

    def remove(self, record: Record) -> None:
        """Take a message away."""
        del self.records[record.shown.id]
        self.chat.messages[:] = [message for message in self.chat.messages if message is not record.shown]

    def sent_before(self, random_id: int, now: datetime) -> Record | None:
        """The message that was already sent under this random_id; 0 switches the check off."""
        if not random_id:
            return None
        return next((record for number, at, record in self._sent if number == random_id and now - at < RANDOM_ID_LIFE), None)

    def newest(self) -> Record | None:
        """The last message that there still is."""
        return next(reversed(self.records.values()), None)

    @property
    def unanswered(self) -> bool:
        """Whether the person had the last word."""
        newest = self.newest()
        return newest is not None and not newest.outgoing
