"""Favourites: the programmes that somebody put aside."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.text import _, lines, n_
from bot.services import catalogue

PAGE = 5
"""Favourites on one page."""


@dialog("keep", parent=lambda programme, **_kept: to("programme", programme))
async def keep(turn: Turn, programme: int, kept: int) -> Link:
    """Put a programme among the favourites, or take it out."""
    card = await catalogue.programme(turn.tx, programme, turn.here.kinds(), turn.person.id, turn.person.settlement)
    if card is None:
        raise Missing
    if turn.opened:
        title = _("**Add to favourites?**") if kept else _("**Remove from favourites?**")
        await turn.ask(Confirm("sure", lines(title, card.facts.name), holds=(programme,)))
    await catalogue.keep(turn.tx, turn.person.id, programme, kept=bool(kept))
    turn.note = _("Added to favourites") if kept else _("Removed from favourites")
    return to("programme", programme, tab=turn.link.tab)


@dialog("favourites")
async def favourites(turn: Turn) -> Screen:
    """The newest favourites."""
    return await _favourites(turn, 0)


@dialog("favouritepage")
async def favouritepage(turn: Turn, page: int) -> Screen:
    """A further page of favourites."""
    return await _favourites(turn, page)


async def _favourites(turn: Turn, page: int) -> Screen:
    kept = await catalogue.favourites(turn.tx, turn.person.id, turn.here.kinds())
    if not kept:
        return Screen(
            lines(_("**No favourites yet**"), _("Press “To favourites” on a club's card, and it will stand here.")),
            ((link(_("Find a club"), "find", meaning="primary"),), (link(_("Home"), "home"),)),
        )
    page = min(page, (len(kept) - 1) // PAGE)
    first, shown = page * PAGE + 1, kept[page * PAGE : (page + 1) * PAGE]
    title = (
        n_("**{n} favourite, {first}–{last}**", "**{n} favourites, {first}–{last}**", len(kept)).format(
            first=first, last=first + len(shown) - 1
        )
        if len(kept) > PAGE
        else n_("**{n} favourite**", "**{n} favourites**", len(kept))
    )
    items = [_("{at}. **{name}** · {club}").format(at=at, name=name, club=club) for at, (_id, name, club) in enumerate(shown, first)]
    numbers = tuple(link(str(at), "programme", number) for at, (number, _name, _club) in enumerate(shown, first))
    pager = [link("‹", "favouritepage", page - 1)] if page else []
    pager += [link("›", "favouritepage", page + 1)] if (page + 1) * PAGE < len(kept) else []
    several = (link(_("Several clubs at once"), "wishes"),) if len(kept) > 1 else ()
    return Screen(lines(title, *items), (numbers, tuple(pager), several, (link(_("Home"), "home"),)))
