"""Questions of families as the staff sees them: a stack, one press takes a question, typing answers it; complaints, for the centre."""

from __future__ import annotations

from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.screen import Button, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.thread import Letter, closed_here, leaf, pager, until
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, n_
from bot.services import enquiry, staff
from bot.services.enquiry import Thread
from bot.services.enrolment import Decided, Refused

MOST_ROWS = 10
"""Organisations on the centre's page."""


async def _works(turn: Turn, *allowed: str) -> None:
    """Only somebody with such a role has these pages."""
    if not any(row.role in allowed for row in await staff.roles(turn.tx, turn.person.id)):
        raise Missing


async def _theirs(turn: Turn, number: int) -> Thread:
    thread = await enquiry.theirs(turn.tx, turn.person.id, number)
    if thread is None:
        raise Missing
    return thread


def _about(thread: Thread) -> Words:
    """Who asks about what: nobody's name but that of an application's child, where the consent stands."""
    who = _("a pupil") if thread.pupil else _("a family")
    name = thread.facts.programme_name
    if thread.about is not None and name:
        return _("👤 {who:capital}: {child} → {name}").format(who=who, child=thread.about, name=name)
    return _("👤 {who:capital}: {name}").format(who=who, name=name) if name else _("👤 {who:capital}").format(who=who)


def _term(turn: Turn, thread: Thread) -> Words | None:
    facts = thread.facts
    if not thread.waits:
        return _("🗓 Answered; the family may write on.") if facts.state == "answered" else _("🗓 The question is closed.")
    term = until(facts.answer_by, facts.zone)
    return (_("🗓 to be answered {term}") if turn.now <= facts.answer_by else _("🗓 overdue: the answer was due {term}")).format(term=term)


def _warned(thread: Thread) -> Words | None:
    return _("A pupil writes; the parents see the thread.") if thread.pupil else None


@dialog("questions", parent=lambda **_at: to("work"))
async def questions(turn: Turn, at: int) -> Screen:
    """The question at this place of the stack."""
    await _works(turn, "organisation")
    waiting = await enquiry.stack(turn.tx, turn.person.id, turn.here.kinds("full"))
    if not waiting:
        body = lines(_("**All questions are answered**"), _("New ones appear here by themselves."))
        return Screen(body, ((link(_("‹ To work"), "work"), link(_("Home"), "home")),))
    at = min(at, len(waiting) - 1)
    thread = await _theirs(turn, waiting[at].facts.id)
    shown, _back, last = leaf(thread, 0)
    title = _("**Question · {at} of {total}**").format(at=at + 1, total=len(waiting))
    number = thread.facts.id
    skip = (link(_("Skip"), "questions", at + 1),) if at + 1 < len(waiting) else ()
    whole = (link(_("The whole thread"), "question", number, 0),) if last else ()
    body = lines(title, _about(thread), _term(turn, thread), _warned(thread), *shown)
    return Screen(body, (*_verbs(turn, thread, at), whole, (*skip, link(_("‹ To work"), "work"))))


def _verbs(turn: Turn, thread: Thread, at: int) -> tuple[tuple[Button, ...], ...]:
    """What somebody may do with a question now."""
    facts, mine = thread.facts, thread.facts.claimed_by == turn.person.id
    if facts.state == "closed":
        return ()
    if not mine:
        free = facts.claimed_by is None or not facts.claimer_works
        return ((link(_("Take and answer"), "takequestion", facts.id, meaning="primary"),),) if free and thread.waits else ()
    write = (
        link(_("Answer"), "answerenquiry", facts.id, meaning="primary")
        if thread.waits
        else link(_("Write more"), "answerenquiry", facts.id)
    )
    if thread.waits:
        return ((write,), (link(_("Give it back"), "givequestion", facts.id, at),))
    return ((write, link(_("Close"), "shutquestion", facts.id)),)


@dialog("question", parent=lambda **_at: to("questions", 0))
async def question(turn: Turn, number: int, back: int) -> Screen:
    """One thread, whole."""
    thread = await _theirs(turn, number)
    facts = thread.facts
    if (elsewhere := closed_here(turn, facts.organisation_name, facts.organisation_kind, None)) is not None:
        return elsewhere
    if turn.delivering and facts.state == "closed":
        raise Withdrawn
    shown, back, last = leaf(thread, back)
    has = _("Taken by: {who}").format(who=_("you") if facts.claimed_by == turn.person.id else thread.who) if thread.who else None
    complaint = _("The family has complained: the municipal centre reads this thread.") if facts.reported and not facts.reviewed else None
    title = _("**A question to: {club}**").format(club=facts.organisation_name)
    body = lines(title, _about(thread), _term(turn, thread), has, _warned(thread), complaint, *shown)
    ways = (link(_("Questions"), "questions", 0), link(_("‹ To work"), "work"))
    return Screen(body, (*_verbs(turn, thread, 0), pager("question", number, back, last), ways))


@dialog("takequestion", parent=lambda **_number: to("questions", 0))
async def takequestion(turn: Turn, number: int) -> Link:
    """Take a question with one press, and answer it by typing; whoever was slower is told who was quicker."""
    await _theirs(turn, number)
    if turn.opened:
        raise Missing
    try:
        await enquiry.claim(turn.tx, turn.person.id, number)
    except Decided as quicker:
        turn.note = quicker.words
        return to("questions", 0)
    return to("answerenquiry", number)


