"""The sandbox's clock: it starts when the demonstration does, runs with real time and can be moved forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class SandboxClock:
    """Sandbox time: `start`, plus the real time that has passed since, plus what it has been moved by.

    `now()` is aware, in the zone of `start`. `shift_file`, where given, always holds the number of seconds to add to the real UTC time
    to get the sandbox's: that is how a bot in another process reads the same clock (`KRUZHOK_CLOCK__SHIFT_FILE`).
    """

    def __init__(self, start: datetime, shift_file: Path | None = None) -> None:
        if start.tzinfo is None:
            raise ValueError("The sandbox's clock needs a start with a time zone.")
        self.shift_file = shift_file
        self._start = start
        self._began = time.monotonic()
        self._shift = timedelta()
        self._write()

    def now(self) -> datetime:
        """The sandbox's time."""
        return self._start + timedelta(seconds=time.monotonic() - self._began) + self._shift

    def shift(self, seconds: float) -> None:
        """Move the clock by so many seconds; a negative number moves it back."""
        self._shift += timedelta(seconds=seconds)
        self._write()

    @property
    def seconds_from_real(self) -> float:
        """How many seconds to add to the real UTC time to get the sandbox's."""
        return (self.now() - datetime.now(UTC)).total_seconds()

    def _write(self) -> None:
        if self.shift_file is None:
            return
        # A reader must never see half a number, so the file is replaced, not written over.
        written = self.shift_file.with_name(f".{self.shift_file.name}.new")
        written.write_text(f"{self.seconds_from_real:.6f}\n", encoding="ascii")
        written.replace(self.shift_file)
