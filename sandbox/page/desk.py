"""What lies on the page's desk: the messengers' chats, the people, the clock, the bot and its calls, and how changes reach the page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, Self

from sandbox.calls import Call, CallLog, Violation
from sandbox.chat import Chat, Messenger
from sandbox.faults import FaultKind, Faults
from sandbox.page.stream import Stream
from sandbox.page.view import QUIET, account_of, call_view, chat_view, messages_view, person_view, phone_id
from sandbox.people import ABOUT, DISTRICT, FIRST_PHONES, LANGUAGES, People, Person
from sandbox.process import BotProcess
from sandbox.time import SandboxClock

SHOWN_CALLS = 300
SHOWN_LINES = 60
GATHERING = 0.02
"""Real seconds in which changes of chats are gathered into one event each: a turn shows, edits and acknowledges at once."""
TROUBLE: Mapping[str, Mapping[FaultKind, float]] = {
    "telegram": {"429": 0.01, "500": 0.005, "502": 0.01, "drop": 0.01, "timeout": 0.005, "lost_answer": 0.01},
    "vk": {"vk6": 0.01, "vk9": 0.005, "vk10": 0.01, "502": 0.005, "drop": 0.01, "timeout": 0.005, "lost_answer": 0.005},
}
"""The switch "5 % of troubles": shares of calls, by messenger."""
Reach = Literal["full", "catalogue", "off"]


class Phone(Messenger, Protocol):
    """An emulated messenger as the page uses it: the person's side, the oddities of a curious one, and news of changes."""

    def on_change(self, callback: Callable[[int], None]) -> None:
        """Call back with a user's number whenever their chat has changed."""

    async def send_sticker(self, user: int) -> object:
        """Send a sticker."""

    async def send_voice(self, user: int) -> object:
        """Send a voice message."""

    def repeat(self, user: int) -> Awaitable[None] | None:
        """Let the person's last update arrive once more, as messengers do now and then. Raises `LookupError` where there is none."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A place on the drawn map, in degrees."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Road:
    """A road between two settlements by their names, with its length."""

    a: str
    b: str
    kilometres: float


@dataclass(frozen=True, slots=True)
class Land:
    """What the page draws its map from; the first settlement is the middle."""

    places: tuple[Settlement, ...] = ()
    roads: tuple[Road, ...] = ()

    def view(self) -> dict[str, Any]:
        """Both as the page reads them."""
        roads = [{"a": road.a, "b": road.b, "kilometres": road.kilometres} for road in self.roads]
        return {"places": [asdict(place) for place in self.places], "roads": roads}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the bot is started with: how far Telegram goes for state bodies, and whether it may carry personal data."""

    telegram: Reach = "full"
    personal_data: bool = True


