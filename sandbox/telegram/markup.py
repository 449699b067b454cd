"""Keyboards: `reply_markup` read with the real server's errors, as the Bot API gives it back and as the person sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from sandbox.chat import Key, KeyStyle
from sandbox.telegram import limits
from sandbox.telegram.refusal import Refusal, broken

MarkupKind = Literal["none", "inline", "reply", "remove", "force"]
_STYLES: dict[str, KeyStyle] = {"primary": "primary", "success": "good", "danger": "danger"}
_INLINE_TYPES = (
    "url",
    "callback_data",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
    "disabled",
)
_INLINE_FIELDS = frozenset({"text", "style", "icon_custom_emoji_id", *_INLINE_TYPES})
_REPLY_TYPES = ("request_contact", "request_location", "request_users", "request_chat", "request_managed_bot", "request_poll", "web_app")
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[\w-]+(?::\d+)?(?:[/?#]\S*)?|(?:tg|ton)://\S+|(?:mailto|tel):\S+")


@dataclass(slots=True)
class Markup:
    """What `reply_markup` says. `json` is the inline keyboard as a message carries it, None for every other kind."""

    kind: MarkupKind = "none"
    json: dict[str, Any] | None = None
    keys: list[list[Key]] = field(default_factory=list)
    one_time: bool = False


NOTHING = Markup()


def read(value: Any) -> Markup:
    """A decoded `reply_markup`. Raises `Refusal` for what Telegram does not take."""
    if value is None:
        return NOTHING
    if not isinstance(value, Mapping):
        raise broken("object expected as reply markup")
    if len(orjson.dumps(value)) > limits.MARKUP_BYTES:
        raise broken("reply markup is too long")
    if rows := _rows(value, "keyboard", 'field "keyboard" must be an Array of Arrays'):
        keys = [[_reply_key(button) for button in row] for row in rows]
        _placeholder(value)
        return Markup("reply", None, _counted(keys), one_time=value.get("one_time_keyboard") is True)
    if rows := _rows(value, "inline_keyboard", 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'):
        keys = [[_inline_key(button) for button in row] for row in rows]
        kept = [[{name: part for name, part in button.items() if name in _INLINE_FIELDS} for button in row] for row in rows]
        return Markup("inline", {"inline_keyboard": kept}, _counted(keys))
    if value.get("remove_keyboard") is True:
        return Markup("remove")
    if value.get("force_reply") is True:
        _placeholder(value)
        return Markup("force")
    return NOTHING


def _rows(value: Mapping[str, Any], name: str, words: str) -> list[list[Any]]:
    """The rows that have buttons; Telegram drops empty ones silently."""
    rows = value.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise broken(words)
    return [row for row in rows if row]


def _counted(keys: list[list[Key]]) -> list[list[Key]]:
    if sum(map(len, keys)) > limits.KEYS:
        raise broken("reply markup is too long")
    return keys


def _placeholder(value: Mapping[str, Any]) -> None:
    words = value.get("input_field_placeholder")
    if words is not None and not (isinstance(words, str) and 1 <= len(words) <= limits.PLACEHOLDER):
        raise broken("input field placeholder must be 1-64 characters long")


def _inline_key(button: Any) -> Key:
    if not isinstance(button, Mapping):
        raise _inline("InlineKeyboardButton must be an Object")
    label, style = _label(button, _inline)
    kinds = [kind for kind in _INLINE_TYPES if button.get(kind) is not None]
    if not kinds:
        raise _inline("Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise _inline(f"exactly one of the optional fields must be used, not {' and '.join(kinds)}")
    value = button[kinds[0]]
    match kinds[0]:
        case "callback_data":
            if not isinstance(value, str) or not 1 <= len(value.encode("utf-8", "replace")) <= limits.CALLBACK_DATA_BYTES:
                raise broken("BUTTON_DATA_INVALID")
            return Key(label, "callback", value, style)
        case "url":
            if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
                raise broken(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
            return Key(label, "url", value, style)
        case "copy_text":
            words = value.get("text") if isinstance(value, Mapping) else None
            if not isinstance(words, str) or not 1 <= len(words) <= limits.COPY_TEXT:
                raise broken("BUTTON_COPY_TEXT_INVALID")
            return Key(label, "copy", words, style)
        case _:
            raise _inline(f"{kinds[0]} is not served by the sandbox")


def _reply_key(button: Any) -> Key:
    if isinstance(button, str) and button:
        return Key(button, "text", button)
    if not isinstance(button, Mapping):
        raise _reply("KeyboardButton must be a String or an Object")
    label, style = _label(button, _reply)
    kinds = [kind for kind in _REPLY_TYPES if button.get(kind)]
    if len(kinds) > 1:
        raise _reply(f"exactly one of the optional fields must be used, not {' and '.join(kinds)}")
    match kinds:
        case []:
            return Key(label, "text", label, style)
        case ["request_contact"]:
            return Key(label, "contact", "", style)
        case ["request_location"]:
            return Key(label, "location", "", style)
        case _:
            raise _reply(f"{kinds[0]} is not served by the sandbox")


def _label(button: Mapping[str, Any], refusal: Callable[[str], Refusal]) -> tuple[str, KeyStyle]:
    label = button.get("text")
    if not isinstance(label, str):
        raise refusal('can\'t find field "text"')
    if not label.strip():
        raise refusal("text must be non-empty")
    style = button.get("style")
    if style is None:
        return label, ""
    if not isinstance(style, str) or style not in limits.STYLES:
        raise refusal("invalid button style specified")
    return label, _STYLES.get(style, "")


def _inline(words: str) -> Refusal:
    return broken(f"can't parse inline keyboard button: {words}")


def _reply(words: str) -> Refusal:
    return broken(f"can't parse keyboard button: {words}")
