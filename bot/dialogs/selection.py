"""What anybody may read of a selection: the list by numbers; and for whoever was not admitted, clubs with places."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.application import who_where
from bot.dialogs.result import appeal
from bot.model.application import Role
from bot.model.text import Words, _, dotted, lines, listed, n_
from bot.services import enrolment, finding, selection

ON_A_PAGE = 60
"""Numbers on one page."""


@dialog("numberlist")
async def numberlist(turn: Turn, group: int, page: int) -> Screen:
    """The published list: numbers of applications, no names."""
    found = await selection.published(turn.tx, group)
    if found is None:
        raise Missing
    today, all_ = await finding.today(turn.tx), await selection.numbers(turn.tx, group)
    last = max(0, (max(len(all_.admitted), len(all_.reserve)) - 1) // ON_A_PAGE)
    page = min(page, last)
    here = slice(page * ON_A_PAGE, (page + 1) * ON_A_PAGE)
    pager = [link("‹", "numberlist", group, page - 1)] if page else []
    pager += [link("›", "numberlist", group, page + 1)] if page < last else []
    body = lines(
        _("**List by numbers: {name}**").format(name=found.programme_name),
        _("Published on {day:day}. The number stands on the page of your application.").format(day=found.published),
        _("Admitted: {numbers}").format(numbers=_said(all_.admitted[here])) if all_.admitted[here] or not page else None,
        _("Reserve, in this order: {numbers}").format(numbers=_said(all_.reserve[here])) if all_.reserve[here] else None,
        n_("{n} more was not admitted.", "{n} more were not admitted.", all_.others) if all_.others else None,
        appeal(found, today),
    )
    mine = link(_("My applications"), "applications", 0)
    return Screen(body, (tuple(pager), (link(_("The club"), "programme", found.programme), mine), (link(_("Home"), "home"),)))


def _said(numbers: list[int]) -> Words:
    return listed([str(number) for number in numbers]) if numbers else _("nobody")


@dialog("similar")
async def similar(turn: Turn, number: int) -> Screen:
    """Clubs that have places and no selection, for the child who was not admitted."""
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None or view.role not in {Role.GUARDIAN, Role.APART}:
        raise Missing
    today = await finding.today(turn.tx)
    near = await enrolment.near(turn.tx, await selection.instead(turn.tx, turn.person.id, number, turn.here.kinds()))
    said = [
        _("{at}. **{name}** · {facts}").format(
            at=at,
            name=programme.name,
            facts=dotted(words.spot(group.facts), words.timetable(group, today), words.places(group, short=True)),
        )
        for at, (programme, group) in enumerate(near, 1)
    ]
    body = lines(
        _("**Without a selection, with places**"),
        who_where(view),
        *(said or [_("There is nothing near with places now. Look further away, or at other times.")]),
    )
    numbers = tuple(link(str(at), "programme", programme.id) for at, (programme, _group) in enumerate(near, 1))
    back = (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))
    return Screen(body, (numbers, (link(_("Find a club"), "find", meaning="" if near else "primary"),), back))
