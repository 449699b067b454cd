"""VK's API on loopback: an HTTP server that answers methods, long polls and uploads as VK does, and gives out the person's side."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qsl

import orjson
from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from sandbox.calls import CallLog
from sandbox.faults import Fault, Faults
from sandbox.time import SandboxClock
from sandbox.vk import memory
from sandbox.vk.community import Community, CommunityState
from sandbox.vk.files import FileStore
from sandbox.vk.gate import Gate, NetworkTrouble
from sandbox.vk.person import VkMessenger
from sandbox.vk.specification import vk

RATE: Final = 20
"""Calls of a community a second: vk_api's `VkApiGroup.RPS_DELAY`, vk-io's documentation."""
LARGEST_REQUEST: Final = 64 * 1024 * 1024
JSON: Final = "application/json; charset=utf-8"
GATEWAY_PAGE: Final = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class VkEmulator:
    """A VK with some communities in it: `async with VkEmulator([Community("vk", …)], clock=clock) as vk: vk.url`.

    `log` and `faults` may be shared with others; without a `log` nothing is written down. `strict` False skips the checks against the
    specification, for benchmarks; `rate` None lifts the limit of calls a second; `port` 0 takes a free one.
    """

    def __init__(
        self,
        communities: Iterable[Community],
        *,
        clock: SandboxClock,
        log: CallLog | None = None,
        faults: Faults | None = None,
        strict: bool = True,
        rate: int | None = RATE,
        port: int = 0,
    ) -> None:
        specification = vk() if strict else None
        self.log = log
        self.faults = faults
        self.url = ""
        self._port = port
        self._files = FileStore()
        self._states = {one.name: CommunityState(one, clock, self._files, log, specification) for one in communities}
        self._by_group = {str(state.setup.group_id): state for state in self._states.values()}
        self._messengers = {name: VkMessenger(state) for name, state in self._states.items()}
        self._gate = Gate(self._states.values(), clock, log, faults, specification, rate)
        self._doors: dict[str, Callable[[web.BaseRequest, str], Awaitable[web.StreamResponse]]] = {
            "method": self._method,
            "lp": self._check,
            "upload": self._upload,
            "files": self._download,
        }
        self._closing = asyncio.Event()
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        # The low-level server: a router would cost more than most methods do.
        self._runner = web.ServerRunner(web.Server(self._answer, request_factory=_request, access_log=None), shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = self._files.base = f"http://127.0.0.1:{self._port}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._closing.set()
        for state in self._states.values():
            state.queue.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def community(self, name: str) -> VkMessenger:
        """The person's side of a community, by its channel. Raises `KeyError` for an unknown one."""
        return self._messengers[name]

    def save(self, path: Path) -> None:
        """Keep conversations and files in a file."""
        memory.save(self._states, self._files, path)

    def load(self, path: Path) -> bool:
        """Go on from what `save` kept; False where there is nothing to go on from. Call it before the bot is started."""
        return memory.load(self._states, self._files, path)

    def unread(self, name: str) -> bool:
        """Whether a community has events that its bot has not asked past."""
        queue = self._states[name].queue
        return queue.asked < queue.ts

    def expire_key(self, name: str) -> None:
        """End the long poll's key: `failed: 2`."""
        self._states[name].queue.expire()

    def lose_events(self, name: str) -> None:
        """Lose the events that were not fetched yet: `failed: 3`."""
        self._states[name].queue.lose()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        door, _, rest = request.path[1:].partition("/")
        if door not in self._doors:
            return _not_found()
        try:
            return await self._doors[door](request, rest)
        except NetworkTrouble as trouble:
            return await self._break(request, trouble.fault)

    async def _method(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        """A method of the API."""
        return _json(self._gate.call(name, await _parameters(request)))

    async def _check(self, request: web.BaseRequest, group: str) -> web.StreamResponse:
        """Bots Long Poll."""
        state, query = self._by_group.get(group), dict(request.query)
        if state is None or query.get("act") != "a_check":
            return _not_found()
        return _json(await self._gate.check(state, query))

    async def _upload(self, request: web.BaseRequest, token: str) -> web.StreamResponse:
        """The second step of an upload: the first file of a multipart form, whatever its field is called."""
        file = next((part for part in (await _multipart(request)).values() if isinstance(part, web.FileField)), None)
        data = file.file.read() if file is not None else b""
        name = file.filename if file is not None else ""
        body = self._files.upload(token, name, mimetypes.guess_type(name)[0] or "application/octet-stream", data)
        return _not_found() if body is None else _json(body)

    async def _download(self, _request: web.BaseRequest, secret: str) -> web.StreamResponse:
        """A file of a message."""
        stored = self._files.at(secret)
        if stored is None:
            return _not_found()
        return web.Response(body=stored.media.data, headers={"Content-Type": stored.media.type or "application/octet-stream"})

    async def _break(self, request: web.BaseRequest, fault: Fault) -> web.StreamResponse:
        """Answer with a gateway's page, or break the connection, after the time that a time-out takes."""
        if fault.kind == "502":
            return web.Response(status=502, text=GATEWAY_PAGE, content_type="text/html")
        if fault.kind == "timeout" and self.faults is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self.faults.hang)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


async def _parameters(request: web.BaseRequest) -> dict[str, Any]:
    """The parameters of a method: the query's, the form's, and the token of the header."""
    params: dict[str, Any] = dict(request.query) if request.query_string else {}
    if request.content_type == "application/x-www-form-urlencoded":
        body = (await request.read()).decode("utf-8", "replace")
        params.update(parse_qsl(body, keep_blank_values=True, errors="replace"))
    else:
        params.update((name, value) for name, value in (await _multipart(request)).items() if isinstance(value, str))
    if "Authorization" in request.headers:
        params.setdefault("access_token", request.headers["Authorization"].removeprefix("Bearer "))
    return params


async def _multipart(request: web.BaseRequest) -> dict[str, Any]:
    """The parts of a multipart form; none where there is no such form, or a broken one."""
    if request.content_type != "multipart/form-data":
        return {}
    with suppress(ValueError):
        return dict(await request.post())
    return {}


def _json(body: dict[str, Any]) -> web.Response:
    return web.Response(body=orjson.dumps(body), headers={"Content-Type": JSON})


def _not_found() -> web.Response:
    return web.Response(status=404, text="Not Found")


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    """A request that may carry an upload; aiohttp's own stop at a megabyte."""
    return web.BaseRequest(message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=LARGEST_REQUEST)
