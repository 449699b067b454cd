"""What the staff is reminded of: a digest in the morning, terms that are over, and a number for the municipality."""

from __future__ import annotations

from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.text import Words, _, lines, listed, n_
from bot.services import deadlines, navigator, staff


async def _quiet(turn: Turn) -> Button:
    """Turn the digest off or on."""
    on = await deadlines.wants(turn.tx, turn.person.id)
    return link(_("Do not send"), "digestsend", 0) if on else link(_("Send in the morning"), "digestsend", 1)


async def _works(turn: Turn, *roles: str) -> None:
    if not {row.role for row in await staff.roles(turn.tx, turn.person.id)} & {*roles}:
        raise Withdrawn if turn.delivering else Missing  # the access may have ended since it was planned


BACK = (link(_("‹ To work"), "work"), link(_("Home"), "home"))


@dialog("digest", parent=lambda: to("work"))
async def digest(turn: Turn) -> Screen:
    """What waits this morning."""
    await _works(turn, "organisation")
    found = await deadlines.due(turn.tx, turn.person.id)
    if turn.delivering and not found.waiting:
        raise Withdrawn
    outside = await navigator.count(turn.tx, turn.person.id)
    body = lines(
        _("**Wait for a decision: {n}**").format(n=found.waiting),
        _("Due today: {n}").format(n=found.today) if found.today else None,
        _("Overdue: {n}").format(n=found.overdue) if found.overdue else None,
        _("Not entered in Navigator: {n}").format(n=outside) if outside else None,
    )
    inbox = (link(_("To the applications"), "inbox", 0, meaning="primary"),) if found.waiting else ()
    return Screen(body, (inbox, (await _quiet(turn),), BACK))


@dialog("overdue", parent=lambda: to("work"))
async def overdue(turn: Turn) -> Screen:
    """The applications whose term is over."""
    await _works(turn, "organisation")
    late, numbers = (await deadlines.due(turn.tx, turn.person.id)).overdue, await deadlines.overdue(turn.tx, turn.person.id)
    if turn.delivering and not late:
        raise Withdrawn
    more = _("and {n} more").format(n=late - len(numbers)) if late > len(numbers) else None
    named: list[Words | None] = [_("no. {number}").format(number=each) for each in numbers]
    body = lines(
        n_("**The term is over: {n} application**", "**The term is over: {n} applications**", late),
        listed([*named, more]) if numbers else None,
        _("The families were promised an answer. In one more working day the municipal centre sees how many there are.") if late else None,
    )
    inbox = (link(_("To the applications"), "inbox", 0, meaning="primary"),) if late else ()
    return Screen(body, (inbox, BACK))


@dialog("latenumbers", parent=lambda: to("work"))
async def latenumbers(turn: Turn) -> Screen:
    """For the municipality: how many applications are overdue, by organisation; no names."""
    await _works(turn, "municipality")
    rows = await deadlines.escalated(turn.tx, turn.person.id)
    if turn.delivering and not rows:
        raise Withdrawn
    said = [_("{name}: {n}").format(name=row.name, n=row.late) for row in rows[:8]]
    rest = sum(row.late for row in rows[8:])
    total = sum(row.late for row in rows)
    body = lines(
        n_("**Overdue for more than a working day: {n} application**", "**Overdue for more than a working day: {n} applications**", total),
        *said,
        _("Other organisations: {n}").format(n=rest) if rest else None,
    )
    return Screen(body, ((link(_("Numbers"), "numbers", meaning="primary"), await _quiet(turn)), BACK))


@dialog("digestsend", parent=lambda **_on: to("work"))
async def digestsend(turn: Turn, on: int) -> Link:
    """Turn the morning's digest on or off: it may be said twice."""
    await _works(turn, "organisation", "municipality")
    if turn.opened:
        await turn.ask(Confirm("sure", _("**Change the morning's message?**"), holds=(on,)))
    await deadlines.switch(turn.tx, turn.person.id, on=bool(on))
    turn.note = _("In the morning you read what waits") if on else _("There are no more messages in the morning")
    return to("work")
