"""«Для Навигатора»: what is not entered there yet, one by one: the fields in its order to copy, and a mark that it is done."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Typed
from bot.conversation.question import Extra
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.model.application import State
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _, lines
from bot.services import navigator, staff
from bot.services.enrolment import STATES, Refused
from bot.services.navigator import EntryRow

WITHOUT = "-"
"""An entry whose number outside is not known."""


def _fields(found: EntryRow) -> Words:
    """The fields in the order of Навигатор's form, a line each, ready to copy; only what is known."""
    said: list[Words | None] = [
        found.programme_name,
        found.group_name,
        found.surname,
        found.name,
        _("{day:fullday}").format(day=found.born),
        found.certificate,
        found.guardian_name,
        found.phone,
    ]
    return Personal(lines(*(each for each in said if each)), _("Names are not shown in this messenger: open this page in another one."))


@dialog("navigator", parent=lambda **_at: to("work"))
async def navigator_(turn: Turn, at: int) -> Screen:
    """The next application to enter."""
    if not await staff.roles(turn.tx, turn.person.id):
        raise Missing
    waiting = await navigator.waiting(turn.tx, turn.person.id)
    ways = (link(_("‹ To work"), "work"), link(_("Home"), "home"))
    if not waiting:
        return Screen(lines(_("**Everything is entered in Navigator**"), _("New applications appear here by themselves.")), (ways,))
    at = min(at, len(waiting) - 1)
    found = waiting[at]
    body = lines(
        _("**For Navigator · {at} of {total}**").format(at=at + 1, total=len(waiting)),
        _("Application no. {number}: {state}").format(number=found.id, state=STATES[State(found.state)]),
        _fields(found),
    )
    skip = (link(_("Skip"), "navigator", at + 1),) if at + 1 < len(waiting) else ()
    return Screen(body, ((link(_("It is entered"), "entered", found.id, meaning="good"),), (*skip, *ways)))


@dialog("entered", parent=lambda **_number: to("navigator", 0))
async def entered(turn: Turn, number: int) -> Link:
    """Mark that an application is entered, with its number there or without."""
    found = await navigator.entry(turn.tx, turn.person.id, number)
    if found is None:
        raise Missing
    text = lines(_("**Its number in Navigator**"), _("With it a later list of states finds the application at once."))
    said = await turn.ask(Typed[str]("number", text, longest=64, extra=(Extra(_("Without a number"), WITHOUT),)))
    try:
        await navigator.enter(turn.tx, turn.person.id, number, None if said == WITHOUT else said)
    except Refused as refused:
        turn.note = refused.words
        return to("navigator", 0)
    return to("isentered", number)


@dialog("isentered", parent=lambda **_number: to("navigator", 0))
async def isentered(turn: Turn, number: int) -> Screen:
    """What was marked, and the way to take it back."""
    found = await navigator.entry(turn.tx, turn.person.id, number)
    if found is None:
        raise Missing
    marked = found.outside_state is not None
    there = _("Its number there: {number}").format(number=found.outside_number) if marked and found.outside_number else None
    title = _("**Marked as entered: application no. {number}**") if marked else _("**Not entered in Navigator: application no. {number}**")
    back = (link(_("Not entered yet"), "notentered", number),) if marked else (link(_("It is entered"), "entered", number),)
    next_ = (link(_("Next application"), "navigator", 0, meaning="primary"),)
    return Screen(lines(title.format(number=number), there), (next_, back, (link(_("‹ To work"), "work"), link(_("Home"), "home"))))


@dialog("notentered", parent=lambda number: to("isentered", number))
async def notentered(turn: Turn, number: int) -> Link:
    """Take the mark back."""
    if turn.opened:
        raise Missing
    try:
        await navigator.forget(turn.tx, turn.person.id, number)
    except Refused as refused:
        turn.note = refused.words
    return to("isentered", number)
