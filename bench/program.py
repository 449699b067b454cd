"""A measured program: a process of its own on a core of its own, started, asked for its CPU and memory, and ended."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bench import meter

ROOT = Path(__file__).parent.parent
CORES = (0, 1)
"""The emulators, the people and this program share the first core; each measured program has the second."""
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "SYSTEMROOT")


class Used(NamedTuple):
    """What a process has used until now: CPU of all threads in seconds, and memory in bytes."""

    cpu: float
    memory: int


def pin() -> bool:
    """Keep this process on the first core; whether there are two, and the system allows it."""
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < len(CORES):
        return False
    os.sched_setaffinity(0, {CORES[0]})
    return True


def pin_server(name: str) -> None:
    """Keep the server's processes for this database on the first core too, where they are on this machine and the system allows it."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if name.encode() in file.read_bytes():
                os.sched_setaffinity(int(file.parent.name), {CORES[0]})


def environment(variables: Mapping[str, str], *, pinned: bool) -> dict[str, str]:
    """What a measured program sees: nothing of ours (no setting of a bot, no proxy) but what it needs."""
    own = {name: os.environ[name] for name in _KEPT if name in os.environ}
    core = {meter.CORE: str(CORES[1])} if pinned else {}
    return {**own, **core, "PYTHONPATH": str(ROOT), **variables}


class Program:
    """A running program; `log` has what it says."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process, self.log = process, log

    @classmethod
    async def start(cls, module: str, folder: Path, variables: Mapping[str, str]) -> Program:
        """Run `python -m module` in a folder."""
        log = folder / "log"
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                cwd=folder,
                env=dict(variables),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=file,
            )
        return cls(process, log)

    async def used(self) -> Used:
        """Ask the program. Raises `RuntimeError` with its last words where it has ended."""
        wire, answers = self._process.stdin, self._process.stdout
        if wire is None or answers is None:
            raise RuntimeError("a program without pipes")
        with suppress(ConnectionError):
            wire.write(b"\n")
            await wire.drain()
        answer = await answers.readline()
        if not answer:
            raise RuntimeError(f"a measured program ended:\n{self.last_words()}")
        cpu, memory = map(int, answer.split())
        return Used(cpu / 1e9, memory)

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])

    async def stop(self) -> None:
        """End it politely, or after five seconds in any case."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(5):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
