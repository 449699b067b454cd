"""The page's live events: numbered, kept for a while, so that a page that lost its connection goes on where it was."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson

KEPT_EVENTS = 2_000


@dataclass(frozen=True, slots=True)
class Event:
    """One event as `text/event-stream` has it; `id` names the run of the sandbox too, so that an old run's number means nothing here."""

    id: str
    name: str
    data: bytes

    def __bytes__(self) -> bytes:
        """The lines that go to the browser."""
        return b"id: %b\nevent: %b\ndata: %b\n\n" % (self.id.encode(), self.name.encode(), self.data)


@dataclass(slots=True)
class Stream:
    """The events since the start, the last `KEPT_EVENTS` of them at hand."""

    run: str = field(default_factory=lambda: secrets.token_hex(4))
    _number: int = 0
    _kept: deque[Event] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def last(self) -> str:
        """The id of the newest event: what a snapshot taken now already contains."""
        return f"{self.run}-{self._number}"

    def send(self, name: str, data: Any) -> None:
        """Tell every page."""
        self._number += 1
        self._kept.append(Event(self.last, name, orjson.dumps(data)))
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def after(self, seen: str) -> AsyncIterator[Event]:
        """Events after the one called `seen`, for ever. A single `reset` where that one is of another run or no longer at hand."""
        run, _, number = seen.rpartition("-")
        at = int(number) if run == self.run and number.isdecimal() else -1
        while True:
            if not self._number - len(self._kept) <= at <= self._number:
                yield Event(self.last, "reset", b"{}")
                return
            news = self._news
            for event in [self._kept[place] for place in range(len(self._kept) - (self._number - at), len(self._kept))]:
                yield event
                at += 1
            if at == self._number:
                await news.wait()
