"""Who is in a group, by name: places, then the queue; one child's case; who came to the first lesson."""

from __future__ import annotations

from datetime import date

from bot.conversation.choice import Choice, Many
from bot.conversation.dialog import Missing, dialog
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.staff.groups import theirs, title
from bot.dialogs.staff.inbox import verbs
from bot.dialogs.staff.pick import Pick, everything, narrowed
from bot.model.application import State
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _, dotted, lines, n_
from bot.services import enrolment, finding, roster
from bot.services.enrolment import STATES, ApplicationView, Refused
from bot.services.roster import Member


def _row(member: Member) -> Words:
    """«Маша Петрова, 9 лет · обучается» or with the number in the queue."""
    return dotted(member.words, _state(member))


@dialog("roster", parent=lambda number: to("groupcard", number))
async def roster_(turn: Turn, number: int) -> Screen | Link:
    """Who holds a place, then who waits."""
    found = await theirs(turn, number)
    everybody = await roster.roster(turn.tx, turn.person.id, number)
    if not everybody:
        body = lines(_("**Nobody is in the group yet**"), title(found))
        return Screen(body, ((link(_("‹ To the group"), "groupcard", number), link(_("Home"), "home")),))
    held = sum(each.row.seat is not None for each in everybody)
    shown, typed = narrowed(turn, "child", everybody, lambda each: f"{each.row.name} {each.row.surname}")
    text = lines(
        _("**Who is in the group: {held}, waiting: {waiting}**").format(held=held, waiting=len(everybody) - held),
        title(found),
    )
    question = Pick[Member](
        "child",
        text,
        shown,
        key=lambda each: each.row.id,
        row=_row,
        typed_words=typed,
        extra=everything("child", typed, _("Everybody")),
        personal=_("Only the staff of this group sees the names."),
    )
    return to("rostercase", (await turn.ask(question)).row.id)


@dialog("rostercase", parent=lambda **_number: to("mygroups"))
async def rostercase(turn: Turn, number: int) -> Screen:
    """One child of a group: how it stands, whom to call, and what may be decided."""
    known = await roster.member(turn.tx, turn.person.id, number)
    if known is None:
        raise Missing
    found, member = known
    ways = (link(_("‹ To the list"), "roster", found.facts.id), link(_("Home"), "home"))
    if not found.decides:
        return Screen(lines(_("**{child}**").format(child=member.words), title(found), _row(member)), (ways,))
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None:
        raise Missing
    name, phone = await roster.contact(turn.tx, turn.person.id, number)
    hidden = _("hidden here")
    body = lines(
        _("**{child}**").format(child=member.words),
        title(found),
        _("{state:capital}").format(state=_state(member)),
        _("Guardian: {name}").format(name=Personal(name, hidden)) if name else None,
        _("Telephone: {phone}").format(phone=Personal(phone, hidden))
        if phone
        else _("Telephone: not known, the family was entered by hand"),
        _("A guardian says: “That was not us”.") if view.facts.disputed else None,
    )
    move = (link(_("Move to another group"), "movechild", number),) if view.holds else ()
    slip = () if phone else (link(_("Slip for the family"), "familyslip", number),)
    return Screen(body, (*_decisions(view), (*move, *slip), ways))


def _decisions(view: ApplicationView) -> tuple[tuple[Button, ...], ...]:
    """The verbs of the inbox; whoever waits in the queue, or was offered a place, can only be declined."""
    if view.state in {State.SUBMITTED, State.NEEDS_INFO, State.CONFIRMED}:
        return verbs(view, 0)
    if view.state in {State.WAITLISTED, State.OFFERED}:
        return ((link(_("Decline"), "declinecase", view.facts.id, view.change, 0, meaning="danger"),),)
    return ()


def _state(member: Member) -> Words:
    return _("number {n} in the queue").format(n=member.number) if member.number else STATES[member.state]


@dialog("came", parent=lambda number: to("groupcard", number))
async def came(turn: Turn, number: int) -> Screen | Link:
    """Who came to a lesson: the first one, or another day's."""
    found = await theirs(turn, number)
    everybody = [each for each in await roster.roster(turn.tx, turn.person.id, number) if each.row.state in roster.NAMED]
    back = (link(_("‹ To the group"), "groupcard", number), link(_("Home"), "home"))
    today, starts = await finding.today(turn.tx), found.facts.starts
    if not everybody or (starts is not None and starts > today):
        why = (
            _("The first lesson is ahead: {day:day}.").format(day=starts)
            if everybody and starts is not None
            else _("Nobody has a confirmed place yet.")
        )
        return Screen(lines(_("**Who came**"), title(found), why), (back,))
    marked = await roster.attendance(turn.tx, turn.person.id, number)
    first = starts or min(marked, default=today)
    days = list(dict.fromkeys((first, today)))
    day = await turn.ask(
        Choice[date](
            "day",
            lines(_("**Who came: which lesson?**"), title(found)),
            days,
            key=lambda each: each.strftime("%Y%m%d"),
            label=lambda each: (_("First lesson, {day:day}") if each == first else _("Today, {day:day}")).format(day=each),
        )
    )
    known = marked.get(day, {})
    text = lines(
        (_("**Who came to the first lesson?**") if day == first else _("**Who came on {day:day}?**")).format(day=day),
        title(found),
        n_("Marked already: {n} came.", "Marked already: {n} came.", sum(known.values())) if known else None,
        _("Press those who came; numbers can be typed: 1, 3, 4."),
    )
    here = await turn.ask(
        Many[Member](
            f"came{day:%Y%m%d}",
            text,
            everybody,
            key=lambda each: each.row.id,
            label=lambda each: Personal(f"{each.row.surname} {each.row.name}", _("Child {at}").format(at=each.row.seat or 0)),
            least=0,
            personal=_("Only the staff of this group sees the names."),
        )
    )
    try:
        number_here = await roster.mark(turn.tx, turn.person.id, number, day, [each.row.id for each in here])
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = _("Noted: {came} of {all} came").format(came=number_here, all=len(everybody))
    return to("groupcard", number)
