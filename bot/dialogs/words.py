"""How programmes are put into words: ages, prices, timetables, places; the same on every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from bot.model.text import Words, _, dotted, listed, n_
from bot.model.wanted import Ages, Direction, Wish
from bot.services.catalogue import Card, Group, GroupRow, LessonRow, ProgrammeRow

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
    Wish.REMOTE: _("by video call"),
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
    return _("{a} and {b}").format(a=parts[0], b=parts[1]) if len(parts) == 2 else listed(list(parts))


def price(facts: ProgrammeRow) -> Words:
    """What it costs, and whether a certificate pays for it."""
    if facts.free:
        return _("free of charge")
    sum_ = PER[facts.price_per or "year"].format(price=facts.price) if facts.price is not None else None
    if facts.certificate and facts.paid:
        return _("{price} or a certificate").format(price=sum_) if sum_ else _("paid, or by certificate")
    if facts.certificate:
        return _("{price}, a certificate may pay").format(price=sum_) if sum_ else _("by certificate")
    if facts.paid:
        return _("{price}, no certificate").format(price=sum_) if sum_ else _("paid, the price is told by the organisation")
    return sum_ or _("the price is told by the organisation")


def days(first: date, last: date | None) -> Words:
    """«12–14 октября», «5 сентября»."""
    if last is None or last == first:
        return _("{day:day}").format(day=first)
    if (first.year, first.month) == (last.year, last.month):
        return _("{first}–{last:day}").format(first=first.day, last=last)
    return _("{first:day} – {last:day}").format(first=first, last=last)


def hours(starts: int | None, ends: int | None) -> Words | None:
    """«16:00–17:30»."""
    if starts is None:
        return None
    return _("{starts:time}–{ends:time}").format(starts=starts, ends=ends) if ends is not None else _("{starts:time}").format(starts=starts)


def _spaced(*parts: Words | None) -> Words:
    return listed([part for part in parts if part not in (None, "")], " ")


def timetable(group: Group) -> Words | None:
    """When a group meets: «вт и чт 16:00–17:30», or what its organisation wrote instead."""
    lessons = group.lessons
    found = list[Words]()
    weekly = sorted((one for one in lessons if one.weekday), key=_slot)
    for (starts, ends, weeks, _place), same in groupby(weekly, key=_slot):
        names = [WEEKDAYS[(one.weekday or 1) - 1] for one in sorted(same, key=lambda one: one.weekday or 0)]
        found.append(_spaced(joined(names), hours(starts, ends), WEEKS.get(weeks)))
    found += [_spaced(days(one.day, one.last_day), hours(one.starts, one.ends)) for one in lessons if one.day]
    if group.facts.timetable_note:
        found.append(group.facts.timetable_note)
    return listed(found) if found else None


def _slot(lesson: LessonRow) -> tuple[int, int, str, str]:
    return lesson.starts or 0, lesson.ends or 0, lesson.weeks, lesson.place or ""


def begins(group: GroupRow, today: date) -> Words | None:
    """«с 15 сентября», while that is ahead."""
    return _("from {day:day}").format(day=group.starts) if group.starts and group.starts > today else None


def places(group: Group) -> Words:
    """«свободно 3 из 12», «мест нет, в очереди 3», or how a selection goes."""
    facts = group.facts
    if facts.entry == "selection":
        return n_("{n} place, by selection", "{n} places, by selection", facts.size) if facts.size is not None else _("by selection")
    free = group.free
    if free is None:
        return _("free places are told by the organisation")
    if free:
        return n_("{n} of {size} free", "{n} of {size} free", free).format(size=facts.size)
    if facts.waiting:
        return n_("no places, {n} in the queue", "no places, {n} in the queue", facts.waiting)
    return _("no places")


def where(group: GroupRow, *, address: bool = True) -> Words:
    """«Берёзовка, ул. Мира, 5», «по видеосвязи», «приезжает: Ключи»."""
    if group.mode == "remote":
        return _("by video call")
    place = group.settlement_name or _("the place is told by the organisation")
    if group.mode == "visiting":
        return _("comes to: {place}").format(place=place)
    return listed([part for part in (place, group.address if address else None) if part])


def settlements(card: Card) -> Words:
    """The places of all groups of a programme, each once."""
    seen = list[Words]()
    for group in card.groups:
        words = where(group.facts, address=False)
        if words not in seen:
            seen.append(words)
    return dotted(*seen)
