"""A headless Chromium driven over its DevTools protocol: as much of it as the tests of the page need."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
"""No sandbox, for tests run as root in containers; no traffic of the browser's own."""
PATIENCE = 15.0
"""Real seconds to wait for what a page should show."""
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "ArrowDown": (40, ""), "ArrowUp": (38, "")}


class Page:
    """One tab. Expressions are JavaScript; `errors` collects what its console and scripts complained of."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.errors: list[str] = []
        self._socket = socket
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading = asyncio.create_task(self._read())

    def close(self) -> None:
        """Stop listening."""
        self._reading.cancel()

    async def open(self, url: str, *, width: int = 1440, height: int = 900, dark: bool = False, touch: bool = False) -> None:
        """Show an address in a window of this size."""
        for domain in ("Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.resize(width, height, touch=touch)
        await self.call(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        )
        await self.call("Page.navigate", url=url)

    async def resize(self, width: int, height: int, *, touch: bool = False) -> None:
        """Give the window another size."""
        await self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=touch)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol. Raises `RuntimeError` with the browser's words."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        answer = await asyncio.wait_for(self._answers[number], PATIENCE)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression, awaited if it is a promise. Raises `RuntimeError` where it throws."""
        answer = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    async def until(self, expression: str, patience: float = PATIENCE) -> Any:
        """Wait until an expression is true, and return its value. Raises `AssertionError` after `patience` real seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while True:
            # An element comes over the protocol as an empty object.
            value = await self.evaluate(f"(value => value instanceof Node || value)({expression})")
            if value:
                return value
            assert loop.time() < deadline, f"never became true: {expression}; complaints: {self.errors}"
            await asyncio.sleep(0.05)

    async def click(self, element: str) -> None:
        """A real click in the middle of the element that an expression gives, scrolled into view."""
        await self.until(element)
        # Two frames later the element stands where it will be pressed.
        box = await self.evaluate(
            f"(async () => {{ const e = {element}; e.scrollIntoView({{block: 'center', inline: 'nearest'}});"
            " for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);"
            " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.call("Input.insertText", text=text)

    async def key(self, name: str) -> None:
        """Press a key of `KEYS`."""
        code, text = KEYS[name]
        for kind, typed in (("keyDown", text), ("keyUp", "")):
            await self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, text=typed)

    async def screenshot(self, file: Path) -> None:
        """Save the window as PNG."""
        picture = base64.b64decode((await self.call("Page.captureScreenshot", format="png"))["data"])
        await asyncio.to_thread(file.write_bytes, picture)

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            data = json.loads(message.data)
            if "id" in data:
                self._answers.pop(data["id"]).set_result(data)
            elif data["method"] == "Runtime.exceptionThrown":
                self.errors.append(str(data["params"]["exceptionDetails"].get("exception", {}).get("description")))
            elif data["method"] == "Log.entryAdded" and data["params"]["entry"]["level"] == "error":
                self.errors.append(f"{data['params']['entry']['text']} {data['params']['entry'].get('url', '')}")


@asynccontextmanager
async def browser(chromium: str, folder: Path) -> AsyncIterator[Page]:
    """Start a Chromium with an empty profile in `folder`, give one tab, and end it."""
    process = await asyncio.create_subprocess_exec(
        chromium,
        *QUIET,
        f"--user-data-dir={folder}",
        "about:blank",
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        endpoint = await asyncio.wait_for(_endpoint(process), PATIENCE)
        draining = asyncio.create_task(_drain(process))
        async with ClientSession() as session:
            async with session.get(f"http://{endpoint.split('/')[2]}/json/list") as answer:
                tab = next(one for one in await answer.json() if one["type"] == "page")
            async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                yield page
                page.close()
        draining.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _endpoint(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        if line.startswith(b"DevTools listening on "):
            return line.split()[-1].decode()
    raise AssertionError("Chromium did not say where its DevTools listen.")


async def _drain(process: asyncio.subprocess.Process) -> None:
    # A full pipe would stop the browser.
    assert process.stderr is not None
    async for _line in process.stderr:
        pass
