"""VK's published schema 5.199, and checks of requests, answers and events against it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson

from sandbox.specification import SPECS

VERSION: Final = "5.199"
COMMON: Final = frozenset({"access_token", "v", "lang", "test_mode"})
"""Parameters of every method: dev.vk.com/api/api-requests."""
NEWER: Final[Mapping[str, Mapping[str, Any]]] = {
    # dev.vk.com/reference/objects/message: format_data, "the unit of range is a symbol in UTF-16"; its own rules are in formatting.py.
    "messages.send": {"format_data": {"type": "string"}},
    # dev.vk.com/method/messages.edit has conversation_message_id; the schema has it as cmid.
    "messages.edit": {"format_data": {"type": "string"}, "conversation_message_id": {"type": "integer", "minimum": 0}},
    # dev.vk.com/method/execute: the schema has no parameters for it.
    "execute": {"code": {"type": "string", "required": True}},
}
"""Parameters that the schema of January 2025 does not have, or not by that name."""
LOOSER: Final[Mapping[str, tuple[str, ...]]] = {
    # An item with an error has no ids: github.com/VKCOM/vk-api-schema/issues/208.
    "messages_send_user_ids_response_item": ("peer_id",),
    # An inline keyboard has no one_time: dev.vk.com/api/bots/development/keyboard.
    "messages_keyboard": ("buttons",),
}
"""Objects of which VK sends less than the schema requires."""
OTHERWISE: Final[Mapping[str, Mapping[str, Any]]] = {
    # Both colour names of the keyboard page; the schema has only the older one.
    "messages_keyboard_button": {"color": {"type": "string", "enum": ["default", "secondary", "positive", "negative", "primary"]}},
    # Callers of Bots Long Poll get an object (vk_api's examples read payload.get("type")), where the schema has a string.
    "callback_message_event": {"payload": {}},
}
"""Fields that VK sends otherwise than the schema says."""

_INTEGER = re.compile(r"-?\d{1,19}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class VkSpecification:
    """The methods, events and objects of `specs/vk.json`; each check returns breaches in plain English, with their paths."""

    def __init__(self) -> None:
        content = orjson.loads((SPECS / "vk.json").read_bytes())
        self._methods: dict[str, Any] = content["methods"]
        self._events: dict[str, Any] = content["events"]
        self._objects: dict[str, Any] = content["objects"]
        for name, added in NEWER.items():
            self._methods[name]["parameters"].update(added)
        for name, required in LOOSER.items():
            self._objects[name]["required"] = list(required)
        for name, fields in OTHERWISE.items():
            self._objects[name]["properties"].update(fields)

    def check_request(self, method: str, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with a request: an unknown method or parameter, a missing one, a wrong type, a value outside its limits."""
        found = self._methods.get(method)
        if found is None:
            return [f"{method} is not a method that the specification has"]
        known = found["parameters"]
        missing = [name for name, one in known.items() if one.get("required") and params.get(name) in (None, "")]
        breaches = [f"{name} is a required parameter" for name in missing]
        for name, value in params.items():
            if name in COMMON:
                continue
            if name not in known:
                breaches.append(f"{name} is not a parameter of {method}")
            elif value not in (None, ""):
                breaches += self._parameter(name, value, known[name])
        return breaches

    def check_response(self, method: str, result: Any) -> list[str]:
        """What is wrong with an answer of the emulator itself."""
        answers = self._methods[method]["responses"]
        tried = [self._value("response", result, one) for one in answers]
        return _shortest(tried)

    def check_event(self, kind: str, content: Mapping[str, Any]) -> list[str]:
        """What is wrong with an event of the emulator itself."""
        return self._value(kind, content, self._events[kind])

    def required(self, name: str) -> list[str]:
        """The fields that an object always has."""
        found: list[str] = self._objects[name]["required"]
        return found

    def _parameter(self, name: str, value: Any, schema: Mapping[str, Any]) -> list[str]:
        match schema.get("type"):
            case "array":
                return self._list(name, value, schema)
            case "integer" | "number" as kind:
                if isinstance(value, bool) or not (_INTEGER if kind == "integer" else _NUMBER).fullmatch(str(value)):
                    return [f"{name} should be a number" if kind == "number" else f"{name} should be an integer"]
                return _limits(name, int(value) if kind == "integer" else float(value), schema)
            case "boolean":
                return [] if value in (True, False, "0", "1", "true", "false") else [f"{name} should be 0 or 1"]
            case "string":
                return _limits(name, value, schema) if isinstance(value, str) else [f"{name} should be a string"]
        return []

    def _list(self, name: str, value: Any, schema: Mapping[str, Any]) -> list[str]:
        parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
        if len(parts) > schema.get("maxItems", len(parts)):
            return [f"{name} has more than {schema['maxItems']} items"]
        items = schema["items"]
        items = self._objects[items["$ref"]] if "$ref" in items else items
        return [breach for part in parts for breach in self._parameter(name, part, items)]

    def _value(self, path: str, value: Any, schema: Mapping[str, Any]) -> list[str]:
        breaches: list[str] = []
        if "$ref" in schema:
            breaches += self._value(path, value, self._objects[schema["$ref"]])
        for one in schema.get("allOf", ()):
            breaches += self._value(path, value, one)
        if "oneOf" in schema:
            tried = [self._value(path, value, one) for one in schema["oneOf"]]
            breaches += _shortest(tried)
        if not _is_of(value, schema.get("type")):
            return [*breaches, f"{path} should be of type {schema['type']}"]
        if isinstance(value, dict):
            breaches += [f"{path}.{name} is missing" for name in schema.get("required", ()) if name not in value]
            fields = schema.get("properties", {})
            for name, part in value.items():
                if name in fields:
                    breaches += self._value(f"{path}.{name}", part, fields[name])
        elif isinstance(value, list):
            items = schema.get("items", {})
            for place, part in enumerate(value):
                breaches += self._value(f"{path}[{place}]", part, items)
        else:
            breaches += _limits(path, value, schema)
        return breaches


def _shortest(tried: list[list[str]]) -> list[str]:
    """Of several ways in which a value may be right, what is wrong with it by the nearest one."""
    return min(tried, key=lambda breaches: len(breaches))  # noqa: PLW0108  # len alone confuses the type checker


def _is_of(value: Any, kinds: str | list[str] | None) -> bool:
    match kinds:
        case None:
            return True
        case list():
            return any(_is_of(value, kind) for kind in kinds)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return isinstance(value, {"string": str, "boolean": bool, "array": list, "object": dict}[kinds])


def _limits(path: str, value: Any, schema: Mapping[str, Any]) -> list[str]:
    breaches = []
    if "enum" in schema and value not in schema["enum"]:
        breaches.append(f"{path} should be one of {', '.join(map(str, schema['enum']))}")
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        breaches.append(f"{path} is longer than {schema['maxLength']} characters")
    if isinstance(value, int | float):
        if value < schema.get("minimum", value):
            breaches.append(f"{path} is less than {schema['minimum']}")
        if value > schema.get("maximum", value):
            breaches.append(f"{path} is more than {schema['maximum']}")
    return breaches


@cache
def vk() -> VkSpecification:
    """The specification, read once a process."""
    return VkSpecification()
