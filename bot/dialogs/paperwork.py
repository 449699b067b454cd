"""Papers: what to bring, until when, and what can be printed, put into a calendar, paid or asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.conversation.choice import Choice
from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.fact import Confirm, Number
from bot.conversation.language import Reader
from bot.conversation.screen import Button, Paper, Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.application import who_where
from bot.model.application import Role, State
from bot.model.link import Link, to
from bot.model.text import Words, _, lines
from bot.services import catalogue, enrolment, finding, paperwork, slots
from bot.services.catalogue import Group
from bot.services.enrolment import ApplicationView, Refused
from bot.services.paperwork import FormRow, Item
from bot.services.slots import BOOKS

FAMILY = frozenset({Role.GUARDIAN, Role.APART, Role.FOLLOWER, Role.PUPIL})
"""Who reads what is to be brought; the staff has a page of its own."""
AFTER = frozenset({*paperwork.ASKS, State.CONFIRMED})
"""States in which an application has this page."""
FORMS = {
    "application": (_("The application is filled in"), "zayavlenie.pdf"),
    "transfer": (_("The application to be moved is filled in"), "perevod.pdf"),
    "leaving": (_("The application to leave is filled in"), "otchislenie.pdf"),
}
"""A form: how its page begins, and the file's name."""
REQUESTS = {"study": _("A paper that the child attends"), "payment": _("A paper about what was paid")}
"""Papers that an organisation writes when it is asked to."""
COURSE = "course"
MOST_PAID = 1_000_000
"""Roubles of one receipt: more is a slip of the finger."""


async def _theirs(turn: Turn, number: int, *roles: Role) -> ApplicationView:
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None or view.role not in (roles or FAMILY) or view.state not in AFTER:
        raise Missing
    return view


async def _group(turn: Turn, view: ApplicationView) -> Group | None:
    return next((each for each in await catalogue.groups_of(turn.tx, view.facts.programme) if each.facts.id == view.facts.group), None)


def said(turn: Turn, item: Words) -> str:
    """Words in the language in which offices write, whatever the reader speaks."""
    reader = Reader(turn.here.languages.default, personal=True, address=lambda page: page.deep)
    return turn.here.languages.say(item, reader)


def line(item: Item, today: date | None = None) -> Words:
    """«☐ Паспорт родителя, до 12 сентября», «☑ Паспорт родителя»; by `today` also that it is late."""
    if item.shown is not None:
        return _("☑ {name}").format(name=item.name)
    if item.due is None:
        return _("☐ {name}").format(name=item.name)
    late = today is not None and item.due < today
    return (_("☐ {name}, was due on {due:day}") if late else _("☐ {name}, until {due:day}")).format(name=item.name, due=item.due)


def _pays(view: ApplicationView, form: FormRow | None) -> bool:
    return form is not None and view.state in paperwork.BRINGS and (form.paid or view.facts.financing == "paid")


@dialog("paperwork", parent=lambda number: to("application", number))
async def documents(turn: Turn, number: int) -> Screen:
    """What an application needs on paper, and what was shown already."""
    view = await _theirs(turn, number)
    items = await paperwork.checklist(turn.tx, view) if view.state in paperwork.BRINGS else []
    body = lines(
        _("**Documents**"),
        who_where(view),
        *map(line, items),
        _("Everything is shown: nothing more is needed.") if items and all(each.shown for each in items) else None,
        _("Show the originals at the organisation. Do not send photos of documents here.") if items else None,
        *[_asked(each.kind, each.ready is not None) for each in (await paperwork.requested(turn.tx, view))[:2]],
    )
    ways = (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))
    return Screen(body, (*stack(await _ways(turn, view), 2), ways))


def _asked(kind: str, ready: bool) -> Words:  # noqa: FBT001  it is what it says
    state = _("{what}: ready, fetch it at the organisation") if ready else _("{what}: asked for")
    return state.format(what=REQUESTS[kind])


