"""Times at which families come: the staff makes a series, sees who comes on a day, and marks who came."""

from __future__ import annotations

import re
from datetime import date, time
from zoneinfo import ZoneInfo

from bot.conversation.choice import Choice
from bot.conversation.days import readable_days
from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Typed
from bot.conversation.question import Extra, Unreadable
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.slot import at
from bot.model.link import Link, to
from bot.model.text import Words, _, lines, listed, n_
from bot.services import finding, slots, staff
from bot.services.enrolment import Refused
from bot.services.slots import Comer, Series, SlotRow
from bot.services.staff import StaffRow

FOR = {"papers": _("Times to bring papers"), "selection": _("Times of the selection")}
DAYS, TIMES = 5, 5
NOWHERE = "-"
_UNTIL = r"\s*(?:[-–—]|до|to|till|until)\s*"
_EVERY = re.compile(r"(?:по|кажды\w*|every)?\s*(\d{1,3})\s*(?:мин\w*|min\w*)\.?", re.IGNORECASE)
_HALF, _HOUR = re.compile(r"(?:по|кажды\w*)\s+полчаса", re.IGNORECASE), re.compile(r"(?:по|кажды\w*)\s+(?:одному\s+)?час\w*", re.IGNORECASE)
_SEATS = re.compile(r"(?:по|for)?\s*(\d{1,2})\s*(?:чел\w*|дет\w*|реб\w*|сем\w*|people|children|families|at once)\.?", re.IGNORECASE)
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
_HOURS = re.compile(rf"(?:с|from)?\s*{_CLOCK}{_UNTIL}{_CLOCK}(?:\s*(?:час\w*|ч\.?))?\s*$", re.IGNORECASE)


def readable_series(text: str, today: date) -> Series | None:
    """«27 августа, 10:00–13:00, по 20 минут, по 2 человека»; 20 minutes and one at a time where that is not said."""
    every = 20
    for pattern, minutes in ((_HALF, 30), (_HOUR, 60), (_EVERY, 0)):
        if found := pattern.search(text):
            every, text = minutes or int(found[1]), text[: found.start()] + " " + text[found.end() :]
            break
    seats = 1
    if found := _SEATS.search(text):
        seats, text = int(found[1]), text[: found.start()] + " " + text[found.end() :]
    text = re.sub(r"[\s,;]+$", "", text)
    hours = _HOURS.search(text)
    if hours is None:
        return None
    days = readable_days(text[: hours.start()].strip(" ,;\u00a0"), today)
    first, last = _clock(hours[1], hours[2]), _clock(hours[3], hours[4])
    if not days or first is None or last is None or first >= last or every == 0 or seats == 0:
        return None
    return Series(days[0], first, last, every, seats)


