"""Languages: a `Text` becomes the words that a person reads, with dates and money as that language writes them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from babel import Locale, dates
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.model.link import Link
from bot.model.text import Joined, Personal, Text, Words, _, n_

SOURCE = "en"
"""The language of the code; it needs no catalogue."""


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
            return _pieces(catalogue.npgettext(context, message, plural, number) if context else catalogue.ngettext(message, plural, number))
        return _pieces(catalogue.pgettext(context, message) if context else catalogue.gettext(message))

    def _walk(self, words: Words, reader: Reader, *, bold: bool, url: str) -> Iterator[tuple[str, bool, str]]:
        if isinstance(words, str):
            yield words, bold, url
        elif isinstance(words, Text):
            # Plural forms repeat every hundred or so; below that each number has its own cache line, above it the rest does.
            number = words.number if words.number < 1000 else 1000 + words.number % 1000  # noqa: PLR2004
            for piece in self._read(reader.language, words.message, words.plural, number, words.context):
                look = bold or piece.bold
                if piece.spec is None:
                    yield piece.text, look, piece.url or url
                    continue
                value = words.values[piece.text]
                if isinstance(value, (str, Text, Joined, Personal)) and not piece.spec:
                    yield from self._walk(value, reader, bold=look, url=piece.url or url)
                elif isinstance(value, Link):
                    yield reader.address(value), look, url
                else:
                    for text, _bold, _url in self._value(value, piece.spec, reader):
                        yield text, look, piece.url or url
        elif isinstance(words, Joined):
            for at, part in enumerate(words.parts):
                if at:
                    yield words.separator, bold, ""
                yield from self._walk(part, reader, bold=bold, url=url)
        else:
            yield from self._walk(words.value if reader.personal else words.instead, reader, bold=bold, url=url)

    def _value(self, value: Any, spec: str, reader: Reader) -> Iterator[tuple[str, bool, str]]:
        made = formatted(value, spec, reader.language)
        yield from [(made, False, "")] if isinstance(made, str) else self._walk(made, reader, bold=False, url="")

    def runs(self, words: Words, reader: Reader) -> list[Run]:
        """The words with their looks; neighbours of one look are one run."""
        found = list[Run]()
        for text, bold, url in self._walk(words, self._known(reader), bold=False, url=""):
            if not text:
                continue
            if found and found[-1].bold == bold and found[-1].url == url:
                found[-1] = Run(found[-1].text + text, bold, url)
            else:
                found.append(Run(text, bold, url))
        return found

    def say(self, words: Words, reader: Reader) -> str:
        """The words as plain text: what stands on a button or in a toast."""
        return "".join(text for text, _bold, _url in self._walk(words, self._known(reader), bold=False, url=""))

    def _known(self, reader: Reader) -> Reader:
        return reader if reader.language in self._catalogues else Reader(self.default, reader.personal, reader.address)


MONTHS_IN_YEAR = 12


def formatted(value: Any, spec: str, language: str) -> Words:
    """Write a value in a language.

    `day` «3 сентября» · `fullday` «3 сентября 2026 г.» · `weekday` «четверг, 3 сентября» · `time` «16:00» (a time, a datetime or minutes after midnight) ·
    `money` «4 200 ₽» (whole roubles) · `number` «1 510» · `age` «9 лет», «6,5 лет» (months), or a pair of months «7–10 лет» · `km` «14 км», «600 м» (kilometres) · `language` «русский» (a code).
    Raises `ValueError` for an unknown format.
    """
    match spec:
        case "":
            return str(value)
        case "time":
            return _clock(value)
        case "money":
            return f"{_thousands(int(value), language)} ₽"
        case "number":
            return _thousands(int(value), language)
        case "age":
            return _ages(value) if isinstance(value, tuple) else _age(value)
        case "km":
            return _distance(float(value), language)
        case "language":
            return Locale.parse(language).languages.get(value, value)
        case "day" | "fullday" | "weekday" | "month":
            return _day(value if not isinstance(value, datetime) else value.date(), spec, language)
    msg = f"no such format: {spec}"
    raise ValueError(msg)


def _clock(value: datetime | time | int) -> str:
    if isinstance(value, int):
        return f"{value // 60}:{value % 60:02}"
    return f"{value.hour}:{value.minute:02}"


def _thousands(value: int, language: str) -> str:
    # U+00A0: a price never breaks over two lines, and every language we speak but English groups so.
    return f"{value:,}" if language == SOURCE else f"{value:,}".replace(",", "\u00a0")


_DAYS = {"day": "d MMMM", "weekday": "EEEE, d MMMM", "month": "LLLL y"}
_ENGLISH_DAYS = {"day": "MMMM d", "weekday": "EEEE, MMMM d", "month": "LLLL y"}


@lru_cache(maxsize=4096)
def _day(value: date, spec: str, language: str) -> str:
    if spec == "fullday":
        return dates.format_date(value, "long", locale=language)
    return dates.format_date(value, (_ENGLISH_DAYS if language == SOURCE else _DAYS)[spec], locale=language)


def _age(months: int) -> Words:
    if months % MONTHS_IN_YEAR:
        return _("{years} years old").format(years=_decimal(months))
    return n_("{n} year old", "{n} years old", months // MONTHS_IN_YEAR)


def _decimal(months: int) -> Words:
    years, rest = divmod(months * 10 // MONTHS_IN_YEAR, 10)
    return _("{whole}.{tenth}").format(whole=years, tenth=rest) if rest else str(years)


def _ages(pair: Sequence[int | None]) -> Words:
    low, high = pair
    if low is None and high is None:
        return _("any age")
    if high is None:
        return _("from {age}").format(age=_from_years(low or 0))
    if low is None:
        return _("up to {age}").format(age=_from_years(high))
    if low == high:
        return _age(low)
    last = n_("{low}–{n} years old", "{low}–{n} years old", high // MONTHS_IN_YEAR)
    return last.format(low=_decimal(low)) if high % MONTHS_IN_YEAR == 0 else _("{low}–{high} years old").format(low=_decimal(low), high=_decimal(high))


def _from_years(months: int) -> Words:
    """An age in the case that follows «от» and «до»: «от 7 лет», «до 1 года»."""
    if months % MONTHS_IN_YEAR:
        return _("{years} years").format(years=_decimal(months))
    return n_("{n} year", "{n} years", months // MONTHS_IN_YEAR)


def _distance(kilometres: float, language: str) -> Words:
    if kilometres < 1:
        return _("{metres} m").format(metres=round(kilometres * 10) * 100)
    return _("{kilometres} km").format(kilometres=_thousands(round(kilometres), language))