async def _ways(turn: Turn, view: ApplicationView) -> list[Button]:
    """What this reader may have of it."""
    number, made = view.facts.id, list[Button]()
    form = await paperwork.form(turn.tx, turn.person.id, view)
    if form is not None and view.state is State.CONFIRMED:
        made.append(link(_("Application (PDF)"), "formfile", number, "application", meaning="primary"))
    if form is not None and form.from_programme and view.state in paperwork.BRINGS:
        made.append(link(_("To be moved (PDF)"), "formfile", number, "transfer"))
    if form is not None and view.state is State.ENROLLED:
        made.append(link(_("To leave (PDF)"), "formfile", number, "leaving"))
    if form is not None and view.state in BOOKS["papers"]:
        free = await slots.mine(turn.tx, number, "papers") or await slots.free(turn.tx, "papers", view.facts.organisation)
        made += [link(_("When to come"), "slot", "papers", number)] if free else []
    group = await _group(turn, view) if view.state in paperwork.BRINGS else None
    if group is not None and any(each.starts is not None and each.weeks != "month" for each in group.lessons):
        made.append(link(_("Lessons to a calendar"), "lessonsfile", number))
    if _pays(view, form) and await paperwork.requisites(turn.tx, view.facts.organisation) is not None:
        made.append(link(_("Receipt with a QR code"), "payment", number))
    if form is not None and view.state in paperwork.ASKS:
        made.append(link(_("Ask for a paper"), "askpaper", number))
    return made


@dialog("formfile", parent=lambda number, **_kind: to("paperwork", number))
async def formfile(turn: Turn, number: int, kind: str) -> Screen:
    """A form, filled in for signing."""
    view = await _theirs(turn, number, Role.GUARDIAN)
    form = await paperwork.form(turn.tx, turn.person.id, view)
    if form is None or kind not in FORMS or (kind == "transfer" and not form.from_programme):
        raise Missing
    title, name = FORMS[kind]
    facts = view.facts
    group = await _group(turn, view)
    when = words.timetable(group, await finding.today(turn.tx)) if group else None

    def day(on: date | None) -> str | None:
        return said(turn, _("{day:fullday}").format(day=on)) if on else None

    made = {
        "number": number,
        "act": facts.organisation_act,
        "organisation": form.organisation_full_name or facts.organisation_name,
        "head": form.head,
        "guardian": form.guardian or "",
        "phone": form.phone,
        "child": f"{facts.name} {facts.surname}".strip(),
        "born": day(facts.born),
        "programme": form.programme_full_name or facts.programme_name,
        "group": f"{form.group_name} ({said(turn, when)})" if when else form.group_name,
        "starts": day(form.group_starts),
        "leaves": day(form.leaves),
        "from_programme": form.from_programme,
        "from_group": form.from_group,
    }
    body = lines(
        _("**{title}**").format(title=title),
        who_where(view),
        _("Check it, print it and sign it at the organisation. If you have no printer, they print it there."),
        _("The consent to process personal data is a separate paper."),
    )
    return Screen(body, (_back(number),), document=Paper(kind, made, name))


def _back(number: int) -> tuple[Button, ...]:
    return (link(_("‹ Documents"), "paperwork", number), link(_("Home"), "home"))


