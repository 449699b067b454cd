"""Documents on the organisation's side: what is wanted, what was shown, what families asked for, and where they pay to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Typed
from bot.conversation.question import Extra, Unreadable
from bot.conversation.screen import Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.application import who_where
from bot.dialogs.paperwork import REQUESTS, line, said
from bot.dialogs.staff.access import choose_place
from bot.model.application import Role
from bot.model.link import Link, to
from bot.model.text import Text, Words, _, lines, n_
from bot.services import catalogue, enrolment, paperwork, staff
from bot.services.catalogue import OrganisationRow
from bot.services.enrolment import ApplicationView, Refused
from bot.services.paperwork import DEFAULTS, PaperRow

KINDS = ("state", "private")
LONGEST_TERM = 60
"""Days after the confirmation within which any paper is due."""
ON_A_PAGE = 6


def _names(turn: Turn) -> Mapping[str, str]:
    """The default papers as the organisation's language has them."""
    return {code: said(turn, name) for code, name in DEFAULTS.items()}


# ------------------------------------------------------------ marking what was shown


async def _case(turn: Turn, number: int) -> ApplicationView:
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None or view.role is not Role.STAFF or view.state not in paperwork.BRINGS:
        raise Missing
    return view


@dialog("papersof", parent=lambda at, **_number: to("papers", at))
async def papersof(turn: Turn, number: int, at: int) -> Screen:
    """The checklist of an application, paper by paper."""
    view = await _case(turn, number)
    items = await paperwork.checklist(turn.tx, view)
    listed = [_("{at}. {paper}").format(at=place + 1, paper=line(item)) for place, item in enumerate(items)]
    marks = [
        link(
            (_("Not shown {at}") if item.shown else _("Shown {at}")).format(at=place + 1),
            "showpaper",
            number,
            str(item.paper) if item.paper is not None else item.code,
            0 if item.shown else 1,
            at,
        )
        for place, item in enumerate(items[:ON_A_PAGE])
    ]
    whole = () if all(item.shown for item in items) else (link(_("All are shown"), "showall", number, at, meaning="good"),)
    body = lines(_("**Documents**"), who_where(view), *(listed or [_("Nothing is wanted.")]))
    return Screen(body, (whole, *stack(marks, 3), (link(_("‹ Papers"), "papers", at), link(_("‹ To work"), "work"))))


@dialog("showpaper", parent=lambda number, at, **_facts: to("papersof", number, at))
async def showpaper(turn: Turn, number: int, paper: str, shown: int, at: int) -> Link:
    """Mark one paper; a default one is written down with the whole list first."""
    view = await _case(turn, number)
    if turn.opened:
        raise Missing
    try:
        if paper in DEFAULTS:
            await _settle(turn, view.facts.organisation, view.facts.organisation_act, view.facts.programme)
            items = await paperwork.checklist(turn.tx, view)
            found = next((item.paper for item in items if item.name == _names(turn)[paper]), None)
        else:
            found = int(paper) if paper.isdecimal() and len(paper) <= 18 else None
        if found is None:
            raise Missing
        await paperwork.mark(turn.tx, turn.person.id, number, found, shown=bool(shown))
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = _("Marked as shown") if shown else _("Marked as not shown")
    return to("papersof", number, at)


@dialog("showall", parent=lambda number, at: to("papersof", number, at))
async def showall(turn: Turn, number: int, at: int) -> Link:
    """Mark all papers as shown."""
    view = await _case(turn, number)
    if turn.opened:
        raise Missing
    try:
        await _settle(turn, view.facts.organisation, view.facts.organisation_act, view.facts.programme)
        await paperwork.mark_all(turn.tx, turn.person.id, number)
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = _("All are marked as shown")
    return to("papersof", number, at)


async def _settle(turn: Turn, organisation: int, act: str, programme: int | None = None) -> None:
    await paperwork.settle(turn.tx, turn.person.id, organisation, act, _names(turn), programme)


# ------------------------------------------------------------ papers that families ask for


