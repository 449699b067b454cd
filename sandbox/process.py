"""The bot as a child process of the sandbox: started with an environment, listened to, restarted when it dies, stopped at the end."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

State = Literal["preparing", "starting", "running", "restarting", "down"]
KEPT_LINES = 200
STOPPING = 12.0
"""Real seconds that a bot has to finish its turns before it is killed."""
PAUSES = (1.0, 2.0, 5.0, 10.0)
"""Real seconds before the bot is started again: after its first death, its second, …, every further one."""
HEALTHY = 60.0
"""A bot that has lived so many seconds has recovered: the next pause is a short one again."""


class BotFailed(Exception):
    """A command of the bot ended with an error; its output has been shown."""


class BotProcess:
    """`python -m bot …` with an environment of its own.

    `environment` gives the child's whole environment at each start. `on_change` is called at each change of `state`, `on_line` with each
    line that the bot prints. The bot counts as running once somebody says that it was `heard` in a messenger: a live process alone
    proves little.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Callable[[], Mapping[str, str]],
        *,
        on_change: Callable[[], None] = lambda: None,
        on_line: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self.state: State = "preparing"
        self.note = ""
        self.lines = deque[str](maxlen=KEPT_LINES)
        self.on_change = on_change
        self.on_line = on_line
        self._command = list(command)
        self._folder = folder
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._restarting = False

    async def do(self, *arguments: str) -> None:
        """Run one command to its end. Raises `BotFailed` if it does not end well."""
        if code := await self._run(*arguments):
            self._change("down", f"Команда {arguments[0]} не удалась: бот не запущен. Что она напечатала — ниже.")
            raise BotFailed(f"python -m bot {' '.join(arguments)} ended with {code}.")

    def start(self) -> None:
        """Run the bot from now on."""
        self._supervisor = asyncio.create_task(self._supervise(), name="bot")

    def restart(self) -> None:
        """Start the bot again, with the environment as it is now; returns at once."""
        self._restarting = True
        self._wanted.set()
        self._change("restarting")
        if self._process is not None:
            self._signal(signal.SIGTERM)
            asyncio.get_running_loop().call_later(STOPPING, self._kill, self._process)

    async def stop(self) -> None:
        """End the bot, politely first."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor

    def heard(self) -> None:
        """Some messenger has had a call from the bot."""
        if self.state == "starting":
            self._change("running")

    async def _supervise(self) -> None:
        loop, deaths = asyncio.get_running_loop(), 0
        while True:
            began = loop.time()
            self._wanted.clear()
            self._restarting = False
            self._change("starting")
            code = await self._run("run")
            if self._restarting:
                deaths = 0
                continue
            deaths = 0 if loop.time() - began > HEALTHY else deaths
            pause = PAUSES[min(deaths, len(PAUSES) - 1)]
            deaths += 1
            self._change("down", f"Бот завершился с кодом {code}. Запустим снова через {pause:g} с.")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), pause)

    async def _run(self, *arguments: str) -> int:
        # A session of its own: Ctrl-C in the terminal reaches the sandbox alone, which then ends the bot in good order.
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *arguments,
            cwd=self._folder,
            env=dict(self._environment()),
            start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._process = process
        try:
            if self._restarting:
                self._signal(signal.SIGTERM)
            await self._listen(process)
            return await process.wait()
        finally:
            await self._end(process)
            self._process = None

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101  # a pipe was asked for
        rest = b""
        while piece := await process.stdout.read(65_536):
            # Progress bars rewrite their line with \r: each state of one is a line here.
            *lines, rest = (rest + piece).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
            for line in lines:
                self._print(line)
        self._print(rest)

    def _print(self, line: bytes) -> None:
        if text := line.decode(errors="replace").rstrip():
            self.lines.append(text)
            self.on_line(text)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOPPING)
        except TimeoutError:
            self._kill(process)
            await process.wait()

    @staticmethod
    def _kill(process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _change(self, state: State, note: str = "") -> None:
        self.state, self.note = state, note
        self.on_change()
