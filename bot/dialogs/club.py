"""An organisation: its programmes, and how to reach it. In a community of its own it stands on the first page."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.screen import Button, Screen, link, web
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.model.text import Words, _, dotted, lines, n_
from bot.model.wanted import Wanted
from bot.services import catalogue, finding
from bot.services.catalogue import OrganisationRow

PAGE = 5
"""Programmes on one page."""


@dialog("club")
async def club(turn: Turn, organisation: int, page: int) -> Screen:
    """The programmes of an organisation, the nearest first."""
    kinds = turn.here.kinds()
    found = await catalogue.organisation(turn.tx, organisation, kinds)
    if found is None:
        raise Missing
    wanted = Wanted(tuple(kinds), organisation=organisation)
    total = await finding.count(turn.tx, wanted)
    page = min(page, max(0, (total - 1) // PAGE))
    rows = await finding.page(turn.tx, wanted, turn.person.settlement, page * PAGE, PAGE)
    first = page * PAGE + 1
    items = [words.item(first + at, row, await catalogue.groups_of(turn.tx, row.programme), turn.now.date()) for at, row in enumerate(rows)]
    count = n_("{n} club", "{n} clubs", total) if total else _("No clubs are open now.")
    if total > PAGE:
        count = n_("{n} club, {first}–{last}", "{n} clubs, {first}–{last}", total).format(first=first, last=first + len(rows) - 1)
    body = lines(_("**{name}**").format(name=found.name), _address(found), dotted(count, found.phone), *items)
    numbers = tuple(link(str(first + at), "programme", row.programme) for at, row in enumerate(rows))
    pager = [link("‹", "club", organisation, page - 1)] if page else []
    pager += [link("›", "club", organisation, page + 1)] if (page + 1) * PAGE < total else []
    site: tuple[Button, ...] = (web(_("Website"), found.site),) if found.site else ()
    return Screen(body, (numbers, tuple(pager), site, (link(_("Ask a question"), "askclub", organisation), link(_("Home"), "home"))))


def _address(found: OrganisationRow) -> Words | None:
    address = ", ".join(part for part in (found.settlement_name, found.address) if part)
    return _("📍 {place}").format(place=address) if address else None