def _clock(hour: str, minute: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


async def _sets(turn: Turn, kind: str, of: int) -> None:
    if not await slots.may(turn.tx, turn.person.id, kind, of):
        raise Missing


def _back(kind: str, of: int) -> Button:
    return link(_("‹ To the times"), "slots", kind, of)


@dialog("paperslots", parent=lambda: to("work"))
async def paperslots(turn: Turn) -> Link:
    """The times of one's organisation to bring papers at."""
    own = {row.organisation: row for row in await staff.roles(turn.tx, turn.person.id) if row.role == "organisation" and row.organisation}
    if not own:
        raise Missing
    chosen = await turn.ask(
        Choice[StaffRow](
            "of",
            _("**For which organisation?**"),
            [*own.values()],
            key=lambda row: row.organisation or 0,
            label=lambda row: row.organisation_name or "",
        )
    )
    return to("slots", "papers", chosen.organisation or 0)


@dialog("slots", parent=lambda **_of: to("work"))
async def slots_(turn: Turn, kind: str, of: int) -> Screen:
    """The days on which families come, and how full they are."""
    await _sets(turn, kind, of)
    days = await slots.times(turn.tx, turn.person.id, kind, of)
    today = await finding.today(turn.tx)
    shown = sorted(days, key=lambda day: (day < today, abs((day - today).days)))[:DAYS]
    said = [
        _("{at}. {day:weekday}: {booked} of {seats}").format(
            at=number, day=day, booked=sum(one.taken for one in days[day]), seats=sum(one.seats for one in days[day])
        )
        for number, day in enumerate(shown, 1)
    ]
    body = lines(
        _("**{what}**").format(what=FOR[kind]),
        *(said or [_("No times yet. Families see the ones that you make, and choose one themselves.")]),
        _("Written here: how many seats are booked.") if said else None,
    )
    parent = link(_("‹ To the selection"), "board", of) if kind == "selection" else link(_("‹ To work"), "work")
    numbers = tuple(link(str(number), "slotday", kind, of, day.strftime("%Y%m%d"), 0) for number, day in enumerate(shown, 1))
    return Screen(
        body,
        (
            numbers,
            (link(_("Add times"), "makeslots", kind, of, meaning="primary"),),
            (parent, link(_("Home"), "home")),
        ),
    )


@dialog("makeslots", parent=lambda kind, of: to("slots", kind, of))
async def makeslots(turn: Turn, kind: str, of: int) -> Link:
    """Make the times of a day from one typed line."""
    await _sets(turn, kind, of)
    today = await finding.today(turn.tx)

    def read(raw: str) -> Series:
        found = readable_series(raw, today)
        if found is None:
            raise Unreadable(_("I did not understand. For example: 27 August, 10:00–13:00, every 20 minutes, 2 people"))
        return found

    text = lines(
        _("**When can families come?**"),
        _("In one line: the day, from when until when, how long for each, how many at once."),
        _("For example: 27 August, 10:00–13:00, every 20 minutes, 2 people"),
    )
    series = await turn.ask(Typed[Series]("series", text, parse=read, longest=100))
    place = await turn.ask(Typed[str]("place", _("**Where do they come to?**"), longest=200, extra=(Extra(_("As on the card"), NOWHERE),)))
    where = None if place == NOWHERE else place
    many = len(series.starts(ZoneInfo("UTC")))
    sure = lines(
        n_("**Make {n} time?**", "**Make {n} times?**", many),
        _("🗓 {day:weekday}, {first:time}–{last:time}").format(day=series.day, first=series.first, last=series.last),
        _("{every} minutes each, at once: {seats}").format(every=series.every, seats=series.seats),
        _("📍 {place:capital}").format(place=where) if where else None,
    )
    await turn.ask(Confirm("sure", sure, yes=_("Make"), holds=(str(series), where)))
    try:
        made = await slots.make(turn.tx, turn.person.id, kind, of, series, where)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = n_("{n} time is made", "{n} times are made", len(made))
    return to("slots", kind, of)


@dialog("slotday", parent=lambda kind, of, **_day: to("slots", kind, of))
async def slotday(turn: Turn, kind: str, of: int, day: int, page: int) -> Screen:
    """Who comes on a day, time by time."""
    await _sets(turn, kind, of)
    days = await slots.times(turn.tx, turn.person.id, kind, of)
    found = next((each for each in days if each.strftime("%Y%m%d") == str(day)), None)
    if found is None:
        raise Missing
    who = await slots.comers(turn.tx, turn.person.id, kind, of)
    page = min(page, (len(days[found]) - 1) // TIMES)
    shown = [*enumerate(days[found], 1)][page * TIMES : (page + 1) * TIMES]
    said = [_("{at}. {time}: {who}").format(at=number, time=_hour(one), who=_names(who.get(one.id, []))) for number, one in shown]
    numbers = tuple(link(str(number), "slotone", one.id) for number, one in shown)
    pager = [link("‹", "slotday", kind, of, day, page - 1)] if page else []
    pager += [link("›", "slotday", kind, of, day, page + 1)] if (page + 1) * TIMES < len(days[found]) else []
    return Screen(
        lines(_("**Who comes: {day:weekday}**").format(day=found), *said),
        (numbers, tuple(pager), (_back(kind, of), link(_("Home"), "home"))),
    )


def _hour(one: SlotRow) -> Words:
    return _("{time:time}").format(time=one.starts.astimezone(ZoneInfo(one.zone)))


def _names(comers: list[Comer]) -> Words:
    """At most three names, and how many more."""
    if not comers:
        return _("nobody yet")
    more = _("and {n} more").format(n=len(comers) - 3) if len(comers) > 3 else None
    return listed([*(each.who for each in comers[:3]), more])


async def _one(turn: Turn, number: int) -> SlotRow:
    found = await slots.one(turn.tx, number)
    if found is None or not await slots.may(turn.tx, turn.person.id, found.kind, found.of):
        raise Missing
    return found


@dialog("slotone", parent=lambda **_number: to("work"))
async def slotone(turn: Turn, number: int) -> Screen:
    """One time: who comes, and who came; the next one who is not marked yet has the buttons."""
    found = await _one(turn, number)
    comers = (await slots.comers(turn.tx, turn.person.id, found.kind, found.of)).get(number, [])
    said = [_("no. {number}: {who} · {came}").format(number=one.application, who=one.who, came=_CAME[one.came]) for one in comers[:6]]
    begun = found.starts <= turn.now
    next_ = next((one for one in comers if one.came is None), None) if begun else None
    marks: tuple[Button, ...] = ()
    if next_ is not None:
        marks = (
            link(_("no. {number} came").format(number=next_.application), "slotcame", number, next_.application, 1, meaning="good"),
            link(_("no. {number} did not").format(number=next_.application), "slotcame", number, next_.application, 0),
        )
    shut = (link(_("Close this time"), "closeslot", number, meaning="danger"),) if not begun and not found.closed else ()
    body = lines(
        _("**{at:capital}**").format(at=at(found)),
        _("📍 {place:capital}").format(place=found.place) if found.place else None,
        *(said or [_("Nobody has chosen this time yet.")]),
        _("This time is closed.") if found.closed else None,
    )
    return Screen(body, (marks, shut, (_back(found.kind, found.of), link(_("Home"), "home"))))


_CAME = {None: _("is awaited"), True: _("was here"), False: _("was not here")}


@dialog("slotcame", parent=lambda slot, **_came: to("slotone", slot))
async def slotcame(turn: Turn, slot: int, number: int, came: int) -> Link:
    """Mark who came."""
    await _one(turn, slot)
    if turn.opened:
        raise Missing
    try:
        await slots.mark(turn.tx, turn.person.id, slot, number, came=bool(came))
    except Refused as refused:
        turn.note = refused.words
    return to("slotone", slot)


@dialog("closeslot", parent=lambda number: to("slotone", number))
async def closeslot(turn: Turn, number: int) -> Link:
    """Close a time: whoever booked it is asked to choose anew."""
    found = await _one(turn, number)
    text = lines(
        _("**Close this time?**"),
        _("{at:capital}").format(at=at(found)),
        n_("{n} family is asked to choose another time.", "{n} families are asked to choose another time.", found.taken)
        if found.taken
        else _("Nobody has chosen this time yet."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Close this time"), meaning="danger", holds=(number,)))
    try:
        await slots.close(turn.tx, turn.person.id, number)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("The time is closed")
    return to("slots", found.kind, found.of)