@dataclass(slots=True)
class Desk:
    """Everything that the page shows and moves. `addresses` are the bot's names in links: t.me/…, vk.me/…."""

    phones: Mapping[str, Phone]
    people: People
    clock: SandboxClock
    log: CallLog
    faults: Mapping[str, Faults]
    bot: BotProcess
    addresses: Mapping[str, str]
    start: datetime
    land: Land
    describe: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    """What a messenger shows in an empty chat with the bot, by the language of the client: Telegram's description."""
    policy: Policy = field(default_factory=Policy)
    stream: Stream = field(default_factory=Stream)
    troubled: bool = False
    on_keep: Callable[[], None] = lambda: None
    """Called when the time was moved or somebody added, so that it can be kept for the next start."""
    _shown: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    _heads: dict[str, dict[str, Any]] = field(default_factory=dict)
    _chats: dict[str, Chat] = field(default_factory=dict)
    _toasts: dict[str, tuple[str, int]] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _breaches: int = 0
    _listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        for channel, phone in self.phones.items():
            phone.on_change(self._toucher(channel))
            for person in self.people:
                self._dress(channel, person)
        self.bot.on_change = self._bot_changed
        self._listening = asyncio.create_task(self._listen(), name="calls")
        return self

    async def __aexit__(self, *_error: object) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])

    def snapshot(self) -> dict[str, Any]:
        """All that a page needs to begin; events after `event` change it."""
        self._flush()
        return {
            "event": self.stream.last,
            "start": self.start.isoformat(),
            "clock": self.clock_view(),
            "bot": self.bot_view(),
            "phones": [phone_id(channel, DISTRICT[number].user(channel)) for channel, number in FIRST_PHONES],
            "channels": [{"name": name, "title": title(name)} for name in self.phones],
            "people": [person_view(person) for person in self.people],
            "languages": LANGUAGES,
            "kinds": ABOUT,
            "land": self.land.view(),
            "greetings": self.greetings(),
            "chats": {phone: {**head, "messages": [*self._shown[phone].values()]} for phone, head in self._heads.items()},
            "calls": [call_view(call, self.people) for call in _loud(self.log.calls)],
            "violations": [violation_view(violation) for violation in self.log.violations],
            "policy": asdict(self.policy),
            "troubled": self.troubled,
        }

    def clock_view(self) -> dict[str, str]:
        """The sandbox's time as it is now."""
        return {"now": self.clock.now().isoformat()}

    def bot_view(self) -> dict[str, Any]:
        """How the bot is, with the last of what it printed."""
        return {"state": self.bot.state, "note": self.bot.note, "lines": [*self.bot.lines][-SHOWN_LINES:]}

    def greetings(self) -> dict[str, dict[str, str]]:
        """What stands in empty chats, by messenger and language."""
        return {name: {language: describe(language) for language in LANGUAGES} for name, describe in self.describe.items()}

    def shift(self, seconds: float) -> None:
        """Move the time."""
        self.clock.shift(seconds)
        self.stream.send("clock", self.clock_view())
        self.on_keep()

    def set_policy(self, policy: Policy) -> None:
        """Start the bot anew with another policy."""
        self.policy = policy
        self.stream.send("policy", asdict(policy))
        self.bot.restart()

    def set_troubled(self, *, troubled: bool) -> None:
        """Turn the messengers' troubles on or off."""
        self.troubled = troubled
        for messenger, faults in self.faults.items():
            faults.set_rates(TROUBLE[messenger] if troubled else {})
        self.stream.send("troubled", troubled)

    def add_person(self, name: str, kind: str, channel: str, language: str, about: str = "") -> Person:
        """Add somebody. Raises `ValueError` with a sentence for the page."""
        person = self.people.add(name, kind, channel, language, about)
        for each in self.phones:
            self._dress(each, person)
        self.stream.send("person", person_view(person))
        self.on_keep()
        return person

    def call(self, number: int) -> Call | None:
        """A call that is still kept."""
        return next((call for call in self.log.calls if call.number == number), None)

    def _toucher(self, channel: str) -> Callable[[int], None]:
        return lambda user: self.touch(phone_id(channel, user))

    def _dress(self, channel: str, person: Person) -> None:
        chat = self.phones[channel].chat(person.user(channel))
        chat.name, chat.language = person.name, person.language
        phone = phone_id(channel, person.user(channel))
        self._chats[phone] = chat
        if chat.messages:  # kept from an earlier start
            self.touch(phone)

    def touch(self, phone: str) -> None:
        """Note that a chat looks different: the page hears of it within `GATHERING`."""
        # Two equal toasts are two events, though the chat looks the same after both: they are counted as they come.
        chat = self._chats.get(phone)
        last, number = self._toasts.get(phone, ("", 0))
        if chat is not None and chat.toast != last:
            self._toasts[phone] = (chat.toast, number + bool(chat.toast))
        if not self._changed:
            asyncio.get_running_loop().call_later(GATHERING, self._flush)
        self._changed.add(phone)

    def _flush(self) -> None:
        changed, self._changed = self._changed, set()
        for phone in sorted(changed):
            channel, user = account_of(phone)
            chat = self.phones[channel].chat(user)
            before, now = self._shown.get(phone, {}), messages_view(phone, chat)
            self._heads[phone], self._shown[phone] = chat_view(chat) | {"toasts": self._toasts.get(phone, ("", 0))[1]}, now
            self.stream.send(
                "chat",
                {
                    "phone": phone,
                    **self._heads[phone],
                    "messages": [message for number, message in now.items() if before.get(number) != message],
                    "gone": [number for number in before if number not in now],
                },
            )

    async def _listen(self) -> None:
        async for call in self.log.listen():
            self.bot.heard()
            if call.method not in QUIET:
                self.stream.send("call", call_view(call, self.people))
            if call.method == "setMyDescription":
                self.stream.send("greetings", self.greetings())
            for violation in self.log.violations[self._breaches :]:
                self.stream.send("violation", violation_view(violation))
            self._breaches = len(self.log.violations)

    def _bot_changed(self) -> None:
        self.stream.send("bot", self.bot_view())


def _loud(calls: Iterable[Call]) -> list[Call]:
    return [call for call in calls if call.method not in QUIET][-SHOWN_CALLS:]


def violation_view(violation: Violation) -> dict[str, str]:
    """A breach of a messenger's specification."""
    return {"at": violation.at.strftime("%H:%M:%S"), "channel": violation.channel, "method": violation.method, "text": violation.text}


def title(channel: str) -> str:
    """What people call a messenger."""
    messenger, _, community = channel.partition("/")
    name = {"telegram": "Telegram", "vk": "VK"}.get(messenger, messenger)
    return f"{name} · {community}" if community else name
