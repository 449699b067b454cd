"""Asking people: from a card, an organisation or an application, without a name; and the thread as its family sees it."""

from __future__ import annotations

from bot.conversation.dialog import Again, Missing, Withdrawn, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Button, Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.application import who_where
from bot.dialogs.thread import Letter, closed_here, leaf, pager, text_of, until
from bot.model.link import Link, to
from bot.model.text import Words, _, blank, dotted, lines, p_
from bot.services import catalogue, enquiry, enrolment
from bot.services.enquiry import AddresseeRow, Thread
from bot.services.enrolment import Refused

ON_A_PAGE = 5


@dialog("ask", parent=lambda programme: to("programme", programme))
async def ask(turn: Turn, programme: int) -> Screen | Link:
    """A question about a programme, from its card."""
    card = await catalogue.programme(turn.tx, programme, turn.here.kinds(), turn.person.id, None)
    if card is None:
        raise Missing
    return await _ask(turn, card.facts.organisation, card.facts.name, programme=programme)


@dialog("askclub", parent=lambda organisation: to("club", organisation, 0))
async def askclub(turn: Turn, organisation: int) -> Screen | Link:
    """A question to an organisation, about nothing in particular."""
    if await catalogue.organisation(turn.tx, organisation, turn.here.kinds()) is None:
        raise Missing
    return await _ask(turn, organisation, None)


@dialog("askabout", parent=lambda number: to("application", number))
async def askabout(turn: Turn, number: int) -> Screen | Link:
    """A question about an application: its organisation sees whose it is."""
    organisation = await enquiry.of_application(turn.tx, turn.person.id, number)
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if organisation is None or view is None:
        raise Missing
    return await _ask(turn, organisation, who_where(view), application=number)


async def _ask(
    turn: Turn, organisation: int, about: Words | None, *, programme: int | None = None, application: int | None = None
) -> Screen | Link:
    club = await enquiry.addressee(turn.tx, organisation)
    if club is None:
        raise Missing
    if (elsewhere := closed_here(turn, club.name, club.kind, club.phone)) is not None:
        return elsewhere
    try:
        await enquiry.check(turn.tx, turn.person.id, anew=True)
    except Refused as refused:
        return _enough(club, refused.words)
    pupil = await enquiry.pupil(turn.tx, turn.person.id) is not None
    personal = _("The organisation sees which application you ask about.") if application is not None else None
    text = lines(
        _("**A question to: {club}**").format(club=club.name),
        about,
        p_("pupil", "Write it in one message. The answer comes here.")
        if pupil
        else _("Write it in one message. Neither your name nor your telephone is needed: the answer comes here.")
        if application is None
        else _("Write it in one message. The answer comes here."),
        _warning(turn, pupil=pupil),
        p_("pupil", "Your parents see the question and the answers too.") if pupil else None,
        _when(turn, club),
        _("Urgent: {phone}").format(phone=club.phone) if club.phone else None,
    )
    question = await turn.ask(Letter("question", text, personal=personal))
    try:
        number = await enquiry.ask(turn.tx, turn.person.id, organisation, question, programme=programme, application=application)
    except Refused as refused:
        return _enough(club, refused.words)
    turn.note = _("The question is sent")
    return to("enquiry", number, 0)


def _warning(turn: Turn, *, pupil: bool) -> Words:
    """What not to write: where personal data may not be carried, no names either."""
    if not turn.here.limits.personal_data:
        return _("Please write no names, no diagnoses and no numbers of documents here.")
    return (
        p_("pupil", "Please write no diagnoses and no numbers of documents.")
        if pupil
        else _("Please write no diagnoses and no numbers of documents.")
    )


def _when(turn: Turn, club: AddresseeRow) -> Words:
    """Until when the answer comes; where nobody is at work now, that too."""
    term = until(enquiry.term(turn.tx, club.answer_days, club.zone), club.zone)
    if enquiry.at_work(turn.now, club.zone) > turn.now:
        return _("It is not working hours now. We answer {term}.").format(term=term)
    return _("We answer {term}.").format(term=term)


def _enough(club: AddresseeRow, why: Words) -> Screen:
    body = lines(
        _("**Not now: {why}**").format(why=why),
        _("So that people have time to answer everybody. Look through your questions, or call."),
        _("Telephone: {phone}").format(phone=club.phone) if club.phone else None,
    )
    return Screen(body, ((link(_("My questions"), "myquestions", 0, meaning="primary"),), (link(_("Home"), "home"),)))


# ------------------------------------------------------------ the thread


async def _thread(turn: Turn, number: int) -> Thread:
    thread = await enquiry.family(turn.tx, turn.person.id, number)
    if thread is None:
        raise Missing
    return thread


