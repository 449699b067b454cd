"""How programmes are put into words: ages, prices, timetables, places; the same on every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.model.category import CATEGORIES
from bot.model.text import Words, _, dotted, lines, listed, n_
from bot.model.wanted import Ages, Direction, Wish
from bot.services.catalogue import Card, Group, GroupRow, LessonRow, ProgrammeRow
from bot.services.finding import Found

DIRECTIONS = {
    Direction.TECHNICAL: _("technology"),
    Direction.NATURAL: _("nature"),
    Direction.SPORT: _("sport"),
    Direction.ART: _("arts"),
    Direction.TOURISM: _("hikes and local history"),
    Direction.SOCIAL: _("talking and languages"),
}
LEVELS = {
    "starting": _("for beginners"),
    "basic": _("basic level"),
    "advanced": _("advanced level"),
    "mixed": _("any level"),
}
WISHES = {
    Wish.MORNING: _("before 14:00"),
    Wish.AFTERNOON: _("after school"),
    Wish.EVENING: _("in the evening"),
    Wish.WEEKEND: _("at weekends"),
    Wish.FREE: _("free of charge"),
    Wish.NOT_PAID: _("free or by certificate"),
    Wish.REMOTE: _("remotely"),
    Wish.VISITING: _("comes to the village"),
    Wish.PLACES: _("has free places"),
}
WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
PER = {
    "lesson": _("{price:money} a lesson"),
    "month": _("{price:money} a month"),
    "year": _("{price:money} a year"),
    "course": _("{price:money} for the course"),
}
WEEKS = {"odd": _("every other week"), "even": _("every other week"), "month": _("once a month")}


def age(low: int | None, high: int | None) -> Words:
    """«7–10 лет», from months."""
    return _("{ages:age}").format(ages=(low, high))


def ages(span: Ages) -> Words:
    """«9 лет» or «7–8 лет», from years."""
    return age(span.low * 12, span.high * 12)


def joined(parts: Sequence[Words]) -> Words:
    """«вт и чт», «пн, ср, пт»."""
    return _("{a} and {b}").format(a=parts[0], b=parts[1]) if len(parts) == 2 else listed(parts)


def price(facts: ProgrammeRow) -> Words:
    """What it costs, and whether a certificate pays for it."""
    if facts.free:
        return _("free of charge")
    sum_ = PER[facts.price_per or "year"].format(price=facts.price) if facts.price is not None else None
    if facts.certificate:
        without = _("paid, or by certificate") if facts.paid else _("by certificate")
        return _("{price}, or by certificate").format(price=sum_) if sum_ else without
    if facts.paid:
        return _("{price}, no certificate").format(price=sum_) if sum_ else _("paid, ask about the price")
    return sum_ or _("ask about the price")


def days(first: date, last: date | None, today: date) -> Words:
    """«12–14 октября», «5 сентября», and with the year where it is another one: «2–8 января 2027 года»."""
    last = last or first
    if first.year != last.year:
        return _("{first:fullday} – {last:fullday}").format(first=first, last=last)
    end = _("{day:day}").format(day=last) if last.year == today.year else _("{day:fullday}").format(day=last)
    if first == last:
        return end
    if first.month == last.month:
        return _("{first}–{last}").format(first=first.day, last=end)
    return _("{first:day} – {last}").format(first=first, last=end)


def hours(starts: int | None, ends: int | None) -> Words | None:
    """«16:00–17:30»."""
    if starts is None:
        return None
    return _("{starts:time}–{ends:time}").format(starts=starts, ends=ends) if ends is not None else _("{starts:time}").format(starts=starts)


def timetable(group: Group, today: date, *, full: bool = False) -> Words | None:
    """When a group meets: «вт и чт 16:00–17:30», or what its organisation wrote instead; `full` adds the lessons' own places."""
    note = group.facts.timetable_note
    weekly = [
        [*same] for _at, same in groupby(sorted((one for one in group.lessons if one.weekday), key=_slot), key=lambda one: _slot(one)[:-1])
    ]
    found = [_weekly(same, full=full, noted=bool(note)) for same in sorted(weekly, key=lambda same: same[0].weekday or 0)]
    found += [listed((days(one.day, one.last_day, today), hours(one.starts, one.ends))) for one in group.lessons if one.day]
    said = [part for part in (*found, note) if part]
    return listed(said) if said else None


def _weekly(same: list[LessonRow], *, full: bool, noted: bool) -> Words | None:
    """Lessons at one hour on some days of the week. What is once a month a note beside it explains better."""
    one = same[0]
    if noted and one.weeks == "month" and one.starts is None:
        return None
    names = joined([WEEKDAYS[(each.weekday or 1) - 1] for each in same])
    weeks = None if noted and one.weeks == "month" else WEEKS.get(one.weeks)
    place = _("({place})").format(place=one.place) if full and one.place else None
    return listed((names, hours(one.starts, one.ends), weeks, place), " ")


def _slot(lesson: LessonRow) -> tuple[int, int, str, str, int]:
    return lesson.starts or 0, lesson.ends or 0, lesson.weeks, lesson.place or "", lesson.weekday or 0


def meets(group: Group, today: date) -> list[Words]:
    """The line of a group's time and first day: «🗓 вт и чт 16:00–17:30, с 15 сентября»; none where neither is known."""
    known = [each for each in (timetable(group, today), begins(group, today)) if each is not None]
    return [_("🗓 {facts}").format(facts=listed(known))] if known else []