@dialog("lessonsfile", parent=lambda number: to("paperwork", number))
async def lessonsfile(turn: Turn, number: int) -> Screen:
    """The timetable for a telephone's calendar."""
    view = await _theirs(turn, number)
    group, today = await _group(turn, view), await finding.today(turn.tx)
    if group is None or view.state not in paperwork.BRINGS:
        raise Missing
    lessons = [
        {
            "weekday": each.weekday,
            "day": each.day.isoformat() if each.day else None,
            "last_day": each.last_day.isoformat() if each.last_day else None,
            "starts": each.starts,
            "ends": each.ends,
            "weeks": each.weeks,
            "place": each.place,
        }
        for each in group.lessons
    ]
    starts = group.facts.starts or today
    facts: dict[str, Any] = {
        "name": view.facts.programme_name,
        "place": said(turn, words.where(group.facts)),
        "zone": view.facts.zone,
        "starts": starts.isoformat(),
        "ends": group.facts.ends.isoformat() if group.facts.ends else None,
        "stamp": f"{today.isoformat()}T00:00:00+00:00",
        "uid": f"group-{view.facts.group}",
        "lessons": lessons,
    }
    body = lines(
        _("**Lessons for your calendar**"),
        _("{name}: {when}").format(name=view.facts.programme_name, when=words.timetable(group, today) or ""),
        _("Open the file: the telephone offers to add the lessons. If the timetable changes, take the file again."),
    )
    return Screen(body, (_back(number),), document=Paper("calendar", facts, "zanyatiya.ics", personal=False))


# ------------------------------------------------------------ paying


@dialog("payment", parent=lambda number: to("paperwork", number))
async def payment(turn: Turn, number: int) -> Link:
    """For which time, and how much."""
    view = await _theirs(turn, number, Role.GUARDIAN)
    form = await paperwork.form(turn.tx, turn.person.id, view)
    if form is None or not _pays(view, form) or await paperwork.requisites(turn.tx, view.facts.organisation) is None:
        raise Missing
    first = max(await finding.today(turn.tx), form.group_starts or date.min)
    months = [f"{first:%Y%m}", f"{first.year + first.month // 12}{first.month % 12 + 1:02}"]
    what = _("**What is paid for?**")
    period = await turn.ask(Choice[str]("period", lines(what, who_where(view), _price(form)), [*months, COURSE], label=_large, width=2))
    likely = _likely(form, period)
    much = lines(_("**How much?**"), _price(form), _("Write the sum in roubles, as the contract has it."))
    roubles = await turn.ask(
        Number("sum", much, least=1, most=MOST_PAID, likely=likely, label=lambda each: _("{sum:money}").format(sum=each))
    )
    return to("receipt", number, period, roubles, "png")


def _price(form: FormRow) -> Words | None:
    return words.PER[form.price_per or "year"].format(price=form.price) if form.price else None


def _likely(form: FormRow, period: str) -> tuple[int, ...]:
    """The sums that are likely: the price, where it is for this time; of single lessons, one, four or eight of them."""
    if not form.price:
        return ()
    if form.price_per == "lesson":
        return (form.price, form.price * 4, form.price * 8)
    return (form.price,) if (form.price_per == "month") == (period != COURSE) else ()


def _period(code: str) -> Words:
    if code == COURSE:
        return _("The whole course")
    return _("{day:month}").format(day=date(int(code[:4]), int(code[4:]), 1))


def _large(code: str) -> Words:
    return _("{period:capital}").format(period=_period(code))


def _is_period(code: str) -> bool:
    return code == COURSE or (len(code) == 6 and code.isdecimal() and 2000 < int(code[:4]) < 2100 and 1 <= int(code[4:]) <= 12)