@dialog("paperrequests", parent=lambda **_at: to("work"))
async def paperrequests(turn: Turn, at: int) -> Screen:
    """The papers that families asked for, the oldest first."""
    if not await staff.roles(turn.tx, turn.person.id):
        raise Missing
    waiting = await paperwork.waiting(turn.tx, turn.person.id)
    ways = (link(_("‹ To work"), "work"), link(_("Home"), "home"))
    if not waiting:
        return Screen(lines(_("**No papers are asked for**"), _("What families ask for appears here by itself.")), (ways,))
    at = min(at, len(waiting) - 1)
    row = waiting[at]
    view = await enrolment.application(turn.tx, turn.person.id, row.application)
    if view is None:
        raise Missing
    body = lines(
        _("**Asked for · {at} of {total}**").format(at=at + 1, total=len(waiting)),
        REQUESTS[row.kind],
        who_where(view),
        _("Asked for on {day:day}. When it is ready, the family is told to fetch it.").format(day=row.created),
    )
    skip = (link(_("Skip"), "paperrequests", at + 1),) if at + 1 < len(waiting) else ()
    return Screen(body, ((link(_("It is ready"), "paperdone", row.id, at, meaning="good"),), (*skip, *ways)))


@dialog("paperdone", parent=lambda at, **_number: to("paperrequests", at))
async def paperdone(turn: Turn, number: int, at: int) -> Link:
    """A paper lies ready: its family is told."""
    if turn.opened:
        raise Missing
    try:
        done = await paperwork.ready(turn.tx, turn.person.id, number)
    except Refused:
        raise Missing from None
    turn.note = _("The family is told") if done else _("Already done")
    return to("paperrequests", at)


# ------------------------------------------------------------ what is wanted


@dialog("papersetup", parent=lambda: to("work"))
async def papersetup(turn: Turn) -> Screen | Link:
    """Of which organisation."""
    own = [row for row in await staff.roles(turn.tx, turn.person.id) if row.role == "organisation" and row.organisation is not None]
    pages = [to("paperlist", row.organisation or 0) for row in own]
    return choose_place(turn, _("**Documents and payment**"), pages, [row.organisation_name or "" for row in own])


async def _club(turn: Turn, organisation: int) -> tuple[OrganisationRow, list[PaperRow]]:
    try:
        rows = await paperwork.list_of(turn.tx, turn.person.id, organisation)
    except Refused:
        raise Missing from None
    club = await catalogue.organisation(turn.tx, organisation, KINDS)
    if club is None:
        raise Missing
    return club, rows


@dialog("paperlist", parent=lambda **_organisation: to("work"))
async def paperlist(turn: Turn, organisation: int) -> Screen:
    """The papers that an organisation wants."""
    club, rows = await _club(turn, organisation)
    shown = [_("{at}. {name}, {days}").format(at=at + 1, name=row.name, days=_days(row.days)) for at, row in enumerate(rows)]
    usual = [_("{name}, {days}").format(name=DEFAULTS[code], days=_days(None)) for code in paperwork.default_codes(club.act, medical=False)]
    body = lines(
        _("**Documents: {club}**").format(club=club.name),
        *(shown or usual),
        None if rows else _("This is the usual list; a medical paper is added where the card wants one."),
    )
    numbers = [link(str(at + 1), "setpaper", organisation, row.id) for at, row in enumerate(rows[:5])]
    more = (link(_("Add a document"), "addpaper", organisation), link(_("Requisites"), "payto", organisation))
    return Screen(body, (tuple(numbers), more, (link(_("‹ To work"), "work"), link(_("Home"), "home"))))


def _days(days: int | None) -> Words:
    if days is None:
        return _("by the common term")
    return n_("{n} day after the confirmation", "{n} days after the confirmation", days)


