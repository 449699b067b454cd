"""Guests of a group: how many a lesson takes, who comes for the first time, and who came."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Number
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.text import Text, _, lines
from bot.services import finding, staff, visits
from bot.services.enrolment import Refused
from bot.services.enrolment.rules import child_words

STATES = {
    "booked": _("is expected"),
    "came": _("has come"),
    "missed": _("has not come"),
    "stays": _("stays"),
    "leaves": _("it did not suit"),
}
"""How a first visit stands, in words."""
ON_A_PAGE = 4


async def _may(turn: Turn, group: int) -> None:
    if not await staff.access(turn.tx, turn.person.id, group) & {"organisation", "teacher"}:
        raise Missing


@dialog("guests", parent=lambda group: to("groupcard", group))
async def guests(turn: Turn, group: int) -> Screen:
    """Who comes to a group for the first time."""
    await _may(turn, group)
    found, today = await visits.guests(turn.tx, turn.person.id, group), await finding.today(turn.tx)
    most = await visits.number(turn.tx, group)
    shown = [each for each in found if each.state in {"booked", "came", "missed"}][:ON_A_PAGE] or found[:ON_A_PAGE]
    items: list[Text] = [
        _("{at}. {child} · {day:day} · {state}").format(
            at=at + 1, child=child_words(each.name, each.surname, each.born, today), day=each.day, state=STATES[each.state]
        )
        for at, each in enumerate(shown)
    ]
    body = lines(
        _("**Guests: {n} at a lesson**").format(n=most) if most else _("**This group takes no guests**"),
        *items,
        None if items or not most else _("Nobody is expected now."),
    )
    numbers = tuple(link(str(at + 1), "guest", each.id) for at, each in enumerate(shown) if each.state in {"booked", "came", "missed"})
    ways = (link(_("‹ To the group"), "groupcard", group), link(_("Home"), "home"))
    return Screen(body, (numbers, (link(_("How many guests"), "guestplaces", group),), ways))


@dialog("guestplaces", parent=lambda group: to("guests", group))
async def guestplaces(turn: Turn, group: int) -> Link:
    """How many guests a lesson takes."""
    await _may(turn, group)
    text = lines(_("**How many guests does a lesson take?**"), _("0 means none. Families come without papers and decide afterwards."))
    most = await turn.ask(Number("most", text, least=0, most=visits.MOST, likely=(0, 1, 2, 3, 5)))
    await visits.set_guests(turn.tx, turn.person.id, group, most)
    turn.note = _("Written down")
    return to("guests", group)


@dialog("guest", parent=lambda **_number: to("work"))
async def guest(turn: Turn, number: int) -> Link:
    """Whether a guest came."""
    found = await visits.of_staff(turn.tx, turn.person.id, number)
    if found is None:
        raise Missing
    today = await finding.today(turn.tx)
    text = lines(
        _("**Did this guest come?**"),
        child_words(found.name, found.surname, found.born, today),
        _("🗓 {day:weekday}").format(day=found.day),
    )
    came = await turn.ask(Number("came", text, least=0, most=1, likely=(1, 0), label=lambda each: _("Came") if each else _("Did not come")))
    try:
        await visits.mark(turn.tx, turn.person.id, number, came=bool(came))
    except Refused as refused:
        turn.note = refused.words
    return to("guests", found.group)
