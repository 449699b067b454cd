"""Checks calls against the published Bot API: known methods and parameters, what is required, and types at any depth."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, cast

import orjson

from sandbox.specification import SPECS
from sandbox.telegram.files import Upload

Fields: TypeAlias = dict[str, tuple[str, bool]]
"""Name → (type as the documentation writes it, whether it is required)."""


class TelegramSpecification:
    """Bot API 10.3, as far as the sandbox serves it (`sandbox/specs/telegram.json`)."""

    def __init__(self, specification: Mapping[str, Any]) -> None:
        self.version: str = specification["version"]
        self._methods: dict[str, dict[str, Any]] = specification["methods"]
        self._types: dict[str, Fields | list[str]] = specification["types"]

    def __contains__(self, method: str) -> bool:
        return method in self._methods

    @property
    def methods(self) -> frozenset[str]:
        """The names of the methods."""
        return frozenset(self._methods)

    def parameters(self, method: str) -> frozenset[str]:
        """The names of a method's parameters."""
        return frozenset(self._methods[method]["parameters"])

    def check_request(self, method: str, params: Mapping[str, Any]) -> list[str]:
        """Breaches of a request. Values may be typed (a JSON body) or text (a form), as the real server takes them."""
        found = self._methods.get(method)
        if found is None:
            return [f"{method} is not a method that the sandbox knows"]
        # A multipart request has its attached files beside the parameters, named by "attach://…".
        own = {name: value for name, value in params.items() if name in found["parameters"] or not isinstance(value, Upload)}
        try:
            return self._check_fields(found["parameters"], own, "", loose=True)
        except RecursionError:
            return ["nested too deeply to be checked"]

    def check_response(self, method: str, result: Any) -> list[str]:
        """Breaches of an answer's result."""
        found = self._methods.get(method)
        if found is None:
            return [f"{method} is not a method that the sandbox knows"]
        return self._check(" or ".join(found["returns"]), result, "", loose=False)

    def _check_fields(self, fields: Fields, value: Mapping[str, Any], path: str, *, loose: bool) -> list[str]:
        dot = f"{path}." if path else ""
        problems = [f"{dot}{name}: unknown" for name in value if name not in fields]
        for name, (kind, required) in fields.items():
            if value.get(name) is not None:
                problems += self._check(kind, value[name], f"{dot}{name}", loose=loose)
            elif required:
                problems.append(f"{dot}{name}: missing")
        return problems

    def _check(self, kind: str, value: Any, path: str, *, loose: bool) -> list[str]:
        if kind.startswith("Array of "):
            return self._check_array(kind, _decoded(value) if loose else value, path)
        choices = _choices(kind)
        if len(choices) == 1 and isinstance(subtypes := self._types.get(kind), list):
            choices = tuple(subtypes)
        if len(choices) > 1:
            return self._check_one_of(choices, value, path, loose=loose)
        if kind in _SIMPLE:
            return [] if _is_simple(kind, value, loose=loose) else [f"{path}: not {kind}"]
        if kind == "KeyboardButton" and isinstance(value, str):
            return []  # "for simple text buttons, String can be used instead of this object", says its description
        found = _decoded(value) if loose else value
        if not isinstance(found, dict):
            return [f"{path}: not {kind}"]
        return self._check_fields(cast("Fields", self._types[kind]), found, path, loose=False)

    def _check_array(self, kind: str, items: Any, path: str) -> list[str]:
        if not isinstance(items, list):
            return [f"{path}: not {kind}"]
        inner = kind.removeprefix("Array of ")
        return [problem for place, item in enumerate(items) for problem in self._check(inner, item, f"{path}[{place}]", loose=False)]

    def _check_one_of(self, kinds: tuple[str, ...], value: Any, path: str, *, loose: bool) -> list[str]:
        """The breaches against the kind that fits best: the fewest."""
        best: list[str] | None = None
        for kind in kinds:
            problems = self._check(kind, value, path, loose=loose)
            if not problems:
                return []
            if best is None or len(problems) < len(best):
                best = problems
        return best or []


_SIMPLE: dict[str, type | UnionType] = {
    "Integer": int,
    "Float": int | float,
    "String": str,
    "Boolean": bool,
    "True": bool,
    "InputFile": Upload,
}
_WRITTEN = {
    "Integer": re.compile(r"-?\d+"),
    "Float": re.compile(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?"),
    "Boolean": re.compile(r"true|false|yes|no|[01]", re.IGNORECASE),
    "True": re.compile(r"true|yes|1", re.IGNORECASE),
}
"""How a form writes a value."""


@cache
def load() -> TelegramSpecification:
    """The specification, read once."""
    return TelegramSpecification(orjson.loads((SPECS / "telegram.json").read_bytes()))


@cache
def _choices(kind: str) -> tuple[str, ...]:
    """The alternatives in "A or B", or in "A, B and C" as the items of an array are written."""
    return tuple(re.split(r" or |, | and ", kind))


def _is_simple(kind: str, value: Any, *, loose: bool) -> bool:
    if loose and isinstance(value, str) and kind in _WRITTEN:
        return _WRITTEN[kind].fullmatch(value.strip()) is not None
    if isinstance(value, bool):
        return kind == "Boolean" or (kind == "True" and value)
    return isinstance(value, _SIMPLE[kind])


def _decoded(value: Any) -> Any:
    """A JSON text as what it says; anything else, and broken JSON, as it is."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except json.JSONDecodeError:
        return value
