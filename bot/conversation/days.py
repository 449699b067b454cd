"""Days as people write and press them: «5 мая», 05.05.2017, «завтра»; years, months and days by steps."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import dates

from bot.model.text import Words, _

SOON = 60
"""Days ahead within which a question is about the near future and offers the next seven days."""
_RELATIVE = {"сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2}
_CENTURY = 100
_SHORTEST_MONTH = 3


@lru_cache(maxsize=1)
def _months() -> list[tuple[str, int]]:
    """The first letters of the months in both languages, as the genitive and the nominative begin alike."""
    found = []
    for language in ("ru", "en"):
        for width in ("wide", "abbreviated"):
            for number, name in dates.get_month_names(width, locale=language).items():
                found.append((name.casefold().strip(".")[: max(_SHORTEST_MONTH, len(name) - 2)], number))
    return [*found, ("мая", 5), ("май", 5)]


def _month(word: str) -> int | None:
    word = word.casefold()
    fitting = {number for stem, number in _months() if word.startswith(stem) or (len(word) >= _SHORTEST_MONTH and stem.startswith(word))}
    return fitting.pop() if len(fitting) == 1 else None


def _year(text: str | None, month: int, day: int, today: date) -> Iterator[date]:
    """The days that a day and a month may mean; without a year the next such day comes first, then the last one."""
    years = [today.year, today.year + 1, today.year - 1] if not text else [int(text)]
    for year in years:
        full = year if year >= _CENTURY else 2000 + year if 2000 + year <= today.year + 10 else 1900 + year
        if 1 <= month <= 12 and 1 <= day <= monthrange(full, month)[1]:
            yield date(full, month, day)


def readable_days(text: str, today: date) -> list[date]:
    """Every day that a written text may mean, the likeliest first: none where it is not a day at all."""
    text = text.strip().casefold()
    if text in _RELATIVE:
        return [today + timedelta(days=_RELATIVE[text])]
    if found := re.fullmatch(r"(\d{1,2})[./\-\s](\d{1,2})(?:[./\-\s](\d{4}|\d{2}))?\s*г?\.?", text):
        return sorted(_year(found[3], int(found[2]), int(found[1]), today), key=lambda day: day < today)
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
        return list(_year(found[1], int(found[2]), int(found[3]), today))
    if (found := re.fullmatch(r"(\d{1,2})(?:-?го)?\s+([^\W\d]+)\.?(?:\s+(\d{4}|\d{2}))?\s*(?:г\.?|года)?", text)) and (
        month := _month(found[2])
    ):
        return sorted(_year(found[3], month, int(found[1]), today), key=lambda day: day < today)
    return []


@dataclass(frozen=True, slots=True)
class Step:
    """A button on the way to a day: a year `2017`, a month `201705`, or the `whole` day `20170505`."""

    label: Words
    value: str
    whole: bool = False


def _span(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def read_day(draft: str, today: date, first: date, last: date) -> list[Step]:
    """What to offer next: days of the coming week, or years, or months of a year, or days of a month, all between `first` and `last`."""
    if re.fullmatch(r"\d{6}", draft) and int(draft[:4]) > 0 and 1 <= int(draft[4:]) <= 12:
        start, end = _span(int(draft[:4]), int(draft[4:]))
        days = [start + timedelta(days=at) for at in range((end - start).days + 1)]
        return [Step(str(day.day), day.strftime("%Y%m%d"), whole=True) for day in days if first <= day <= last]
    if re.fullmatch(r"\d{4}", draft) and int(draft) > 0:
        months = [month for month in range(1, 13) if _span(int(draft), month)[0] <= last and _span(int(draft), month)[1] >= first]
        return [Step(_("{day:month}").format(day=date(int(draft), month, 1)), f"{draft}{month:02}") for month in months]
    if first <= today + timedelta(days=6) and today <= last <= today + timedelta(days=SOON):
        start = max(first, today)
        week = [start + timedelta(days=at) for at in range(7)]
        return [Step(_("{day:weekday}").format(day=day), day.strftime("%Y%m%d"), whole=True) for day in week if day <= last]
    return [Step(str(year), str(year)) for year in range(last.year, first.year - 1, -1)]
