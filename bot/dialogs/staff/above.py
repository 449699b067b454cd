"""Those above an organisation: counts by organisation, by municipality, by settlement; never a name."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.staff.access import choose_place
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, n_
from bot.services import oversight, staff
from bot.services.oversight import FEWEST, CountRow

ON_A_PAGE = 5


def _short(row: CountRow) -> Words:
    """The counts of a place in a line of a list: what is nothing is left out."""
    counts = (
        n_("{n} waits", "{n} wait", row.waiting) if row.waiting else None,
        n_("{n} overdue", "{n} overdue", row.overdue) if row.overdue else None,
        _("{n} in queues").format(n=row.queued) if row.queued else None,
        _("{n} attend").format(n=row.enrolled) if row.enrolled else None,
        n_("{n} place is free", "{n} places are free", row.free),
    )
    return dotted(row.name, *counts)


def _full(row: CountRow) -> list[Words]:
    return [
        _("Applications that wait for a decision: {n}").format(n=row.waiting),
        _("Of them overdue: {n}").format(n=row.overdue),
        _("In queues: {n}").format(n=row.queued),
        _("Attend by the data of this bot: {n}").format(n=row.enrolled),
        _("🟢 Free places: {n}").format(n=row.free),
    ]


def _pager(name: str, page: int, total: int, *args: int) -> tuple[Button, ...]:
    made = [link("‹", name, *args, page - 1)] if page else []
    return (*made, *((link("›", name, *args, page + 1),) if (page + 1) * ON_A_PAGE < total else ()))


BACK = (link(_("‹ To work"), "work"), link(_("Home"), "home"))


@dialog("numbers", parent=lambda: to("work"))
async def numbers(turn: Turn) -> Screen | Link:
    """The counts that somebody sees: the region, else a municipality, else an organisation."""
    seen = await oversight.sight(turn.tx, turn.person.id)
    if seen.region:
        return to("region", 0)
    places = [
        *(("district", number) for number in sorted(seen.municipalities)),
        *(("clubnumbers", each) for each in sorted(seen.organisations)),
    ]
    names = [await _name(turn, kind, number) for kind, number in places]
    return choose_place(turn, _("**Numbers**"), [_open(*each) for each in places], names)


def _open(kind: str, number: int) -> Link:
    return to("district", number, 0) if kind == "district" else to("clubnumbers", number)


async def _name(turn: Turn, kind: str, number: int) -> str:
    row = await (oversight.municipality if kind == "district" else oversight.organisation)(turn.tx, turn.person.id, number)
    return row.name if row else ""


@dialog("region", parent=lambda **_page: to("work"))
async def region(turn: Turn, page: int) -> Screen:
    """The region, by municipality."""
    rows = await oversight.municipalities(turn.tx, turn.person.id, page, ON_A_PAGE)
    if not rows:
        raise Missing
    first = page * ON_A_PAGE + 1
    said = [_("{at}. {facts}").format(at=at, facts=_short(row)) for at, row in enumerate(rows, first)]
    opens = tuple(link(str(at), "district", row.id, 0) for at, row in enumerate(rows, first))
    return Screen(lines(_("**Numbers by municipality**"), *said, _RULE), (opens, _pager("region", page, rows[0].rows), BACK))


_RULE = _("Only numbers are seen here: names stay with the organisations.")


@dialog("district", parent=lambda **_at: to("work"))
async def district(turn: Turn, municipality: int, page: int) -> Screen:
    """A municipality, by organisation."""
    whole = await oversight.municipality(turn.tx, turn.person.id, municipality)
    rows = await oversight.organisations(turn.tx, turn.person.id, municipality, page, ON_A_PAGE)
    if whole is None or not (rows or page == 0):
        raise Missing
    first = page * ON_A_PAGE + 1
    said = [_("{at}. {facts}").format(at=at, facts=_short(row)) for at, row in enumerate(rows, first)]
    opens = tuple(link(str(at), "clubnumbers", row.id) for at, row in enumerate(rows, first))
    by_place = link(_("Queues by settlement"), "queues", municipality, 0)
    total = rows[0].rows if rows else 0
    body = lines(
        _("**{name}: by organisation**").format(name=whole.name),
        _("All together: {facts}").format(facts=_short(whole._replace(name=""))),
        *said,
        _RULE,
    )
    return Screen(body, (opens, (*_pager("district", page, total, municipality), by_place), BACK))


@dialog("clubnumbers", parent=lambda **_organisation: to("numbers"))
async def clubnumbers(turn: Turn, organisation: int) -> Screen:
    """The counts of one organisation, and who has access there for those who may end it."""
    row = await oversight.organisation(turn.tx, turn.person.id, organisation)
    if row is None:
        raise Missing
    above = await staff.may_see(turn.tx, turn.person.id, organisation=organisation)
    more = (link(_("Who has access"), "colleagues", organisation), link(_("Journal"), "journal", organisation, 0)) if above else ()
    return Screen(
        lines(_("**{name}: numbers**").format(name=row.name), *_full(row), _RULE), (more, (link(_("‹ Numbers"), "numbers"), *BACK))
    )


@dialog("queues", parent=lambda **_at: to("numbers"))
async def queues(turn: Turn, municipality: int, page: int) -> Screen:
    """Where those live who wait in queues: few of them are not told apart."""
    whole = await oversight.municipality(turn.tx, turn.person.id, municipality)
    if whole is None:
        raise Missing
    rows = await oversight.queues(turn.tx, turn.person.id, municipality, page, ON_A_PAGE * 2)
    said = [
        _("{name}: {n}").format(name=row.name, n=row.waiting)
        if row.waiting >= FEWEST
        else _("{name}: fewer than {n}").format(name=row.name, n=FEWEST)
        for row in rows
    ]
    body = lines(
        _("**{name}: queues by settlement**").format(name=whole.name),
        *(said or [_("Nobody waits in a queue.")]),
        _("By where the child lives, or else by where the group meets."),
    )
    pager = [link("‹", "queues", municipality, page - 1)] if page else []
    pager += [link("›", "queues", municipality, page + 1)] if rows and (page + 1) * ON_A_PAGE * 2 < rows[0].rows else []
    return Screen(body, (tuple(pager), (link(_("‹ By organisation"), "district", municipality, 0), *BACK)))
