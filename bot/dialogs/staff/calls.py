"""Calls to make: families that want to talk beforehand, one by one."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.text import Personal, _, lines
from bot.services import calls, finding, staff
from bot.services.enrolment import Refused
from bot.services.enrolment.rules import child_words


@dialog("calls", parent=lambda **_at: to("work"))
async def calls_(turn: Turn, at: int) -> Screen:
    """The next family to call."""
    if not await staff.roles(turn.tx, turn.person.id):
        raise Missing
    waiting, ways = await calls.waiting(turn.tx, turn.person.id), (link(_("‹ To work"), "work"), link(_("Home"), "home"))
    if not waiting:
        return Screen(lines(_("**Nobody waits for a call**"), _("Requests of families appear here by themselves.")), (ways,))
    at = min(at, len(waiting) - 1)
    row, hidden = waiting[at], _("hidden here")
    body = lines(
        _("**Call · {at} of {total}**").format(at=at + 1, total=len(waiting)),
        _("{child} → {name}").format(
            child=child_words(row.child_name, row.child_surname, row.born, await finding.today(turn.tx)), name=row.programme_name
        ),
        _("Guardian: {name}").format(name=Personal(row.guardian_name, hidden)) if row.guardian_name else None,
        _("Telephone: {phone}").format(phone=Personal(row.phone, hidden)) if row.phone else None,
        _("The family wants to talk about the conditions. Write down nothing about health."),
    )
    skip = (link(_("Skip"), "calls", at + 1),) if at + 1 < len(waiting) else ()
    return Screen(body, ((link(_("Called"), "called", row.id, meaning="good"),), (*skip, *ways)))


@dialog("called", parent=lambda **_number: to("calls", 0))
async def called(turn: Turn, number: int) -> Link:
    """The call was made."""
    if turn.opened:
        raise Missing
    try:
        await calls.done(turn.tx, turn.person.id, number)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("Noted")
    return to("calls", 0)
