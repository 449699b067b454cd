"""Languages: a `Text` becomes the words that a person reads, with dates and money as that language writes them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.conversation.format import SOURCE, formatted
from bot.model.link import Link
from bot.model.text import Joined, Text, Words


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of shown text with one look: plain, bold, or a link to `url`."""

    text: str
    bold: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom words are made: a language, whether personal data may be shown, and how a page is addressed on the web."""

    language: str
    personal: bool
    address: Callable[[Link], str]


CAPITAL = "capital"
"""The format of words that begin a line or stand on a button: `{place:capital}`."""
_MARK = re.compile(r"(\*\*)|\[([^\]\[]+)\]\(([^()\s]+)\)|\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a sentence whose marks have been read: a literal, or the place of a value."""

    text: str
    spec: str | None
    bold: bool
    url: str


def _pieces(sentence: str) -> tuple[_Piece, ...]:
    """Read the marks of a sentence once; values are put in later, so that they can bring none."""
    found, at, bold = list[_Piece](), 0, False
    for mark in _MARK.finditer(sentence):
        if mark.start() > at:
            found.append(_Piece(sentence[at : mark.start()], None, bold, ""))
        at = mark.end()
        if mark[1]:
            bold = not bold
        elif mark[2]:
            label, url = mark[2], mark[3]
            named = re.fullmatch(r"\{(\w+)\}", label)
            found.append(_Piece(named[1] if named else label, "" if named else None, bold, url))
        else:
            found.append(_Piece(mark[4], mark[5] or "", bold, ""))
    if at < len(sentence):
        found.append(_Piece(sentence[at:], None, bold, ""))
    return tuple(found)


def _worded(value: Any, spec: str, reader: Reader) -> Words:
    """A value as words: words as they are, a page as its address, the rest by its format."""
    if isinstance(value, Link):
        return reader.address(value)
    return value if spec in {"", CAPITAL} and isinstance(value, Words) else formatted(value, spec, reader.language)


def _capital(pieces: Iterator[tuple[str, bool, str]]) -> Iterator[tuple[str, bool, str]]:
    """The same with a large first letter."""
    begun = False
    for text, bold, url in pieces:
        yield text if begun else text[:1].upper() + text[1:], bold, url
        begun = begun or bool(text)


class Languages:
    """All languages that have a catalogue in `locales/`, compiled in memory when the program starts.

    `say` gives plain text, `runs` gives text with looks. An unknown language is read as the installation's.
    """

    def __init__(self, folder: Path, default: str) -> None:
        """Read every `<language>/LC_MESSAGES/bot.po` below `folder`. Raises `ValueError` where there is none of `default`, or a bad one."""
        self.default = default
        self._catalogues: dict[str, GNUTranslations | None] = {SOURCE: None}
        for path in sorted(folder.glob("*/LC_MESSAGES/bot.po")):
            compiled = io.BytesIO()
            with path.open("rb") as source:
                write_mo(compiled, read_po(source, locale=path.parts[-3]))
            compiled.seek(0)
            self._catalogues[path.parts[-3]] = GNUTranslations(compiled)
        if default not in self._catalogues:
            msg = f"there is no catalogue of the language {default} in {folder}"
            raise ValueError(msg)
        self._read = lru_cache(maxsize=20_000)(self._template)

    @property
    def known(self) -> tuple[str, ...]:
        """The codes of all languages, the installation's first."""
        return (self.default, *(code for code in sorted(self._catalogues) if code != self.default))

    def nearest(self, wanted: str) -> str | None:
        """The known language for a client's code (`ru-RU` → `ru`); `None` where there is none."""
        code = wanted.replace("_", "-").split("-")[0].lower()
        return code if code in self._catalogues else None

    def name(self, language: str) -> str:
        """What a language calls itself: «русский»."""
        return Locale.parse(language).get_language_name(language) or language

    def _template(self, language: str, message: str, plural: str, number: int, context: str) -> tuple[_Piece, ...]:
        catalogue = self._catalogues[language]
        if catalogue is None:
            return _pieces(plural if plural and number != 1 else message)
        if plural:
            return _pieces(
                catalogue.npgettext(context, message, plural, number) if context else catalogue.ngettext(message, plural, number)
            )
        return _pieces(catalogue.pgettext(context, message) if context else catalogue.gettext(message))

    def _walk(self, words: Words, reader: Reader, *, bold: bool, url: str) -> Iterator[tuple[str, bool, str]]:
        if isinstance(words, str):
            yield words, bold, url
        elif isinstance(words, Text):
            # Plural forms repeat every hundred: above a thousand the rest is enough, and the cache stays small.
            number = words.number if words.number < 1000 else 1000 + words.number % 1000
            for piece in self._read(reader.language, words.message, words.plural, number, words.context):
                look, where = bold or piece.bold, piece.url or url
                if piece.spec is None:
                    yield piece.text, look, where
                    continue
                value = _worded(words.values[piece.text], piece.spec, reader)
                if isinstance(value, str) and piece.spec != CAPITAL:
                    yield value, look, where
                else:
                    inner = self._walk(value, reader, bold=look, url=where)
                    yield from _capital(inner) if piece.spec == CAPITAL else inner
        elif isinstance(words, Joined):
            for at, part in enumerate(words.parts):
                if at:
                    yield words.separator, bold, ""
                yield from self._walk(part, reader, bold=bold, url=url)
        else:
            yield from self._walk(words.value if reader.personal else words.instead, reader, bold=bold, url=url)

    def runs(self, words: Words, reader: Reader) -> list[Run]:
        """The words with their looks; neighbours of one look are one run."""
        pieces = (piece for piece in self._walk(words, self._known(reader), bold=False, url="") if piece[0])
        return [Run("".join(text for text, _bold, _url in alike), *look) for look, alike in groupby(pieces, itemgetter(1, 2))]

    def say(self, words: Words, reader: Reader) -> str:
        """The words as plain text: what stands on a button or in a toast."""
        return "".join(text for text, _bold, _url in self._walk(words, self._known(reader), bold=False, url=""))

    def _known(self, reader: Reader) -> Reader:
        return reader if reader.language in self._catalogues else Reader(self.default, reader.personal, reader.address)
