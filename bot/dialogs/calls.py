"""A wish to talk beforehand, and a paper about a benefit: what a family says without saying why."""

from __future__ import annotations

from bot.conversation.dialog import dialog
from bot.conversation.fact import Confirm
from bot.conversation.turn import Turn
from bot.dialogs.application import act, own, who_where
from bot.model.link import Link, to
from bot.model.text import _, lines
from bot.services import calls


@dialog("callme", parent=lambda number: to("application", number))
async def callme(turn: Turn, number: int) -> Link:
    """Ask for a call before the first lesson."""
    text = lines(
        _("**Shall the teacher call you beforehand?**"),
        who_where(await own(turn, number)),
        _("You can talk about what the child needs. Please do not write it here: only that you wait for a call is kept, for 14 days."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Please call"), holds=(number,)))
    return await act(turn, number, calls.ask(turn.tx, turn.person.id, number), _("You will be called"))


@dialog("benefit", parent=lambda number: to("application", number))
async def benefit(turn: Turn, number: int) -> Link:
    """Say that a paper about a benefit will be shown."""
    text = lines(
        _("**Is there a benefit?**"),
        who_where(await own(turn, number)),
        _("Show the paper at the organisation. Which benefit it is is not kept here: only that you will show a paper."),
    )
    await turn.ask(Confirm("sure", text, yes=_("I shall show a paper"), holds=(number,)))
    return await act(turn, number, calls.benefit(turn.tx, turn.person.id, number), _("Noted"))
