"""A group is changed by its own staff: timetable, place, teacher, dates, enrolment; and what its families are told of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.fact import Confirm, Day, Typed
from bot.conversation.question import Extra, Unreadable
from bot.conversation.screen import Button, Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.staff.groups import theirs, title
from bot.model.link import Link, to
from bot.model.text import Words, _, lines, listed
from bot.services import finding, groups
from bot.services.catalogue import Group, LessonRow
from bot.services.enrolment import Refused
from bot.services.groups import StaffGroup
from bot.services.importing import when
from bot.services.importing.when import Lesson

FARTHEST = timedelta(days=800)
"""How far ahead a group may be planned: this school year and the next."""
_UNSETTLED = re.compile(
    r"[,;.]?\s*((?:время|часы|расписание|день|дни|зал|место)?\s*(?:пока\s+)?(?:будет\s+)?уточн\w*.*)", re.IGNORECASE | re.DOTALL
)
_YEARS = re.compile(r"(?:от\s*)?(\d{1,2})(?:[.,](5))?(?:\s*(?:-|–|—|до)\s*(\d{1,2})(?:[.,](5))?)?\s*(?:лет|года?)?")
NONE = "-"
"""The answer that empties a field."""


@dataclass(frozen=True, slots=True)
class Times:
    """A timetable as it was typed: lessons, and a note where something of it is still open."""

    lessons: tuple[Lesson, ...]
    note: str | None


def _times(raw: str) -> Times:
    """A timetable as people write it. Raises `Unreadable`."""
    note = _UNSETTLED.search(raw)
    settled = (raw[: note.start()] if note else raw).strip(" ,;.\n")
    found = when.lessons(settled) if settled else []
    if found is None or (not found and note is None) or len(found) > 21:
        raise Unreadable(
            _("Please write days and hours: “вт, чт 16:00–17:30; сб 10:00–13:00”. What is open yet: “пн, ср, время уточнят к 10 сентября”.")
        )
    return Times(tuple(found), " ".join(note[1].split())[:500] if note else None)


def _as_group(card: Group, times: Times) -> Group:
    rows = [LessonRow(card.facts.id, *(getattr(one, name) for name in LessonRow._fields[1:])) for one in times.lessons]
    return Group(card.facts._replace(timetable_note=times.note), tuple(rows))


def _ages(raw: str) -> tuple[int, int | None]:
    """Ages in years as months: «7–10», «от 6,5». Raises `Unreadable`."""
    found = _YEARS.fullmatch(raw.strip().casefold())
    if found is None:
        raise Unreadable(_("Please write ages in years: 7–10, or 6,5–9."))
    low = int(found[1]) * 12 + (6 if found[2] else 0)
    high = int(found[3]) * 12 + (6 if found[4] else 0) if found[3] else None
    if (high is not None and high < low) or not 36 <= low <= 216 or (high or 0) > 216:
        raise Unreadable(_("Please write ages in years: 7–10, or 6,5–9."))
    return low, high


def _moment(zone: str, *, end: bool) -> Callable[[str], datetime]:
    """Reads a day with an hour on the wall clock of a zone."""

    def read(raw: str) -> datetime:
        found = when.moment(raw)
        if found is None:
            raise Unreadable(_("Please write a day and an hour: 01.09.2026 10:00."))
        return when.joined(*found, end=end).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    return read


def _line(raw: str) -> str:
    clean = " ".join(raw.split())
    if not clean:
        raise Unreadable(_("Please write a few words."))
    return clean


def _phone(raw: str) -> str:
    if not 5 <= len(re.sub(r"\D", "", raw)) <= 22:
        raise Unreadable(_("Please write a telephone number: 8 34267 2-12-34."))
    return _line(raw)


LABELS: dict[str, Words] = {
    "timetable": _("Timetable"),
    "room": _("Room"),
    "teacher": _("Teacher"),
    "address": _("Address"),
    "starts": _("First day"),
    "ends": _("Last day"),
    "ages": _("Ages"),
    "from": _("Enrolment from"),
    "until": _("Enrolment until"),
    "phone": _("Telephone"),
}
"""What can be changed, by the name in an address."""
OF_TEACHER = ("timetable", "room", "teacher")
_COLUMNS = {"from": "enrolment_from", "until": "enrolment_to"}


def _local(at: datetime | None, zone: str) -> Words:
    if at is None:
        return _("not set")
    here = at.astimezone(ZoneInfo(zone))
    return _("{day:fullday}, {time:time}").format(day=here.date(), time=here.time())


async def value(turn: Turn, found: StaffGroup, field: str) -> Words:
    """How a field stands now, in words."""
    facts, unset = found.facts, _("not set")
    if field == "timetable":
        return words.timetable(await groups.card(turn.tx, found), await finding.today(turn.tx)) or unset
    if field in {"starts", "ends"}:
        day: date | None = getattr(facts, field)
        return _("{day:fullday}").format(day=day) if day else unset
    if field == "ages":
        return unset if facts.age_min is None and facts.age_max is None else words.age(facts.age_min, facts.age_max)
    if field in _COLUMNS:
        return _local(getattr(facts, _COLUMNS[field]), facts.zone)
    return getattr(found, field) or unset


@dialog("groupedit", parent=lambda number: to("groupcard", number))
async def groupedit(turn: Turn, number: int) -> Screen:
    """What can be changed, and how it stands."""
    found = await theirs(turn, number)
    fields = list(LABELS) if found.decides else list(OF_TEACHER)
    said = [_("{label}: {value}").format(label=LABELS[field], value=await value(turn, found, field)) for field in fields]
    first, rest = fields[:7], fields[7:]
    buttons: list[Button] = [link(LABELS[field], "groupset", number, field) for field in first]
    more = [link(_("Enrolment, telephone"), "groupeditmore", number)] if rest else []
    body = lines(_("**What shall be changed?**"), title(found), *said)
    return Screen(body, (*stack([*buttons, *more], 2), (link(_("‹ To the group"), "groupcard", number),)))


@dialog("groupeditmore", parent=lambda number: to("groupedit", number))
async def groupeditmore(turn: Turn, number: int) -> Screen:
    """The rest of what an organisation can change."""
    found = await theirs(turn, number)
    if not found.decides:
        raise Missing
    fields = list(LABELS)[7:]
    said = [_("{label}: {value}").format(label=LABELS[field], value=await value(turn, found, field)) for field in fields]
    body = lines(_("**Enrolment, telephone**"), title(found), *said)
    rows = stack([link(LABELS[field], "groupset", number, field) for field in fields])
    return Screen(body, (*rows, (link(_("‹ Changes"), "groupedit", number), link(_("‹ To the group"), "groupcard", number))))


@dialog("groupset", parent=lambda number, **_field: to("groupedit", number))
async def groupset(turn: Turn, number: int, field: str) -> Link:
    """Change one thing; of a new time or place the families are told."""
    found = await theirs(turn, number)
    if field not in (LABELS if found.decides else OF_TEACHER):
        raise Missing
    head = [_("**{label}**").format(label=LABELS[field]), title(found), _("Now: {value}").format(value=await value(turn, found, field))]
    try:
        if field == "timetable":
            changed = await _retime(turn, found, head)
        else:
            changed = await _set(turn, found, field, head)
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = _("Changed") if changed else _("It was so already")
    return to("groupedit", number)


TOLD = _("Families of the group are told in ten minutes, in the daytime: what you change until then comes in the same message.")


async def _retime(turn: Turn, found: StaffGroup, head: list[Words]) -> bool:
    """A new timetable, shown as it was understood before it is written."""
    ask = _("Write days and hours: “вт, чт 16:00–17:30; сб 10:00–13:00”. What is open yet: “пн, ср, время уточнят к 10 сентября”.")
    times = await turn.ask(Typed[Times]("timetable", lines(*head, ask), parse=_times))
    new = words.timetable(_as_group(await groups.card(turn.tx, found), times), await finding.today(turn.tx)) or _("not set")
    text = lines(_("**Is this right?**"), title(found), _("Was: {value}").format(value=await value(turn, found, "timetable")),
                 _("Will be: {value}").format(value=new), TOLD)  # fmt: skip
    await turn.ask(Confirm("sure", text, yes=_("Change"), holds=(found.facts.id, times)))
    return await groups.retime(turn.tx, turn.person.id, found.facts.id, times.lessons, times.note)


async def _set(turn: Turn, found: StaffGroup, field: str, head: list[Words]) -> bool:
    new = await _asked(turn, found, field, lines(*head, _ASK.get(field), TOLD if field in groups.OF_FAMILIES else None))
    number, person = found.facts.id, turn.person.id
    if field == "ages":
        low, high = new
        return await groups.change(turn.tx, person, number, age_min=low, age_max=high)
    return await groups.change(turn.tx, person, number, **{_COLUMNS.get(field, field): new})


_ASK: dict[str, Words] = {
    "room": _("For example: room 12, second floor."),
    "teacher": _("First name and patronymic."),
    "address": _("Street and house: the settlement stays."),
    "ages": _("In years: 7–10, or 6,5–9."),
    "from": _("A day and an hour: 01.09.2026 10:00."),
    "until": _("A day, or a day and an hour: 20.09.2026."),
    "phone": _("It stands on the card of the programme, for all its groups."),
}


async def _asked(turn: Turn, found: StaffGroup, field: str, text: Words) -> Any:
    empty = (Extra(_("Leave empty"), NONE),)
    if field in {"starts", "ends"}:
        today = await finding.today(turn.tx)
        first = found.facts.starts if field == "ends" and found.facts.starts else today - timedelta(days=365)
        last = found.facts.ends if field == "starts" and found.facts.ends else today + FARTHEST
        return await turn.ask(Day(field, text, today=today, first=first, last=last))
    parse: Callable[[str], Any] = {
        "ages": _ages,
        "phone": _phone,
        "from": _moment(found.facts.zone, end=False),
        "until": _moment(found.facts.zone, end=True),
    }.get(field, _line)
    optional = field in {"room", "teacher", "from", "until"}
    question = Typed[Any](
        field, text, parse=lambda raw: None if optional and raw == NONE else parse(raw), longest=200, extra=empty if optional else ()
    )
    return await turn.ask(question)


@dialog("groupnews", parent=lambda **_note: to("home"))
async def groupnews(turn: Turn, note: int) -> Screen:
    """What changed in the time and place of a group, told to its families: as it was, and as it is."""
    found = await groups.moved(turn.tx, turn.person.id, note)
    if found is None:
        raise Withdrawn if turn.delivering else Missing
    today = await finding.today(turn.tx)
    said = [_change(found, field, today) for field in found.before]
    kept = [each for each in said if each is not None]
    if not kept:
        raise Withdrawn if turn.delivering else Missing
    body = lines(
        _("**Something changed: {name}**").format(name=found.programme),
        *kept,
        _("📍 {place:capital}").format(place=listed((words.where(found.group.facts), found.group.facts.room))),
        *words.meets(found.group, today),
    )
    ways = (link(_("About the club"), "programme", found.group.facts.programme), link(_("My applications"), "applications", 0))
    return Screen(body, (ways, (link(_("Home"), "home"),)))


def _change(found: groups.Moved, field: str, today: date) -> Words | None:
    """«Было: вт и чт 16:00» in the words of one field; `None` where it is again as it was."""
    facts, before = found.group.facts, found.before[field]
    if field == "timetable":
        old = words.timetable(Group(facts._replace(timetable_note=before["note"]), found.lessons), today)
        return None if old == words.timetable(found.group, today) else _("Timetable, was: {value}").format(value=old or _("not set"))
    now_ = getattr(facts, field)
    if before == (now_.isoformat() if isinstance(now_, date) else now_):
        return None
    if field in {"starts", "ends"}:
        shown: Words = _("{day:fullday}").format(day=date.fromisoformat(before)) if before else _("not set")
    else:
        shown = before or _("not set")
    return _("{label}, was: {value}").format(label=LABELS[field], value=shown)
