"""The page's server: its own files, a JSON API for what people do, and one stream of events; for this machine's browser alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from aiohttp import web

from sandbox.chat import Impossible
from sandbox.page.desk import Desk, Policy
from sandbox.page.thumb import LONGEST_FILE, Misread, Thumb
from sandbox.page.view import call_details, media_of, person_view

FILES = Path(__file__).parent / "files"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What is shown in place; any other file of a chat is hostile until proved otherwise and only offered for saving."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
BEAT = 15.0
"""Real seconds of silence after which the stream says that it is alive."""
LONGEST_SHIFT = 366 * 86_400.0
"""Seconds that one press of the clock may move it."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
DESK = web.AppKey("desk", Desk)
STREAMS = web.AppKey("streams", set[asyncio.Task[Any]])


def page(desk: Desk) -> web.Application:
    """The application; `desk` must be entered while it serves."""
    app = web.Application(middlewares=[_only_this_page], client_max_size=LONGEST_FILE + 4096)
    app[DESK] = desk
    app[STREAMS] = set()
    app.on_shutdown.append(_end_streams)
    app.add_routes(
        [
            web.get("/", _file),
            web.get("/files/{name}", _file),
            web.get("/api/state", _state),
            web.get("/api/events", _events),
            web.get("/api/calls/{number:\\d+}", _call),
            web.get("/api/media/{phone}/{message:-?\\d+}/{part}", _media),
            web.post("/api/phones/{phone}/upload", _upload),
            web.post("/api/phones/{phone}/{act}", _act),
            web.post("/api/clock", _clock),
            web.post("/api/people", _people),
            web.post("/api/faults", _faults),
            web.post("/api/policy", _policy),
            web.post("/api/bot", _bot),
        ]
    )
    return app


@web.middleware
async def _only_this_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    # The server acts for whoever asks, so it must hear only its own page: a name other than loopback is a rebound DNS name,
    # another origin is another site that this browser has open.
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        raise web.HTTPForbidden(text="This page is served to 127.0.0.1 alone.")
    # A link on another site may open the page, but only the page itself may speak to the API.
    if request.path.startswith("/api/") and _of_another_site(request):
        raise web.HTTPForbidden(text="Other sites may not use the sandbox.")
    try:
        response = await handler(request)
    except Impossible as why:
        return _json({"error": f"В мессенджере так не выйдет: {why}"}, status=409)
    except (Misread, orjson.JSONDecodeError) as why:
        return _json({"error": str(why)}, status=400)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def _of_another_site(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"http://{request.host}"
    return foreign or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


async def _file(request: web.Request) -> web.StreamResponse:
    path = FILES / request.match_info.get("name", "page.html")
    if path.suffix not in TYPES or path.parent != FILES or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={**HEADERS, "Content-Type": f"{TYPES[path.suffix]}; charset=utf-8"})


async def _state(request: web.Request) -> web.Response:
    return _json(request.app[DESK].snapshot())


async def _events(request: web.Request) -> web.StreamResponse:
    stream = request.app[DESK].stream
    response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    await response.write(b"retry: 1000\n\n")
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # a handler is a task
    request.app[STREAMS].add(task)
    # What the browser itself remembers wins over the address, which is as old as the page.
    events = stream.after(request.headers.get("Last-Event-ID") or request.query.get("after", ""))
    following: asyncio.Future[Any] = asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait([following], timeout=BEAT)
            if not done:
                await response.write(b": here\n\n")
                continue
            try:
                event = following.result()
            except StopAsyncIteration:
                break
            await response.write(bytes(event))
            following = asyncio.ensure_future(anext(events))
    except (ConnectionResetError, asyncio.CancelledError):
        pass  # the page was closed, or the sandbox is closing
    finally:
        following.cancel()
        request.app[STREAMS].discard(task)
    return response


async def _end_streams(app: web.Application) -> None:
    for task in app[STREAMS]:
        task.cancel()


async def _call(request: web.Request) -> web.Response:
    call = request.app[DESK].call(int(request.match_info["number"]))
    if call is None:
        raise Misread("Этого вызова уже нет: помнятся последние две тысячи.")
    return _json(call_details(call))


async def _media(request: web.Request) -> web.Response:
    thumb = Thumb.of(request.app[DESK], request.match_info["phone"])
    number = int(request.match_info["message"])
    message = next((message for message in thumb.phone.chat(thumb.user).messages if message.id == number), None)
    media = None if message is None else media_of(message, request.match_info["part"])
    if media is None:
        raise web.HTTPNotFound
    if media.type in PICTURES and request.match_info["part"] != "document":
        return web.Response(body=media.data, headers={"Content-Type": media.type, "Cache-Control": "private, max-age=86400"})
    name = f"attachment; filename*=UTF-8''{quote(media.name, safe='')}"
    return web.Response(body=media.data, headers={"Content-Type": "application/octet-stream", "Content-Disposition": name})


async def _act(request: web.Request) -> web.Response:
    thumb = Thumb.of(request.app[DESK], request.match_info["phone"])
    return _json(await thumb.act(request.match_info["act"], await _body(request)))


async def _upload(request: web.Request) -> web.Response:
    thumb = Thumb.of(request.app[DESK], request.match_info["phone"])
    _of_page(request)
    await thumb.upload(
        request.query.get("name", ""), request.content_type, await request.read(), as_picture=request.query.get("picture") == "1"
    )
    return _json({})


async def _clock(request: web.Request) -> web.Response:
    seconds = (await _body(request)).get("seconds")
    if not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_SHIFT:
        raise Misread("Время двигают вперёд, самое большее на год за раз.")
    request.app[DESK].shift(seconds)
    return _json(request.app[DESK].clock_view())


async def _people(request: web.Request) -> web.Response:
    body = {name: str(value) for name, value in (await _body(request)).items()}
    try:
        person = request.app[DESK].add_person(
            body.get("name", ""), body.get("kind", ""), body.get("channel", ""), body.get("language", ""), body.get("about", "")
        )
    except ValueError as why:
        raise Misread(str(why)) from why
    return _json(person_view(person))


async def _faults(request: web.Request) -> web.Response:
    request.app[DESK].set_troubled(troubled=bool((await _body(request)).get("troubled")))
    return _json({})


async def _policy(request: web.Request) -> web.Response:
    body = await _body(request)
    reach = body.get("telegram")
    if reach not in ("full", "catalogue", "off"):
        raise Misread("Telegram бывает открыт, только для каталога или закрыт.")
    request.app[DESK].set_policy(Policy(reach, personal_data=bool(body.get("personal_data"))))
    return _json({})


async def _bot(request: web.Request) -> web.Response:
    await _body(request)
    request.app[DESK].bot.restart()
    return _json({})


async def _body(request: web.Request) -> dict[str, Any]:
    _of_page(request)
    body = orjson.loads(await request.read() or b"{}")
    if not isinstance(body, dict):
        raise Misread("Нужен объект JSON.")
    return body


def _of_page(request: web.Request) -> None:
    # A form of another site cannot set a header; browsers without Origin and Sec-Fetch-Site are stopped here.
    if request.headers.get("X-Sandbox") != "1":
        raise web.HTTPForbidden(text="Only the sandbox's page may ask for this.")


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")
