"""Marked text in VK: `format_data`, whose offsets count UTF-16 code units (dev.vk.com/reference/objects/message)."""

from __future__ import annotations

from typing import Any, Final, Literal, cast

from sandbox.chat import Span
from sandbox.vk.errors import invalid

VERSION: Final = "1"
KINDS: Final = frozenset({"bold", "italic", "underline", "url"})


def read_format(content: Any, text: str) -> list[Span]:
    """Check `format_data` against its text and read it; a breach is error 100."""
    if not isinstance(content, dict) or content.get("version") != VERSION or content.keys() != {"version", "items"}:
        raise invalid('format_data should be {"version":"1","items":[…]}')
    if not isinstance(content["items"], list):
        raise invalid("format_data items should be array")
    length = len(text.encode("utf-16-le")) // 2
    return [_span(item, place, length) for place, item in enumerate(content["items"])]


def _span(item: Any, place: int, limit: int) -> Span:
    path = f"format_data item {place}"
    if not isinstance(item, dict) or item.get("type") not in KINDS:
        raise invalid(f"{path} should be one of {', '.join(sorted(KINDS))}")
    kind = cast('Literal["bold", "italic", "underline", "url"]', item["type"])
    if item.keys() != {"type", "offset", "length"} | ({"url"} if kind == "url" else set()):
        raise invalid(f"{path} has wrong fields")
    offset, length, url = item["offset"], item["length"], item.get("url", "")
    if type(offset) is not int or type(length) is not int or offset < 0 or length < 1 or offset + length > limit:
        raise invalid(f"{path} is outside the message")
    if kind == "url" and (not isinstance(url, str) or not url.startswith(("http://", "https://"))):
        raise invalid(f"{path} has a wrong url")
    return Span(kind, offset, length, url)
