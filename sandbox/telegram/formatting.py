"""Formatted text as Telegram reads it: HTML or a list of entities in, a plain text with entities counted in UTF-16 units out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.chat import Span
from sandbox.telegram import limits
from sandbox.telegram.refusal import broken

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_KINDS = frozenset({*_TAGS.values(), "expandable_blockquote", "text_mention", "date_time"})
_FOUND_KINDS = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
"""Kinds that Telegram finds by itself; in a list of entities they are ignored."""
_FIELDS = frozenset({"type", "offset", "length", "url", "user", "language", "custom_emoji_id", "unix_time", "date_time_format"})
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));?")
_ADDRESS = re.compile(r"https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?)]")
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?\b")
_SPANS = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "code": "code",
    "pre": "code",
}


@dataclass(slots=True)
class _Open:
    tag: str
    entity: Entity


def formatted(text: str, parse_mode: str, entities: Any) -> tuple[str, list[Entity]]:
    """The plain text, trimmed as Telegram trims it, and its entities.

    A parse mode rules out `entities`. Raises `Refusal` for unbalanced or unknown tags, bad entities, and Markdown, which the sandbox
    does not read.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise broken("strings must be encoded in UTF-8") from None
    if size > limits.RAW_TEXT_BYTES:
        raise broken("text is too long")
    mode = parse_mode.lower()
    if mode not in limits.PARSE_MODES:
        raise broken("unsupported parse_mode")
    if mode.startswith("markdown"):
        raise broken("unsupported parse_mode (the sandbox reads HTML only)")
    plain, marks = parse_html(text) if mode == "html" else (text, _listed(entities, text))
    return _trimmed(plain, _with_found(plain, marks))


