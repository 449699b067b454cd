"""The inbox as a stack: one case with its verbs, then the next; the oldest first, with the time that is left."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.conversation.choice import Choice
from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Typed
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.application import who_where
from bot.model.application import Action, Reason, Role, State
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, listed
from bot.services import catalogue, enrolment, finding, navigator, paperwork, staff
from bot.services.catalogue import Group
from bot.services.enrolment import REASONS, STATES, ApplicationView, Decided, InboxItem, Refused


async def _works(turn: Turn) -> None:
    """Only somebody who works for an organisation has a stack: for others there is no such page."""
    if not await staff.roles(turn.tx, turn.person.id):
        raise Missing


@dialog("inbox", parent=lambda **_at: to("work"))
async def inbox(turn: Turn, at: int) -> Screen:
    """The case at this place of the stack."""
    await _works(turn)
    waiting = await enrolment.inbox(turn.tx, turn.person.id)
    if not waiting:
        return Screen(
            lines(_("**Everything is decided**"), _("New applications appear here by themselves.")),
            ((link(_("‹ To work"), "work"), link(_("Home"), "home")),),
        )
    at = min(at, len(waiting) - 1)
    item = waiting[at]
    title = _("**New application · {at} of {total}**").format(at=at + 1, total=len(waiting))
    skip = (link(_("Skip"), "inbox", at + 1),) if at + 1 < len(waiting) else ()
    return Screen(
        lines(title, *await _case(turn, item.application), _term(item)),
        (*verbs(item.application, at), (*skip, link(_("‹ To work"), "work"))),
    )


def _term(item: InboxItem) -> Words:
    """When it was sent, and until when it is to be answered."""
    facts = item.application.facts
    sent, due = facts.created.astimezone(ZoneInfo(facts.zone)), facts.decide_by
    if due is None:
        return _("🗓 sent on {sent:day} at {sent:time}").format(sent=sent)
    term = (
        _("🗓 sent on {sent:day} at {sent:time}, to be answered until {due:day}")
        if item.days_left > 0
        else _("🗓 sent on {sent:day} at {sent:time}, to be answered today, {due:day}")
        if item.days_left == 0
        else _("🗓 sent on {sent:day} at {sent:time}, overdue: the answer was due on {due:day}")
    )
    return term.format(sent=sent, due=due)


async def _case(turn: Turn, view: ApplicationView) -> list[Words]:
    """What a methodist decides by, in a few lines."""
    facts, today = view.facts, await finding.today(turn.tx)
    group = next((each for each in await catalogue.groups_of(turn.tx, facts.programme) if each.facts.id == facts.group), None)
    way = _PAY[facts.financing] if facts.financing else None
    there = await navigator.outside(turn.tx, facts.id)
    said: list[Words | None] = [
        _("👤 {who}").format(who=listed((who_where(view), words.timetable(group, today) if group else None))),
        dotted(_places(view, group) if group else None, _("💳 {way}").format(way=way) if way else None),
        _("Not entered in Navigator yet.") if there.both and there.state is None and view.holds else None,
        _("Says that it will show a paper about a benefit.") if facts.benefit == "claimed" and not facts.category else None,
        _("A guardian says: “That was not us”.") if facts.disputed else None,
        next((_("The family answers: {text}").format(text=one.why) for one in reversed(view.history) if one.action is Action.ANSWER), None),
    ]
    return [each for each in said if each is not None]


def _places(view: ApplicationView, group: Group) -> Words:
    """The places of a group, where this application may hold one of those that are taken."""
    places = words.places(group)
    return (
        _("🟢 The place is kept; besides: {places}").format(places=places) if view.holds else _("🟢 {places:capital}").format(places=places)
    )


_PAY = {"free": _("free of charge"), "certificate": _("paid by certificate"), "paid": _("paid with one's own money")}


def verbs(view: ApplicationView, at: int) -> tuple[tuple[Button, ...], ...]:
    """What may be decided about an application that waits for it; `at` is the place of the stack to go on with."""
    number, change = view.facts.id, view.change
    if view.state is State.CONFIRMED:
        return (
            (
                link(_("Enrol"), "enrolcase", number, change, at, meaning="good"),
                link(_("Decline"), "declinecase", number, change, at, meaning="danger"),
            ),
        )
    ask = link(_("Ask the family"), "askcase", number, change, at)
    decline = link(_("Decline"), "declinecase", number, change, at, meaning="danger")
    if view.facts.entry == "selection":  # its board decides, and there is no queue
        return ((ask, decline),)
    confirm = link(_("Confirm"), "confirmcase", number, change, at, meaning="good")
    return ((confirm, ask), (link(_("To the queue"), "queuecase", number, change, at), decline))


async def theirs(turn: Turn, number: int) -> ApplicationView:
    """An application about which the reader decides; for others there is no such page."""
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None or view.role is not Role.STAFF:
        raise Missing
    return view


async def _decide(turn: Turn, number: int, seen: int, action: Action, at: int, done: Words, **more: str) -> Link:
    """Decide, and go on to the next case; whoever was slower is told who was quicker."""
    try:
        change = await enrolment.decide(turn.tx, turn.person.id, number, action, channel=turn.here.channel, seen=seen, **more)
    except (Decided, Refused) as why:
        turn.note = why.words
        return to("inbox", at)
    turn.note = done
    return to("decided", number, change, at)


@dialog("papers", parent=lambda **_at: to("work"))
async def papers(turn: Turn, at: int) -> Screen:
    """Confirmed applications, one by one: who came with the papers is enrolled by an order or a contract."""
    await _works(turn)
    waiting = await enrolment.awaiting_papers(turn.tx, turn.person.id)
    if not waiting:
        ways = (link(_("‹ To work"), "work"), link(_("Home"), "home"))
        return Screen(lines(_("**No papers are awaited**"), _("Confirmed applications appear here by themselves.")), (ways,))
    at = min(at, len(waiting) - 1)
    view = waiting[at]
    due = _("🎒 Papers until {day:day}").format(day=view.facts.papers_by) if view.facts.papers_by else None
    skip = (link(_("Skip"), "papers", at + 1),) if at + 1 < len(waiting) else ()
    title = _("**Papers · {at} of {total}**").format(at=at + 1, total=len(waiting))
    items = await paperwork.checklist(turn.tx, view)
    number = sum(each.shown is not None for each in items)
    shown = _("Documents: {shown} of {total} shown").format(shown=number, total=len(items)) if items else None
    documents = (link(_("Documents"), "papersof", view.facts.id, at),) if items else ()
    return Screen(lines(title, *await _case(turn, view), due, shown), (documents, *verbs(view, at), (*skip, link(_("‹ To work"), "work"))))


@dialog("decided", parent=lambda **_facts: to("work"))
async def decided(turn: Turn, number: int, change: int, at: int) -> Screen:
    """What was decided, with its minute of undo, and the way to the next case."""
    view = await theirs(turn, number)
    fresh = view.change == change
    body = lines(
        _("**{state:capital}: {who}**").format(state=STATES[view.state], who=who_where(view)),
        _("The family is told in a minute; until then you can take the decision back.") if fresh else None,
    )
    undo = (link(_("Take it back"), "undocase", number, at),) if fresh else ()
    stack = "papers" if view.state is State.ENROLLED else "inbox"
    return Screen(body, ((link(_("Next application"), stack, at, meaning="primary"),), undo, (link(_("‹ To work"), "work"),)))


@dialog("undocase", parent=lambda **_facts: to("work"))
async def undocase(turn: Turn, number: int, at: int) -> Link:
    """Take a decision back within its minute."""
    if turn.opened:
        raise Missing
    try:
        await enrolment.undo(turn.tx, turn.person.id, number, channel=turn.here.channel)
    except (Decided, Refused) as why:
        turn.note = why.words
    else:
        turn.note = _("The decision is taken back")
    return to("inbox", at)


@dialog("confirmcase", parent=lambda **_facts: to("work"))
async def confirmcase(turn: Turn, number: int, seen: int, at: int) -> Link:
    """Confirm: the family is asked to bring the papers."""
    await theirs(turn, number)
    if turn.opened:
        raise Missing
    return await _decide(turn, number, seen, Action.CONFIRM, at, _("The application is confirmed"))


@dialog("queuecase", parent=lambda **_facts: to("work"))
async def queuecase(turn: Turn, number: int, seen: int, at: int) -> Link:
    """Put an application into the queue."""
    await theirs(turn, number)
    if turn.opened:
        raise Missing
    return await _decide(turn, number, seen, Action.QUEUE, at, _("The application is in the queue"))


@dialog("askcase", parent=lambda **_facts: to("work"))
async def askcase(turn: Turn, number: int, seen: int, at: int) -> Link:
    """Ask the family something."""
    view = await theirs(turn, number)
    text = lines(_("**What shall we ask?**"), who_where(view), _("Please ask for neither diagnoses nor photos of documents."))
    question = await turn.ask(Typed[str]("question", text, longest=500))
    return await _decide(turn, number, seen, Action.ASK, at, _("The question is written down"), comment=question)


@dialog("declinecase", parent=lambda **_facts: to("work"))
async def declinecase(turn: Turn, number: int, seen: int, at: int) -> Link:
    """Decline, with a reason that the family reads."""
    view = await theirs(turn, number)
    text = lines(_("**Why is it declined?**"), who_where(view), _("The family reads the reason and the name of your organisation."))
    reason = await turn.ask(
        Choice[Reason](
            "reason",
            text,
            list(Reason),
            key=lambda each: each.name.lower().replace("_", ""),
            label=lambda each: _("{label:capital}").format(label=REASONS[each]),
            width=2,
        )
    )
    return await _decide(turn, number, seen, Action.DECLINE, at, _("The application is declined"), reason=reason)


@dialog("enrolcase", parent=lambda **_facts: to("work"))
async def enrolcase(turn: Turn, number: int, seen: int, at: int) -> Link:
    """Enrol by an order or a contract, whose number and date the family reads."""
    view = await theirs(turn, number)
    ask = _("**Number and date of the order**") if view.facts.organisation_act == "order" else _("**Number and date of the contract**")
    act = await turn.ask(Typed[str]("act", lines(ask, who_where(view), _("For example: № 45 of 1 September 2026")), longest=100))
    return await _decide(turn, number, seen, Action.ENROL, at, _("The child is enrolled"), act=act)
