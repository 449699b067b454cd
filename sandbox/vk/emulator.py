"""VK's API on loopback: an HTTP server that answers methods, long polls and uploads as VK does, and gives out the person's side."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, Self
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from sandbox.calls import CallLog
from sandbox.faults import Fault, Faults
from sandbox.time import SandboxClock
from sandbox.vk import script
from sandbox.vk.community import Community, CommunityState
from sandbox.vk.errors import VkError
from sandbox.vk.files import FileStore
from sandbox.vk.longpoll import LONGEST_WAIT, USUAL_WAIT
from sandbox.vk.methods import METHODS
from sandbox.vk.parameters import Parameters
from sandbox.vk.person import VkMessenger
from sandbox.vk.specification import VERSION, vk

RATE: Final = 20
"""Calls of a community a second: vk_api's `VkApiGroup.RPS_DELAY`, vk-io's documentation."""
LARGEST_BODY: Final = 64 * 1024 * 1024
JSON: Final = "application/json; charset=utf-8"
GATEWAY_PAGE: Final = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
CODES: Final = {"vk6": 6, "vk9": 9, "vk10": 10, "vk29": 29}
"""Faults that are VK's own errors; the others of `sandbox.faults` that VK meets are the network's."""
NETWORK: Final = frozenset({"502", "drop", "timeout"})


class _NetworkTrouble(Exception):
    """A call is to meet a trouble of the network, wherever it was decided."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class VkEmulator:
    """A VK with some communities in it: `async with VkEmulator([Community("vk", …)], clock=clock) as vk: vk.url`.

    `strict` False skips the checks against the specification, for benchmarks; `rate` None lifts the limit of calls a second.
    `log` and `faults` may be shared with others; `port` 0 takes a free one.
    """

    def __init__(
        self, communities: Iterable[Community], *, clock: SandboxClock, log: CallLog | None = None, faults: Faults | None = None,
        strict: bool = True, rate: int | None = RATE, port: int = 0,
    ) -> None:
        self.log = log or CallLog()
        self.faults = faults or Faults()
        self.url = ""
        self._clock = clock
        self._specification = vk() if strict else None
        self._rate = rate
        self._port = port
        self._files = FileStore()
        self._states = {one.name: CommunityState(one, clock, self._files, self.log, self._specification) for one in communities}
        self._by_token = {state.setup.token: state for state in self._states.values()}
        self._by_group = {state.setup.group_id: state for state in self._states.values()}
        self._messengers = {name: VkMessenger(state) for name, state in self._states.items()}
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/method/{name}", self._method)
        app.router.add_get("/lp/{group}", self._check)
        app.router.add_post("/upload/{token}", self._upload)
        app.router.add_get("/files/{secret}", self._download)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
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

    def expire_key(self, name: str) -> None:
        """End the long poll's key: `failed: 2`."""
        self._states[name].queue.expire()

    def lose_events(self, name: str) -> None:
        """Lose the events that were not fetched yet: `failed: 3`."""
        self._states[name].queue.lose()

    async def _method(self, request: web.Request) -> web.StreamResponse:
        began = asyncio.get_running_loop().time()
        name = request.match_info["name"]
        params = await _parameters(request)
        state: CommunityState | None = None
        try:
            state = self._caller(request, params)
            _check_version(params)
            self._meet(self.faults.before(name), NETWORK)
            self._pace(state)
            body = self._execute(state, params) if name == "execute" else {"response": self._perform(state, name, params)}
        except VkError as error:
            shown = [{"key": key, "value": str(value)} for key, value in {"method": name, **params}.items() if key != "access_token"]
            body = {"error": {"error_code": error.code, "error_msg": error.text, "request_params": shown}}
            self._keep(state, name, params, began, body, error)
        except _NetworkTrouble as trouble:
            return await self._break(request, trouble.fault, state, name, params, began)
        else:
            self._keep(state, name, params, began, body)
        lost = self.faults.after(name)
        if lost is not None:
            return await self._break(request, lost, None, name, {}, began)
        return web.Response(body=orjson.dumps(body), headers={"Content-Type": JSON})

    def _caller(self, request: web.Request, params: Mapping[str, Any]) -> CommunityState:
        token = params.get("access_token") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise VkError(5, "no access_token passed.", breach=True)
        state = self._by_token.get(token)
        if state is None:
            raise VkError(5, "invalid access_token (4).")
        return state

    def _pace(self, state: CommunityState) -> None:
        if self._rate is None:
            return
        now, calls = asyncio.get_running_loop().time(), state.calls
        while calls and now - calls[0] >= 1:
            calls.popleft()
        if len(calls) >= self._rate:
            raise VkError(6)
        calls.append(now)

    def _meet(self, fault: Fault | None, network: frozenset[str]) -> None:
        """Let a call meet its trouble. Troubles that only Telegram has pass by."""
        if fault is None:
            return
        if fault.kind in CODES:
            raise VkError(CODES[fault.kind])
        if fault.kind in network:
            raise _NetworkTrouble(fault)

    def _perform(self, state: CommunityState, name: str, params: Mapping[str, Any]) -> Any:
        function = METHODS.get(name)
        if function is None:
            raise VkError(3, breach=True)
        if self._specification is not None and (breaches := self._specification.check_request(name, params)):
            for breach in breaches[1:]:
                self._breach(state, name, breach)
            raise VkError(100, breaches[0], breach=True)
        result = function(state, Parameters(params))
        if self._specification is not None:
            for breach in self._specification.check_response(name, result):
                self._breach(state, name, f"the emulator's answer: {breach}")
        return result

    def _execute(self, state: CommunityState, params: Mapping[str, Any]) -> dict[str, Any]:
        errors: list[dict[str, Any]] = []
        # A trouble of the network that is drawn for a call inside would multiply the rate of executes that meet one.
        scripted = NETWORK - self.faults.rates.keys()

        def call(name: str, given: dict[str, Any]) -> Any:
            began = asyncio.get_running_loop().time()
            try:
                self._meet(self.faults.before(name), scripted)
                result = self._perform(state, name, given)
            except VkError as error:
                errors.append({"method": name, "error_code": error.code, "error_msg": error.text})
                self._keep(state, name, given, began, errors[-1], error)
                return False
            self._keep(state, name, given, began, {"response": result})
            return result

        code = Parameters(params).text("code")
        if not code.strip():
            raise VkError(100, "code is a required parameter", breach=True)
        response = script.run(code, call)
        return {"response": response} | ({"execute_errors": errors} if errors else {})

    async def _check(self, request: web.Request) -> web.StreamResponse:
        """Bots Long Poll."""
        began = asyncio.get_running_loop().time()
        group, query = request.match_info["group"], dict(request.query)
        state = self._by_group.get(int(group)) if group.isascii() and group.isdigit() and len(group) < LONGEST_WAIT else None
        if state is None or query.get("act") != "a_check":
            raise web.HTTPNotFound
        try:
            with suppress(VkError):  # errors of the API are not the long poll's
                self._meet(self.faults.before("a_check"), NETWORK)
        except _NetworkTrouble as trouble:
            return await self._break(request, trouble.fault, state, "a_check", query, began)
        wait = query.get("wait", "")
        seconds = min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() and len(wait) < LONGEST_WAIT else USUAL_WAIT
        body = await state.queue.check(query.get("key", ""), query.get("ts", ""), seconds)
        self._keep(state, "a_check", query, began, body)
        lost = self.faults.after("a_check")
        if lost is not None:
            return await self._break(request, lost, None, "a_check", {}, began)
        return web.Response(body=orjson.dumps(body), headers={"Content-Type": JSON})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """The second step of an upload: the first file of a multipart form, whatever its field is called."""
        try:
            form = await request.post() if request.content_type == "multipart/form-data" else {}
        except ValueError:
            form = {}
        file = next((part for part in form.values() if isinstance(part, web.FileField)), None)
        data = file.file.read() if file is not None else b""
        name = file.filename if file is not None else ""
        type_ = mimetypes.guess_type(name)[0] or "application/octet-stream"
        body = self._files.upload(request.match_info["token"], name, type_, data)
        if body is None:
            raise web.HTTPNotFound
        return web.Response(body=orjson.dumps(body), headers={"Content-Type": JSON})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file of a message."""
        stored = self._files.at(request.match_info["secret"])
        if stored is None:
            raise web.HTTPNotFound
        return web.Response(body=stored.media.data, headers={"Content-Type": stored.media.type or "application/octet-stream"})

    async def _break(
        self, request: web.Request, fault: Fault, state: CommunityState | None, name: str, params: Mapping[str, Any], began: float,
    ) -> web.StreamResponse:
        """Answer with a gateway's page, or break the connection, after the time that a time-out takes."""
        if state is not None:
            self._keep(state, name, params, began, {}, status=fault.kind)
        if fault.kind == "502":
            return web.Response(status=502, text=GATEWAY_PAGE, content_type="text/html")
        if fault.kind == "timeout":
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self.faults.hang)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _keep(
        self, state: CommunityState | None, name: str, params: Mapping[str, Any], began: float, body: Mapping[str, Any],
        error: VkError | None = None, status: str = "200",
    ) -> None:
        if error is not None and error.breach:
            self._breach(state, name, error.text)
        self.log.add(
            at=self._clock.now(), channel=state.setup.name if state else "vk", method=name, person=_person(params),
            status=str(error.code) if error else status, error=error.text if error else "",
            milliseconds=1000 * (asyncio.get_running_loop().time() - began), params=params, response=body.get("response", body),
        )

    def _breach(self, state: CommunityState | None, name: str, text: str) -> None:
        self.log.breach(at=self._clock.now(), channel=state.setup.name if state else "vk", method=name, text=text)


async def _parameters(request: web.Request) -> dict[str, Any]:
    """The parameters of a method: the query's and the form's."""
    params: dict[str, Any] = dict(request.query)
    if request.content_type == "application/x-www-form-urlencoded":
        body = (await request.read()).decode("utf-8", "replace")
        params.update(parse_qsl(body, keep_blank_values=True, errors="replace"))
    elif request.content_type == "multipart/form-data":
        with suppress(ValueError):
            form = await request.post()
            params.update((name, value) for name, value in form.items() if isinstance(value, str))
    return params


def _check_version(params: Mapping[str, Any]) -> None:
    version = params.get("v")
    if not version:
        raise VkError(8, "v (version) is required", breach=True)
    if version != VERSION:
        raise VkError(8, f"v (version) {VERSION} is the only one that is emulated", breach=True)


def _person(params: Mapping[str, Any]) -> int | None:
    """Whom a call is about, if about one."""
    for name in ("peer_id", "user_id", "peer_ids", "user_ids"):
        value = str(params.get(name, "")).strip("[]")
        if value.isascii() and value.isdigit() and len(value) < len(str(2**63)):
            return int(value)
    return None
