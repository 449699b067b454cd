"""A child: what is known of it, each fact changed alone, and how it leaves the family's list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Literal

from bot.conversation.choice import Choice
from bot.conversation.dialog import Again, Missing, dialog
from bot.conversation.fact import Confirm, Day, Number, Typed
from bot.conversation.question import Extra, Unreadable
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.application import unfinished
from bot.dialogs.family import child_words, named
from bot.model.link import Link, to
from bot.model.text import Personal, Text, Words, _, dotted, lines
from bot.services import catalogue, childhood, enrolment, family, finding, pupil
from bot.services.catalogue import SettlementRow
from bot.services.childhood import Facts
from bot.services.enrolment import Refused
from bot.services.family import Child

KINDS: Mapping[str, Text] = {"account": _("certificate of account"), "funds": _("certificate with funds")}
"""Сертификат учёта and сертификат персонифицированного финансирования."""
FIELDS: Mapping[str, Text] = {
    "name": _("Name and surname"),
    "born": _("Birthday"),
    "home": _("Where the child lives"),
    "school": _("School"),
    "grade": _("Class and shift"),
    "certificate": _("Certificate"),
}
"""What of a child may be changed, on a button."""
NONE = "-"
"""The raw answer «not to be kept», or «as before»."""
WHY = _("It is optional. Only organisations that you apply to see it.")


@dialog("child", parent=lambda **_number: to("children"))
async def child_(turn: Turn, number: int) -> Screen:
    """A child: what is known, and how to change or remove it."""
    found = await family.child(turn.tx, turn.person.id, number)
    if found is None:
        raise Missing
    born = Personal(_("{day:fullday}").format(day=found.born), _("hidden here"))
    body: list[Words] = [_("**{child}**").format(child=child_words(found)), _("Born: {day}").format(day=born)]
    mine = (link(_("My applications"), "applications", 0), link(_("Home"), "home"))
    if not found.may_change:
        return Screen(lines(*body), (mine,))
    today = await finding.today(turn.tx)
    body += _facts(await childhood.facts(turn.tx, turn.person.id, number, today))
    own: tuple[Button, ...] = ()
    if await pupil.linked(turn.tx, turn.person.id, number):
        body.append(_("The child has an own account and sees the applications too."))
        own = (link(_("Unlink the account"), "unlinkpupil", number),)
    elif pupil.old_enough(found.born, today):
        own = (link(_("The child's own account"), "pupilcode", number),)
    return Screen(lines(*body), ((link(_("Change"), "childedit", number), link(_("Remove"), "dropchild", number)), own, mine))


def _facts(facts: Facts) -> list[Words]:
    """The optional facts that are known."""
    row = facts.row
    grade = _("class {n}").format(n=facts.grade) if facts.grade is not None else None
    shift = _("shift {n}").format(n=row.shift) if row.shift is not None else None
    hidden = _("hidden here")
    said = [
        _("Lives in: {place}").format(place=Personal(row.settlement_name, hidden)) if row.settlement_name else None,
        _("School: {facts}").format(facts=Personal(dotted(row.school, grade, shift), hidden)) if row.school or grade or shift else None,
    ]
    if row.certificate:
        kind = KINDS.get(row.certificate_kind or "")
        said.append(_("Certificate: {facts}").format(facts=dotted(Personal(row.certificate, hidden), kind)))
    return [each for each in said if each is not None]


@dialog("childedit", parent=lambda number: to("child", number))
async def childedit(turn: Turn, number: int) -> Screen | Link:
    """Change one fact of a child."""
    found = await family.child(turn.tx, turn.person.id, number)
    if found is None or not found.may_change:
        raise Missing
    text = lines(_("**What to change?**"), child_words(found))
    field = await turn.ask(Choice[str]("field", text, [*FIELDS], label=lambda each: FIELDS[each], width=2))
    try:
        await EDITS[field](turn, found, await finding.today(turn.tx))
    except Refused as refused:
        raise Again("field", refused.words) from refused
    turn.note = _("Saved")
    return to("child", number)


def _remove(known: Any) -> tuple[Extra, ...]:
    return (Extra(_("Do not keep"), NONE),) if known is not None else ()


async def _name(turn: Turn, found: Child, _today: date) -> None:
    why = _("Only the organisation that you apply to sees it.")
    name = await turn.ask(Typed[str]("name", _("**What is the child's first name?**"), parse=named, personal=why))
    same = (Extra(_("As before"), NONE),)
    surname = await turn.ask(
        Typed[str]("surname", _("**And the surname?**"), parse=lambda raw: raw if raw == NONE else named(raw), personal=why, extra=same)
    )
    surname = found.surname if surname == NONE else surname
    await childhood.set_name(turn.tx, turn.person.id, found.id, name, surname)


async def _born(turn: Turn, found: Child, today: date) -> None:
    first, last = today.replace(year=today.year - family.OLDEST, day=1), today.replace(year=today.year - family.YOUNGEST, day=1)
    text = _("**When was the child born?**\nFor example: 5 May 2017.")
    born = await turn.ask(Day("born", text, today=today, first=first, last=last, personal=_("The age for a club is counted by it.")))
    await childhood.set_born(turn.tx, turn.person.id, found.id, born)


async def _home(turn: Turn, found: Child, _today: date) -> None:
    towns = await catalogue.settlements(turn.tx)
    town: SettlementRow | None = await turn.ask(
        Choice(
            "town",
            _("**Where does the child live?**"),
            towns,
            key=lambda each: each.id,
            label=lambda each: each.name,
            aliases=lambda each: [each.where or "", *each.other_names],
            width=2,
            skip=_("Do not keep"),
            personal=WHY,
        )
    )
    await childhood.set_settlement(turn.tx, turn.person.id, found.id, town.id if town else None)


async def _school(turn: Turn, found: Child, today: date) -> None:
    row = (await childhood.facts(turn.tx, turn.person.id, found.id, today)).row
    text = lines(_("**Which school?**"), _("For example: School 3, Lazorevo."))
    school = await turn.ask(Typed[str]("school", text, longest=200, personal=WHY, extra=_remove(row.school)))
    await childhood.set_school(turn.tx, turn.person.id, found.id, None if school == NONE else " ".join(school.split()))


async def _grade(turn: Turn, found: Child, today: date) -> None:
    row = (await childhood.facts(turn.tx, turn.person.id, found.id, today)).row
    text = lines(_("**Which class now?**"), _("A number from 1 to 11; from 1 September it grows by itself."))
    extra = (Extra(_("Do not keep"), "0"),) if row.grade is not None else ()
    grade = await turn.ask(Number("grade", text, least=0, most=childhood.LAST_GRADE, personal=WHY, extra=extra))
    shift: int | None = None
    if grade:
        shift = await turn.ask(
            Choice[int | None](
                "shift",
                _("**In which shift?**"),
                [1, 2],
                label=lambda each: _("shift {n}").format(n=each),
                width=2,
                skip=_("Do not know"),
                personal=WHY,
            )
        )
    await childhood.set_grade(turn.tx, turn.person.id, found.id, grade or None, shift, today)


def _certificate_number(raw: str) -> str:
    number = raw if raw == NONE else childhood.certificate_number(raw)
    if number is None:
        raise Unreadable(_("A certificate's number has ten digits: please look at the certificate, or in Navigator in the child's card."))
    return number


async def _certificate(turn: Turn, found: Child, today: date) -> None:
    row = (await childhood.facts(turn.tx, turn.person.id, found.id, today)).row
    text = lines(_("**The certificate's number**"), _("Ten digits; spaces and hyphens do no harm."))
    number = await turn.ask(
        Typed[str]("certificate", text, parse=_certificate_number, longest=40, personal=WHY, extra=_remove(row.certificate))
    )
    if number == NONE:
        await childhood.set_certificate(turn.tx, turn.person.id, found.id, None, None)
        return
    kind = await turn.ask(
        Choice[Literal["account", "funds"]](
            "kind",
            lines(_("**Which certificate is it?**"), _("A certificate with funds pays for clubs; one of account only counts the child.")),
            ["account", "funds"],
            label=lambda each: _("{label:capital}").format(label=KINDS[each]),
            personal=WHY,
        )
    )
    await childhood.set_certificate(turn.tx, turn.person.id, found.id, number, kind)


EDITS: Mapping[str, Callable[[Turn, Child, date], Awaitable[None]]] = {
    "name": _name,
    "born": _born,
    "home": _home,
    "school": _school,
    "grade": _grade,
    "certificate": _certificate,
}
"""How each fact is asked and changed."""


@dialog("dropchild", parent=lambda number: to("child", number))
async def dropchild(turn: Turn, number: int) -> Screen | Link:
    """Remove a child that has no application going on."""
    found = await family.child(turn.tx, turn.person.id, number)
    if found is None or not found.may_change:
        raise Missing
    first = unfinished(each for each in await enrolment.applications(turn.tx, turn.person.id) if each.facts.child == number)
    if first is not None:
        return Screen(lines(_("**Not yet**"), first), ((link(_("My applications"), "applications", 0),), (link(_("Home"), "home"),)))
    text = lines(
        _("**Remove {child}?**").format(child=child_words(found)),
        _("Everything about the child is erased. Where it was enrolled, the organisation keeps its record, by law."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Remove"), meaning="danger", holds=(number,)))
    await childhood.remove(turn.tx, turn.person.id, number)
    turn.note = _("Removed")
    return to("children")
