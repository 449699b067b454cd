"""First visits («прийти на пробное»): a guest place at one lesson, without papers; afterwards the family says whether it stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model.link import to
from bot.model.text import _
from bot.services import queue, staff, waking
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import RULES, Refused
from storage import delivery
from storage import enrolment as facts_of
from storage import place as places
from storage import visit as table
from storage.database import Tx
from storage.visit import LessonRow, VisitRow

__all__ = [
    "AHEAD",
    "MOST",
    "Lesson",
    "VisitRow",
    "book",
    "cancel",
    "decide",
    "guests",
    "lessons",
    "mark",
    "number",
    "of_staff",
    "set_guests",
    "visit",
]

AHEAD = timedelta(weeks=3)
"""How far ahead a first visit is booked."""
EVENING = time(18)
"""Local time of the evening before at which a family is reminded."""
AFTER = timedelta(hours=2)
"""After a lesson the family is asked how it went, in waking hours."""
LESSON = 45
"""Minutes of a lesson whose end is not known."""
MOST = 50
"""Guest places at one lesson, at most."""
LATELY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson that a guest may come to, and its free guest places. Minutes are after local midnight."""

    day: date
    starts: int
    ends: int | None
    free: int


def days_of(lessons: Iterable[LessonRow], first: date, last: date) -> list[tuple[date, int, int | None]]:
    """The days with a lesson at a known hour between two days: every other week goes by the week's number, once a month is no known day."""
    found = dict[date, tuple[int, int | None]]()
    for lesson in lessons:
        if lesson.starts is None or lesson.weeks == "month":
            continue
        for at in range((last - first).days + 1):
            day = first + timedelta(days=at)
            dated = lesson.day is not None and lesson.day <= day <= (lesson.last_day or lesson.day)
            parity = "odd" if day.isocalendar().week % 2 else "even"
            weekly = lesson.weekday == day.isoweekday() and lesson.weeks in {"every", parity}
            if (dated or weekly) and (day not in found or lesson.starts < found[day][0]):
                found[day] = (lesson.starts, lesson.ends)
    return [(day, *found[day]) for day in sorted(found)]


async def lessons(tx: Tx, group: int) -> list[Lesson]:
    """The next lessons of a group that have a free guest place; none where it takes no guests."""
    facts = await rules.facts_of(tx, group)
    most = await tx.one(table.NUMBER, group=group) or 0
    zone = ZoneInfo(facts.zone)
    today = waking.local_day(tx.now, zone)
    first, last = max(today, facts.starts or today), min(today + AHEAD, facts.ends or date.max)
    if facts.starts is not None and facts.starts > today:
        last = min(facts.starts + AHEAD, facts.ends or date.max)
    if not most or facts.archived or facts.state != "published" or first > last:
        return []
    taken = dict(await tx.all(table.TAKEN, group=group))
    made = list[Lesson]()
    for day, starts, ends in days_of(await tx.all(table.LESSONS, group=group), first, last):
        free = most - taken.get(day, 0)
        if free > 0 and _at(day, starts, zone) > tx.now:
            made.append(Lesson(day, starts, ends, free))
    return made


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(*divmod(minutes, 60)), zone).astimezone(UTC)


async def book(tx: Tx, person: int, child: int, group: int, day: date) -> int:
    """Take a guest place at a lesson for a child, and return the visit; asked twice it is the same one. Raises `Refused`."""
    try:
        facts = await queue.lock(tx, group)
    except LookupError:
        raise Refused(_("This group is no longer in the catalogue"), RULES) from None
    who = rules.check_guardian(await tx.all(facts_of.LOCK_CHILD, child=child, person=person))
    zone = ZoneInfo(facts.zone)
    age = rules.months(who.born, rules.counted_at(facts.starts, waking.local_day(tx.now, zone)))
    if not rules.age_fits(age, facts.age_min, facts.age_max):
        words = _("The group takes {ages:age}: a first visit would only disappoint").format(ages=(facts.age_min, facts.age_max))
        raise Refused(words, facts.organisation_name)
    if (there := await tx.one(table.STANDING, group=group, child=child, today=waking.local_day(tx.now, zone))) is not None:
        return there
    lesson = next((each for each in await lessons(tx, group) if each.day == day), None)
    guests_ = await tx.one(table.NUMBER, group=group) or 0
    made = None
    if lesson is not None:
        made = await tx.one(table.BOOK, group=group, child=child, person=person, day=day, state="booked", now=tx.now, guests=guests_)
    if made is None or lesson is None:
        raise Refused(_("That lesson has no guest place any more: choose another day"), facts.organisation_name)
    eve = datetime.combine(day - timedelta(days=1), EVENING, zone).astimezone(UTC)
    after = waking.awake(_at(day, lesson.ends or lesson.starts + LESSON, zone) + AFTER, zone)
    for guardian in await tx.all(places.TO_BE_TOLD, family=who.family, but=0):
        for key, due, page in (("eve", eve, "visit"), ("after", after, "visited")):
            if due > tx.now:
                link = str(to(page, made))
                await tx.run(delivery.ADD, person=guardian, link=link, due=due, key=f"visit:{made}:{key}:{guardian}", kind="reminder")
    return made


