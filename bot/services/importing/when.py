"""Days, hours and timetables as people write them in tables: «15 сентября 2026», «9.00», «вт, чт 16:00–17:30; сб 10:00»."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.services.importing.vocabulary import WEEKDAYS, WEEKS
from bot.services.importing.words import plain

DAY: Final = 24 * 60
"""Minutes."""

_MONTHS: Final = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_NUMERIC: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?: ?г\.?)?")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ t]00:00(?::00)?)?")
_WORDED: Final = re.compile(r"(\d{1,2}) ([а-я]{3,8})\.? (\d{4})(?: ?г(?:ода|\.)?)?")
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = range(36_526, 73_051)
"""Serial numbers of 2000–2099: a smaller or larger number is not a day of anybody's lessons."""
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.,\- ]| ?ч\.? ?)(\d{2})(?: ?мин\.?| ?м\.?|:00)?")
_BARE: Final = re.compile(r"\d{1,4}")
_SERIAL: Final = re.compile(r"\d{5}")
_TIME: Final = r"(?<![\d.])(\d{1,2})[:.](\d{2})(?!\.?\d)"
_HOURS: Final = re.compile(rf"(?:\bс )?{_TIME}(?: ?(?:-|до) ?{_TIME})?")
_DATES: Final = re.compile(r"(\d{1,2}) ?- ?(\d{1,2}) ([а-я]{3,8} \d{4})")


@dataclass(frozen=True, slots=True, order=True)
class Lesson:
    """One line of a group's timetable: weekly (`weekday` 1–7) or dated (`day` to `last_day`); minutes after local midnight."""

    weekday: int | None = None
    day: date | None = None
    last_day: date | None = None
    starts: int | None = None
    ends: int | None = None
    weeks: str = "every"
    place: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Sorts lessons: by the week, then by date, then by the hour."""
        return (
            self.weekday or 8,
            self.day or date.min,
            self.starts or 0,
            self.ends or 0,
            self.weeks,
            self.place or "",
            self.last_day or date.min,
        )


def day(value: str | float) -> date | None:
    """A day from a text or from a spreadsheet's serial number; `None` for anything else, the 31st of June included."""
    if not isinstance(value, str):
        return _EXCEL_EPOCH + timedelta(days=int(value)) if int(value) in _EXCEL_DAYS else None
    said = plain(value)
    if found := _ISO.fullmatch(said):
        return _made(found[1], found[2], found[3])
    if found := _NUMERIC.fullmatch(said):
        return _made(found[3] if len(found[3]) == len("2026") else f"20{found[3]}", found[2], found[1])
    if (found := _WORDED.fullmatch(said)) and (month := _month(found[2])):
        return _made(found[3], str(month), found[1])
    return day(int(said)) if _SERIAL.fullmatch(said) else None


def _month(word: str) -> int | None:
    return next((number for number, stem in enumerate(_MONTHS, 1) if word.startswith(stem)), None)


def _made(year: str, month: str, number: str) -> date | None:
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return None


def moment(value: str | float) -> tuple[date, int | None] | None:
    """A day with the minutes after midnight, where an hour is said: «01.09.2026 10:00», «1 сентября 2026 в 10.00»."""
    if not isinstance(value, str):
        number = day(value)
        return (number, round(value % 1 * DAY) or None) if number else None
    said = plain(value)
    if at := day(said):
        return at, None
    found = re.fullmatch(r"(.{6,20}?)(?:,? (?:в )?|t)(\d{1,2}[:.]\d{2})(?::\d\d)?", said)
    if not found or not (at := day(found[1])) or (hour := clock(found[2])) is None:
        return None
    return at, hour


