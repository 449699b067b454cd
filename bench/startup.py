"""How long the command line takes to start: with and without compiled modules, with an empty and a migrated database."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.program import environment
from sandbox.telegram import TelegramEmulator
from sandbox.time import SandboxClock

LONGEST = 120.0
"""Seconds after which a start has failed."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds until it was ready (or had said everything), and the CPU seconds of its whole life, the end included."""

    title: str
    seconds: float
    cpu: float


async def starts(folder: Path, *, quick: bool) -> list[Start]:
    """Start `python -m bot --help` and `python -m bot run` again and again; `quick` leaves out the starts that compile everything anew."""
    clock = SandboxClock(datetime.now(UTC))
    async with TelegramEmulator(clock=clock, strict=False, paced=False) as telegram:
        database = folder / "start.db"
        own = {
            "KRUZHOK_TELEGRAM__TOKEN": telegram.token,
            "KRUZHOK_TELEGRAM__API_URL": telegram.url,
            "KRUZHOK_DATABASE__URL": f"sqlite+aiosqlite:///{database}",
        }

        async def start(title: str, cache: str, *arguments: str) -> Start:
            # A folder of compiled modules of our own: those that lie beside the sources are neither used nor touched.
            variables = environment({**own, "PYTHONPYCACHEPREFIX": str(folder / cache)}, pinned=False)
            return await asyncio.to_thread(_start, title, folder, variables, arguments)

        def forget() -> None:
            for path in folder.glob("start.db*"):
                path.unlink()

        found = []
        if not quick:
            found.append(await start("--help, nothing compiled", "cold-help", "--help"))
        await start("", "warm", "--help")
        found.append(await start("--help", "warm", "--help"))
        first = await start("run, nothing compiled, an empty database", "warm", "run")
        found += [] if quick else [first]
        forget()
        found.append(await start("run, an empty database", "warm", "run"))
        found.append(await start("run, a migrated database", "warm", "run"))
        return found


def _start(title: str, folder: Path, variables: Mapping[str, str], arguments: tuple[str, ...]) -> Start:
    """Start the bot; `run` is ended as soon as its log says that it is ready."""
    begun = perf_counter()
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    guard = threading.Timer(LONGEST, process.kill)
    guard.start()
    said, ready = [], None
    try:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in process.stdout:
            said.append(line.decode(errors="replace"))
            if b'"event": "ready"' in line:
                ready = perf_counter() - begun
                process.send_signal(signal.SIGTERM)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        guard.cancel()
    if ready is None and arguments != ("--help",):
        raise RuntimeError(f"python -m bot {' '.join(arguments)} was not ready: {''.join(said[-5:])}")
    return Start(title, perf_counter() - begun if ready is None else ready, usage.ru_utime + usage.ru_stime)
