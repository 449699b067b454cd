"""The real program as a child: `python -m bot run` with an environment of its own, its log read line by line."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

PROJECT = Path(__file__).parent.parent.parent
START_SECONDS = 30.0
"""How long a start may take on a machine that is busy with other tests."""
STOP_SECONDS = 20.0
"""How long a polite stop may take before it counts as hanging."""
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


class BotFailed(Exception):
    """The program ended, or did not do what was waited for; the text holds its last lines."""


async def until(holds: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds that nobody tells of. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class Bot:
    """One process after another over the same database.

    `records` are the lines of its log since the beginning, those of turns excepted, which are counted in `turns` by outcome; `noise` is
    whatever it printed that is no line of a log.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.records: list[dict[str, Any]] = []
        self.noise: list[str] = []
        self.turns = Counter[str]()
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._told = asyncio.Event()

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The child of the last start."""
        if self._process is None:
            raise BotFailed("The program was never started.")
        return self._process

    @property
    def alive(self) -> bool:
        """Whether there is a process that has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the program and wait until it says that it is ready."""
        seen = len(self.records)
        self.starts += 1
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run",
            cwd=PROJECT, env=self.environment, start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, limit=1 << 20,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read(self._process))
        await self.says("ready", since=seen, seconds=START_SECONDS)

    async def says(self, words: str, *, since: int = 0, seconds: float) -> dict[str, Any]:
        """Wait for a line of the log with these words, not before the `since`th; raises `BotFailed` where it does not come in time."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found = next((record for record in self.records[since:] if words in record["event"]), None)
                    if found is not None:
                        return found
                    if not self.alive and self._reading is not None and self._reading.done():
                        raise BotFailed(f"The program ended before it said {words!r}: {self._last()}")
                    self._told.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._told.wait(), 0.5)
        except TimeoutError:
            raise BotFailed(f"In {seconds:g} s the program did not say {words!r}: {self._last()}") from None

    async def takes_a_turn(self, seconds: float = START_SECONDS) -> None:
        """Wait until one more turn is committed."""
        before = self.turns.total()
        await until(lambda: self.turns.total() > before, seconds)

    async def kill(self) -> None:
        """`kill -9`."""
        if self.alive:
            self.process.kill()
        await self._ended()

    async def stop(self) -> int:
        """SIGTERM; returns the exit code. Raises `BotFailed` where the program does not end by itself."""
        if self.alive:
            self.process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self._ended(), STOP_SECONDS)
        except TimeoutError:
            await self.kill()
            raise BotFailed(f"The program did not end {STOP_SECONDS:g} s after SIGTERM: {self._last()}") from None

    async def _ended(self) -> int:
        code = await self.process.wait()
        if self._reading is not None:
            await self._reading
        return code

    def memory(self) -> int:
        """Resident bytes; 0 where the system has no /proc, or the process has ended."""
        with suppress(OSError, IndexError):
            return int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES
        return 0

    def processor(self) -> float:
        """Seconds of processor time since the last start; 0 where the system has no /proc."""
        with suppress(OSError, IndexError):
            after_name = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            return (int(after_name[11]) + int(after_name[12])) / TICKS
        return 0.0

    def complaints(self, *meant: str) -> list[str]:
        """What the log says of errors, and whatever is no log at all; lines with one of the `meant` words are expected."""
        loud = [record for record in self.records if record["level"] in {"error", "critical"} or "trace" in record]
        unmeant = [record for record in loud if not any(words in record["event"] for words in meant)]
        told = Counter(f"{record['event']} {_end_of_trace(record)}".strip() for record in unmeant)
        return [f"{number} × {words}" for words, number in told.items()] + [f"printed: {line}" for line in self.noise]

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError:
                self.noise.append(line.decode(errors="replace").rstrip())
                continue
            if record["event"] == "turn":
                self.turns[record["outcome"]] += 1
                continue
            self.records.append(record)
            self._told.set()
        self._told.set()

    def _last(self) -> str:
        return " | ".join([*(record["event"] for record in self.records[-5:]), *self.noise[-5:]])


def _end_of_trace(record: Mapping[str, Any]) -> str:
    """The last places and the error of a traceback, without the lines that only underline."""
    lines = [line.strip() for line in str(record.get("trace", "")).splitlines() if line.strip("^~ ")]
    return " / ".join(lines[-7:])


async def command(environment: Mapping[str, str], *arguments: str) -> None:
    """Run another command of the program to its end. Raises `BotFailed` with what it printed, if it does not end well."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=PROJECT, env=dict(environment), stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    printed, _ = await process.communicate()
    if process.returncode:
        raise BotFailed(f"python -m bot {' '.join(arguments)} ended with {process.returncode}: {printed.decode(errors='replace')[-2000:]}")
