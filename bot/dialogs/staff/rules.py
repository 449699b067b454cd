"""«Правила записи»: the terms that an organisation and a municipality set themselves, explained, and changed one by one."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Number
from bot.conversation.screen import Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.staff.access import choose_place
from bot.model.link import Link, to
from bot.model.staff import Duty
from bot.model.text import Text, _, lines
from bot.services import local_rules, staff
from bot.services.local_rules import BOUNDS, ClubRules, LocalRules

NAMES: Mapping[str, tuple[Text, Text, Text, tuple[int, ...]]] = {
    "decision_days": (
        _("Answer to an application: {n} working days"),
        _("Applications"),
        _("Working days in which you answer an application: families read the date. With a selection up to 45."),
        (3, 5, 7),
    ),
    "papers_days": (
        _("Papers: {n} days after the application"),
        _("Papers"),
        _("Days in which a family brings the papers."),
        (7, 10, 14),
    ),
    "offer_hours": (
        _("Answer to an offered place: {n} hours"),
        _("Offer"),
        _("Hours that a family has for an offered place; from 21:00 to 9:00 the clock stands still."),
        (12, 24, 48),
    ),
    "answer_days": (
        _("Answer to a question: {n} working days"),
        _("Questions"),
        _("Working days in which you answer a question of a family."),
        (1, 2, 3),
    ),
    "places_per_child": (
        _("Places that a child may hold at once: {n}"),
        _("Places of a child"),
        _("How many places a child may hold at once in all organisations together."),
        (2, 3, 5),
    ),
    "teen_applies": (
        _("A pupil from 14 applies without a parent: {n}"),
        _("Pupils apply"),
        _("Whether a pupil from 14 may apply without a parent. 1: yes, 0: no."),
        (0, 1),
    ),
}
"""A rule: how it stands, its button, what it means, and likely values."""
ANSWERS = (_("no"), _("yes"))


@dialog("rules", parent=lambda: to("work"))
async def rules(turn: Turn) -> Screen | Link:
    """Whose rules: those of one's organisation or municipality."""
    places = dict[Link, str]()
    for row in await staff.roles(turn.tx, turn.person.id):
        if row.role == Duty.ORGANISATION and row.organisation is not None:
            places[to("clubrules", row.organisation)] = row.organisation_name or ""
        elif row.role == Duty.MUNICIPALITY and row.municipality is not None:
            places[to("localrules", row.municipality)] = row.municipality_name or ""
    return choose_place(turn, _("**Rules of enrolment**"), list(places), list(places.values()))


@dialog("clubrules", parent=lambda **_place: to("rules"))
async def clubrules(turn: Turn, organisation: int) -> Screen:
    """The terms of an organisation."""
    return _page(await local_rules.club(turn.tx, turn.person.id, organisation), "setclub")


@dialog("localrules", parent=lambda **_place: to("rules"))
async def localrules(turn: Turn, municipality: int) -> Screen:
    """The rules of a municipality."""
    return _page(await local_rules.local(turn.tx, turn.person.id, municipality), "setlocal")


def _page(found: ClubRules | LocalRules | None, change: str) -> Screen:
    if found is None:
        raise Missing
    names = found._fields[2:]
    said = [NAMES[name][0].format(n=ANSWERS[getattr(found, name)] if name == "teen_applies" else getattr(found, name)) for name in names]
    body = lines(
        _("**Rules of enrolment: {name}**").format(name=found.name),
        *said,
        _("What you change counts from now on: dates that families were promised stay. The journal has each change."),
    )
    buttons = [link(NAMES[name][1], change, found.id, at) for at, name in enumerate(names)]
    return Screen(body, (*stack(buttons, 2), (link(_("‹ To work"), "work"), link(_("Home"), "home"))))


@dialog("setclub", parent=lambda place, **_at: to("clubrules", place))
async def setclub(turn: Turn, place: int, at: int) -> Link:
    """Change a term of an organisation."""
    return await _set(turn, await local_rules.club(turn.tx, turn.person.id, place), at, to("clubrules", place))


@dialog("setlocal", parent=lambda place, **_at: to("localrules", place))
async def setlocal(turn: Turn, place: int, at: int) -> Link:
    """Change a rule of a municipality."""
    return await _set(turn, await local_rules.local(turn.tx, turn.person.id, place), at, to("localrules", place))


async def _set(turn: Turn, found: ClubRules | LocalRules | None, at: int, page: Link) -> Link:
    if found is None or at >= len(found._fields) - 2:
        raise Missing
    name = found._fields[2 + at]
    stands, label, means, likely = NAMES[name]
    (least, most), yes_no = BOUNDS[name], name == "teen_applies"
    before = getattr(found, name)
    text = lines(
        _("**{label}: what shall the rule be?**").format(label=label),
        means,
        _("Now: {value}").format(value=ANSWERS[before] if yes_no else before),
    )
    value = await turn.ask(
        Number("value", text, least=least, most=most, likely=likely, label=lambda each: ANSWERS[each] if yes_no else str(each))
    )
    sure = lines(_("**Change the rule?**"), stands.format(n=ANSWERS[value] if yes_no else value))
    await turn.ask(Confirm("sure", sure, yes=_("Change"), holds=(name, value)))
    await local_rules.change(turn.tx, turn.person.id, found, name, value)
    turn.note = _("The rule is changed")
    return page