def units(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def spans(entities: Sequence[Entity], text: str) -> list[Span]:
    """The entities that a person sees, in the sandbox's neutral words."""
    found: list[Span] = []
    for one in entities:
        kind, offset, length = one["type"], one["offset"], one["length"]
        if kind == "text_link":
            found.append(Span("url", offset, length, one["url"]))
        elif kind == "url":
            found.append(Span("url", offset, length, text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")))
        elif kind in _SPANS:
            found.append(Span(_SPANS[kind], offset, length))  # type: ignore[arg-type]  # the table's values are the literal's
    return found


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Telegram's HTML. Offsets in the words of a `Refusal` are in UTF-8 bytes, as TDLib counts them."""
    out: list[str] = []
    length = 0
    stack: list[_Open] = []
    entities: list[Entity] = []
    place = 0
    while place < len(source):
        stop = source.find("<", place)
        piece = _REFERENCE.sub(_character, source[place : stop if stop >= 0 else len(source)])
        out.append(piece)
        length += units(piece)
        if stop < 0:
            break
        end = source.find(">", stop)
        closing = source.startswith("</", stop)
        at = len(source[:stop].encode())
        if end < 0:
            raise _cannot(f"Unclosed {'end' if closing else 'start'} tag at byte offset {at}")
        inside = source[stop + 2 if closing else stop + 1 : end]
        if closing:
            _close(stack, inside.strip().lower(), length, at, entities, out)
        else:
            stack.append(_opened(inside, length, at))
        place = end + 1
    if stack:
        at = len(source.encode())
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}" at byte offset {at}')
    entities.sort(key=lambda one: (one["offset"], -one["length"]))
    return "".join(out), entities


def _opened(inside: str, offset: int, at: int) -> _Open:
    name, _, rest = inside.strip().partition(" ")
    tag = name.lower()
    if tag not in _TAGS:
        raise _cannot(f'Unsupported start tag "{tag}" at byte offset {at}')
    attributes = {key.lower(): _REFERENCE.sub(_character, value) for key, value in re.findall(r"([\w-]+)\s*=\s*[\"']([^\"']*)[\"']", rest)}
    entity: Entity = {"type": _TAGS[tag], "offset": offset, "length": 0}
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _cannot(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    if tag == "a":
        entity["url"] = attributes.get("href", "")
    elif tag == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    elif tag == "blockquote" and "expandable" in rest.lower():
        entity["type"] = "expandable_blockquote"
    elif tag == "code" and attributes.get("class", "").startswith("language-"):
        entity["language"] = attributes["class"].removeprefix("language-")
    return _Open(tag, entity)


def _close(stack: list[_Open], tag: str, length: int, at: int, entities: list[Entity], out: list[str]) -> None:
    if not stack:
        raise _cannot(f"Unexpected end tag at byte offset {at}")
    opened = stack.pop()
    if tag and tag != opened.tag:
        raise _cannot(f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{tag}>"')
    entity = opened.entity
    entity["length"] = length - entity["offset"]
    if entity["type"] == "text_link":
        # A link without an address links to its own words, if these are one.
        words = "".join(out).encode("utf-16-le")[2 * entity["offset"] :].decode("utf-16-le")
        entity["url"] = _address(entity["url"] or words)
    last = entities[-1] if entities else None
    if tag == "pre" and last is not None and last["type"] == "code" and last["length"] == entity["length"]:
        # <pre><code class="language-…"> is one block with a language.
        entity = {**entities.pop(), "type": "pre"}
    if entity["length"] and entity.get("url") != "":
        entities.append(entity)


def _address(url: str) -> str:
    """The address as Telegram keeps it, or "" for what it would not make a link of."""
    if re.match(r"(?:https?|tg|ton|mailto|tel):\S", url):
        return url
    return f"http://{url}" if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?", url) else ""


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name, match.group())
    code = int(decimal) if decimal is not None else int(hexadecimal, 16)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:  # not characters
        return match.group()
    return chr(code)


def _listed(entities: Any, text: str) -> list[Entity]:
    """A request's own list of entities, checked."""
    if entities is None:
        return []
    if not isinstance(entities, list):
        raise broken("can't parse entities: expected an Array of MessageEntity")
    found: list[Entity] = []
    total = units(text)
    for one in entities:
        if not isinstance(one, Mapping):
            raise broken("can't parse MessageEntity: expected an Object")
        kind, offset, length = one.get("type"), one.get("offset"), one.get("length")
        if not isinstance(kind, str) or not isinstance(offset, int) or not isinstance(length, int):
            raise broken("can't parse MessageEntity: a field is missing or of a wrong type")
        if kind in _FOUND_KINDS:
            continue
        if kind not in _KINDS:
            raise broken("can't parse MessageEntity: unsupported type specified")
        if offset < 0 or length <= 0 or offset + length > total:
            raise broken(f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {offset + length}")
        if kind == "text_link" and not isinstance(one.get("url"), str):
            raise broken("can't parse MessageEntity: can't find field \"url\"")
        found.append({name: value for name, value in one.items() if name in _FIELDS})
    found.sort(key=lambda one: (one["offset"], -one["length"]))
    return found


def _with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """The entities with the addresses that Telegram finds by itself, outside of links and code."""
    if "://" not in text:
        return entities
    taken = [(one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] in {"text_link", "code", "pre"}]
    for match in _ADDRESS.finditer(text):
        start, length = units(text[: match.start()]), units(match.group())
        if not any(start < last and first < start + length for first, last in taken):
            entities = [*entities, {"type": "url", "offset": start, "length": length}]
    return sorted(entities, key=lambda one: (one["offset"], -one["length"]))


def commands(text: str) -> list[Entity]:
    """The bot commands and addresses that Telegram marks in a person's text."""
    found = [{"type": "bot_command", "offset": units(text[: one.start()]), "length": units(one.group())} for one in _COMMAND.finditer(text)]
    return _with_found(text, found)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space around, the entities moved and cut accordingly; no more of them than Telegram keeps."""
    body = text.strip(" \t\r\n\v\f\0")
    if body != text:
        before = units(text[: text.index(body)]) if body else 0
        total = units(body)
        kept: list[Entity] = []
        for one in entities:
            start = max(0, one["offset"] - before)
            end = min(total, one["offset"] + one["length"] - before)
            if start < end:
                kept.append({**one, "offset": start, "length": end - start})
        entities = kept
    return body, entities[: limits.ENTITIES]


def _cannot(words: str) -> Exception:
    return broken(f"can't parse entities: {words}")
