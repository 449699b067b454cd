"""What else may be done with an application: what a family needs rarely stands on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation.dialog import Missing, dialog
from bot.conversation.screen import Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.application import who_where
from bot.model.application import LIVE, Role, State
from bot.model.text import Words, _, lines
from bot.services import enrolment
from bot.services.enrolment import ApplicationView
from bot.services.slots import BOOKS


@dataclass(frozen=True, slots=True)
class Extra:
    """A page about an application that is opened from «Ещё»: `shown` says for which applications and readers."""

    label: Words
    dialog: str
    shown: Callable[[ApplicationView], bool]


EXTRAS: tuple[Extra, ...] = (
    Extra(_("Ask a question"), "askabout", lambda view: view.role is not Role.FOLLOWER and view.role is not Role.STAFF),
    Extra(
        _("Leave the group"),
        "leave",
        lambda view: view.role is Role.GUARDIAN and view.state is State.ENROLLED and view.facts.leaves is None,
    ),
    Extra(
        _("Do not leave"),
        "stay",
        lambda view: view.role is Role.GUARDIAN and view.state is State.ENROLLED and view.facts.leave_asked is not None,
    ),
    Extra(
        _("Move to another group"),
        "move",
        lambda view: view.role is Role.GUARDIAN and view.holds and view.state in {State.CONFIRMED, State.ENROLLED},
    ),
    Extra(_("Next year"), "continues", lambda view: view.role is Role.GUARDIAN and view.state is State.ENROLLED),
    Extra(_("Talk beforehand"), "callme", lambda view: view.role is Role.GUARDIAN and view.state in LIVE),
    Extra(
        _("There is a benefit"),
        "benefit",
        lambda view: view.role is Role.GUARDIAN and view.state in LIVE and view.facts.benefit is None,
    ),
    Extra(_("Together with a friend"), "friend", lambda view: view.role is Role.GUARDIAN and view.state is State.WAITLISTED),
    Extra(
        _("When to bring papers"),
        "slot/papers",
        lambda view: view.role is Role.GUARDIAN and view.state in BOOKS["papers"],
    ),
    Extra(
        _("Wait alone"),
        "part",
        lambda view: view.role is Role.GUARDIAN and view.state is State.WAITLISTED and view.facts.together and view.facts.mates > 1,
    ),
)
"""At most eight of them are shown for one application; each page takes the application's number, after the rest of `dialog`."""


@dialog("more")
async def more(turn: Turn, number: int) -> Screen:
    """Everything that is needed rarely."""
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None:
        raise Missing
    buttons = [link(each.label, *each.dialog.split("/"), number) for each in EXTRAS if each.shown(view)]
    body = lines(_("**What else can be done**"), who_where(view), None if buttons else _("Nothing more for this application now."))
    return Screen(body, (*stack(buttons[:8], 2), (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))))
