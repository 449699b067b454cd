"""The neutral channel: no messenger at all, screens are read back as lines of a transcript."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from bot.conversation.channel import Limits, Lost, Receipt, TryLater, Unreachable
from bot.conversation.event import Event, Pressed
from bot.conversation.language import Languages, Reader
from bot.conversation.screen import Button, Screen
from bot.model.link import Link
from bot.model.text import Words

NEUTRAL = Limits(4096, 4096)


@dataclass(slots=True)
class Shown:
    """A message of ours in a person's chat."""

    number: int
    lines: list[str]
    buttons: dict[str, str]
    edited: bool = False
    stripped: bool = False


@dataclass(slots=True)
class Chat:
    """Everything that one person was shown, and what changed since somebody last looked."""

    messages: list[Shown] = field(default_factory=list)
    news: list[tuple[str, Shown | str]] = field(default_factory=list)
    blocked: bool = False


class NeutralChannel:
    """A `Channel` in memory; its limits may be set by a test."""

    def __init__(self, languages: Languages, name: str = "neutral", limits: Limits = NEUTRAL) -> None:
        self.name, self.limits, self.languages = name, limits, languages
        self.position: str | None = None
        self.chats: dict[str, Chat] = {}
        self.later: list[float] = []
        self.acknowledged: list[tuple[str, str]] = []
        self.removed: list[tuple[str, str]] = []
        self._batches: asyncio.Queue[Sequence[Event]] = asyncio.Queue()

    def start_from(self, position: str | None) -> None:
        self.position = position

    def chat(self, user: str) -> Chat:
        return self.chats.setdefault(user, Chat())

    async def feed(self, *events: Event) -> None:
        await self._batches.put(events)

    async def events(self) -> AsyncIterator[Sequence[Event]]:
        while True:
            yield await self._batches.get()

    def _reader(self, language: str) -> Reader:
        return Reader(language, self.limits.personal_data, self.deep_link)

    async def show(self, user: str, screen: Screen, language: str, over: str | None, key: str = "") -> Receipt:  # noqa: ARG002
        if self.later:
            raise TryLater(self.later.pop(0))
        chat = self.chat(user)
        if chat.blocked:
            raise Unreachable("blocked")
        reader = self._reader(language)
        lines, buttons = read_screen(screen, self.languages, reader)
        before = next((each for each in chat.messages if over is not None and each.number == int(over)), None)
        if before is not None and self.limits.edit and not screen.request and screen.place is None:
            changed = before.lines != lines
            before.lines, before.buttons, before.edited = lines, buttons, True
            if changed:
                chat.news.append(("edit", before))
            return Receipt(str(before.number), edited=True)
        made = Shown(len(chat.messages) + 1, lines, buttons)
        chat.messages.append(made)
        chat.news.append(("new", made))
        return Receipt(str(made.number))

    async def strip(self, user: str, message: str) -> None:
        shown = self.chat(user).messages[int(message) - 1]
        shown.buttons, shown.stripped = {}, True
        shown.lines = [line for line in shown.lines if not line.startswith("  [")]

    async def remove(self, user: str, message: str) -> None:
        self.removed.append((user, message))

    async def acknowledge(self, event: Pressed, language: str, note: Words | None) -> None:
        text = self.languages.say(note, self._reader(language)) if note is not None else ""
        self.acknowledged.append((event.press, text))
        if text:
            self.chat(event.user).news.append(("toast", text))

    async def fetch(self, reference: str, most: int) -> bytes:
        if reference != "file-1":
            raise Lost(reference)
        return (b"x" * 1000)[:most]

    def deep_link(self, page: Link) -> str:
        return f"https://neutral.example/{page.deep}"

    async def close(self) -> None:
        pass


def read_screen(screen: Screen, languages: Languages, reader: Reader) -> tuple[list[str], dict[str, str]]:
    """The lines of a screen as a transcript has them, and what each of its buttons carries."""
    text = "".join(marked(run.text, bold=run.bold, url=run.url) for run in languages.runs(screen.text, reader))
    lines = []
    if screen.note is not None:
        lines += [languages.say(screen.note, reader), ""]
    if screen.picture is not None:
        lines.append("(picture)")
    if screen.document is not None:
        lines.append(f"(document {screen.document.name})")
    if screen.place is not None:
        lines.append("(place)")
    lines += text.split("\n")
    buttons = dict[str, str]()
    for row in screen.rows:
        labels = [languages.say(button.label, reader) for button in row]
        lines.append("  " + " ".join(f"[{label}]" for label in labels))
        buttons |= {label: value(button, reader) for label, button in zip(labels, row, strict=True)}
    return lines, buttons


def marked(text: str, *, bold: bool, url: str) -> str:
    """A stretch of text with its mark; the mark never takes in the line breaks around it."""
    if not text.strip() or not (bold or url):
        return text
    core = text.strip()
    start, end = text[: text.index(core)], text[text.index(core) + len(core) :]
    return f"{start}**{core}**{end}" if bold else f"{start}[{core}]({url}){end}"


def value(button: Button, reader: Reader) -> str:
    return button.data or button.url or (reader.address(button.share) if button.share else "")
