"""How a value is written in a language: days, times, money, ages, distances. The formats are the only formatting language of texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from babel import Locale, dates

from bot.model.text import Words, _, n_

SOURCE = "en"
"""The language of the code; it needs no catalogue."""
MONTHS_IN_YEAR = 12


def formatted(value: Any, spec: str, language: str) -> Words:
    """Write a value in a language, by the format behind its name in a text: `{start:day}`.

    - `day` «3 сентября», `fullday` «3 сентября 2026 года», `weekday` «четверг, 3 сентября», `month` «сентябрь 2026»
    - `time` «16:00»: a time, a datetime, or minutes after midnight
    - `money` «4 200 ₽» of whole roubles, `number` «1 510»
    - `age` «9 лет», «6,5 лет» of months; «7–10 лет» of a pair of months, either of which may be missing
    - `km` «14 км», «600 м» of kilometres, `language` «русский» of a code

    Words themselves have one format, which `Languages` knows: `capital` makes their first letter large where a line begins with them.

    Raises `ValueError` for an unknown format.
    """
    if not spec:
        return str(value)
    write = _FORMATS.get(spec)
    if write is None:
        msg = f"no such format: {spec}"
        raise ValueError(msg)
    return write(value, language)


def _clock(value: datetime | time | int) -> str:
    if isinstance(value, int):
        return f"{value // 60}:{value % 60:02}"
    return f"{value.hour}:{value.minute:02}"


def _thousands(value: int, language: str) -> str:
    # U+00A0: a price never breaks over two lines, and every language we speak but English groups so.
    return f"{value:,}" if language == SOURCE else f"{value:,}".replace(",", "\u00a0")


_DAYS = {"day": "d MMMM", "weekday": "EEEE, d MMMM", "month": "LLLL y"}
_FULL_DAYS = {"en": "d MMMM y", "ru": "d MMMM y 'года'"}
"""As a sentence says it, where CLDR has an abbreviation (2026 г.) or an order that does not fit after a range (October 12–14)."""


@lru_cache(maxsize=4096)
def _day(value: date, spec: str, language: str) -> str:
    return dates.format_date(value, _FULL_DAYS.get(language, "long") if spec == "fullday" else _DAYS[spec], locale=language)


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
    return (
        last.format(low=_decimal(low))
        if high % MONTHS_IN_YEAR == 0
        else _("{low}–{high} years old").format(low=_decimal(low), high=_decimal(high))
    )


def _from_years(months: int) -> Words:
    """An age in the case that follows «от» and «до»: «от 7 лет», «до 1 года»."""
    if months % MONTHS_IN_YEAR:
        return _("{years} years").format(years=_decimal(months))
    return n_("{n} year", "{n} years", months // MONTHS_IN_YEAR)


def _distance(kilometres: float, language: str) -> Words:
    hundreds = round(kilometres * 10)
    if hundreds < 10:
        return _("{metres} m").format(metres=hundreds * 100)
    return _("{kilometres} km").format(kilometres=_thousands(round(kilometres), language))


def _dated(spec: str) -> Callable[[Any, str], Words]:
    return lambda value, language: _day(value.date() if isinstance(value, datetime) else value, spec, language)


_FORMATS: Mapping[str, Callable[[Any, str], Words]] = {
    "time": lambda value, _language: _clock(value),
    "money": lambda value, language: f"{_thousands(int(value), language)}\u00a0₽",
    "number": lambda value, language: _thousands(int(value), language),
    "age": lambda value, _language: _ages(value) if isinstance(value, tuple) else _age(value),
    "km": lambda value, language: _distance(float(value), language),
    "language": lambda value, language: str(Locale.parse(language).languages.get(value, value)),
    "day": _dated("day"),
    "fullday": _dated("fullday"),
    "weekday": _dated("weekday"),
    "month": _dated("month"),
}
