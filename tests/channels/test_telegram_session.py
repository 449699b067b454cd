"""The session that posts JSON over its own connections: what it says, and what the wire may do to it."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import EditMessageText, GetMe, GetUpdates, SendMessage, SendPhoto, SetMyCommands, TelegramMethod
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from aiohttp import web

from bot.handlers.telegram.session import Answer, JsonSession
from tests.needs import missing

TOKEN = "42:TEST"
DONE = b'{"ok":true,"result":true}'

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def framed(body: bytes = DONE, status: str = "200 OK", *more: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *more, "", "")).encode() + body


async def request(reader: asyncio.StreamReader) -> Any:
    """Read one request; return its parameters."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length"))
    return json.loads(await reader.readexactly(length))


@asynccontextmanager
async def server(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that plays a script on each connection; yields its address and the count of connections."""
    connections, tasks = [0], set[asyncio.Task[None] | None]()

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections[0] += 1
        tasks.add(asyncio.current_task())
        try:
            await script(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    running = await asyncio.start_server(play, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"http://127.0.0.1:{running.sockets[0].getsockname()[1]}", connections
    finally:
        running.close()
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)


@asynccontextmanager
async def calling(url: str, kind: type[BaseSession] = JsonSession, **kwargs: Any) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, kind(api=TelegramAPIServer.from_base(url), **kwargs))
    try:
        yield bot
    finally:
        await bot.session.close()


ASK = SetMyCommands(commands=[])
"""A call whose answer is just `true`."""


def answering(*pieces: bytes) -> Script:
    """Answer each request with these pieces, each sent on its own."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await request(reader)
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)

    return script


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + DONE[:5] + b"\r\n14;note=x\r\n" + DONE[5:] + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [framed()],
        [bytes([byte]) for byte in framed()],
        [framed().replace(b"Content-Length", b"content-LENGTH")],
        [CHUNKED],
        [bytes([byte]) for byte in CHUNKED],
        [CHUNKED[:-2] + b"Trailer: x\r\n\r\n"],
    ],
    ids=["whole", "byte by byte", "header case", "chunked", "chunked byte by byte", "trailer"],
)
async def test_an_answer_is_read_however_it_comes_and_the_connection_kept(pieces: list[bytes]) -> None:
    async with server(answering(*pieces)) as (url, connections), calling(url) as bot:
        assert [await bot(ASK) for _ in range(3)] == [True] * 3
    assert connections == [1]


@pytest.mark.parametrize("answer", [framed(DONE, "200 OK", "Connection: close"), framed().replace(b"1.1", b"1.0"), framed() + b"surplus"])
async def test_a_connection_that_may_not_be_kept_is_not(answer: bytes) -> None:
    async with server(answering(answer)) as (url, connections), calling(url) as bot:
        assert [await bot(ASK) for _ in range(2)] == [True] * 2
    assert connections == [2]