def _closed_here(turn: Turn, thread: Thread) -> Screen | None:
    facts = thread.facts
    return closed_here(turn, facts.organisation_name, facts.organisation_kind, facts.organisation_phone)


def _stands(turn: Turn, thread: Thread) -> Words:
    """How a thread stands, in a sentence."""
    facts = thread.facts
    if facts.state == "closed":
        return _("The question is closed.")
    if not thread.waits:
        return _("Answers: {who}").format(who=thread.who) if thread.who else _("There is an answer.")
    term = until(facts.answer_by, facts.zone)
    if turn.now > facts.answer_by:
        late = _("the answer was due {term}, and is late") if thread.who else _("The answer was due {term}, and is late")
        return dotted(_("Answers: {who}").format(who=thread.who) if thread.who else None, late.format(term=term))
    return dotted(
        _("Answers: {who}").format(who=thread.who) if thread.who else None,
        _("the answer comes {term}").format(term=term) if thread.who else _("The answer comes {term}").format(term=term),
    )


def _about(thread: Thread) -> Words | None:
    name = thread.facts.programme_name
    return _("{child} → {name}").format(child=thread.about, name=name) if thread.about and name else name


def _verbs(thread: Thread) -> tuple[tuple[Button, ...], ...]:
    """What somebody may do with it: a guardian of the pupil who asks reads, and may complain."""
    number, facts = thread.facts.id, thread.facts
    complain = (link(_("Complain about the answer"), "complain", number),) if thread.answered and _unreported(thread) else ()
    if thread.part == "guardian":
        return (complain,)
    if facts.state == "closed":
        anew = (
            link(_("Ask anew"), "askabout", facts.application)
            if facts.application is not None
            else link(_("Ask anew"), "ask", facts.programme)
            if facts.programme is not None
            else link(_("Ask anew"), "askclub", facts.organisation)
        )
        return ((anew,), complain)
    write = link(_("Write more"), "reply", number) if thread.waits else link(_("Answer"), "reply", number, meaning="primary")
    solved = (
        link(_("Thank you, that is solved"), "solved", number) if thread.answered else link(_("The answer is not needed"), "solved", number)
    )
    return ((write,), (solved,), complain)


def _unreported(thread: Thread) -> bool:
    return thread.facts.reported is None or thread.facts.reviewed is not None


@dialog("enquiry", parent=lambda **_at: to("myquestions", 0))
async def enquiry_(turn: Turn, number: int, back: int) -> Screen:
    """A thread as its family reads it today."""
    return _page(turn, await _thread(turn, number), back)


def _page(turn: Turn, thread: Thread, back: int) -> Screen:
    number = thread.facts.id
    if (elsewhere := _closed_here(turn, thread)) is not None:
        return elsewhere
    shown, back, last = leaf(thread, back)
    title = _("**A pupil's question: {club}**") if thread.part == "guardian" else _("**Your question: {club}**")
    if thread.part == "asker" and thread.pupil:
        title = p_("pupil", "**Your question: {club}**")
    body = lines(
        title.format(club=thread.facts.organisation_name),
        _about(thread),
        _stands(turn, thread),
        _("You see this because a pupil of your family asks: the staff knows that you read along.") if thread.part == "guardian" else None,
        p_("pupil", "Your parents see the question and the answers too.") if thread.part == "asker" and thread.pupil else None,
        _("The complaint is with the municipal centre; it reads this thread.") if not _unreported(thread) else None,
        *shown,
    )
    ways = (link(_("My questions"), "myquestions", 0), link(_("Home"), "home"))
    return Screen(body, (*_verbs(thread), pager("enquiry", number, back, last), ways))


@dialog("answer", parent=lambda **_message: to("myquestions", 0))
async def answer(turn: Turn, message: int) -> Screen:
    """An answer that has just come: nothing but what the person wrote, and what may be done."""
    found = await enquiry.message(turn.tx, turn.person.id, message)
    if found is None:
        raise Missing
    thread, row = found
    if (elsewhere := _closed_here(turn, thread)) is not None:
        return elsewhere
    club = thread.facts.organisation_name
    if row.side == "centre":
        title = _("**The municipal centre about your complaint: {club}**")
    elif thread.part == "guardian":
        title = _("**An answer to a pupil of your family: {club}**")
    else:
        title = p_("pupil", "**You have an answer: {club}**") if thread.pupil else _("**You have an answer: {club}**")
    body = lines(
        title.format(club=club), _about(thread), None if row.side == "centre" else _stands(turn, thread), blank, text_of(thread, row)
    )
    whole = (link(_("The whole thread"), "enquiry", thread.facts.id, 0), link(_("Home"), "home"))
    return Screen(body, (*_verbs(thread), whole))


