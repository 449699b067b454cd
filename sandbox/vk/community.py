"""A community on the emulated VK: its conversations, events, files and settings."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.calls import CallLog
from sandbox.chat import Chat
from sandbox.time import SandboxClock
from sandbox.vk import objects
from sandbox.vk.dialogue import Dialogue, Record
from sandbox.vk.files import FileStore
from sandbox.vk.longpoll import EventQueue
from sandbox.vk.specification import VERSION, VkSpecification

PRESS_LIFE: Final = timedelta(minutes=1)
"""How long a press waits for its answer: dev.vk.com/api/community-events/json-schema."""
KEPT_REPEATS: Final = 200
"""Events that can be delivered once more on demand."""
EVENTS: Final = ("message_new", "message_event", "message_allow", "message_deny", "message_edit", "message_reply")
"""Events that the emulator has; all but message_reply are switched on at first."""


@dataclass(frozen=True, slots=True)
class Community:
    """How a community is set up; `name` is the channel that it is to the bot: `vk`, `vk/dt`."""

    name: str
    token: str
    group_id: int
    screen_name: str
    title: str = ""


@dataclass(slots=True)
class Press:
    """A pressed callback key that the community has not answered yet."""

    user: int
    message: int
    at: datetime


@dataclass(slots=True)
class CommunityState:
    """Everything that a community has on VK's side. `specification` None leaves its events unchecked."""

    setup: Community
    clock: SandboxClock
    files: FileStore
    log: CallLog | None
    specification: VkSpecification | None
    queue: EventQueue = field(init=False)
    dialogues: dict[int, Dialogue] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    legacy: set[int] = field(default_factory=set)
    """People whose clients have no callback keys."""
    enabled: bool = True
    """Whether Bots Long Poll is switched on."""
    settings: dict[str, bool] = field(default_factory=lambda: {name: name != "message_reply" for name in EVENTS})
    events: deque[tuple[int, dict[str, Any]]] = field(default_factory=lambda: deque(maxlen=KEPT_REPEATS))
    """The last events with the person each is about."""
    watchers: list[Callable[[int], None]] = field(default_factory=list)
    calls: deque[float] = field(default_factory=deque)
    """When the last calls came, in the loop's seconds."""
    messages: int = 0
    """The last message id: one row of numbers for all conversations."""

    def __post_init__(self) -> None:
        self.queue = EventQueue(self.clock.now)

    @property
    def owner(self) -> int:
        """The community as an owner or sender: its id, negative."""
        return -self.setup.group_id

    def dialogue(self, peer: int) -> Dialogue:
        """The conversation with this peer, made at the first call."""
        found = self.dialogues.get(peer)
        if found is None:
            found = self.dialogues[peer] = Dialogue(peer, Chat(peer, f"Person {peer}"))
        return found

    def next_message(self) -> int:
        """A new message id."""
        self.messages += 1
        return self.messages

    def changed(self, peer: int) -> None:
        """Tell whoever watches that this chat looks different now."""
        for watcher in self.watchers:
            watcher(peer)

    def press(self, user: int, message: int) -> str:
        """Keep a press and return its event_id; presses that nobody answered in time are forgotten."""
        self.forget_presses()
        event_id = secrets.token_hex(6)
        self.presses[event_id] = Press(user, message, self.clock.now())
        return event_id

    def forget_presses(self) -> None:
        """End the spinner of presses older than a minute."""
        now = self.clock.now()
        # Presses stand in the order of their times. One at a time, because a watcher may ask for this again.
        while self.presses and now - next(iter(self.presses.values())).at >= PRESS_LIFE:
            self.end_press(next(iter(self.presses)))

    def end_press(self, event_id: str) -> None:
        """Forget a press, and stop its spinner unless the same message waits for another."""
        press = self.presses.pop(event_id)
        if not any(other.user == press.user and other.message == press.message for other in self.presses.values()):
            self.dialogue(press.user).chat.waiting.discard(press.message)
            self.changed(press.user)

    def emit(self, kind: str, content: Mapping[str, Any], about: int) -> None:
        """Put an event into the queue, if the community has asked for its kind."""
        if not self.settings[kind]:
            return
        if self.specification is not None and self.log is not None:
            for breach in self.specification.check_event(kind, content):
                self.log.breach(at=self.clock.now(), channel=self.setup.name, method=kind, text=f"the emulator's event: {breach}")
        event = {"group_id": self.setup.group_id, "type": kind, "event_id": secrets.token_hex(20), "v": VERSION, "object": dict(content)}
        self.events.append((about, event))
        self.queue.push(event)

    def emit_message(self, record: Record, chat: Chat) -> None:
        """The event of a message that a person wrote."""
        info = objects.client_info(chat, legacy=record.sender in self.legacy)
        self.emit("message_new", {"message": objects.message(record), "client_info": info}, record.sender)
