"""A family chooses when to come: with the originals of papers, or to a selection."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.conversation.choice import Choice
from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.application import who_where
from bot.model.application import Role
from bot.model.link import Link, to
from bot.model.text import Words, _, lines
from bot.services import enrolment, slots
from bot.services.enrolment import ApplicationView, Refused
from bot.services.slots import BOOKS, SlotRow

TITLES = {"papers": _("**To bring the papers**"), "selection": _("**To come to the selection**")}
"""What a time is for."""
BRING = {
    "papers": _("Bring your passport and the child's birth certificate."),
    "selection": _("If you cannot come, give the time back: another family takes it."),
}


def at(found: SlotRow) -> Words:
    """«четверг, 27 августа, 10:20»."""
    local = found.starts.astimezone(ZoneInfo(found.zone))
    return _("{day:weekday}, {time:time}").format(day=local, time=local)


async def _view(turn: Turn, kind: str, number: int) -> ApplicationView:
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None or kind not in BOOKS or view.role in {Role.STAFF, Role.TEACHER}:
        raise Missing
    return view


def _books(view: ApplicationView, kind: str) -> bool:
    return view.role is Role.GUARDIAN and view.state in BOOKS[kind]


def _of(view: ApplicationView, kind: str) -> int:
    return view.facts.group if kind == "selection" else view.facts.organisation


def _kind(found: SlotRow | None) -> str:
    return found.kind if found else ""


@dialog("slot", parent=lambda number, **_kind: to("application", number))
async def slot(turn: Turn, kind: str, number: int) -> Screen | Link:
    """The time that was chosen, or the way to choose one."""
    view = await _view(turn, kind, number)
    found = await slots.mine(turn.tx, number, kind)
    if found is not None:
        return _screen(TITLES[kind], turn, view, found)
    if _books(view, kind) and await slots.free(turn.tx, kind, _of(view, kind)):
        return to("chooseslot", kind, number)
    back = (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))
    said = _("There is no free time now. {club} sets further ones: look here again, or ask a question.").format(
        club=view.facts.organisation_name
    )
    ask = (link(_("Ask a question"), "askabout", number),) if view.role is not Role.FOLLOWER else ()
    return Screen(lines(TITLES[kind], who_where(view), said if _books(view, kind) else _("No time is to be chosen now.")), (ask, back))


def _screen(title: Words, turn: Turn, view: ApplicationView, found: SlotRow) -> Screen:
    """A chosen time: when and where, and how to change it while it has not come."""
    number, kind = view.facts.id, found.kind
    body = lines(
        title,
        who_where(view),
        _("🗓 {at:capital}").format(at=at(found)),
        _("📍 {place:capital}").format(place=found.place) if found.place else None,
        _("Number in the list: {number}").format(number=number) if kind == "selection" else None,
        BRING[kind],
    )
    back = (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))
    if not _books(view, kind) or found.starts <= turn.now:
        return Screen(body, (back,))
    return Screen(body, ((link(_("Another time"), "chooseslot", kind, number), link(_("We cannot come"), "leaveslot", kind, number)), back))


@dialog("chooseslot", parent=lambda number, **_kind: to("application", number))
async def chooseslot(turn: Turn, kind: str, number: int) -> Link:
    """Choose a day, then a time, and say yes to both."""
    view = await _view(turn, kind, number)
    days = await slots.free(turn.tx, kind, _of(view, kind))
    mine = await slots.mine(turn.tx, number, kind)
    if not _books(view, kind) or not days:
        return to("slot", kind, number)
    day = await turn.ask(
        Choice[date](
            "day",
            lines(_("**On which day do you come?**"), who_where(view)),
            [*days],
            key=lambda each: each.strftime("%Y%m%d"),
            label=lambda each: _("{day:weekday}").format(day=each),
        )
    )
    text = lines(_("**At what time?**"), _("{day:weekday}").format(day=day))
    chosen = await turn.ask(Choice[SlotRow]("time", text, days[day], key=lambda each: each.id, label=_time, width=3))
    sure = lines(
        _("**Is this time right?**"),
        who_where(view),
        _("🗓 {at:capital}").format(at=at(chosen)),
        _("📍 {place:capital}").format(place=chosen.place) if chosen.place else None,
        _("It takes about {n} minutes.").format(n=chosen.minutes),
        _("Your time until now is given to others: {at}").format(at=at(mine)) if mine and mine.id != chosen.id else None,
    )
    await turn.ask(Confirm("sure", sure, yes=_("Yes, we come"), holds=(chosen.id, chosen.place)))
    try:
        await slots.book(turn.tx, turn.person.id, number, kind, chosen.id)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("The time is yours")
    return to("slot", kind, number)


def _time(each: SlotRow) -> Words:
    return _("{time:time}").format(time=each.starts.astimezone(ZoneInfo(each.zone)))


@dialog("leaveslot", parent=lambda number, **_kind: to("application", number))
async def leaveslot(turn: Turn, kind: str, number: int) -> Link:
    """Give the time back."""
    view = await _view(turn, kind, number)
    found = await slots.mine(turn.tx, number, kind)
    if found is None:
        return to("application", number)
    text = lines(
        _("**Give this time back?**"),
        who_where(view),
        _("🗓 {at:capital}").format(at=at(found)),
        _("The application stays; choose another time as long as there is one."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Free this time"), meaning="danger", holds=(found.id,)))
    try:
        await slots.cancel(turn.tx, turn.person.id, number, kind)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("The time is given back")
    return to("application", number)


@dialog("slotsoon", parent=lambda number, **_slot: to("application", number))
async def slotsoon(turn: Turn, slot: int, number: int) -> Screen | Link:
    """Tomorrow they come: said the evening before."""
    found = await slots.one(turn.tx, slot)
    view = await _view(turn, _kind(found), number)
    mine = await slots.mine(turn.tx, number, _kind(found))
    if found is None or mine is None or mine.id != slot or found.starts <= turn.now:
        if turn.delivering:
            raise Withdrawn
        return to("application", number)
    title = _("**Tomorrow you are awaited at the selection**") if found.kind == "selection" else _("**Tomorrow you bring the papers**")
    return _screen(title, turn, view, found)


@dialog("slotclosed", parent=lambda number, **_slot: to("application", number))
async def slotclosed(turn: Turn, slot: int, number: int) -> Screen | Link:
    """The time that was chosen is not there any more."""
    found = await slots.one(turn.tx, slot)
    view = await _view(turn, _kind(found), number)
    if found is None or not found.closed:
        raise Missing
    if await slots.mine(turn.tx, number, found.kind) is not None or view.state not in BOOKS[found.kind]:
        if turn.delivering:
            raise Withdrawn
        return to("application", number)
    body = lines(
        _("**Your time was cancelled: {at}**").format(at=at(found)),
        who_where(view),
        _("{club} cannot receive you then. Please choose another time: the application stays as it is.").format(
            club=view.facts.organisation_name
        ),
    )
    choose = (link(_("Choose a time"), "slot", found.kind, number, meaning="primary"),)
    return Screen(body, (choose, (link(_("Open the application"), "application", number), link(_("Home"), "home"))))
