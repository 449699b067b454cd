"""What Telegram's servers hold for one bot: chats and their messages, files, updates, unanswered presses, the bot's own page."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.chat import Chat, Contact, Message, Place
from sandbox.telegram import limits
from sandbox.telegram.files import FileStore, StoredFile
from sandbox.telegram.formatting import Entity, spans
from sandbox.telegram.pace import Pace
from sandbox.telegram.profile_page import ProfilePage
from sandbox.telegram.refusal import Refusal, bad_request, broken
from sandbox.telegram.request import Request
from sandbox.telegram.updates import UpdateQueue
from sandbox.time import SandboxClock

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Record:
    """A message twice: as the Bot API gives it (`message`, replaced at each change, never altered) and as the person sees it."""

    message: dict[str, Any]
    shown: Message
    file: StoredFile | None = None
    editable: bool = True


@dataclass(slots=True)
class Dialogue:
    """One chat with its messages by number."""

    chat: Chat
    records: dict[int, Record] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Press:
    """A callback query that waits for its answer; `at` is in monotonic seconds."""

    user: int
    message: int
    at: float


@dataclass(slots=True)
class Webhook:
    """Where the bot wants its updates sent; an empty address is none."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    error: str = ""
    error_date: int = 0


class Cloud:
    """The state of one bot's Telegram, and the few operations that all methods share."""

    def __init__(self, token: str, username: str, clock: SandboxClock, *, paced: bool) -> None:
        self.token = token
        self.username = username
        self.id = int(token.partition(":")[0])
        self.clock = clock
        self.page = ProfilePage(name="Kruzhok")
        self.files = FileStore()
        # Real update numbers start anywhere too; a bot that outlives a sandbox must not take new updates for old ones.
        self.updates = UpdateQueue(clock.now, first=random.randint(100_000_000, 2_000_000_000), paced=paced)
        self.pace = Pace() if paced else None
        self.dialogues: dict[int, Dialogue] = {}
        self.presses: dict[str, Press] = {}
        self.inline_answers: dict[str, list[Any] | None] = {}
        """Inline queries by id; None until they are answered."""
        self.webhook = Webhook()
        self.hooked = asyncio.Event()
        """Set while there is a webhook."""
        self.callback_seconds = limits.CALLBACK_SECONDS
        self.watchers: list[Callable[[int], None]] = []
        self.last_message = 0
        """The number of the latest message; they are counted through all chats, as Telegram does for a bot's private ones."""
        self._queries = random.randint(1 << 60, 1 << 61)

    def date(self) -> int:
        """The sandbox's time in Unix seconds, as messages carry it."""
        return int(self.clock.now().timestamp())

    def dialogue(self, user: int) -> Dialogue:
        """The chat of this person or group, made at the first call."""
        found = self.dialogues.get(user)
        if found is None:
            found = self.dialogues[user] = Dialogue(Chat(user, f"Person {user}" if user > 0 else f"Group {-user}"))
        return found

    def reach(self, request: Request, *, write: bool = True) -> Dialogue:
        """The chat that the request names. Raises `Refusal` where the bot does not know it, or may not write there."""
        text = request.text("chat_id").strip()
        if not text:
            raise broken("chat_id is empty")
        try:
            found = self.dialogues.get(int(text))
        except ValueError:
            found = None
        if found is None or not found.chat.started:
            raise bad_request("chat not found")
        request.person = found.chat.user
        if write and found.chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return found

    def changed(self, user: int) -> None:
        """Tell the watchers that this chat looks different now."""
        for watcher in self.watchers:
            watcher(user)

    def user(self, chat: Chat) -> dict[str, Any]:
        """A person as the Bot API's User."""
        return {"id": chat.user, "is_bot": False, **names(chat.name), "language_code": chat.language}

    def bot(self) -> dict[str, Any]:
        """The bot as the Bot API's User."""
        return {"id": self.id, "is_bot": True, "first_name": self.page.called(), "username": self.username}

    def place(self, chat: Chat) -> dict[str, Any]:
        """A chat as the Bot API's Chat."""
        if chat.user < 0:
            return {"id": chat.user, "title": chat.name, "type": "supergroup"}
        return {"id": chat.user, **names(chat.name), "type": "private"}

    def write(
        self,
        dialogue: Dialogue,
        content: Mapping[str, Any],
        shown: Message,
        *,
        sender: dict[str, Any] | None = None,
        file: StoredFile | None = None,
        editable: bool = True,
    ) -> Record:
        """Put a message into a chat; it is numbered and dated here. The bot is its sender where none is given."""
        self.last_message += 1
        chat = dialogue.chat
        shown.id, shown.at = self.last_message, self.clock.now()
        message = {
            "message_id": self.last_message,
            "from": self.bot() if sender is None else sender,
            "chat": self.place(chat),
            "date": int(shown.at.timestamp()),
            **content,
        }
        record = dialogue.records[self.last_message] = Record(message, shown, file, editable)
        chat.messages.append(shown)
        self.changed(chat.user)
        return record

    def remove(self, dialogue: Dialogue, number: int) -> None:
        """Take a message out of a chat, for everybody."""
        record = dialogue.records.pop(number)
        dialogue.chat.messages[:] = [one for one in dialogue.chat.messages if one is not record.shown]
        dialogue.chat.waiting.discard(number)
        self.changed(dialogue.chat.user)

    def new_press(self, user: int, message: int) -> str:
        """The number of a new callback query, which from now on waits for its answer."""
        self.forget_presses()
        number = self.new_query()
        self.presses[number] = Press(user, message, time.monotonic())
        self.dialogue(user).chat.waiting.add(message)
        return number

    def new_query(self) -> str:
        """A number for a callback or inline query."""
        self._queries += 1
        return str(self._queries)

    def forget_presses(self) -> None:
        """End the spinners of presses that nobody has answered for a minute, as clients do."""
        now = time.monotonic()
        while self.presses:
            number, press = next(iter(self.presses.items()))
            if press.at + limits.SPINNER_SECONDS > now:
                return
            del self.presses[number]
            self.dialogue(press.user).chat.waiting.discard(press.message)


def bubble(
    text: str = "",
    entities: Sequence[Entity] = (),
    file: StoredFile | None = None,
    *,
    place: Place | None = None,
    contact: Contact | None = None,
    mine: bool = False,
) -> Message:
    """A message as the person sees it, not yet in a chat: its number and time are given when it is written there."""
    return Message(
        0,
        mine,
        _NEVER,
        text,
        spans(entities, text) if entities else [],
        picture=file.media if file is not None and file.kind == "Photo" else None,
        document=file.media if file is not None and file.kind == "Document" else None,
        place=place,
        contact=contact,
    )


def names(name: str) -> dict[str, str]:
    """A name as Telegram's first and last name."""
    first, _, last = name.partition(" ")
    return {"first_name": first or "?", **({"last_name": last} if last else {})}
