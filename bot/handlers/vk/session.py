"""VK's API over aiohttp, inside vk_api's own session, so that vk_api's upload and errors serve here too."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any, Literal
from urllib.parse import urlencode, urljoin, urlsplit

import aiohttp
import certifi
import orjson
import requests
from vk_api import ApiError, VkApiGroup, VkUpload

from bot.conversation.channel import Lost
from bot.handlers.vk.gather import Answer, Gatherer, NoAnswer

VERSION = "5.199"
"""The version of the API that everything here is written for (specs: VK's schema 5.199)."""
REQUEST_SECONDS = 15
"""How long a request may take. VK answers within a second; longer means that nobody is there."""
UPLOAD_SECONDS = 60
"""How long one step of an upload may take: 10 MB over a slow line."""

FILE_HOSTS = (".vk.com", ".vk.ru", ".userapi.com", ".vkuserphoto.ru", ".vkuser.net")
"""Where VK keeps what people send; an address elsewhere is not asked, whoever wrote it into an event or an answer."""
REDIRECTS = range(300, 400)
MOST_HOPS = 5
"""Addresses that one file may send us on to."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class AsyncVk(VkApiGroup):  # type: ignore[misc] # vk_api has no types
    """A community's session: `await vk.call(…)` in the loop; vk_api's own helpers, in threads, come by `method` through the same line.

    `url` is the address before `/method/…`.
    """

    def __init__(self, token: str, url: str) -> None:
        super().__init__(token=token, api_version=VERSION, config=lambda *_login, **_file: None, session=requests.Session())
        self._url = url.rstrip("/")
        self._line = Gatherer(self._post)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wire: aiohttp.ClientSession | None = None

    async def call(self, method: str, params: Mapping[str, Any] | None = None, *, alone: bool = False) -> Any:
        """Call a method when its turn comes, `alone` or perhaps with others. Raises `ApiError` and `NoAnswer`."""
        return (await self._called(method, params or {}, alone=alone))["response"]

    def method(self, method: str, values: Mapping[str, Any] | None = None, *_captcha: Any, raw: bool = False, **_more: Any) -> Any:
        """Call a method from a thread, as vk_api's helpers do. In the loop's own thread it would wait for itself: `RuntimeError`."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            if self._loop is None:
                raise
        else:
            raise RuntimeError("vk_api's helpers run in a thread; in the loop, await call()")
        params = {name: int(value) if isinstance(value, bool) else value for name, value in (values or {}).items() if value is not None}
        answer = asyncio.run_coroutine_threadsafe(self._called(method, params, alone=True), self._loop).result(UPLOAD_SECONDS)
        return answer if raw else answer["response"]

    async def get(self, url: str, params: Mapping[str, Any], seconds: float) -> Answer:
        """Ask a server of VK's (the long poll's), past the line. Raises `NoAnswer`."""
        return await self._read(self._http().get(url, params=params, timeout=aiohttp.ClientTimeout(seconds)), "long poll")

    async def download(self, url: str, most: int) -> bytes:
        """The bytes behind an address of VK's, past the line. Raises `NoAnswer`, and `Lost` where it is not VK's, is gone or too large."""
        try:
            for _hop in range(MOST_HOPS):
                self._check_host(url)
                patience = aiohttp.ClientTimeout(UPLOAD_SECONDS)
                async with self._http().get(url, timeout=patience, allow_redirects=False) as response:
                    if response.status in REDIRECTS and (onward := response.headers.get("Location")):
                        url = urljoin(url, onward)
                        continue
                    return await _received(response, most)
        except aiohttp.InvalidURL as error:
            raise Lost("no address") from error
        except (OSError, aiohttp.ClientError) as error:
            raise NoAnswer(f"download: {type(error).__name__}") from error
        raise Lost("it is always elsewhere")

    def _check_host(self, url: str) -> None:
        """Raise `Lost` where an address leads to somebody else's server, into our own network, say."""
        parts, own = urlsplit(url), urlsplit(self._url)
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
            return
        if parts.scheme != "https" or not f".{parts.hostname}".endswith(FILE_HOSTS):
            raise Lost(f"{parts.scheme}://{parts.hostname} is not a server of VK's")

    async def upload(self, kind: Literal["photo", "doc"], name: str, data: bytes, peer: int) -> dict[str, Any]:
        """Upload a file for messages to this person and return VK's photo or document. Raises `ApiError` and `NoAnswer`."""
        self._http()
        try:
            return await asyncio.to_thread(self._upload, kind, name, data, peer)
        except (requests.RequestException, TimeoutError) as error:
            raise NoAnswer(f"upload: {type(error).__name__}") from error

    async def close(self) -> None:
        """Let go of connections, and of everybody who waits."""
        self._line.close()
        if self._wire is not None:
            await self._wire.close()
            await asyncio.sleep(0)  # a transport lets go in the next round of the loop

    async def _called(self, method: str, params: Mapping[str, Any], *, alone: bool) -> Answer:
        answer = await self._line(method, params, alone=alone)
        if "error" in answer:
            raise ApiError(self, method, params, raw=False, error=answer["error"])
        return answer

    async def _post(self, method: str, params: Mapping[str, Any]) -> Answer:
        body = urlencode({**params, "access_token": self.token["access_token"], "v": VERSION})
        answer = await self._read(self._http().post(f"{self._url}/method/{method}", data=body, headers=FORM), method)
        if "response" not in answer and "error" not in answer:
            raise NoAnswer(f"{method}: neither a response nor an error")
        return answer

    async def _read(self, request: Any, what: str) -> Answer:
        try:
            async with request as response:
                body = await response.read()
        except (OSError, aiohttp.ClientError) as error:
            raise NoAnswer(f"{what}: {str(error) or type(error).__name__}") from error
        try:
            answer = _parsed(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise NoAnswer(f"{what}: an answer that is no JSON (HTTP {response.status})")
        return answer

    def _http(self) -> aiohttp.ClientSession:
        if self._wire is None:
            self._loop = asyncio.get_running_loop()
            trust = ssl.create_default_context()
            trust.load_verify_locations(certifi.where())  # beside the system's own, which may be missing, or may know one more
            self._wire = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust), timeout=aiohttp.ClientTimeout(REQUEST_SECONDS))
        return self._wire

    def _upload(self, kind: Literal["photo", "doc"], name: str, data: bytes, peer: int) -> dict[str, Any]:
        """Three steps, by vk_api: ask where to, send the bytes, save (dev.vk.com/api/upload/overview)."""
        file = BytesIO(data)
        # vk_api sends what stands behind the last point of a name as the file's ending; a picture here has the name of a programme.
        file.name = name if kind == "doc" else "photo.png" if data.startswith(b"\x89PNG") else "photo.jpg"
        upload = VkUpload(self)
        with _Patient() as upload.http:
            if kind == "photo":
                [stored] = upload.photo_messages([file], peer_id=peer)
            else:
                stored = upload.document_message([file], title=name, peer_id=peer)["doc"]
        return dict(stored)


def _parsed(body: bytes) -> Any:
    """JSON. Half of an emoji, where a text was cut, is read as «?»: orjson takes none, and one such message would make us deaf for ever."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return orjson.loads(json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace"))


async def _received(response: aiohttp.ClientResponse, most: int) -> bytes:
    if response.status != HTTPStatus.OK:
        raise Lost(f"HTTP {response.status}")
    found = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        found += chunk
        if len(found) > most:
            raise Lost(f"a file of more than {most} bytes")
    return bytes(found)


class _Patient(requests.Session):
    """A session that does not wait for ever, and asks no proxy of the environment."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request with our patience."""
        return super().request(*args, **{"timeout": UPLOAD_SECONDS, **kwargs})