@dialog("answerenquiry", parent=lambda number: to("question", number, 0))
async def answerenquiry(turn: Turn, number: int) -> Screen | Link:
    """Answer in the chat."""
    thread = await _theirs(turn, number)
    facts = thread.facts
    if (elsewhere := closed_here(turn, facts.organisation_name, facts.organisation_kind, None)) is not None:
        return elsewhere
    shown, _back, _last = leaf(thread, 0)
    text = lines(
        _("**Your answer to a pupil**") if thread.pupil else _("**Your answer to a family**"),
        _about(thread),
        _warned(thread) or _("Write it in one message; you may add more afterwards. Please ask for no diagnoses and no documents."),
        *shown,
    )
    personal = _("Only the family reads it, and your colleagues.") if thread.personal else None
    written = await turn.ask(Letter("text", text, personal=personal))
    try:
        await enquiry.answer(turn.tx, turn.person.id, number, written)
    except (Decided, Refused) as why:
        turn.note = why.words
    else:
        turn.note = _("The answer is sent")
    return to("question", number, 0)


@dialog("givequestion", parent=lambda **_number: to("questions", 0))
async def givequestion(turn: Turn, number: int, at: int) -> Link:
    """Let a colleague take it."""
    await _theirs(turn, number)
    if turn.opened:
        raise Missing
    await enquiry.give_back(turn.tx, turn.person.id, number)
    turn.note = _("The question waits for a colleague")
    return to("questions", at)


@dialog("shutquestion", parent=lambda number: to("question", number, 0))
async def shutquestion(turn: Turn, number: int) -> Link:
    """Close an answered question."""
    await _theirs(turn, number)
    if turn.opened:
        raise Missing
    try:
        await enquiry.close(turn.tx, turn.person.id, number, by_staff=True)
    except Refused as why:
        turn.note = why.words
        return to("question", number, 0)
    turn.note = _("The question is closed")
    return to("questions", 0)


# ------------------------------------------------------------ the municipal centre


@dialog("complaints", parent=lambda **_at: to("work"))
async def complaints(turn: Turn, at: int) -> Screen:
    """What families opened to the municipal centre, the oldest first."""
    await _works(turn, "municipality")
    waiting = await enquiry.reported(turn.tx, turn.person.id)
    if not waiting:
        body = lines(_("**There are no complaints**"), _("A thread comes here only where its family complains about an answer."))
        return Screen(body, ((link(_("‹ To work"), "work"), link(_("Home"), "home")),))
    at = min(at, len(waiting) - 1)
    skip = (link(_("Skip"), "complaints", at + 1),) if at + 1 < len(waiting) else ()
    title = _("**Complaint · {at} of {total}**").format(at=at + 1, total=len(waiting))
    return await _complaint(turn, waiting[at].facts.id, 0, title, skip)


async def _complaint(turn: Turn, number: int, back: int, title: Words, skip: tuple[Button, ...] = ()) -> Screen:
    thread = await enquiry.case(turn.tx, turn.person.id, number)
    if thread is None:
        raise Missing
    facts = thread.facts
    shown, back, last = leaf(thread, back)
    body = lines(
        title,
        _("About: {club}").format(club=facts.organisation_name),
        _about(thread),
        _("The complaint is answered.") if facts.reviewed else None,
        *shown,
    )
    answer = () if facts.reviewed else (link(_("Answer the complaint"), "reviewcase", number, meaning="primary"),)
    return Screen(body, (answer, pager("complaint", number, back, last), (*skip, link(_("‹ To work"), "work"))))


@dialog("complaint", parent=lambda **_at: to("complaints", 0))
async def complaint(turn: Turn, number: int, back: int) -> Screen:
    """One complaint, with the thread that the family opened by it."""
    return await _complaint(turn, number, back, _("**A complaint about an answer**"))


@dialog("reviewcase", parent=lambda number: to("complaint", number, 0))
async def reviewcase(turn: Turn, number: int) -> Link:
    """Answer a complaint: the family and the staff read it in the thread."""
    thread = await enquiry.case(turn.tx, turn.person.id, number)
    if thread is None:
        raise Missing
    text = lines(
        _("**Your answer to the complaint**"),
        _about(thread),
        _("The family and the one who answered read it in the thread: {club}").format(club=thread.facts.organisation_name),
    )
    written = await turn.ask(Letter("text", text))
    try:
        await enquiry.review(turn.tx, turn.person.id, number, written)
    except (Decided, Refused) as why:
        turn.note = why.words
    else:
        turn.note = _("The answer is sent")
    return to("complaints", 0)


@dialog("unanswered", parent=lambda: to("work"))
async def unanswered(turn: Turn) -> Screen:
    """Where answers are late: numbers only, the centre does not read the threads."""
    await _works(turn, "municipality")
    found = await enquiry.unanswered(turn.tx, turn.person.id)
    if not found and turn.delivering:
        raise Withdrawn
    total = sum(count for _name, count in found)
    title = n_("**{n} question is overdue**", "**{n} questions are overdue**", total) if found else _("**No question is overdue**")
    rows = [dotted(name, str(count)) for name, count in found[:MOST_ROWS]]
    body = lines(title, *rows, _("The organisations were reminded. What was asked, only they see.") if found else None)
    return Screen(body, ((link(_("‹ To work"), "work"), link(_("Home"), "home")),))
