"""One request to the Bot API: JSON, form or multipart read into parameters, with the real server's lenient way of taking values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import BodyPartReader, web

from sandbox.telegram import limits
from sandbox.telegram.files import Upload
from sandbox.telegram.refusal import Refusal, bad_request, broken

_TRUE = frozenset({"true", "yes", "1"})


@dataclass(slots=True)
class Request:
    """A method's name and parameters; uploaded files stand among the parameters, under their field names."""

    method: str
    params: dict[str, Any] = field(default_factory=dict)
    person: int | None = None
    """Whom the request turned out to be about, for the log of calls."""

    def text(self, name: str) -> str:
        """The parameter as text; "" where it is missing. Raises `Refusal` where it is not text at all."""
        value = self.params.get(name)
        match value:
            case None:
                return ""
            case str():
                return value
            case bool():
                return "true" if value else "false"
            case int() | float():
                return str(value)
            case _:
                raise broken(f'parameter "{name}" must be a String')

    def integer(self, name: str, default: int = 0, low: int = -(1 << 63), high: int = (1 << 63) - 1) -> int:
        """The parameter as a number within bounds; like the real server, text that is no number is the default."""
        value = self.params.get(name)
        if isinstance(value, str):
            try:
                value = int(value.strip())
            except ValueError:
                value = None
        if not isinstance(value, int | float) or value != value:  # noqa: PLR0124  # not a number is not itself
            return default
        return int(min(max(value, low), high))

    def number(self, name: str) -> float:
        """The parameter as a decimal number. Raises `Refusal` where it is missing or is none."""
        value = self.params.get(name)
        if value is None or value == "":
            raise broken(f"{name} is empty")
        try:
            found = float(value)
        except (TypeError, ValueError, OverflowError):
            raise broken(f'parameter "{name}" must be a Number') from None
        return found

    def flag(self, name: str) -> bool:
        """The parameter as yes or no."""
        value = self.params.get(name)
        return value.lower() in _TRUE if isinstance(value, str) else bool(value)

    def decoded(self, name: str, words: str) -> Any:
        """The parameter's JSON; None where it is missing. Raises `Refusal` "can't parse <words> JSON object"."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise broken(f"can't parse {words} JSON object") from None

    def upload_size(self) -> int:
        """The bytes of all files that the request carries."""
        return sum(len(value.data) for value in self.params.values() if isinstance(value, Upload))

    def upload(self, name: str) -> Upload | None:
        """The file that the request carries under this name."""
        value = self.params.get(name)
        return value if isinstance(value, Upload) else None


async def read(request: web.BaseRequest, method: str) -> Request:
    """Read an HTTP request: the query string, then the body's parameters over it.

    Raises `Refusal` for a body that is not what its Content-Type says, and for uploads over 50 MB.
    """
    params: dict[str, Any] = {name: _clean(value) for name, value in request.query.items()} if request.query_string else {}
    if request.can_read_body:
        kind = request.content_type
        if kind == "application/json":
            params.update(_json(await _body(request)))
        elif kind == "multipart/form-data":
            params.update(await _multipart(request))
        else:
            body = await _body(request)
            if kind == "application/x-www-form-urlencoded":
                params.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return Request(method, params)


async def _body(request: web.BaseRequest) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large", breach=True) from None


def _json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise broken("can't parse request body as JSON object") from None
    if not isinstance(found, dict):
        raise broken("can't parse request body as JSON object")
    return found


async def _multipart(request: web.BaseRequest) -> dict[str, Any]:
    params: dict[str, Any] = {}
    size = 0
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            data = bytes(await part.read(decode=True))
            size += len(data)
            if size > limits.UPLOAD_BYTES:
                raise Refusal(413, "Request Entity Too Large", breach=True)
            if part.filename is not None:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                params[part.name] = Upload(_clean(part.filename), _clean(kind), data)
            else:
                params[part.name] = data.decode("utf-8", "replace")
    except (ValueError, RuntimeError, AssertionError):
        # What aiohttp raises for a missing boundary, a broken header or an unknown encoding.
        raise bad_request("can't parse multipart/form-data") from None
    return params


def _clean(text: str) -> str:
    """The text without bytes that are no UTF-8, which header and query parsers let through."""
    return text.encode("utf-8", "replace").decode()