@dialog("addpaper", parent=lambda organisation: to("paperlist", organisation))
async def addpaper(turn: Turn, organisation: int) -> Link:
    """Want one more paper."""
    club, _rows = await _club(turn, organisation)
    ask = lines(
        _("**Which document do you want to see?**"),
        _("For example: SNILS of the child. Ask only for what the rules of admission name; families show it, no copy is kept here."),
    )
    name = await turn.ask(Typed[str]("name", ask, longest=100))
    days = await turn.ask(_term(_("**Within how many days?**")))
    await turn.ask(Confirm("sure", lines(_("**Add it to the list?**"), name, _days(days)), yes=_("Add"), holds=(name, days)))
    await _settle(turn, organisation, club.act)
    try:
        await paperwork.add(turn.tx, turn.person.id, organisation, name, days)
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = _("The document is on the list")
    return to("paperlist", organisation)


def _term(title: Words) -> Typed[int | None]:
    text = lines(title, _("Days after the confirmation; or by the common term of your organisation."))
    return Typed[int | None]("days", text, parse=_parsed_days, extra=(Extra(_("By the common term"), "-"),))


def _parsed_days(raw: str) -> int | None:
    if raw == "-":
        return None
    found = re.fullmatch(r"\s*(\d{1,3})\D*", raw)
    if found is None or not 1 <= int(found[1]) <= LONGEST_TERM:
        raise Unreadable(_("Please write a number from {least:number} to {most:number}.").format(least=1, most=LONGEST_TERM))
    return int(found[1])


@dialog("setpaper", parent=lambda organisation, **_paper: to("paperlist", organisation))
async def setpaper(turn: Turn, organisation: int, paper: int) -> Screen:
    """One paper of the list."""
    _club_row, rows = await _club(turn, organisation)
    row = next((each for each in rows if each.id == paper), None)
    if row is None:
        raise Missing
    body = lines(_("**{name}**").format(name=row.name), _days(row.days))
    off = link(_("Take it off the list"), "droppaper", organisation, paper, meaning="danger")
    ways = (link(_("‹ The list"), "paperlist", organisation), link(_("‹ To work"), "work"))
    return Screen(body, ((link(_("Change the term"), "paperterm", organisation, paper), off), ways))


@dialog("paperterm", parent=lambda organisation, paper: to("setpaper", organisation, paper))
async def paperterm(turn: Turn, organisation: int, paper: int) -> Link:
    """Change when a paper is due."""
    _club_row, rows = await _club(turn, organisation)
    if not any(each.id == paper for each in rows):
        raise Missing
    days = await turn.ask(_term(_("**Within how many days?**")))
    if await paperwork.set_days(turn.tx, turn.person.id, organisation, paper, days):
        turn.note = _("The term is changed")
    return to("setpaper", organisation, paper)


@dialog("droppaper", parent=lambda organisation, paper: to("setpaper", organisation, paper))
async def droppaper(turn: Turn, organisation: int, paper: int) -> Link:
    """Want a paper no more."""
    _club_row, rows = await _club(turn, organisation)
    row = next((each for each in rows if each.id == paper), None)
    if row is None:
        raise Missing
    sure = lines(_("**Take it off the list?**"), row.name, _("Who has shown it already keeps the mark."))
    await turn.ask(Confirm("sure", sure, yes=_("Take it off"), meaning="danger", holds=(paper,)))
    await paperwork.archive(turn.tx, turn.person.id, organisation, paper)
    turn.note = _("It is off the list")
    return to("paperlist", organisation)


# ------------------------------------------------------------ where families pay to


@dataclass(frozen=True, slots=True)
class Field:
    """A requisite: its name, what it is for, and whether it may be missing."""

    label: Text
    hint: Text
    optional: bool = False
    digits: bool = True
    longest: int = 40


