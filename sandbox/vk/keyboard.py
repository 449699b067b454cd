"""Keyboards and carousels as VK takes them: dev.vk.com/api/bots/development/keyboard and vk.com/dev/bot_docs_templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from sandbox.chat import Card, Key, KeyKind, KeyStyle, Media
from sandbox.vk.errors import bad_keyboard, invalid

ROWS: Final = 10
INLINE_ROWS: Final = 6
IN_A_ROW: Final = 5
KEYS: Final = 40
INLINE_KEYS: Final = 10
LABEL: Final = 40
"""Characters on a key."""
PAYLOAD: Final = 255
"""Characters of a key's payload, as JSON."""
CARDS: Final = 10
CARD_TEXT: Final = 80
"""Characters of a card's title, and of its description."""
CARD_KEYS: Final = 3

COLOURS: Final[dict[str, KeyStyle]] = {
    "primary": "primary",
    "secondary": "",
    "default": "",
    "negative": "danger",
    "positive": "good",
}
COLOURED: Final = frozenset({"text", "callback"})
WIDE: Final = frozenset({"open_link", "location", "vkpay", "open_app"})
"""Keys that take a whole row."""
FIELDS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "text": (frozenset({"label"}), frozenset({"payload"})),
    "callback": (frozenset({"label"}), frozenset({"payload"})),
    "open_link": (frozenset({"label", "link"}), frozenset({"payload", "hash"})),
    "location": (frozenset(), frozenset({"payload"})),
    "vkpay": (frozenset({"hash"}), frozenset({"payload"})),
    "open_app": (frozenset({"label", "app_id", "owner_id"}), frozenset({"payload", "hash"})),
}
"""The required and the optional fields of an action, by its type."""
KINDS: Final[dict[str, KeyKind]] = {
    "text": "text",
    "callback": "callback",
    "open_link": "url",
    "location": "location",
    "vkpay": "url",
    "open_app": "url",
}
LOCATION_LABEL: Final = "Отправить своё местоположение"
PAY_LABEL: Final = "Оплатить через VK Pay"
CARD_FIELDS: Final = frozenset({"title", "description", "photo_id", "buttons", "action"})


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A keyboard that VK took: what the client shows, and the object that the API gives back."""

    rows: list[list[Key]]
    inline: bool
    one_time: bool
    shown: dict[str, Any]


def read_keyboard(text: str) -> Keyboard:
    """Check a keyboard and read it; a breach is error 911, as VK says it."""
    content = _json("keyboard", text)
    if not isinstance(content, dict) or not isinstance(content.get("buttons"), list):
        raise bad_keyboard("keyboard should contain an array of buttons")
    if unknown := content.keys() - {"buttons", "inline", "one_time", "author_id"}:
        raise bad_keyboard(f"keyboard contains unknown fields: {', '.join(sorted(unknown))}")
    inline, one_time = content.get("inline", False), content.get("one_time", False)
    if not isinstance(inline, bool) or not isinstance(one_time, bool):
        raise bad_keyboard("inline and one_time should be boolean")
    if inline and one_time:
        raise bad_keyboard("one_time is not supported with inline")
    buttons = content["buttons"]
    if len(buttons) > (INLINE_ROWS if inline else ROWS):
        raise bad_keyboard("keyboard contains too much rows")
    rows = [_row(row, place) for place, row in enumerate(buttons)]
    if sum(map(len, rows)) > (INLINE_KEYS if inline else KEYS):
        raise bad_keyboard("keyboard contains too much buttons")
    return Keyboard(rows, inline, one_time, {"one_time": one_time, "inline": inline, "buttons": buttons})


def read_carousel(text: str, picture: Callable[[str], Media]) -> list[Card]:
    """Check a carousel and read it; `picture` finds a photo by its id and raises what is to be said about an unknown one."""
    content = _json("template", text)
    if not isinstance(content, dict) or content.get("type") != "carousel" or content.keys() - {"type", "elements"}:
        raise bad_keyboard("template['type'] should be carousel")
    elements = content.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= CARDS:
        raise bad_keyboard(f"template['elements'] should contain from 1 to {CARDS} elements")
    cards = [_card(element, place, picture) for place, element in enumerate(elements)]
    if any(element.keys() != elements[0].keys() or len(element["buttons"]) != len(elements[0]["buttons"]) for element in elements):
        raise bad_keyboard("template['elements'] should be equal in structure")
    return cards


def _card(element: Any, place: int, picture: Callable[[str], Media]) -> Card:
    path = f"template['elements'][{place}]"
    if not isinstance(element, dict) or element.keys() - CARD_FIELDS:
        raise bad_keyboard(f"{path} contains unknown fields")
    title, description, photo = element.get("title", ""), element.get("description", ""), element.get("photo_id", "")
    for name, value in (("title", title), ("description", description)):
        if not isinstance(value, str) or len(value) > CARD_TEXT or (name in element and not value):
            raise bad_keyboard(f"{path}['{name}'] should contain from 1 to {CARD_TEXT} letters")
    if not isinstance(photo, str) or not (photo or title) or bool(title) != bool(description):
        raise bad_keyboard(f"{path} should contain photo_id, or title and description")
    buttons = element.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= CARD_KEYS:
        raise bad_keyboard(f"{path}['buttons'] should contain from 1 to {CARD_KEYS} buttons")
    action = element.get("action", {"type": "open_photo"})
    opens_link = isinstance(action, dict) and action.get("type") == "open_link" and isinstance(action.get("link"), str)
    if not opens_link and action != {"type": "open_photo"}:
        raise bad_keyboard(f"{path}['action'] should be open_link or open_photo")
    keys = [[_key(button, f"{path}['buttons'][{number}]")] for number, button in enumerate(buttons)]
    return Card(title, description, picture(photo) if photo else None, keys)


def _row(row: Any, place: int) -> list[Key]:
    if not isinstance(row, list) or not row:
        raise bad_keyboard(f"row {place} should be a filled array")
    if len(row) > IN_A_ROW:
        raise bad_keyboard(f"row {place} contains too much columns")
    keys = [_key(button, f"button [{place}][{number}]") for number, button in enumerate(row)]
    if len(row) > 1 and any(button["action"]["type"] in WIDE for button in row):
        raise bad_keyboard(f"row {place} contains a button that takes a whole row")
    return keys


def _key(button: Any, path: str) -> Key:
    if not isinstance(button, dict) or not isinstance(button.get("action"), dict):
        raise bad_keyboard(f"{path} should be array")
    if button.keys() - {"action", "color"}:
        raise bad_keyboard(f"{path} contains unknown fields")
    action = button["action"]
    kind = action.get("type")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise bad_keyboard(f"{path} action has an unknown type")
    required, optional = FIELDS[kind]
    if missing := required - action.keys():
        raise bad_keyboard(f"{path} action should contain {', '.join(sorted(missing))}")
    if action.keys() - required - optional - {"type"}:
        raise bad_keyboard(f"{path} action contains unknown fields")
    label = _label(action, kind, path)
    if "color" in button and (kind not in COLOURED or not isinstance(button["color"], str) or button["color"] not in COLOURS):
        raise bad_keyboard(f"{path} has a wrong color")
    payload = _payload(action["payload"], path) if action.get("payload") is not None else ""  # vk_api sends null for none
    return Key(label, KINDS[kind], _target(action, kind, path) or payload, COLOURS[button.get("color", "default")])


def _label(action: dict[str, Any], kind: str, path: str) -> str:
    if "label" not in action:
        return LOCATION_LABEL if kind == "location" else PAY_LABEL
    label = action["label"]
    if not isinstance(label, str) or not label.strip():
        raise bad_keyboard(f"{path} label should be at least 1 letters length")
    if len(label) > LABEL:
        raise bad_keyboard(f"{path} label should be maximum {LABEL} letters length")
    return label


def _target(action: dict[str, Any], kind: str, path: str) -> str:
    """Where a key leads that opens something outside the chat."""
    if kind == "open_link":
        link = action["link"]
        if not isinstance(link, str) or not link.startswith(("http://", "https://", "tel:", "mailto:")):
            raise bad_keyboard(f"{path} link is invalid")
        return link
    return f"https://vk.com/app{action['app_id']}" if kind == "open_app" else ""


def _payload(payload: Any, path: str) -> str:
    """A payload as the JSON text that comes back with the press; an object may be sent as itself."""
    text = payload
    if isinstance(payload, dict | list):
        try:
            text = orjson.dumps(payload).decode()
        except orjson.JSONEncodeError:
            raise bad_keyboard(f"{path} payload is nested too deep") from None
    elif isinstance(payload, str):
        try:
            payload = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise bad_keyboard(f"{path} payload is not a valid JSON") from None
    if not isinstance(payload, dict | list):
        raise bad_keyboard(f"{path} payload should be a JSON object")
    if len(text) > PAYLOAD:
        raise bad_keyboard(f"{path} payload should be maximum {PAYLOAD} letters length")
    return str(text)


def _json(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise invalid(f"{name} contains incorrect JSON") from None
