"""A plain HTTP client of the emulated VK, and what it sends: pictures, keyboards."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.calls import CallLog
from sandbox.faults import Faults
from sandbox.vk import Community, VkEmulator

ANNA, BORIS = 500_101, 500_102
TOKEN, GROUP = "vk1.a.first", 77_001
FIRST = Community("vk", TOKEN, GROUP, "kruzhki", "Кружки")
SECOND = Community("vk/dt", "vk1.a.second", 77_002, "dom_tvorchestva")


@dataclass
class Client:
    """A plain HTTP client of one community."""

    http: aiohttp.ClientSession
    vk: VkEmulator
    log: CallLog = field(default_factory=CallLog)
    faults: Faults = field(default_factory=Faults)
    token: str = TOKEN

    async def raw(self, method: str, **params: Any) -> dict[str, Any]:
        form = {name: json.dumps(value) if isinstance(value, dict) else str(value) for name, value in params.items()}
        async with self.http.post(f"{self.vk.url}/method/{method}", data={"access_token": self.token, "v": "5.199", **form}) as answer:
            assert answer.status == 200
            assert answer.content_type == "application/json"
            body: dict[str, Any] = await answer.json()
            return body

    async def call(self, method: str, **params: Any) -> Any:
        body = await self.raw(method, **params)
        assert "response" in body, body
        return body["response"]

    async def refused(self, method: str, **params: Any) -> tuple[int, str]:
        body = await self.raw(method, **params)
        assert "error" in body, body
        return body["error"]["error_code"], body["error"]["error_msg"]

    async def send(self, peer: int, message: str = "Здравствуйте", **params: Any) -> int:
        """Send as the bot does, with peer_ids, and return the conversation_message_id."""
        [item] = await self.call("messages.send", peer_ids=peer, message=message, **{"random_id": 0, **params})
        return int(item["conversation_message_id"])

    async def session(self, group: int = GROUP) -> dict[str, Any]:
        found: dict[str, Any] = await self.call("groups.getLongPollServer", group_id=group)
        return found

    async def poll(self, session: Mapping[str, Any], wait: float = 0, **changed: Any) -> dict[str, Any]:
        query = {"act": "a_check", "key": session["key"], "ts": session["ts"], "wait": wait, **changed}
        async with self.http.get(session["server"], params=query) as answer:
            body: dict[str, Any] = await answer.json()
            return body


async def upload_photo(client: Client, data: bytes | None = None) -> str:
    server = await client.call("photos.getMessagesUploadServer", peer_id=0)
    form = aiohttp.FormData()
    form.add_field("photo", data or png(130, 80), filename="card.png", content_type="image/png")
    async with client.http.post(server["upload_url"], data=form) as answer:
        uploaded = await answer.json(content_type=None)
    [photo] = await client.call("photos.saveMessagesPhoto", **uploaded)
    return f"photo{photo['owner_id']}_{photo['id']}"


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x40\x90\x60" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def keyboard(*rows: list[dict[str, Any]], inline: bool = True, **more: Any) -> dict[str, Any]:
    return {"inline": inline, "buttons": list(rows), **more}


def callback(label: str, payload: Any = None, **more: Any) -> dict[str, Any]:
    return {"action": {"type": "callback", "label": label, "payload": json.dumps(payload or {"a": label})}, **more}


def text_key(label: str, payload: Any = None) -> dict[str, Any]:
    return {"action": {"type": "text", "label": label, "payload": json.dumps(payload or {"a": label})}}


def link(label: str, url: str = "https://example.org/") -> dict[str, Any]:
    return {"action": {"type": "open_link", "label": label, "link": url}}
