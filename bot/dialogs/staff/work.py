"""Beginning to work for an organisation: a one-time invitation, the page of one's work, and colleagues' access."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Button, Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.staff.sections import SECTIONS
from bot.model.link import Link, to
from bot.model.text import _, lines, n_
from bot.services import catalogue, enrolment, staff


@dialog("staff")
async def invited(turn: Turn, token: str) -> Link:
    """Accept an invitation: the link works once."""
    organisation = await staff.look(turn.tx, token)
    club = None if organisation is None else await catalogue.organisation(turn.tx, organisation, ("state", "private"))
    if club is None:
        raise Missing
    text = lines(
        _("**Work for: {club}?**").format(club=club.name),
        _("You will see applications with children's names and decide about them. All that you do is written down."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Begin to work"), holds=(club.id,)))
    await staff.accept(turn.tx, turn.person.id, token)
    return to("work")


FIRST = 6
"""Sections on the first page of work; the rest stands on the next one."""


async def _sections(turn: Turn, roles: frozenset[str]) -> list[Button]:
    """What waits for somebody, then what is always there."""
    waits, always = list[Button](), list[Button]()
    for each in SECTIONS:
        if not roles & each.roles:
            continue
        number = await each.count(turn) if each.count else 0
        if number:
            waits.append(link(each.label(number), each.dialog, *each.args, meaning="" if waits else "primary"))
        elif each.count is None:
            always.append(link(each.label(0), each.dialog, *each.args))
    return [*waits, *always]


@dialog("work")
async def work(turn: Turn) -> Screen:
    """The page of somebody's work: what waits for them."""
    roles = await staff.roles(turn.tx, turn.person.id)
    if not roles:
        raise Missing
    waiting = len(await enrolment.inbox(turn.tx, turn.person.id))
    papers = len(await enrolment.awaiting_papers(turn.tx, turn.person.id))
    body = lines(
        _("**My work**"),
        *(row.organisation_name or "" for row in roles[:5]),
        n_("{n} application waits for a decision.", "{n} applications wait for a decision.", waiting)
        if waiting
        else _("Nothing waits for a decision."),
        n_("{n} family is to bring papers.", "{n} families are to bring papers.", papers) if papers else None,
    )
    sections = await _sections(turn, frozenset(row.role for row in roles))
    access = [
        link(_("Access: {club}").format(club=row.organisation_name or ""), "colleagues", row.organisation)
        for row in roles[:2]
        if row.organisation
    ]
    more = (link(_("More"), "workmore"),) if len(sections) > FIRST else ()
    return Screen(body, (*stack(sections[:FIRST], 2), tuple(access[:1]), (*more, link(_("Home"), "home"))))


@dialog("workmore", parent=lambda: to("work"))
async def workmore(turn: Turn) -> Screen:
    """The sections for which the first page has no room."""
    roles = await staff.roles(turn.tx, turn.person.id)
    if not roles:
        raise Missing
    sections = await _sections(turn, frozenset(row.role for row in roles))
    back = (link(_("‹ To work"), "work"), link(_("Home"), "home"))
    return Screen(_("**My work: more**"), (*stack(sections[FIRST : FIRST + 8], 2), back))


@dialog("colleagues", parent=lambda **_organisation: to("work"))
async def colleagues(turn: Turn, organisation: int) -> Screen:
    """Who has access to an organisation's applications; access ends with one press."""
    if not any(row.organisation == organisation for row in await staff.roles(turn.tx, turn.person.id)):
        raise Missing
    club = await catalogue.organisation(turn.tx, organisation, ("state", "private"))
    if club is None:
        raise Missing
    rows = await staff.colleagues(turn.tx, organisation)
    said = [
        (_("{at}. Since {day:fullday}, this is you") if row.person == turn.person.id else _("{at}. Since {day:fullday}")).format(
            at=at + 1, day=row.since.date()
        )
        for at, row in enumerate(rows[:8])
    ]
    others = [(at, row) for at, row in enumerate(rows[:8]) if row.person != turn.person.id][:4]
    ends = tuple((link(_("End access {at}").format(at=at + 1), "endaccess", row.id),) for at, row in others)
    title = n_("**{club}: {n} person has access**", "**{club}: {n} people have access**", len(rows)).format(club=club.name)
    return Screen(lines(title, *said), (*ends, (link(_("‹ To work"), "work"), link(_("Home"), "home"))))


@dialog("endaccess", parent=lambda **_number: to("work"))
async def endaccess(turn: Turn, number: int) -> Link:
    """End a colleague's access at once."""
    await turn.ask(Confirm("sure", _("**End this access?**"), yes=_("End the access"), meaning="danger", holds=(number,)))
    turn.note = _("The access is ended") if await staff.revoke(turn.tx, turn.person.id, number) else _("Only a colleague may end it")
    return to("work")
