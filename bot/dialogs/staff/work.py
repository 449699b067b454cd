"""The page of somebody's work: what waits for them, by their roles."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.screen import Button, Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.staff.access import EVERYWHERE, ROLES
from bot.dialogs.staff.sections import DECIDES, SECTIONS
from bot.model.link import to
from bot.model.staff import Duty
from bot.model.text import Words, _, lines, n_
from bot.services import enrolment, staff

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
        elif each.count is None or roles & each.always:
            always.append(link(each.label(0), each.dialog, *each.args))
    return [*waits, *always]


@dialog("work")
async def work(turn: Turn) -> Screen:
    """The page of somebody's work: for whom, as what, and what waits for them."""
    roles = await staff.roles(turn.tx, turn.person.id)
    if not roles:
        raise Missing
    duties = frozenset(row.role for row in roles)
    said = dict.fromkeys((row.organisation_name or row.municipality_name or "", row.role) for row in roles)
    body = lines(
        _("**My work**"),
        *(_("{place} · {role}").format(place=place or EVERYWHERE, role=ROLES[Duty(role)]) for place, role in list(said)[:5]),
        *(await _waits(turn) if duties & DECIDES else ()),
    )
    sections = await _sections(turn, duties)
    more = (link(_("More"), "workmore"),) if len(sections) > FIRST else ()
    return Screen(body, (*stack(sections[:FIRST], 2), (*more, link(_("Home"), "home"))))


async def _waits(turn: Turn) -> list[Words]:
    waiting = len(await enrolment.inbox(turn.tx, turn.person.id))
    papers = len(await enrolment.awaiting_papers(turn.tx, turn.person.id))
    made: list[Words] = [
        n_("{n} application waits for a decision.", "{n} applications wait for a decision.", waiting)
        if waiting
        else _("Nothing waits for a decision.")
    ]
    return [*made, n_("{n} family is to bring papers.", "{n} families are to bring papers.", papers)] if papers else made


@dialog("workmore", parent=lambda: to("work"))
async def workmore(turn: Turn) -> Screen:
    """The sections for which the first page has no room."""
    roles = await staff.roles(turn.tx, turn.person.id)
    if not roles:
        raise Missing
    sections = await _sections(turn, frozenset(row.role for row in roles))
    back = (link(_("‹ To work"), "work"), link(_("Home"), "home"))
    return Screen(_("**My work: more**"), (*stack(sections[FIRST : FIRST + 8], 2), back))