def clock(value: str | float) -> int | None:
    """Minutes after midnight from «9:00», «9.00», «9-00», «900», «9», a fraction of a day, or 9.3 that a spreadsheet made of «9.30»."""
    if isinstance(value, str):
        said = plain(value)
        if found := _CLOCK.fullmatch(said):
            return _minutes(int(found[1]), int(found[2]))
        return clock(int(said)) if _BARE.fullmatch(said) else None
    if 0 < value < 1:
        return round(value * DAY) % DAY
    if value % 1:
        return _minutes(int(value), round(value % 1 * 100))
    value = int(value)
    return _minutes(value, 0) if value < 100 else _minutes(value // 100, value % 100)


def _minutes(hours: int, minutes: int) -> int | None:
    return hours * 60 + minutes if 0 <= hours < 24 and 0 <= minutes < 60 else None


_NAMES: Final = {plain(name): int(number) for number, names in WEEKDAYS.items() for name in names}
_CASES: Final = {"среду": 3, "пятницу": 5, "субботу": 6, "субботам": 6, "средам": 3, "пятницам": 5, "воскресеньям": 7}
_TOGETHER: Final = {
    "ежедневно": range(1, 8),
    "каждый день": range(1, 8),
    "будни": range(1, 6),
    "по будням": range(1, 6),
    "выходные": (6, 7),
}


def weekdays(value: str | float) -> list[int] | None:
    """Days of the week, 1 for Monday, from «вт, чт», «пн–пт», «вторник и четверг»; `None` for anything else."""
    said = plain(str(value)).strip(" ,;.")
    if said in _TOGETHER:
        return list(_TOGETHER[said])
    found = set[int]()
    for part in filter(None, re.split(r"[,;/+ ]+и |[,;/+ ]+", said)):
        if part in {"по", "и", "в", "во"}:
            continue
        first, _, last = part.partition("-")
        low, high = _weekday(first), _weekday(last) if last else None
        if low is None or (last and high is None):
            return None
        found |= set(range(low, (high or low) + 1)) if (high or low) >= low else {low, high or low}
    return sorted(found) or None


def _weekday(word: str) -> int | None:
    word = word.strip(".")
    return _NAMES.get(word) or _CASES.get(word) or _NAMES.get(word.removesuffix("ам")) or (int(word) if word in WEEKDAYS else None)


def lessons(value: str) -> list[Lesson] | None:
    """A whole timetable in a cell: days, then hours, as often as need be. `None` where a part of it is not understood."""
    said = plain(value).strip(" .")
    found, at = list[Lesson](), 0
    for hours in _HOURS.finditer(said):
        starts, ends = _minutes(int(hours[1]), int(hours[2])), _minutes(int(hours[3]), int(hours[4])) if hours[3] else None
        if starts is None or (hours[3] and ends is None) or (ends is not None and ends <= starts):
            return None
        made = _lessons(said[at : hours.start()], said[hours.end() :], starts, ends)
        if made is None:
            return None
        new, used = made
        found, at = found + new, hours.end() + used
    rest = said[at:].strip(" ,;.")
    if rest:
        made = _lessons(rest, "", None, None)
        if made is None:
            return None
        found += made[0]
    return sorted(set(found), key=lambda lesson: lesson.key) or None


_WEEKS_SAID: Final = {plain(word): name for name, names in WEEKS.items() for word in names if name != "every"}
_WEEKS: Final = re.compile(rf"[ ,(]*(?:по )?\b({'|'.join(sorted(map(re.escape, _WEEKS_SAID), key=len, reverse=True))})(?: недел[а-я]+)?\)?")


def _lessons(before: str, after: str, starts: int | None, ends: int | None) -> tuple[list[Lesson], int] | None:
    """Lessons of the days named before the hours; the second number is how much of the text after them is used up («по чётным»)."""
    weeks, used = "every", 0
    if told := _WEEKS.search(before):
        before, weeks = before[: told.start()] + before[told.end() :], _WEEKS_SAID[told[1]]
    elif told := _WEEKS.match(after):
        used, weeks = told.end(), _WEEKS_SAID[told[1]]
    days = before.strip(" ,;.:\n")
    if several := _DATES.fullmatch(days):
        first, last = day(f"{several[1]} {several[3]}"), day(f"{several[2]} {several[3]}")
        return ([Lesson(day=first, last_day=last, starts=starts, ends=ends)], used) if first and last and first < last else None
    if one := day(days):
        return [Lesson(day=one, starts=starts, ends=ends)], used
    named = weekdays(days) if days else None
    return ([Lesson(weekday=number, starts=starts, ends=ends, weeks=weeks) for number in named], used) if named else None


def joined(at: date, minutes: int | None, *, end: bool) -> datetime:
    """A local wall-clock moment without a zone; a day alone is its start, or its last minute where it is an end."""
    last = DAY - 1 if end else 0
    return datetime(at.year, at.month, at.day) + timedelta(minutes=last if minutes is None else minutes)  # noqa: DTZ001 (the zone comes with the municipality)
