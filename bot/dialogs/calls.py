"""A wish to talk beforehand, and a paper about a benefit: what a family says without saying why."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.turn import Turn
from bot.dialogs.application import who_where
from bot.model.application import Role
from bot.model.link import Link, to
from bot.model.text import _, lines
from bot.services import calls, enrolment
from bot.services.enrolment import ApplicationView, Refused


async def _own(turn: Turn, number: int) -> ApplicationView:
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None or view.role is not Role.GUARDIAN:
        raise Missing
    return view


@dialog("callme", parent=lambda number: to("application", number))
async def callme(turn: Turn, number: int) -> Link:
    """Ask for a call before the first lesson."""
    view = await _own(turn, number)
    text = lines(
        _("**Shall the teacher call you beforehand?**"),
        who_where(view),
        _("You can talk about what the child needs. Please do not write it here: only that you wait for a call is kept, for 14 days."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Please call"), holds=(number,)))
    try:
        await calls.ask(turn.tx, turn.person.id, number)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("You will be called")
    return to("application", number)


@dialog("benefit", parent=lambda number: to("application", number))
async def benefit(turn: Turn, number: int) -> Link:
    """Say that a paper about a benefit will be shown."""
    view = await _own(turn, number)
    text = lines(
        _("**Is there a benefit?**"),
        who_where(view),
        _("Show the paper at the organisation. Which benefit it is is not kept here: only that you will show a paper."),
    )
    await turn.ask(Confirm("sure", text, yes=_("I shall show a paper"), holds=(number,)))
    try:
        await calls.benefit(turn.tx, turn.person.id, number)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("Noted")
    return to("application", number)
