"""Places: my settlement, and who comes to the villages."""

from __future__ import annotations

from datetime import date

from bot.conversation.choice import Choice
from bot.conversation.dialog import dialog
from bot.conversation.screen import Screen, link, stack
from bot.conversation.shared import Where
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, listed
from bot.services import catalogue
from bot.services.catalogue import SettlementRow

VISITS = 5
"""Visits on one page."""
FAR = 30.0
"""Kilometres in a straight line beyond which a shared point is not in this district."""


@dialog("settlement")
async def settlement(turn: Turn) -> Screen | Link:
    """Choose or forget the settlement from which clubs are looked for; a shared point offers the nearest ones."""
    towns = await catalogue.settlements(turn.tx)
    now = next((town.name for town in towns if town.id == turn.person.settlement), None)
    text = lines(
        _("**Where do you live?**"),
        _("Now: {name}.").format(name=now) if now else None,
        _("I will show what is near first. I keep only the name of the place; you may remove it at any time."),
    )
    if not towns:
        return Screen(lines(text, _("The list of places has not been loaded yet.")), ((link(_("Home"), "home"),),))
    if (point := turn.given(Where("point", text))) is not None:
        near = [(town, way) for town, way in await catalogue.nearest(turn.tx, point.latitude, point.longitude) if way <= FAR][:6]
        towns = [town for town, _way in near] or towns
        text = lines(
            _("**Where do you live?**"),
            _("These are the nearest to your point.") if near else _("No place of ours is near that point. Please choose from the list."),
        )
    which: Choice[SettlementRow | None] = Choice(
        "town",
        text,
        towns,
        key=lambda town: town.id,
        label=lambda town: town.name,
        aliases=lambda town: [town.where or "", *town.other_names],
        width=2,
        skip=_("Remove") if turn.person.settlement is not None else None,
    )
    town = await turn.ask(which)
    await turn.settle(town.id if town else None)
    turn.note = _("Remembered: {name}").format(name=town.name) if town else _("Removed")
    return to("home")


@dialog("visits")
async def visits(turn: Turn) -> Screen:
    """Who comes to the villages, the nearest days first."""
    return await _visits(turn, 0)


@dialog("visitpage")
async def visitpage(turn: Turn, page: int) -> Screen:
    """A further page of visits."""
    return await _visits(turn, page)


async def _visits(turn: Turn, page: int) -> Screen:
    rows = await catalogue.visits(turn.tx, turn.here.kinds())
    if not rows:
        return Screen(
            lines(_("**Nobody comes to the villages for now**"), _("There are remote lessons, and clubs nearby.")),
            ((link(_("Find a club"), "find", meaning="primary"),), (link(_("Home"), "home"),)),
        )
    page = min(page, (len(rows) - 1) // VISITS)
    first, shown = page * VISITS + 1, rows[page * VISITS : (page + 1) * VISITS]
    title = (
        _("**Who comes to the villages, {first}–{last} of {total}**").format(first=first, last=first + len(shown) - 1, total=len(rows))
        if len(rows) > VISITS
        else _("**Who comes to the villages**")
    )
    items = [_visit(at, row, turn.now.date()) for at, row in enumerate(shown, first)]
    numbers = stack([link(str(at), "programme", row.programme) for at, row in enumerate(shown, first)], VISITS)
    pager = [link("‹", "visitpage", page - 1)] if page else []
    pager += [link("›", "visitpage", page + 1)] if (page + 1) * VISITS < len(rows) else []
    return Screen(lines(title, *items), (*numbers, tuple(pager), (link(_("Home"), "home"),)))


def _visit(at: int, row: catalogue.VisitRow, today: date) -> Words:
    """A visit: where it goes, when, for whom, and how many children it still waits for."""
    when = listed((words.days(row.day, row.last_day, today), words.hours(row.starts, row.ends))) if row.day else row.note
    return lines(
        _("{at}. **{name}**").format(at=at, name=row.programme_name),
        dotted(
            row.settlement_name,
            when,
            words.age(row.age_min, row.age_max),
            words.gathering(row.size_min, row.taken),
        ),
    )
