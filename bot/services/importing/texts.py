"""Readers of cells that hold words: titles, paragraphs, codes, lists, and words of a vocabulary."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel import Locale

from bot.model.text import _
from bot.services.importing.cells import Misread, Notes, fitting, shortened, shown, text_of, unlike
from bot.services.importing.layout import Column
from bot.services.importing.read import Cell
from bot.services.importing.vocabulary import OLD_WORDS, YES_NO, Vocabulary
from bot.services.importing.words import calm, paragraphs, plain, quoted, spaced, unescaped


def line(cell: Cell, column: Column, notes: Notes) -> str | None:
    """One line of text."""
    return fitting(spaced(_tidied(cell, notes)), column, notes)


def prose(cell: Cell, column: Column, notes: Notes) -> str | None:
    """Text of several lines."""
    return fitting(paragraphs(_tidied(cell, notes)), column, notes)


def title(cell: Cell, column: Column, notes: Notes) -> str | None:
    """A title: one line, and not in capitals only."""
    text = spaced(_tidied(cell, notes))
    quiet = calm(text)
    if quiet != text:
        notes.append(_("capitals made small: “{value}”").format(value=shortened(quiet)))
    return fitting(quiet, column, notes)


def _tidied(cell: Cell, notes: Notes) -> str:
    raw = unescaped(text_of(cell))
    if re.search("[ \t\u00a0\u2007\u202f]{2}|[\u00a0\u202f\u00ad\u200b\ufeff]", raw.strip()):
        notes.append(_("needless spaces removed"))
    put_right = quoted(raw)
    if put_right != raw:
        notes.append(_("quotation marks put right"))
    return put_right


def code(cell: Cell, column: Column, _notes: Notes) -> str | None:
    """A code of somebody's system."""
    text = spaced(text_of(cell))
    if text and not re.fullmatch(rf"[\w./:+-]{{1,{column.limit}}}", text):
        raise Misread(_("“{value}” is no code: letters, digits, hyphens, at most {most}").format(value=shown(cell), most=column.limit))
    return text or None


def reference(cell: Cell, _column: Column, _notes: Notes) -> str | None:
    """The code or the name of another row."""
    return spaced(unescaped(text_of(cell))) or None


def _parts(cell: Cell) -> list[str]:
    return list(dict.fromkeys(filter(None, map(spaced, re.split(r"[;\n|]", unescaped(text_of(cell)))))))


def listed(cell: Cell, column: Column, notes: Notes) -> list[str] | None:
    """Several texts between semicolons (or commas, where there is no semicolon)."""
    parts = _parts(cell)
    if len(parts) == 1:
        parts = list(dict.fromkeys(filter(None, map(spaced, parts[0].split(",")))))
    kept = [text for part in parts if (text := fitting(part, column, notes))]
    return kept or None


@cache
def _languages_by_name() -> dict[str, str]:
    names = {plain(name): code for code, name in Locale("ru").languages.items()} | {
        plain(name): code for code, name in Locale("en").languages.items()
    }
    return names | {"русский язык": "ru", "татарча": "tt", "тоҷикӣ": "tg", "узбекча": "uz"}


def languages(cell: Cell, _column: Column, _notes: Notes) -> list[str] | None:
    """ISO codes of languages, given by code or by their Russian or English names."""
    known, found = _languages_by_name(), list[str]()
    for part in re.split(r"[;,/]| и ", text_of(cell)):
        word = plain(part)
        code = known.get(word) or (word if word in known.values() else None)
        if word and code is None:
            raise Misread(_("the language “{value}” is not known").format(value=shortened(spaced(part))))
        if code:
            found.append(code)
    return list(dict.fromkeys(found)) or None


@cache
def _meanings(column: Column) -> dict[str, str]:
    """Every accepted spelling of a column's words, plain, with what it means."""
    return spellings(column.words or {})


def spellings(words: Vocabulary) -> dict[str, str]:
    """Every accepted spelling of each value, plain, with what it means."""
    return {plain(said): value for value, all_said in words.items() for said in (value, *all_said)}


def _none_of(said: str, column: Column) -> Misread:
    words = ", ".join(all_said[0].lower() for all_said in (column.words or {}).values())
    return Misread(_("“{value}” is none of: {words}").format(value=said, words=words))


def one_of(cell: Cell, column: Column, notes: Notes) -> str:
    """One value of the column's words."""
    said = plain(text_of(cell)).strip(" .")
    meaning = _meanings(column).get(said)
    if meaning is None and column.field == "level" and len(_parts(cell)) > 1:
        some_of(cell, column, notes)
        notes.append(_("several levels: kept as a mixed one"))
        return "mixed"
    if meaning is None:
        raise _none_of(shown(cell), column)
    if said in OLD_WORDS:
        notes.append(_("{old} → {new}").format(old=shown(cell), new=(column.words or {})[meaning][0].lower()))
    return meaning


def some_of(cell: Cell, column: Column, _notes: Notes) -> list[str]:
    """Several values of the column's words, in the order of the vocabulary."""
    meanings, found = _meanings(column), set[str]()
    whole = plain(text_of(cell)).strip(" .")
    for part in [whole] if whole in meanings else re.split(r"[;,/|+\n]| и | или ", whole):
        said = part.strip(" .")
        if not said:
            continue
        if said not in meanings:
            raise _none_of(shortened(said), column)
        found.add(meanings[said])
    return [value for value in (column.words or {}) if value in found]


_YES: Final = spellings(YES_NO)


def yes_no(cell: Cell, _column: Column, _notes: Notes) -> bool:
    """Yes or no."""
    said = plain(text_of(cell)).strip(" .")
    if said not in _YES:
        raise unlike(_("“yes” or “no”"), cell)
    return _YES[said] == "yes"
