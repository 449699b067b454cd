"""The timetable of a group for a telephone's own calendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

LESSON = 45
"""Minutes of a lesson whose end is not known: an academic hour."""
_DAY = timedelta(days=1)
_SCHOOL_YEAR_ENDS = (5, 31)


def _end(starts: date, ends: str | None) -> date:
    """The last day: the group's own, else the end of its school year."""
    if ends:
        return date.fromisoformat(ends)
    month, day = _SCHOOL_YEAR_ENDS
    last = date(starts.year, month, day)
    return last if starts <= last else date(starts.year + 1, month, day)


def _first(starts: date, weekday: int) -> date:
    return starts + timedelta(days=(weekday - starts.isoweekday()) % 7)


def _parity(day: date, starts: date, weeks: str) -> date:
    """The first such day in an odd or an even week, as weeks are counted from the group's first one."""
    monday = starts - timedelta(days=starts.isoweekday() - 1)
    odd = (day - monday).days // 7 % 2 == 0
    return day if weeks not in {"odd", "even"} or odd == (weeks == "odd") else day + timedelta(weeks=1)


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)


def countable(lesson: Mapping[str, Any]) -> bool:
    """Whether a line of a timetable has a day and an hour, so that a calendar can hold it: a monthly one says no week."""
    return lesson["starts"] is not None and lesson["weeks"] != "month"


def _events(facts: Mapping[str, Any]) -> Iterator[Event]:
    """An event for each line of the timetable; one whose hour is not known is left out."""
    zone, starts = ZoneInfo(facts["zone"]), date.fromisoformat(facts["starts"])
    last = _end(starts, facts.get("ends"))
    for at, lesson in enumerate(facts["lessons"]):
        if not countable(lesson):
            continue
        dated, rule = lesson["day"] is not None, dict[str, Any]()
        if dated:
            day = date.fromisoformat(lesson["day"])
            until = date.fromisoformat(lesson["last_day"] or lesson["day"])
            rule = {"FREQ": "DAILY"} if until > day else {}
        else:
            day = _parity(_first(starts, lesson["weekday"]), starts, lesson["weeks"])
            until, rule = last, {"FREQ": "WEEKLY"} | ({"INTERVAL": 2} if lesson["weeks"] in {"odd", "even"} else {})
        if day > until:
            continue
        event = Event()
        event.add("UID", f"{facts['uid']}-{at}@kruzhok")
        event.add("DTSTAMP", datetime.fromisoformat(facts["stamp"]).astimezone(UTC))
        event.add("SUMMARY", facts["name"])
        event.add("DTSTART", _at(day, lesson["starts"], zone))
        event.add("DTEND", _at(day, lesson["ends"] if lesson["ends"] is not None else lesson["starts"] + LESSON, zone))
        if rule:
            event.add("RRULE", {**rule, "UNTIL": _at(until + _DAY, 0, zone).astimezone(UTC) - timedelta(seconds=1)})
        if lesson.get("place") or facts.get("place"):
            event.add("LOCATION", lesson.get("place") or facts["place"])
        yield event


def calendar(facts: Mapping[str, Any]) -> bytes:
    """The lessons of a group: `name`, `place`, `zone`, `starts`, `ends`, `stamp`, `uid`, and `lessons` as rows of its timetable.

    Weeks are counted from the group's first one, as its teacher counts them. The zone is written with what it was and will be in the
    years of the lessons, not with its whole history.
    """
    made = Calendar()
    made.add("PRODID", "-//Kruzhok//RU")
    made.add("VERSION", "2.0")
    made.add("X-WR-CALNAME", facts["name"])
    starts = date.fromisoformat(facts["starts"])
    first, last = date(starts.year, 1, 1), date(_end(starts, facts.get("ends")).year + 1, 1, 1)
    made.add_component(Timezone.from_tzid(facts["zone"], first_date=first, last_date=last))
    for event in _events(facts):
        made.add_component(event)
    return bytes(made.to_ical())