@pytest.mark.parametrize(
    "answer",
    [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", CHUNKED.replace(b"14;", b"-1;")],
)
async def test_garbage_is_a_network_error(answer: bytes) -> None:
    async with server(answering(answer)) as (url, _), calling(url) as bot:
        with pytest.raises(TelegramNetworkError, match="unreadable"):
            await bot(ASK)


async def test_a_server_that_hangs_up_is_a_network_error_and_the_next_call_works() -> None:
    calls = [0]

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        calls[0] += 1
        writer.write({1: b"", 2: framed()[:40]}.get(calls[0], framed()))

    async with server(script) as (url, _), calling(url) as bot:
        for _ in range(2):
            with pytest.raises(TelegramNetworkError):
                await bot(ASK)
        assert await bot(ASK) is True
    assert calls == [3]  # a request that got no answer is not repeated by itself


async def test_a_late_answer_meets_no_other_request() -> None:
    served = [0]

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await request(reader)
            served[0] += 1
            if served[0] <= 2:
                await asyncio.sleep(0.2)
                writer.write(framed(b'{"ok":false,"error_code":400,"description":"late"}', "400 Bad Request"))
            else:
                writer.write(framed())

    async with server(script) as (url, _), calling(url, timeout=0.05) as bot:
        with pytest.raises(TelegramNetworkError, match="timeout"):
            await bot(ASK)
        cancelled = asyncio.create_task(bot(ASK))
        await asyncio.sleep(0.02)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        await asyncio.sleep(0.25)
        assert await bot(ASK, request_timeout=5) is True


async def test_what_nobody_asked_for_closes_the_connection() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(framed())
        await asyncio.sleep(0.05)
        writer.write(framed(b'{"ok":true,"result":"unasked"}'))
        await request(reader)

    async with server(script) as (url, connections), calling(url) as bot:
        assert await bot(ASK) is True
        await asyncio.sleep(0.1)
        assert await bot(ASK) is True
    assert connections == [2]


async def test_an_idle_connection_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.telegram.session.IDLE", 0.0)
    async with server(answering(framed())) as (url, connections), calling(url) as bot:
        await bot(ASK)
        await bot(ASK)
    assert connections == [2]


async def test_many_at_once_open_no_more_than_the_limit() -> None:
    async with server(answering(framed())) as (url, connections), calling(url, limit=5) as bot:
        assert await asyncio.gather(*(bot(ASK) for _ in range(50))) == [True] * 50
    assert connections[0] <= 5


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of `localhost` that nobody vouches for, and its key."""
    openssl = shutil.which("openssl") or missing("openssl", "install it, for example apt-get install openssl")
    signed, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([openssl, *kind, *names, "-keyout", key, "-out", signed], check=True, capture_output=True)
    return signed, key


async def test_it_speaks_tls_with_whom_it_believes(certificate: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    async with server(answering(framed()), tls=context) as (url, connections):
        address = url.replace("http://127.0.0.1", "https://localhost")
        async with calling(address) as stranger:
            with pytest.raises(TelegramNetworkError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger(ASK)
        connections[0] = 0
        async with calling(address) as bot:
            cast("JsonSession", bot.session).tls.load_verify_locations(certificate[0])
            assert [await bot(ASK) for _ in range(3)] == [True] * 3
    assert connections == [1]


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with calling(f"http://127.0.0.1:{taken.getsockname()[1]}") as bot:
            with pytest.raises(TelegramNetworkError):
                await bot(ASK)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("429 Too Many Requests", {"error_code": 429, "description": "x", "parameters": {"retry_after": 3}}, TelegramRetryAfter),
        ("403 Forbidden", {"error_code": 403, "description": "Forbidden: bot was blocked by the user"}, TelegramForbiddenError),
        ("400 Bad Request", {"error_code": 400, "description": "Bad Request: chat not found"}, TelegramBadRequest),
        ("502 Bad Gateway", None, ClientDecodeError),
    ],
)
async def test_errors_are_aiograms_own(status: str, body: dict[str, Any] | None, error: type[Exception]) -> None:
    content = b"<html>" if body is None else json.dumps({"ok": False, **body}).encode()
    async with server(answering(framed(content, status))) as (url, connections), calling(url) as bot:
        for _ in range(2):
            with pytest.raises(error):
                await bot(ASK)
    assert connections == [1]


def test_a_response_in_two_requests_worth_of_bytes_keeps_nothing() -> None:
    answer = Answer()
    assert answer.feed(framed() + framed())
    assert (answer.status, bytes(answer.body), answer.keep) == (200, DONE, False)


# ---------------------------------------------------------------- the same request as aiogram's

CALLS: list[TelegramMethod[Any]] = [
    GetMe(),
    GetUpdates(offset=7, timeout=0, allowed_updates=["message", "callback_query"]),
    SendMessage(chat_id=1, text="Кружок <b>«Шестерёнка»</b> 🤖"),
    SendMessage(chat_id=1, text='{"looks": "like JSON"}', parse_mode=None, disable_notification=False, message_thread_id=0),
    SendMessage(chat_id="@channel", text="x", entities=[MessageEntity(type="bold", offset=0, length=1)]),
    SendMessage(chat_id=1, text="x", link_preview_options=LinkPreviewOptions(is_disabled=True), reply_markup=ReplyKeyboardRemove()),
    SendMessage(
        chat_id=1,
        text="x",
        reply_markup=ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Мой телефон", request_contact=True, style="primary")]]),
    ),
    EditMessageText(
        chat_id=1,
        message_id=2,
        text="x",
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Да", callback_data="y", style="success")]]),
    ),
    EditMessageText(chat_id=1, message_id=2, text="x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[])),
    SetMyCommands(commands=[BotCommand(command="find", description="Найти")], language_code=""),
    SendPhoto(chat_id=1, photo="AgAC", caption=""),
    SendPhoto(chat_id=1, photo=BufferedInputFile(b"\x89PNG\xff\x00", "робот.png"), caption="<b>x</b>"),
]


async def recorded(http: web.Request, seen: list[tuple[str, dict[str, Any]]]) -> web.Response:
    """Read a request as Telegram's server does: a JSON string is the parameter, anything else its source text."""
    if http.content_type == "application/json":
        body = await http.json()
        assert None not in body.values()
        fields = {name: value if isinstance(value, str) else value_of(value) for name, value in body.items()}
    else:
        fields = {}
        for name, value in (await http.post()).items():
            content = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
            fields["file" if isinstance(value, web.FileField) else name] = content
            if name != "text" and isinstance(content, str):
                fields[name] = value_of(content)
    names = {name: "attach" if isinstance(value, str) and value.startswith("attach://") else value for name, value in fields.items()}
    seen.append((http.path, {name: value_of(value) if name != "text" else value for name, value in names.items()}))
    return web.json_response({"ok": False, "error_code": 400, "description": "recorded"}, status=400)


def value_of(value: Any) -> Any:
    """A parameter as its reader takes it: what is JSON is compared as JSON, a number in words as a number."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


@pytest.mark.parametrize("defaults", [DefaultBotProperties(), DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)])
async def test_it_says_what_aiograms_own_session_says(defaults: DefaultBotProperties) -> None:
    seen: list[tuple[str, dict[str, Any]]] = []
    runner = web.ServerRunner(web.Server(lambda http: recorded(http, seen)))  # type: ignore[arg-type]
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api = TelegramAPIServer.from_base(f"http://127.0.0.1:{runner.addresses[0][1]}")
    sessions: list[BaseSession] = [AiohttpSession(api=api), JsonSession(api=api)]
    try:
        for method in CALLS:
            seen.clear()
            for session in sessions:
                with pytest.raises(TelegramBadRequest, match="recorded"):
                    await Bot(TOKEN, session, default=defaults)(method)
            assert seen[0] == seen[1], method
    finally:
        for session in sessions:
            await session.close()
        await runner.cleanup()