@dialog("receipt", parent=lambda number, **_facts: to("paperwork", number))
async def receipt(turn: Turn, number: int, period: str, roubles: int, kind: str) -> Screen:
    """A receipt with a QR code; the money goes to the organisation, the bot never touches it."""
    view = await _theirs(turn, number, Role.GUARDIAN)
    form = await paperwork.form(turn.tx, turn.person.id, view)
    to_whom = await paperwork.requisites(turn.tx, view.facts.organisation)
    if to_whom is None or not _pays(view, form) or not _is_period(period) or kind not in {"png", "pdf"} or not 1 <= roubles <= MOST_PAID:
        raise Missing
    facts = view.facts
    child = f"{facts.name} {facts.surname[:1]}." if facts.surname else facts.name
    by = facts.act if facts.act and facts.organisation_act == "contract" else None
    purpose = (
        _("Fee for {period}, contract {act}, {child}").format(period=_period(period), act=by, child=child)
        if by
        else _("Fee for {period}, application no. {number}, {child}").format(period=_period(period), number=number, child=child)
    )
    made = {**to_whom._asdict(), "kopecks": roubles * 100, "purpose": said(turn, purpose)}
    body = lines(
        _("**Receipt: {sum:money}**").format(sum=roubles),
        _("{period:capital} · {name}").format(period=_period(period), name=facts.programme_name),
        _("To: {payee}").format(payee=to_whom.payee),
        _("In your bank’s application choose payment by QR code and take this picture from the gallery. Check the sum before you pay.")
        if kind == "png"
        else None,
        _("The money goes to the organisation; the bot does not touch it."),
    )
    other = link(_("For printing (PDF)"), "receipt", number, period, roubles, "pdf")
    if kind == "pdf":
        other = link(_("As a picture"), "receipt", number, period, roubles, "png")
    paper = Paper("qr_png" if kind == "png" else "qr", made, f"kvitanciya.{kind}")
    again = link(_("Another sum"), "payment", number)
    return Screen(body, ((other, again), _back(number)), document=paper)


# ------------------------------------------------------------ asking for a paper


@dialog("askpaper", parent=lambda number: to("paperwork", number))
async def askpaper(turn: Turn, number: int) -> Link:
    """Ask for a справка: the staff writes it, and the family is told when it lies ready."""
    view = await _theirs(turn, number, Role.GUARDIAN)
    if view.state not in paperwork.ASKS:
        raise Missing
    text = lines(_("**Which paper do you need?**"), who_where(view))
    kind = await turn.ask(Choice[str]("kind", text, list(REQUESTS), label=lambda each: REQUESTS[each]))
    sure = lines(
        _("**Ask for it?**"),
        REQUESTS[kind],
        _("{club} prepares it; we shall write to you when you can fetch it.").format(club=view.facts.organisation_name),
    )
    await turn.ask(Confirm("sure", sure, yes=_("Ask for it"), holds=(kind,)))
    try:
        new = await paperwork.ask(turn.tx, turn.person.id, number, kind)
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = _("Asked for") if new else _("It is asked for already")
    return to("paperwork", number)


@dialog("paperready", parent=lambda **_number: to("applications", 0))
async def paperready(turn: Turn, number: int) -> Screen:
    """A paper that was asked for lies ready."""
    row = await paperwork.request(turn.tx, turn.person.id, number)
    if row is None or row.ready is None:
        raise Withdrawn if turn.delivering else Missing
    body = lines(
        _("**A paper is ready**"),
        REQUESTS[row.kind],
        row.programme_name,
        _("Fetch it at: {club}. Take your passport along.").format(club=row.organisation_name),
    )
    return Screen(body, ((link(_("To the application"), "application", row.application, meaning="primary"), link(_("Home"), "home")),))


@dialog("papersdue", parent=lambda number: to("paperwork", number))
async def papersdue(turn: Turn, number: int) -> Screen:
    """The reminder: what is still to be shown, and until when."""
    view = await enrolment.application(turn.tx, turn.person.id, number)
    items = await paperwork.checklist(turn.tx, view) if view is not None and view.state is State.CONFIRMED else []
    missing = [each for each in items if each.shown is None]
    if view is None or view.role not in FAMILY or not missing or view.facts.papers_by is None:
        raise Withdrawn if turn.delivering else Missing
    today = await finding.today(turn.tx)
    last = view.facts.papers_by
    when = (
        _("**Today is the last day for the documents**")
        if last == today
        else _("**Documents: until {day:day}**")
        if last > today
        else _("**Documents were due on {day:day}**")
    )
    body = lines(
        when.format(day=last),
        who_where(view),
        *(line(each, today) for each in missing),
        _("Come to: {club}. If you cannot make it, write to them: “Ask a question”.").format(club=view.facts.organisation_name),
    )
    return Screen(
        body, ((link(_("Documents"), "paperwork", number, meaning="primary"), link(_("More"), "more", number)), (link(_("Home"), "home"),))
    )
