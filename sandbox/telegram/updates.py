"""The queue of updates: rising numbers, confirmation by a higher offset, redelivery until then, expiry, one poll at a time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sandbox.telegram import limits
from sandbox.telegram.refusal import Refusal

Update = dict[str, Any]
REMEMBERED = 1_000
"""How many updates can be repeated."""
_KEPT = {"callback_query": limits.CALLBACK_KEPT, "inline_query": limits.INLINE_KEPT}


@dataclass(slots=True)
class _Waiting:
    limit: int
    answer: asyncio.Future[list[Update]]


class UpdateQueue:
    """Updates of one bot. `first` is the first update's number; `paced` adds the real server's brakes on hasty polling."""

    def __init__(self, now: Callable[[], datetime], *, first: int, paced: bool) -> None:
        self._now = now
        self._next = first
        self._queue: deque[tuple[float, Update]] = deque()
        self._soonest = float("inf")  # when the first of the queued ones dies
        self._again: list[Update] = []
        self._history: deque[Update] = deque(maxlen=REMEMBERED)
        self._allowed: frozenset[str] | None = None
        self._waiting: _Waiting | None = None
        self._paced = paced
        self._last_poll = (0, float("-inf"))
        self.added = asyncio.Event()
        """Set while something waits to be delivered."""

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def allowed(self) -> list[str] | None:
        """The kinds of updates that the bot asked for; None for the usual ones."""
        return None if self._allowed is None else sorted(self._allowed)

    def allow(self, kinds: list[str]) -> None:
        """Choose kinds of updates; an empty list is the default. What is queued already stays."""
        self._allowed = frozenset(kinds) or None

    def add(self, kind: str, content: dict[str, Any]) -> Update | None:
        """Queue an update; None where the bot does not want this kind."""
        wanted = kind not in limits.QUIET_UPDATES if self._allowed is None else kind in self._allowed
        if not wanted:
            return None
        update = {"update_id": self._next, kind: content}
        self._next += 1
        dies = self._now().timestamp() + _KEPT.get(kind, limits.MESSAGE_KEPT)
        self._soonest = min(self._soonest, dies)
        self._queue.append((dies, update))
        self._history.append(update)
        self._wake()
        return update

    def repeat(self, wanted: Callable[[Update], bool] = bool) -> Update:
        """Deliver the latest wanted update once more under its own number, although it may be confirmed: a confirmation can get lost.

        Raises `LookupError` where there is none among the last thousand.
        """
        found = next((one for one in reversed(self._history) if wanted(one)), None)
        if found is None:
            raise LookupError("There is no such update to repeat.")
        self._again.append(found)
        self._wake()
        return found

    def _wake(self) -> None:
        self.added.set()
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.answer.done():
            waiting.answer.set_result(self._pending(waiting.limit))

    async def get(self, offset: int, limit: int, timeout: int) -> list[Update]:  # noqa: ASYNC109  # the API's own word
        """A getUpdates call; `timeout` is in seconds. Raises `Refusal` 409 when a later poll takes this one's place."""
        if self._paced:
            limit, timeout = self._braked(offset, limit, timeout)
        self._confirm(offset)
        found = self._pending(limit)
        if found or timeout <= 0:
            return found
        self.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
        mine = _Waiting(limit, asyncio.get_running_loop().create_future())
        self._waiting = mine
        timer = asyncio.get_running_loop().call_later(timeout, _nothing, mine.answer)
        try:
            return await mine.answer
        finally:
            timer.cancel()
            if self._waiting is mine:
                self._waiting = None

    def interrupt(self, words: str) -> None:
        """End the poll that waits, with 409 "Conflict: <words>"."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.answer.done():
            waiting.answer.set_exception(Refusal(409, f"Conflict: {words}"))

    def close(self) -> None:
        """Answer the poll that waits with nothing."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            _nothing(waiting.answer)

    def clear(self) -> None:
        """Forget everything that is queued (`drop_pending_updates`)."""
        self._queue.clear()

    def head(self) -> Update | None:
        """The earliest update that waits, for a webhook; `take` confirms it."""
        found = self._pending(1)
        if not found:
            self.added.clear()
        return found[0] if found else None

    def take(self, update: Update) -> None:
        """Confirm the earliest update: a webhook has taken it."""
        if self._queue and self._queue[0][1] is update:
            self._queue.popleft()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._queue) > -offset:
                self._queue.popleft()
        elif offset <= self._next:  # an offset from the future is ignored, as by the real server
            while self._queue and self._queue[0][1]["update_id"] < offset:
                self._queue.popleft()

    def _pending(self, limit: int) -> list[Update]:
        again, self._again = self._again[:limit], self._again[limit:]
        if not self._queue:
            return again
        now = self._now().timestamp()
        if self._soonest <= now:
            self._queue = deque(entry for entry in self._queue if entry[0] > now)
            self._soonest = min((dies for dies, _ in self._queue), default=float("inf"))
        return again + [update for _, update in islice(self._queue, limit - len(again))]

    def _braked(self, offset: int, limit: int, timeout: int) -> tuple[int, int]:
        last, at = self._last_poll
        passed = time.monotonic() - at
        self._last_poll = (offset, time.monotonic())
        if offset == last and passed < limits.REPEATED_POLL_SECONDS:
            timeout = max(timeout, int(limits.REPEATED_POLL_SECONDS))
        if offset == last and passed < limits.HASTY_POLL_SECONDS:
            limit = 1
        return limit, timeout


def _nothing(answer: asyncio.Future[list[Update]]) -> None:
    if not answer.done():
        answer.set_result([])
