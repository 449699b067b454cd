"""Requests to the Bot API as JSON over kept-alive connections of our own: aiogram's session at a fraction of its cost.

The Bot API server reads a JSON body as it reads a form (a string is the parameter, anything else is its source text), so both say the same.
What carries a file, or goes through a proxy, is left to aiogram.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import certifi
import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods.base import Response, TelegramMethod, TelegramType
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

IDLE = 15.0
"""Seconds after which an idle connection is not used again, because the server may just be closing it (aiohttp's value)."""


class Answer:
    """One HTTP/1.1 response, read as its bytes arrive (RFC 9112). `keep` says whether the connection may serve another request."""

    def __init__(self) -> None:
        self.status = 0
        self.body = bytearray()
        self.keep = True
        self._raw = bytearray()
        self._left = 0
        self._chunked = False

    def feed(self, data: bytes) -> bool:
        """Take bytes in; true once the response is whole. Raises `ValueError` for what is none."""
        self._raw += data
        if not self.status and not self._read_head():
            return False
        return self._read_chunks() if self._chunked else self._read_body()

    def _read_head(self) -> bool:
        end = self._raw.find(b"\r\n\r\n")
        if end < 0:
            return False
        first, *lines = self._raw[:end].decode("latin-1").lower().split("\r\n")
        fields = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
        version, _, rest = first.partition(" ")
        self.status = int(rest[:3])
        self.keep = version == "http/1.1" and fields.get("connection") != "close"
        self._chunked = "chunked" in fields.get("transfer-encoding", "")
        self._left = 0 if self._chunked else _size(fields.get("content-length", ""), 10)
        del self._raw[: end + 4]
        return True

    def _read_body(self) -> bool:
        if len(self._raw) < self._left:
            return False
        self.body = self._raw[: self._left]
        self.keep = self.keep and len(self._raw) == self._left
        return True

    def _read_chunks(self) -> bool:
        while (end := self._raw.find(b"\r\n")) >= 0:
            size = _size(self._raw[:end].split(b";")[0].decode("latin-1"), 16)
            if not size:
                if (last := self._raw.find(b"\r\n\r\n", end)) < 0:  # after the last chunk there may be further fields
                    return False
                self.keep = self.keep and len(self._raw) == last + 4
                return True
            stop = end + 2 + size
            if len(self._raw) < stop + 2:
                return False
            self.body += self._raw[end + 2 : stop]
            del self._raw[: stop + 2]
        return False


def _size(text: str, base: int) -> int:
    if (size := int(text, base)) < 0:
        raise ValueError(f"a negative length: {text}")
    return size


class Connection(asyncio.Protocol):
    """One connection to the server; it carries one request at a time."""

    def __init__(self) -> None:
        self.closed = False
        self.used = 0.0
        self._transport: asyncio.Transport
        self._answer = Answer()
        self._waiting: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self.drop(str(exc or "the server closed the connection"))

    def post(self, request: bytes) -> asyncio.Future[Answer]:
        """Send a request; its answer comes as the future's result, or a `ConnectionError`."""
        self._answer = Answer()
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        """Add to the answer. What nobody asked for must not become the answer to a later request."""
        if self._waiting is None or self._waiting.done():
            self.drop("the server sent what nobody asked for")
            return
        try:
            if self._answer.feed(data):
                self.closed = not self._answer.keep
                self._waiting.set_result(self._answer)
        except ValueError as error:
            self.drop(f"an unreadable answer: {error}")

    def drop(self, why: str) -> None:
        """Close at once; whoever waits is told why."""
        self.closed = True
        self._transport.abort()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(why))


class _Target(NamedTuple):
    """Where a method is called, and the head of its request up to the length."""

    host: str
    port: int
    secure: bool
    head: str


@lru_cache(maxsize=256)
def _target(url: str) -> _Target:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nContent-Length: "
    return _Target(parts.hostname or "", parts.port or (443 if secure else 80), secure, head)


@cache
def _form(result: Any) -> type[Response[Any]]:
    """Hold the model of an answer, which aiogram asks pydantic for each time: one that nobody holds is thrown away and built again."""
    return Response[result]


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


class JsonSession(AiohttpSession):
    """aiogram's session with a cheaper way for requests without a file: errors, defaults, uploads and proxies are aiogram's own.

    A request that got no answer is not repeated, for it may have been done. At most `limit` requests are under way at once; more wait.
    Raises aiogram's exceptions: `TelegramNetworkError` for everything that happens to a connection.
    """

    def __init__(self, limit: int = 100, **kwargs: Any) -> None:
        super().__init__(limit=limit, json_loads=orjson.loads, json_dumps=_dumps, **kwargs)
        self._room = asyncio.Semaphore(limit)
        self._free = list[Connection]()

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Whom we believe to be the server: what certifi believes, as aiogram does."""
        return ssl.create_default_context(cafile=certifi.where())

    async def make_request(self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None) -> TelegramType:  # noqa: ASYNC109 - aiogram's signature
        """Call a method of the Bot API; `timeout` is in seconds, 0 waits for ever."""
        if self.proxy is not None or (body := self.body(bot, method)) is None:
            return await self._by_aiohttp(bot, method, timeout)
        target = _target(self.api.api_url(token=bot.token, method=method.__api_method__))
        seconds = self.timeout if timeout is None else timeout
        try:
            async with self._room, asyncio.timeout(seconds or None):
                answer = await self._post(target, f"{target.head}{len(body)}\r\n\r\n".encode() + body)
        except OSError as error:
            raise _network_error(method, error) from error
        _form(method.__returning__)
        return cast("TelegramType", self.check_response(bot, method, answer.status, answer.body.decode()).result)

    def body(self, bot: Bot, method: TelegramMethod[Any]) -> bytes | None:
        """The parameters as JSON, or `None` where there is a file among them. Never a null: the server would read it as a text."""
        files = dict[str, Any]()
        parameters = {
            name: value
            for name, raw in method.model_dump(warnings=False, exclude_none=True).items()
            if (value := self.prepare_value(raw, bot=bot, files=files, _dumps_json=False)) not in (None, "")
        }
        return None if files else orjson.dumps(parameters)

    async def _by_aiohttp(self, bot: Bot, method: TelegramMethod[TelegramType], seconds: int | None) -> TelegramType:
        try:
            return await super().make_request(bot, method, seconds)
        except (OSError, ProxyError, ProxyConnectionError, ProxyTimeoutError) as error:  # aiogram lets those of a proxy through
            raise _network_error(method, error) from error

    async def _post(self, target: _Target, request: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        wire = self._idle(loop.time())
        if wire is None:
            _, wire = await loop.create_connection(Connection, target.host, target.port, ssl=self.tls if target.secure else None)
        try:
            answer = await wire.post(request)
        except BaseException:
            wire.drop("given up")  # a late answer must meet nobody
            raise
        wire.used = loop.time()
        self._free.append(wire)
        return answer

    def _idle(self, now: float) -> Connection | None:
        """The free connection that was used last, for it is the likeliest to be alive."""
        while self._free:
            wire = self._free.pop()
            if not wire.closed and now - wire.used < IDLE:
                return wire
            wire.drop("idle for too long")
        return None

    async def close(self) -> None:
        """Close every idle connection."""
        while self._free:
            self._free.pop().drop("closed")
        await super().close()
        await asyncio.sleep(0)  # a transport lets go in the next round of the loop


def _network_error(method: TelegramMethod[Any], error: Exception) -> TelegramNetworkError:
    return TelegramNetworkError(method, "Request timeout error" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}")