def begins(group: Group, today: date) -> Words | None:
    """«с 15 сентября», while that is ahead; a visit and what has dates of its own say it anyway."""
    starts = group.facts.starts
    if starts is None or starts <= today or group.facts.mode == "visiting" or any(lesson.day for lesson in group.lessons):
        return None
    return _("from {day}").format(day=days(starts, None, today))


def enrolment(group: GroupRow, now: datetime, zone: str) -> Words | None:
    """«запись откроется 1 сентября в 10:00», «заявки до 20 сентября», «запись закрыта»; `None` where it is simply open."""
    if group.locked or (group.enrolment_to is not None and group.enrolment_to < now):
        return _("enrolment is closed")
    if group.enrolment_from is not None and group.enrolment_from > now:
        opens = group.enrolment_from.astimezone(ZoneInfo(zone))
        if opens.time() == time.min:
            return _("enrolment opens on {day:day}").format(day=opens.date())
        return _("enrolment opens on {day:day} at {at:time}").format(day=opens.date(), at=opens.time())
    if group.for_all is not None and group.for_all > now:
        opens = group.for_all.astimezone(ZoneInfo(zone))
        return _("first those who continue or come first; for everybody from {day:day}, {at:time}").format(
            day=opens.date(), at=opens.time()
        )
    if group.enrolment_to is not None:
        return _("applications until {day:day}").format(day=group.enrolment_to.astimezone(ZoneInfo(zone)).date())
    return None


def year(group: GroupRow, now: datetime) -> Words | None:
    """«набор на 2027/28», for a school year that has not begun yet; a school year begins in September."""
    current = now.year if now.month >= 9 else now.year - 1  # until September the year before goes on, and the next one is taken for already
    if group.year is None or group.year <= current + (now.month < 9):
        return None
    return _("intake for {year}/{next}").format(year=str(group.year), next=f"{(group.year + 1) % 100:02}")


def first_come(group: GroupRow) -> Words | None:
    """Who comes first by the group's published rule."""
    if not group.priority:
        return None
    return _("first come: {whom}").format(whom=listed([CATEGORIES.get(code, code) for code in group.priority]))


def places(group: Group, *, short: bool = False) -> Words:
    """«свободно 3 из 12» (`short`: «свободно 3»), «мест нет, в очереди 3», or how a selection goes."""
    facts = group.facts
    if facts.entry == "selection":
        return n_("{n} place, by selection", "{n} places, by selection", facts.size) if facts.size is not None else _("by selection")
    if group.early:
        return _("places are shown once everybody may apply")
    free = group.free
    if free is None:
        return _("ask about places")
    if free:
        return n_("{n} free", "{n} free", free) if short else n_("{n} of {size} free", "{n} of {size} free", free).format(size=facts.size)
    if facts.waiting:
        return n_("no places, {n} in the queue", "no places, {n} in the queue", facts.waiting)
    return _("no places")


def queue_outside(group: Group) -> Words | None:
    """How many wait on the organisation's own list, of which the bot knows only the number: our own numbers do not count them."""
    return _("In the organisation's own queue: {n} more.").format(n=group.facts.waiting) if group.facts.waiting else None


def outside(group: GroupRow) -> Words | None:
    """«вне бота зачислены: 9, данные на 24 августа»: a number that the organisation told, and since when."""
    if not group.taken or group.taken_on is None:
        return None
    return _("Enrolled outside the bot: {n}, as of {day:day}").format(n=group.taken, day=group.taken_on)


def gathering(least: int | None, taken: int | None) -> Words | None:
    """«нужны ещё 3 ребёнка», where a group opens only from some number of children on."""
    missing = (least or 0) - taken if taken is not None else 0
    return n_("{n} more child is needed", "{n} more children are needed", missing) if missing > 0 else None


def spot(group: GroupRow) -> Words:
    """Where a group meets, in a word: «Берёзовка», «дистанционно»."""
    if group.mode == "remote":
        return _("remotely")
    return group.settlement_name or _("ask about the place")


def where(group: GroupRow) -> Words:
    """Where a group meets: «Берёзовка, ул. Мира, 5», «приезжает: Ключи, школа», «дистанционно»."""
    if group.mode == "remote" or not group.settlement_name:
        return spot(group)
    place = listed((group.settlement_name, group.address))
    return _("comes to: {place}").format(place=place) if group.mode == "visiting" else place


def settlements(card: Card) -> Words:
    """The places of all groups of a programme, each once: «Лазорье, Берёзовка», «приезжает: Усть-Ряж, Чёрный Мыс»."""
    seen = list[Words]()
    for group in card.groups:
        if (place := spot(group.facts)) not in seen:
            seen.append(place)
    visiting = all(group.facts.mode == "visiting" for group in card.groups)
    return _("comes to: {place}").format(place=listed(seen)) if visiting else listed(seen)


def item(at: int, found: Found, groups: Sequence[Group], today: date, *, here: int | None = None, remote: bool = False) -> Words:
    """A programme of a list: its places, and below them where and when.

    Where is left out if the list says it for all: they are `here` (a settlement's id), or `remote`.
    """
    group = next(each for each in groups if each.facts.id == found.group.id)
    place: Words | None = spot(found.group)
    if found.kilometres and not found.remote:
        place = _("{place}, {way:km} by road").format(place=place, way=found.kilometres)
    elif (remote and found.remote) or (here is not None and found.group.settlement == here):
        place = None
    when = timetable(group, today)
    return lines(
        _("{at}. **{name}** · {places}").format(at=at, name=found.name, places=places(group, short=True)),
        dotted(place, when) if place or when else None,
    )
