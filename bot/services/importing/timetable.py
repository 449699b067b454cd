"""The timetables of groups: lines of a sheet and cells of groups become one timetable a group, which replaces the old one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.model.text import _
from bot.services.importing.fitting import Unfit
from bot.services.importing.rows import Row
from bot.services.importing.when import Lesson
from storage import catalogue_import as storage
from storage.catalogue import LessonRow
from storage.database import Tx

_AFTERNOON: Final = 14 * 60
_EVENING: Final = 17 * 60
_WEEK: Final = 7


@dataclass(slots=True)
class Timetable:
    """What a file says of a group's lessons, and the rows that said it."""

    lessons: set[Lesson] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    spoilt: bool = False
    """Whether a row of it was refused: if nothing else is left, the old timetable stays."""


def lessons_of(row: Row) -> list[Lesson]:
    """The lessons that one row of the sheet «Расписание» means. Raises `Unfit`."""
    values = row.values
    days, day, last = values.get("weekdays") or [], values.get("day"), values.get("last_day")
    starts, ends = values.get("starts"), values.get("ends")
    if not days and day is None:
        raise Unfit("weekdays", _("neither days of the week nor a date"))
    if days and day is not None:
        raise Unfit("day", _("days of the week and a date at once: write two rows"))
    if starts is not None and ends is not None and ends <= starts:
        raise Unfit("ends", _("the lesson ends before it begins"))
    if starts is None and ends is not None:
        raise Unfit("starts", _("the lesson has an end and no beginning"))
    if last is not None and (day is None or last < day):
        raise Unfit("last_day", _("the last day is before the first"))
    weeks, place = values.get("weeks") or "every", values.get("place")
    if day is not None:
        return [Lesson(None, day, last if last != day else None, starts, ends, "every", place)]
    return [Lesson(weekday, None, None, starts, ends, weeks, place) for weekday in days]


def bits(lessons: Iterable[Lesson]) -> tuple[int, int]:
    """Days of the week (1 for Monday … 64) and parts of the day (1 before 14:00, 2 from 14:00, 4 from 17:00) that lessons fall on."""
    weekdays = parts = 0
    for lesson in lessons:
        if lesson.weekday is not None:
            weekdays |= 1 << (lesson.weekday - 1)
        elif lesson.day is not None:
            days = min(_WEEK, (lesson.last_day - lesson.day).days + 1 if lesson.last_day else 1)
            for at in range(days):
                weekdays |= 1 << ((lesson.day.weekday() + at) % _WEEK)
        if lesson.starts is not None:
            parts |= 4 if lesson.starts >= _EVENING else 2 if lesson.starts >= _AFTERNOON else 1
    return weekdays, parts


def _plain(lesson: Any) -> tuple[Any, ...]:
    return (lesson.weekday, lesson.day, lesson.last_day, lesson.starts, lesson.ends, lesson.weeks, lesson.place)


async def write(tx: Tx, timetables: Sequence[tuple[int, Timetable]], *, dry_run: bool) -> dict[int, bool]:
    """Replace the timetables that differ; which groups changed, and whether they had one before."""
    had: dict[int, list[tuple[Any, ...]]] = {}
    groups = [group for group, _timetable in timetables]
    if not dry_run:
        await tx.all(storage.LOCK_GROUPS, groups=groups)
    for old in await tx.all(storage.LESSONS, groups=groups):
        had.setdefault(old.group, []).append(_plain(old))
    changed, new, marks = dict[int, bool](), list[dict[str, Any]](), list[dict[str, Any]]()
    for group, timetable in timetables:
        if timetable.spoilt and not timetable.lessons:
            continue
        lessons = sorted(timetable.lessons, key=lambda lesson: lesson.key)
        if Counter(had.get(group, ())) == Counter(map(_plain, lessons)):
            continue
        changed[group] = group in had
        new += [{**dict(zip(LessonRow._fields[1:], _plain(lesson), strict=True)), "group": group} for lesson in lessons]
        weekdays, parts = bits(lessons)
        marks.append({"which": group, "new_weekdays": weekdays, "new_day_parts": parts})
    if changed and not dry_run:
        await tx.run(storage.FORGET_LESSONS, groups=list(changed))
        await tx.many(storage.MARK_DAYS, marks)
        if new:
            await tx.many(storage.INSERT_LESSON, new)
    return changed
