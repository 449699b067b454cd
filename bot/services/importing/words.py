"""How words of a table are tidied for keeping, and made plain for comparing."""

from __future__ import annotations

import html
import re
from typing import Final

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | {"ё": "е", "Ё": "е"})
_QUOTES: Final = re.compile("[\"«»„“”'‚‘’`]")
_INVISIBLE: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_VOWELS: Final = frozenset("АЕЁИОУЫЭЮЯAEIOUY")
_SHORT_NAMES: Final = frozenset({"ИЗО", "ОФП", "ЮИД", "ДПИ", "ИИ", "ОГЭ", "ЕГЭ", "ТЮЗ", "ТИКО", "АБВГДЕЙКА"})
LOUD: Final = 6
"""Letters: a capitalised word this long is shouting, a shorter one may be an abbreviation."""


def plain(value: str) -> str:
    """For comparing: lower case, «ё» as «е», every dash a hyphen, every space one space, no quotes."""
    return " ".join(_QUOTES.sub("", value.translate(_DASHES)).lower().split())


def spaced(value: str) -> str:
    """One line: no invisible characters, single ordinary spaces."""
    return " ".join(_INVISIBLE.sub("", value).split())


def paragraphs(value: str) -> str:
    """Several lines: as `spaced`, but line breaks stay, two at most."""
    text = "\n".join(spaced(line) for line in value.splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def quoted(value: str) -> str:
    """Quotation marks made «outer „inner“», opened ones closed, lost closing ones dropped. The mark of inches stays."""
    out, closing = list[str](), list[str]()
    text = value.replace("''", '"').replace('""', '"')
    for at, sign in enumerate(text):
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if sign not in '"„“”«»' or (sign in '"”' and before.isdigit() and not closing):
            out.append(sign)
        elif sign in "«„" or (sign in '"“' and _opens(before, after, len(closing))):
            opening = sign if sign == "«" or (sign == "„" and closing) else "„" if closing else "«"
            out.append(opening)
            closing.append("»" if opening == "«" else "“")
        elif closing:  # else it closes what nobody opened
            out.append(closing.pop())
    return "".join(out) + "".join(reversed(closing))


def _opens(before: str, after: str, depth: int) -> bool:
    if not after or after in " ,.;:!?)":
        return False
    return depth == 0 or not before or before in " («"


def calm(value: str) -> str:
    """A title in capitals, in ordinary letters: «РЕЗЬБА ПО ДЕРЕВУ» → «Резьба по дереву». Abbreviations and short names stay."""
    outside = re.sub("«[^«»]*»", "", value)
    words = re.findall(r"[^\W\d_]+", outside)
    if not any(len(word) >= LOUD for word in words) or any(word != word.upper() for word in words):
        return value
    low = "".join(part if part.startswith("«") and not _loud(part) else _lowered(part) for part in re.split("(«[^«»]*»)", value))
    first = re.search(r"[^\W\d_]", low)
    if first:
        low = low[: first.start()] + first[0].upper() + low[first.end() :]
    return re.sub("«([^\\W\\d_])", lambda found: "«" + found[1].upper(), low)


def _loud(part: str) -> bool:
    return any(len(word) >= LOUD and word == word.upper() for word in re.findall(r"[^\W\d_]+", part))


def _lowered(part: str) -> str:
    return re.sub(
        r"[^\W\d_]+",
        lambda found: found[0] if found[0] in _SHORT_NAMES or (not _VOWELS & set(found[0]) and len(found[0]) > 1) else found[0].lower(),
        part,
    )


def unescaped(value: str) -> str:
    """Without HTML entities, where a text has them: `&quot;` → `"`."""
    return html.unescape(value) if re.search(r"&(?:#\d+|[a-z]+);", value) else value


_TAG: Final = re.compile(r"<(/?[a-z0-9]*+)[^<>]*+>", re.IGNORECASE)
_BREAKS: Final = frozenset({"p", "div", "br", "tr", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})
MOST_HTML: Final = 40_000
"""Characters of HTML that are looked at: a card shows one paragraph."""


def from_html(value: str) -> str:
    """The text of an HTML fragment, a paragraph or a list item a line.

    By one pattern that never looks back: the standard parser takes seconds over, or fails on, what is written to trouble it.
    """

    def instead(tag: re.Match[str]) -> str:
        name = tag[1].lower()
        return "\n— " if name == "li" else "\n" if name in _BREAKS else ""

    text = html.unescape(_TAG.sub(instead, " ".join(value[:MOST_HTML].split())))
    return re.sub(r"\n{2,}", "\n", paragraphs(text))
