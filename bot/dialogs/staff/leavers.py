"""Pupils who leave or move: the orders that the staff writes down, and the group of the next year."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Typed
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.application import who_where
from bot.dialogs.leaving import WHY, choose
from bot.dialogs.staff.inbox import theirs
from bot.model.application import Action
from bot.model.link import Link, to
from bot.model.text import _, lines
from bot.services import enrolment, staff
from bot.services.enrolment import Decided, Refused, leaving, moving, year


@dialog("leavers", parent=lambda **_at: to("work"))
async def leavers(turn: Turn, at: int) -> Screen:
    """Families that ask to leave, one by one: each waits for an order."""
    if not await staff.roles(turn.tx, turn.person.id):
        raise Missing
    waiting = await enrolment.leavers(turn.tx, turn.person.id)
    ways = (link(_("‹ To work"), "work"), link(_("Home"), "home"))
    if not waiting:
        return Screen(lines(_("**Nobody asks to leave**"), _("Requests of families appear here by themselves.")), (ways,))
    at = min(at, len(waiting) - 1)
    view = waiting[at]
    asked = next((one for one in reversed(view.history) if one.action is Action.ASK_TO_LEAVE), None)
    body = lines(
        _("**Asks to leave · {at} of {total}**").format(at=at + 1, total=len(waiting)),
        _("👤 {who}").format(who=who_where(view)),
        _("🗓 from {day:day}").format(day=view.facts.leaves),
        _("Reason: {why}").format(why=WHY[asked.why]) if asked and asked.why in WHY else None,
    )
    skip = (link(_("Skip"), "leavers", at + 1),) if at + 1 < len(waiting) else ()
    return Screen(body, ((link(_("Write down the order"), "orderleave", view.facts.id, meaning="primary"),), (*skip, *ways)))


@dialog("orderleave", parent=lambda **_number: to("leavers", 0))
async def orderleave(turn: Turn, number: int) -> Link:
    """The order by which a child leaves."""
    view = await theirs(turn, number)
    act = await turn.ask(
        Typed[str](
            "act",
            lines(_("**Number and date of the order**"), who_where(view), _("For example: № 45 of 1 September 2026")),
            longest=100,
        )
    )
    try:
        await leaving.order(turn.tx, turn.person.id, number, act, channel=turn.here.channel)
    except (Refused, Decided) as why:
        turn.note = why.words
    else:
        turn.note = _("The order is written down, the family reads it")
    return to("leavers", 0)


@dialog("movechild", parent=lambda **_number: to("work"))
async def movechild(turn: Turn, number: int) -> Link:
    """Move a child to another group of the organisation at once."""
    view = await theirs(turn, number)
    programme, group = await choose(turn, view, _("**Which group does the child move to?**"))
    why = await turn.ask(Typed[str]("why", lines(_("**Why?**"), _("The family reads it: in a word or two.")), longest=200))
    text = lines(_("**Move the child?**"), who_where(view), _("New group: {name}").format(name=programme.name), why)
    await turn.ask(Confirm("sure", text, yes=_("Move"), holds=(number, group.facts.id)))
    try:
        await moving.move_child(turn.tx, turn.person.id, number, group.facts.id, why=why, channel=turn.here.channel)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("The child is moved, the family reads it")
    return to("roster", group.facts.id, 0)


@dialog("nextyear", parent=lambda **_group: to("work"))
async def nextyear(turn: Turn, group: int) -> Link:
    """Make the group of the next year and ask the families of this one."""
    if "organisation" not in await staff.access(turn.tx, turn.person.id, group):
        raise Missing
    if (there := await year.follower(turn.tx, group)) is not None:
        return to("groupcard", there.id)
    text = lines(
        _("**Make the group of the next year?**"),
        _("It has the same times, a year later, and is closed until you open it. Places are kept for this year's pupils."),
        _("Their families are asked whether they go on."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Make the group"), holds=(group,)))
    try:
        new = await year.prepare(turn.tx, turn.person.id, group)
    except Refused as refused:
        turn.note = refused.words
        return to("groupcard", group)
    turn.note = _("The group is made, the families are asked")
    return to("groupcard", new)
