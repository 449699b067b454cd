"""The queue of a community's events, as Bots Long Poll gives it out (dev.vk.com/api/bots-long-poll/getting-started)."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

LONGEST_WAIT: Final = 90
USUAL_WAIT: Final = 25
KEY_LIFE: Final = timedelta(hours=1)
"""How long a key serves, in sandbox time. VK does not say; an hour is what people see."""
KEPT_EVENTS: Final = 1_000
"""Events that a client can still ask for; older ones are `failed: 1`."""


class EventQueue:
    """Events numbered by `ts`. Those after the client's `ts` are given out, again and again if it asks again with the same one."""

    def __init__(self, now: Callable[[], datetime], kept: int = KEPT_EVENTS) -> None:
        # A bot that outlives a sandbox must not take the new numbers for its old ones.
        self.ts = random.randint(1_000, 1_000_000_000)
        self.asked = self.ts
        """The last `ts` that a client asked with: it has seen to every event before it."""
        self._now = now
        self._events: deque[tuple[int, dict[str, Any]]] = deque(maxlen=kept)
        self._waiting: set[asyncio.Future[None]] = set()
        self._closed = False
        self._lost = False
        self._key = ""
        self._until = now()
        self.expire()

    @property
    def key(self) -> str:
        """The key of a session that begins now."""
        if self._lost or self._now() >= self._until:
            self.expire()
            self._lost = False
        return self._key

    def expire(self) -> None:
        """End the key: whoever still uses it gets `failed: 2`."""
        self._key = secrets.token_hex(20)
        self._until = self._now() + KEY_LIFE
        self._wake()

    def lose(self) -> None:
        """Lose what was not given out yet: everybody gets `failed: 3` until they ask for a new session."""
        self.ts += len(self._events) + 1
        self._events.clear()
        self._lost = True
        self._wake()

    def push(self, event: dict[str, Any]) -> None:
        """Add an event."""
        self._events.append((self.ts, event))
        self.ts += 1
        self._wake()

    def close(self) -> None:
        """Answer everybody who waits, and let nobody wait any more."""
        self._closed = True
        self._wake()

    async def check(self, key: str, ts: str, wait: float) -> dict[str, Any]:
        """The answer to `a_check`: events after `ts`, at once or when there are some, an empty list after `wait` real seconds."""
        deadline = asyncio.get_running_loop().time() + wait
        while True:
            if self._lost:
                return {"failed": 3}
            if key != self._key or self._now() >= self._until:
                return {"failed": 2}
            if not self._knows(ts):
                return {"failed": 1, "ts": self.ts}
            self.asked = int(ts)
            events = [event for number, event in self._events if number >= int(ts)] if int(ts) < self.ts else []
            left = deadline - asyncio.get_running_loop().time()
            if events or left <= 0 or self._closed:
                return {"ts": str(self.ts), "updates": events}
            await self._arrival(left)

    def _knows(self, ts: str) -> bool:
        oldest = self._events[0][0] if self._events else self.ts
        return ts.isascii() and ts.isdigit() and len(ts) <= 18 and oldest <= int(ts) <= self.ts  # 64 bits

    async def _arrival(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait([future], timeout=seconds)
        finally:
            self._waiting.discard(future)

    def _wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
