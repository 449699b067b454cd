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

    _all: _Bucket = field(default_factory=lambda: _Bucket(limits.ALL_PER_SECOND, limits.ALL_BURST, limits.ALL_BURST, time.monotonic()))
    _chats: dict[int, _Bucket] = field(default_factory=dict)
    _uploads: dict[int, float] = field(default_factory=dict)

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

    def upload(self, size: int) -> float:
        """Seconds that a request with `size` bytes of files must wait. Raises `Refusal` 429 where too many of them wait already.

        The real server spaces big uploads of the same size, which is how one picture sent to many people looks to it (server, `on_cmd`).
        """
        if size <= limits.SPACED_UPLOAD_BYTES:
            return 0.0
        now = time.monotonic()
        least, most = limits.UPLOAD_SPACE_SECONDS
        last = self._uploads.get(size, float("-inf"))
        if last > now + limits.UPLOAD_QUEUE_SECONDS:
            raise too_many(limits.UPLOAD_FLOOD_SECONDS)
        last = max(last + min(max(size * 1e-7, least), most), now - 1.0)
        self._uploads[size] = last
        return max(0.0, last - now)