FIELDS: Mapping[str, Field] = {
    "payee": Field(_("Payee"), _("As the contract has it, 160 characters at most."), digits=False, longest=160),
    "inn": Field(_("INN"), _("10 or 12 digits.")),
    "kpp": Field(_("KPP"), _("9 digits; a private entrepreneur has none."), optional=True),
    "bik": Field(_("BIK of the bank or of the treasury"), _("9 digits.")),
    "bank": Field(_("Bank or treasury"), _("Its name, 45 characters at most: a QR code takes no more."), digits=False, longest=45),
    "account": Field(_("Account"), _("20 digits; of a state organisation the treasury account, it begins with 03.")),
    "correspondent": Field(
        _("Correspondent account"), _("20 digits; of the treasury the single account, it begins with 40102."), optional=True
    ),
    "budget_code": Field(_("KBK"), _("20 signs, where your payments have one."), optional=True),
    "oktmo": Field(_("OKTMO"), _("8 or 11 digits, where your payments have one."), optional=True),
    "head": Field(
        _("Head"), _("Whom the applications are addressed to: surname, name, patronymic."), optional=True, digits=False, longest=200
    ),
}
"""In the order in which they are asked: the accounts are checked by the BIK."""
NONE = "-"


@dialog("payto", parent=lambda organisation: to("paperlist", organisation))
async def payto(turn: Turn, organisation: int) -> Screen:
    """Where families pay to, as the QR codes have it."""
    club, _rows = await _club(turn, organisation)
    found = await paperwork.requisites(turn.tx, organisation)
    title = _("**Requisites: {club}**").format(club=club.name)
    given = [
        _("{label}: {value}").format(label=field.label, value=getattr(found, name))
        for name, field in FIELDS.items()
        if found is not None and getattr(found, name)
    ]
    nothing = _("Not filled in: families get no receipt with a QR code, and the forms name no head.")
    ways = (link(_("‹ The list"), "paperlist", organisation), link(_("‹ To work"), "work"))
    change = link(_("Change") if found else _("Fill in"), "setpayto", organisation, meaning="primary")
    return Screen(lines(title, *(given or [nothing])), ((change,), ways))


@dialog("setpayto", parent=lambda organisation: to("payto", organisation))
async def setpayto(turn: Turn, organisation: int) -> Link:
    """Fill the requisites in, one by one; each is checked at once."""
    await _club(turn, organisation)
    before = await paperwork.requisites(turn.tx, organisation)
    values = dict[str, str]()
    turn.total = len(FIELDS)
    for name, field in FIELDS.items():
        stands = getattr(before, name) if before else None
        keep = (Extra(_("Leave as it is"), "+"),) if stands else ()
        none = (Extra(_("There is none"), NONE),) if field.optional else ()
        text = lines(_("**{label}**").format(label=field.label), field.hint, _("Now: {value}").format(value=stands) if stands else None)
        parse = _parser(name, field, stands or "", dict(values))
        values[name] = await turn.ask(Typed[str](name.replace("_", ""), text, parse=parse, longest=field.longest * 2, extra=(*keep, *none)))
    turn.total = None
    shown = [_("{label}: {value}").format(label=FIELDS[name].label, value=value) for name, value in values.items() if value]
    sure = lines(_("**Are these right?**"), *shown, _("Families pay by them: please compare with the contract."))
    await turn.ask(Confirm("sure", sure, yes=_("Save"), holds=tuple(values.items())))
    try:
        await paperwork.set_requisites(turn.tx, turn.person.id, organisation, **values)
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = _("The requisites are saved")
    return to("payto", organisation)


def _parser(name: str, field: Field, before: str, others: Mapping[str, str]) -> Callable[[str], str]:
    """Reads one requisite: the sign of «none», of «as it is», or a value that is checked with those before it."""

    def parse(raw: str) -> str:
        if raw == NONE and field.optional:
            return ""
        value = before if raw == "+" and before else (re.sub(r"[\s.-]", "", raw).upper() if field.digits else " ".join(raw.split()))
        if not value or len(value) > field.longest:
            raise Unreadable(n_("That is too long: {n} characters at most.", "That is too long: {n} characters at most.", field.longest))
        if (wrong := paperwork.refusal({**others, name: value})) is not None:
            raise Unreadable(wrong[1])
        return value

    return parse
