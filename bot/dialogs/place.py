"""Places: my settlement, and who comes to the villages."""

from __future__ import annotations

from bot.conversation.choice import Choice
from bot.conversation.dialog import dialog
from bot.conversation.screen import Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, n_
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
    text = lines(
        _("**Where do you live?**"),
        _("I shall show what is near first. Only the name of the place is kept, and you may remove it at any time."),
    )
    if not towns:
        return Screen(lines(text, _("The list of places has not been loaded yet.")), ((link(_("Home"), "home"),),))
    if (point := turn.raw("point")) is not None:
        latitude, longitude = (float(part) for part in point.split(","))
        near = [(town, way) for town, way in await catalogue.nearest(turn.tx, latitude, longitude) if way <= FAR][:6]
        towns = [town for town, _way in near] or towns
        text = lines(
            _("**Which place is yours?**"), _("These are the nearest.") if near else _("There is no place of this district nearby.")
        )
    town = await turn.ask(
        Choice[SettlementRow | None](
            "town",
            text,
            towns,
            key=lambda town: town.id,
            label=lambda town: town.name,
            aliases=lambda town: [town.where or "", *town.other_names],
            width=2,
            skip=_("Remove") if turn.person.settlement is not None else None,
        )
    )
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
            lines(_("**Nobody comes to the villages for now**"), _("There are lessons by video call, and clubs in the neighbourhood.")),
            ((link(_("Find a club"), "find", meaning="primary"),), (link(_("Home"), "home"),)),
        )
    page = min(page, (len(rows) - 1) // VISITS)
    shown = rows[page * VISITS : (page + 1) * VISITS]
    items = []
    for at, row in enumerate(shown):
        when = dotted(words.days(row.day, row.last_day), words.hours(row.starts, row.ends)) if row.day else row.note
        missing = row.size_min - row.taken if row.size_min is not None and row.taken is not None and row.taken < row.size_min else None
        gathering: Words | None = n_("{n} more child is needed", "{n} more children are needed", missing) if missing else None
        items.append(
            _("{at}. **{name}** · {facts}").format(
                at=page * VISITS + at + 1,
                name=row.programme_name,
                facts=dotted(row.settlement_name, when, words.age(row.age_min, row.age_max), gathering),
            )
        )
    numbers = stack([link(str(page * VISITS + at + 1), "programme", row.programme) for at, row in enumerate(shown)], VISITS)
    pager = [link("‹", "visitpage", page - 1)] if page else []
    pager += [link("›", "visitpage", page + 1)] if (page + 1) * VISITS < len(rows) else []
    return Screen(lines(_("**Who comes to the villages**"), *items), (*numbers, tuple(pager), (link(_("Home"), "home"),)))
