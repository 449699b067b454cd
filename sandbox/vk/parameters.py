"""The parameters of one call, read as VK reads them: a form sends only strings, `execute` sends JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.vk.errors import invalid

WIDEST = 2**63
"""Ids and other integers are 64 bits wide."""


class Parameters:
    """Typed access to a call's parameters; a value that cannot be read is error 100."""

    __slots__ = ("raw",)

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    def has(self, name: str) -> bool:
        """Whether the parameter stands there with any value but an empty one."""
        return self.raw.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A string; an absent one is empty."""
        value = self.raw.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, bool | dict | list):
            raise invalid(f"{name} should be a string")
        return str(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """An integer; `default` None says that it is required."""
        if not self.has(name):
            if default is None:
                raise invalid(f"{name} is a required parameter")
            return default
        return _integer(name, self.raw[name])

    def integers(self, name: str, limit: int) -> list[int]:
        """A list of integers, comma-separated in a form, at most `limit`; an absent one is empty."""
        if not self.has(name):
            return []
        value = self.raw[name]
        parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
        if len(parts) > limit:
            raise invalid(f"{name} should contain at most {limit} items")
        return [_integer(name, part) for part in parts]

    def number(self, name: str) -> float:
        """A number."""
        try:
            return float(self.raw[name])
        except (KeyError, TypeError, ValueError):
            raise invalid(f"{name} should be a number") from None

    def flag(self, name: str) -> bool:
        """A boolean, which forms write 1 or 0."""
        return self.raw.get(name) in (True, 1, "1", "true")

    def json(self, name: str) -> Any:
        """What stands in a JSON string."""
        try:
            return orjson.loads(self.text(name))
        except orjson.JSONDecodeError:
            raise invalid(f"{name} contains incorrect JSON") from None


def _integer(name: str, value: Any) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise invalid(f"{name} should be an integer") from None
    if not -WIDEST < number < WIDEST:
        raise invalid(f"{name} is out of range")
    return number
