"""The Telegram of the sandbox: a Bot API server for the bot and a client for each person, in one object."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from sandbox.calls import CallLog
from sandbox.faults import Faults
from sandbox.telegram import limits, memory
from sandbox.telegram.cloud import Cloud
from sandbox.telegram.gate import Gate
from sandbox.telegram.person import PersonSide
from sandbox.telegram.receiving import feed_webhook
from sandbox.time import SandboxClock

TOKEN = "100001:sandbox-telegram-token"  # noqa: S105  # it opens nothing but the sandbox
REQUEST_BYTES = limits.UPLOAD_BYTES + (1 << 20)
"""The largest request body: an upload and the parameters beside it."""


class TelegramEmulator(PersonSide):
    """A Bot API server on loopback, started and stopped by `async with`; `url` is what stands before `/bot<token>/…`.

    `paced` holds the real server's limits on sending and polling (429, brakes on hasty polls): tests that send fast switch it off.
    `strict=False` skips the checks against the specification, and `log=None` the log of calls: both for benchmarks.
    `callback_seconds` is how long, in real seconds, a press may wait for its answer.
    """

    def __init__(  # noqa: PLR0913  # each is a choice of its own
        self,
        *,
        clock: SandboxClock,
        token: str = TOKEN,
        username: str = "kruzhok_sandbox_bot",
        log: CallLog | None = None,
        faults: Faults | None = None,
        port: int = 0,
        strict: bool = True,
        paced: bool = True,
        callback_seconds: float = limits.CALLBACK_SECONDS,
    ) -> None:
        super().__init__(Cloud(token, username, clock, paced=paced))
        self.cloud.callback_seconds = callback_seconds
        self.token = token
        self.username = username
        self.log = log
        self.faults = faults
        self._port = port
        self._gate = Gate(self.cloud, log, faults, channel=self.name, strict=strict)
        self._runner: web.ServerRunner | None = None
        self._feeder: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    def on_change(self, callback: Callable[[int], None]) -> None:
        """Call this with a user's id whenever their chat looks different."""
        self.cloud.watchers.append(callback)

    def save(self, path: Path) -> None:
        """Keep chats, files and the bot's page in a file."""
        memory.save(self.cloud, path)

    def load(self, path: Path) -> bool:
        """Go on from what `save` kept; False where there is nothing to go on from. Call it before the bot is started."""
        return memory.load(self.cloud, path)

    async def __aenter__(self) -> Self:
        # The low-level server: a router would cost more than most methods do.
        server = web.Server(self._gate.handle, request_factory=_request, access_log=None)
        self._runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self._feeder = asyncio.create_task(feed_webhook(self.cloud))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.cloud.updates.close()
        if self._feeder is not None:
            self._feeder.cancel()
            with suppress(asyncio.CancelledError):
                await self._feeder
        if self._runner is not None:
            await self._runner.cleanup()


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """A request that may carry an upload; aiohttp's own stop at a megabyte."""
    return web.BaseRequest(message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=REQUEST_BYTES)