@dialog("reply", parent=lambda number: to("enquiry", number, 0))
async def reply(turn: Turn, number: int) -> Screen | Link:
    """Write on in a thread of one's own."""
    thread = await _thread(turn, number)
    if thread.part != "asker":
        raise Missing
    if (elsewhere := _closed_here(turn, thread)) is not None:
        return elsewhere
    personal = _("The organisation sees which application you ask about.") if thread.personal else None
    title = _("**Write to: {club}**").format(club=thread.facts.organisation_name)
    text = lines(title, _about(thread), _stands(turn, thread), _warning(turn, pupil=thread.pupil))
    written = await turn.ask(Letter("message", text, personal=personal))
    try:
        await enquiry.write(turn.tx, turn.person.id, number, written)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("Sent")
    return to("enquiry", number, 0)


@dialog("solved", parent=lambda number: to("enquiry", number, 0))
async def solved(turn: Turn, number: int) -> Link:
    """Close one's own thread."""
    thread = await _thread(turn, number)
    if thread.part != "asker":
        raise Missing
    if turn.opened:
        await turn.ask(Confirm("sure", lines(_("**Close the question?**"), thread.facts.organisation_name), holds=(number,)))
    await enquiry.close(turn.tx, turn.person.id, number)
    turn.note = _("The question is closed")
    return to("enquiry", number, 0)


@dialog("complain", parent=lambda number: to("enquiry", number, 0))
async def complain(turn: Turn, number: int) -> Link:
    """Open the thread to the municipal centre."""
    thread = await _thread(turn, number)
    text = lines(
        _("**Complain about the answer?**"),
        thread.facts.organisation_name,
        _("The municipal centre will read the whole thread, all that was written in it, and answer you here."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Send the complaint"), meaning="danger", holds=(number, thread.facts.reported)))
    try:
        await enquiry.report(turn.tx, turn.person.id, number)
    except Refused as refused:
        raise Again("sure", refused.words) from refused
    turn.note = _("The complaint is sent")
    return to("enquiry", number, 0)


@dialog("sorry", parent=lambda **_number: to("myquestions", 0))
async def sorry(turn: Turn, number: int) -> Screen:
    """The term is over and nobody has answered: an apology, a telephone, and a choice."""
    thread = await _thread(turn, number)
    if (elsewhere := _closed_here(turn, thread)) is not None:
        return elsewhere
    facts = thread.facts
    if not thread.waits:
        if turn.delivering:
            raise Withdrawn
        return _page(turn, thread, 0)
    young = thread.pupil
    body = lines(
        p_("pupil", "**Sorry: your question has no answer yet**") if young else _("**Sorry: your question has no answer yet**"),
        dotted(facts.organisation_name, facts.programme_name),
        _("It was due {term}. The organisation was reminded twice; the municipal centre now knows that answers are late there.").format(
            term=until(facts.answer_by, facts.zone)
        ),
        _("Calling is quicker: {phone}").format(phone=facts.organisation_phone) if facts.organisation_phone else None,
    )
    choice = (link(_("Wait on"), "enquiry", number, 0, meaning="primary"), link(_("Close the question"), "solved", number))
    contacts = (link(_("Contacts"), "contacts", facts.programme),) if facts.programme is not None else ()
    return Screen(body, (choice, contacts, (link(_("Home"), "home"),)))


@dialog("myquestions")
async def myquestions(turn: Turn, page: int) -> Screen:
    """One's own threads, and those of one's children."""
    found = [each for each in await enquiry.mine(turn.tx, turn.person.id) if each.facts.organisation_kind in turn.here.kinds("full")]
    if not found:
        body = lines(_("**No questions yet**"), _("A question begins on a club's card: “Ask a question”."))
        return Screen(body, ((link(_("Find a club"), "find", meaning="primary"),), (link(_("Home"), "home"),)))
    last = (len(found) - 1) // ON_A_PAGE
    page = min(page, last)
    first = page * ON_A_PAGE + 1
    shown = found[first - 1 : first - 1 + ON_A_PAGE]
    items = [
        _("{at}. {what} · {state}").format(
            at=first + at, what=dotted(each.facts.organisation_name, each.facts.programme_name), state=_state(each)
        )
        for at, each in enumerate(shown)
    ]
    numbers = [link(str(first + at), "enquiry", each.facts.id, 0) for at, each in enumerate(shown)]
    pages = [link("‹", "myquestions", page - 1)] if page else []
    pages += [link("›", "myquestions", page + 1)] if page < last else []
    return Screen(lines(_("**Your questions**"), *items), (*stack(numbers, ON_A_PAGE), tuple(pages), (link(_("Home"), "home"),)))


def _state(thread: Thread) -> Words:
    if thread.facts.state == "closed":
        return _("closed")
    return _("waits for an answer") if thread.waits else _("answered")
