"""How fast a bot may send: a message a second in a chat, thirty a second over all, with a burst allowed in both."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from sandbox.telegram import limits
from sandbox.telegram.refusal import too_many


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: int
    left: float
    at: float

    def wait(self, now: float, count: int) -> float:
        """Seconds until `count` messages may go; 0 for now."""
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (min(count, self.burst) - self.left) / self.rate)


@dataclass(slots=True)
class Pace:
    """Counts messages in real seconds. The numbers are in `limits`."""

    _all: _Bucket = field(
        default_factory=lambda: _Bucket(limits.ALL_PER_SECOND, limits.ALL_BURST, limits.ALL_BURST, time.monotonic())
    )
    _chats: dict[int, _Bucket] = field(default_factory=dict)

    def take(self, chat: int, count: int = 1) -> None:
        """Count messages to this chat. Raises `Refusal` 429 where they are too many; then none is counted."""
        now = time.monotonic()
        own = self._chats.get(chat)
        if own is None:
            own = self._chats[chat] = _Bucket(limits.CHAT_PER_SECOND, limits.CHAT_BURST, limits.CHAT_BURST, now)
        wait = max(own.wait(now, count), self._all.wait(now, count))
        if wait > 0:
            raise too_many(math.ceil(wait))
        own.left -= count
        self._all.left -= count
