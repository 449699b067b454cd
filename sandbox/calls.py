"""What the bot asked of the messengers: a bounded log of API calls that tests read and the page follows live."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT_CALLS = 2_000
WAITING_CALLS = 500
"""How many calls wait for a slow listener; older ones are dropped for it."""
SECRET_NAMES = frozenset({"access_token", "token", "secret_token", "secret", "key"})
SHOWN_TEXT = 20_000
"""Longer strings are cut in the log: a hostile text must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Call:
    """One API call as it was answered. `status` is "200" or the messenger's error code, `person` whom it was about."""

    number: int
    at: datetime
    channel: str
    method: str
    person: int | None
    status: str
    error: str
    milliseconds: float
    params: Mapping[str, Any]
    response: Any


@dataclass(frozen=True, slots=True)
class Violation:
    """A call that breaks the messenger's published specification; `text` says where and how."""

    at: datetime
    channel: str
    method: str
    text: str


@dataclass(slots=True)
class CallLog:
    """The last calls, all violations (tests assert that there are none), and counters by (channel, method, status)."""

    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))
    violations: list[Violation] = field(default_factory=list)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _numbers: int = 0
    _listeners: list[asyncio.Queue[Call]] = field(default_factory=list)

    def add(  # noqa: PLR0913  # a call has this many facts
        self,
        *,
        at: datetime,
        channel: str,
        method: str,
        person: int | None,
        status: str,
        error: str,
        milliseconds: float,
        params: Mapping[str, Any],
        response: Any,
    ) -> Call:
        """Keep a call, with secrets and bytes masked, and tell the listeners."""
        self._numbers += 1
        call = Call(self._numbers, at, channel, method, person, status, error, milliseconds, masked(params), masked(response))
        self.calls.append(call)
        self.counts[channel, method, status] += 1
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(call)
        return call

    def breach(self, *, at: datetime, channel: str, method: str, text: str) -> None:
        """Keep a breach of the specification."""
        self.violations.append(Violation(at, channel, method, text))

    async def listen(self) -> AsyncGenerator[Call, None]:
        """Each call from now on, as it is answered; end it by closing the iterator."""
        queue: asyncio.Queue[Call] = asyncio.Queue(WAITING_CALLS)
        self._listeners.append(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._listeners.remove(queue)


def masked(value: Any) -> Any:
    """The value without secrets and bytes, and with long strings cut: fit to be shown and kept."""
    match value:
        case Mapping():
            return {name: "…" if name in SECRET_NAMES and isinstance(part, str) else masked(part) for name, part in value.items()}
        case list() | tuple():
            return [masked(part) for part in value]
        case bytes() | bytearray() | memoryview():
            return f"<{len(value)} bytes>"
        case str():
            return value if len(value) <= SHOWN_TEXT else f"{value[:SHOWN_TEXT]}…"
        case None | bool() | int() | float():
            return value
        case _:
            return str(value)