async def visit(tx: Tx, person: int, number: int) -> VisitRow | None:
    """A visit, for the guardians and followers of the child; `None` for others."""
    found = await tx.one(table.ONE, visit=number, person=person)
    return found if found is not None and found.role is not None else None


async def cancel(tx: Tx, person: int, number: int) -> None:
    """Give the guest place back; twice is once. Raises `Refused`."""
    found = await _own(tx, person, number)
    await queue.lock(tx, found.group)
    if found.state == "booked":
        await tx.run(table.CANCEL, visit=number)


async def decide(tx: Tx, person: int, number: int, *, stays: bool) -> None:
    """Say after the lesson whether the child stays. Raises `Refused`."""
    found = await _own(tx, person, number)
    if found.day > waking.local_day(tx.now, ZoneInfo(found.zone)):
        raise Refused(_("The lesson is still ahead"), RULES)
    if found.state not in {"cancelled", "missed"}:
        await tx.run(table.MARK, visit=number, state="stays" if stays else "leaves")


async def _own(tx: Tx, person: int, number: int) -> VisitRow:
    found = await visit(tx, person, number)
    if found is None or found.role != "guardian":
        raise Refused(_("Only a parent or guardian who looks after the child may do this"), RULES)
    return found


async def guests(tx: Tx, person: int, group: int) -> list[VisitRow]:
    """Who comes to a group for the first time, and came in the last two weeks, for its staff. Raises `Refused`."""
    await _staff(tx, person, group)
    since = waking.local_day(tx.now, ZoneInfo((await rules.facts_of(tx, group)).zone)) - LATELY
    return await tx.all(table.GUESTS, group=group, person=person, since=since)


async def of_staff(tx: Tx, person: int, number: int) -> VisitRow | None:
    """A visit, for the staff of its group; `None` for others."""
    found = await tx.one(table.ONE, visit=number, person=person)
    if found is None or not await staff.access(tx, person, found.group) & {"organisation", "teacher"}:
        return None
    return found


async def mark(tx: Tx, person: int, number: int, *, came: bool) -> None:
    """Mark whether a guest came; what the family said afterwards stands. Raises `Refused`."""
    found = await tx.one(table.ONE, visit=number, person=person)
    if found is None:
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    await _staff(tx, person, found.group)
    if found.state in {"booked", "came", "missed"}:
        await tx.run(table.MARK, visit=number, state="came" if came else "missed")


async def number(tx: Tx, group: int) -> int:
    """How many guests a lesson of a group takes."""
    return await tx.one(table.NUMBER, group=group) or 0


async def set_guests(tx: Tx, person: int, group: int, guests_: int) -> None:
    """Set how many guests a lesson takes; fewer only stop new ones. Raises `Refused`, `ValueError` for an impossible number."""
    if not 0 <= guests_ <= MOST:
        raise ValueError(f"a lesson takes no {guests_} guests")
    await _staff(tx, person, group)
    facts = await queue.lock(tx, group)
    await tx.run(table.SET_GUESTS, group=group, guests=guests_)
    await staff.note(tx, person, "set_guests", "group", group, facts.organisation, to=guests_)


async def _staff(tx: Tx, person: int, group: int, roles: Sequence[str] = ("organisation", "teacher")) -> None:
    if not await staff.access(tx, person, group) & set(roles):
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
