"""How a person reads a chat: a message as neutral transcript lines, and which key they mean by a label."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.chat import Impossible, Key, Message, Span


def read_back(message: Message) -> list[str]:
    """The message as neutral lines, equal on every messenger: what it shows, its text with **bold** and [label](url), its rows of keys.

    Marks that only one messenger has (italics, code) are left out, and so are toasts: they are not part of a message.
    """
    lines: list[str] = []
    if message.picture is not None:
        lines.append("(picture)")
    if message.document is not None:
        lines.append(f"(document {message.document.name})")
    if message.place is not None:
        lines.append("(place)")
    if message.contact is not None:
        lines.append(f"(contact {message.contact.name}, {message.contact.phone})")
    lines.extend(marked(message.text, message.spans).split("\n") if message.text else ())
    if message.cards:
        lines.append("(cards)")
        for card in message.cards:
            lines.extend(part for part in ("(picture)" if card.picture else "", f"**{card.title}**", card.description) if part)
            lines.extend(_rows(card.keys))
    lines.extend(_rows(message.keys))
    return lines


def marked(text: str, spans: Iterable[Span]) -> str:
    """The text with the marks of its bold and linked spans put in; a bare address stays as it is."""
    units = text.encode("utf-16-le")
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    # Outer marks open first and close last; of two over the same words the bold is the outer one.
    for span in sorted(spans, key=lambda one: (one.offset, -one.length, one.kind != "bold")):
        end = span.offset + span.length
        if span.kind == "bold":
            before, after = "**", "**"
        elif span.kind == "url" and span.url != units[2 * span.offset : 2 * end].decode("utf-16-le", "replace"):
            before, after = "[", f"]({span.url})"
        else:
            continue
        opening.setdefault(span.offset, []).append(before)
        closing.setdefault(end, []).insert(0, after)
    parts: list[str] = []
    last = 0
    for edge in sorted(opening.keys() | closing.keys()):
        parts += [units[2 * last : 2 * edge].decode("utf-16-le", "replace"), *closing.get(edge, ()), *opening.get(edge, ())]
        last = edge
    return "".join([*parts, units[2 * last :].decode("utf-16-le", "replace")])


def find_key(rows: list[list[Key]], label: str) -> Key:
    """The key that a person means by `label`: exactly it, else without leading signs and case, else the only one it begins or is part of.

    Raises `Impossible`, naming the keys that there are, when none or several fit.
    """
    keys = [key for row in rows for key in row]
    wanted = _plain(label)
    tests = (
        lambda key: key.label == label,
        lambda key: _plain(key.label) == wanted,
        lambda key: bool(wanted) and _plain(key.label).startswith(wanted),
        lambda key: bool(wanted) and wanted in _plain(key.label),
    )
    for fits in tests:
        found = [key for key in keys if fits(key)]
        if len(found) == 1:
            return found[0]
        if found and all(key.label == found[0].label and key.data == found[0].data for key in found):
            return found[0]
        if found:
            raise Impossible(f"“{label}” may mean {_list(found)}.")
    raise Impossible(f"There is no key “{label}” here; the keys are {_list(keys) or 'none'}.")


def _plain(label: str) -> str:
    """The label from its first letter or digit on: «‹ К списку» is «к списку»."""
    start = next((place for place, sign in enumerate(label) if sign.isalnum()), 0)
    return label[start:].strip().casefold()


def _rows(rows: list[list[Key]]) -> list[str]:
    return ["  " + " ".join(f"[{key.label}]" for key in row) for row in rows]


def _list(keys: list[Key]) -> str:
    return ", ".join(f"“{key.label}”" for key in keys)
