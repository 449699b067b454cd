"""Rooms and hours of the grown groups: no room is given twice, and no teacher is sent to two villages on one day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from sandbox.district.core import Entry

Span = tuple[int, int]
"""A lesson: minutes after midnight when it begins and ends."""

WEEK = ("пн", "вт", "ср", "чт", "пт")
PATTERNS: dict[int, list[tuple[str, ...]]] = {
    1: [(day,) for day in (*WEEK, "сб")],
    2: [("пн", "ср"), ("вт", "чт"), ("ср", "пт"), ("вт", "пт"), ("пн", "чт")],
    3: [("пн", "ср", "пт"), ("вт", "чт", "сб")],
}
"""Days of the week that go together, by how many lessons a week there are."""
AFTER_KINDERGARTEN = 16 * 60 + 30
AT_HOME = {"week": ["17:00", "20:00"], "saturday": ["11:00", "15:00"]}
"""When lessons by video are."""
STEP = 15
"""Lessons begin at quarters of an hour."""
BREAK = 10
TRIES = 100


def minutes(said: str) -> int:
    """Minutes after midnight."""
    hours, rest = said.split(":")
    return int(hours) * 60 + int(rest)


def clock(at: int) -> str:
    """Minutes after midnight as a clock shows them."""
    return f"{at // 60}:{at % 60:02}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a group needs: so many lessons a week of so many minutes, in a hall or in one certain room, if it does not do with any.

    `young` children come when kindergartens close; those of the `second` shift come in the morning.
    """

    lessons: int
    minutes: int
    room: str
    hall: bool
    young: bool
    second: bool


class Rooms:
    """Who is where and when."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._taken: dict[tuple[str, str, str], list[Span]] = defaultdict(list)

    def book(self, teacher: str, venue: Entry | None, wanted: Wanted) -> Entry | None:
        """A room and hours for a teacher's group, as its row of the catalogue says them; `None` where nothing is free after some tries.

        `venue` is `None` for lessons by video.
        """
        for _try in range(TRIES):
            spans = self._spans(venue, wanted)
            if spans is None or any(self._away(teacher, venue, day) for day in spans):
                continue
            if not self._free(teacher, "", spans) or (room := self._room(venue, wanted, spans)) is None:
                continue
            for day, span in spans.items():
                self._taken[teacher, "", day].append(span)
                self._taken[teacher, _settlement(venue), day].append(span)
                if venue:
                    self._taken[venue["address"], room, day].append(span)
            return _row(venue, room, spans)
        return None

    def _spans(self, venue: Entry | None, wanted: Wanted) -> dict[str, Span] | None:
        """Days and hours: the same hour on all working days, its own on a Saturday. `None` where they do not fit between open doors."""
        starts, spans = dict[bool, int](), dict[str, Span]()
        for day in self._dice.choice(PATTERNS[wanted.lessons]):
            if (at := starts.get(day in WEEK)) is None:
                hours = _hours(venue, day, wanted)
                if hours is None or hours[1] - wanted.minutes < hours[0]:
                    return None
                at = starts[day in WEEK] = self._dice.randrange(hours[0], hours[1] - wanted.minutes + 1, STEP)
            spans[day] = (at, at + wanted.minutes)
        return spans

    def _away(self, teacher: str, venue: Entry | None, day: str) -> bool:
        """Whether the teacher is in another village on that day."""
        return bool(self._taken[teacher, "", day]) and not self._taken[teacher, _settlement(venue), day]

    def _free(self, whose: str, room: str, spans: dict[str, Span]) -> bool:
        return not any(_meet(span, other) for day, span in spans.items() for other in self._taken[whose, room, day])

    def _room(self, venue: Entry | None, wanted: Wanted, spans: dict[str, Span]) -> str | None:
        if venue is None:
            return ""
        rooms = [wanted.room] if wanted.room else venue.get("halls" if wanted.hall else "rooms", [])
        free = [room for room in rooms if self._free(venue["address"], room, spans)]
        return self._dice.choice(free) if free else None


def _settlement(venue: Entry | None) -> str:
    return venue["settlement"] if venue else "at home"


def _hours(venue: Entry | None, day: str, wanted: Wanted) -> Span | None:
    """When the doors are open for such a group on a day."""
    doors: Entry = venue or AT_HOME
    said = doors.get("saturday") if day not in WEEK else doors["morning"] if wanted.second else doors["week"]
    if said is None:
        return None
    opens, closes = minutes(said[0]), minutes(said[1])
    return (max(opens, AFTER_KINDERGARTEN) if wanted.young and day in WEEK else opens), closes


def _meet(one: Span, other: Span) -> bool:
    """Whether two lessons run into each other, with some minutes to leave and to come in."""
    return one[0] < other[1] + BREAK and other[0] < one[1] + BREAK


def _row(venue: Entry | None, room: str, spans: dict[str, Span]) -> Entry:
    by_hours: dict[Span, list[str]] = {}
    for day, span in spans.items():
        by_hours.setdefault(span, []).append(day)
    lessons = [{"weekdays": ", ".join(days), "starts": clock(start), "ends": clock(end)} for (start, end), days in by_hours.items()]
    if venue is None:
        return {"mode": "дистанционно", "lessons": lessons}
    return {key: venue[key] for key in ("settlement", "address", "metres")} | {"room": room, "lessons": lessons}
