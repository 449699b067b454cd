"""When people are awake and offices work: quiet hours, the time an answer may take, working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WAKES, SLEEPS = time(9), time(21)
"""Local hours between which people are written to, and in which their time to answer runs (screens: «с 21:00 до 9:00 часы стоят»)."""

OPENS, CLOSES = time(9), time(18)
"""Local hours of a working day in which offices answer."""
OFFICE_DAY = timedelta(hours=9)

_DAY = timedelta(days=1)
_HOLIDAYS = frozenset({*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})
"""Month and day of the public holidays (Labour Code, article 112). The government's yearly moves of days off are not known here: a term
that is a day too short for an office harms no family."""


def _works(day: date) -> bool:
    return day.isoweekday() < 6 and (day.month, day.day) not in _HOLIDAYS


def _days(at: datetime, zone: ZoneInfo, *, office: bool = False) -> Iterator[tuple[datetime, datetime]]:
    """The waking spans (or those of an office) of the local day of `at` and of all that follow, as instants in UTC."""
    day, (first, last) = at.astimezone(zone).date(), (OPENS, CLOSES) if office else (WAKES, SLEEPS)
    while True:
        if not office or _works(day):
            yield datetime.combine(day, first, zone).astimezone(UTC), datetime.combine(day, last, zone).astimezone(UTC)
        day += _DAY


def awake(at: datetime, zone: ZoneInfo, *, office: bool = False) -> datetime:
    """`at` where people are awake then (or an office works), else the next morning."""
    return next(max(at, wakes) for wakes, sleeps in _days(at, zone, office=office) if at < sleeps)


def after(at: datetime, span: timedelta, zone: ZoneInfo, *, office: bool = False) -> datetime:
    """The instant at which `span` of waking time (or of an office's), counted from `at`, is over.

    24 waking hours from 20:50 end on the third day at 20:50; an office's working day from Friday, 16:00 ends on Monday at 16:00.
    """
    for wakes, sleeps in _days(at, zone, office=office):
        begins = max(at, wakes)
        if begins + span <= sleeps:
            return begins + span
        span -= max(sleeps - begins, timedelta())
    raise AssertionError("days do not end")


def between(start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """How much waking time lies between two instants."""
    total = timedelta()
    for wakes, sleeps in _days(start, zone):
        if wakes >= end:
            return total
        total += max(min(end, sleeps) - max(start, wakes), timedelta())
    raise AssertionError("days do not end")


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The day it is there."""
    return at.astimezone(zone).date()


def last_working_day(day: date) -> date:
    """The working day before `day`."""
    day -= _DAY
    while not _works(day):
        day -= _DAY
    return day


def works(at: datetime, zone: ZoneInfo) -> bool:
    """Whether offices work at this instant."""
    return awake(at, zone, office=True) == at


def working_day(day: date, number: int) -> date:
    """The day that is so many working days after `day`: 7 from Monday, 24 August are Wednesday, 2 September."""
    while number > 0:
        day += _DAY
        number -= _works(day)
    return day
