"""An application as its family sees it: how it stands, an honest number, what may be done, and what was done."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from zoneinfo import ZoneInfo

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Typed
from bot.conversation.question import Extra
from bot.conversation.screen import Button, Screen, link, web
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.result import about, number_of
from bot.model.application import LIVE, Action, Actor, Role, State
from bot.model.category import SHORT
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _, lines, listed, n_, p_
from bot.services import cases, catalogue, enrolment, finding, navigator
from bot.services.enrolment import REASONS, STATES, ApplicationView, Change, Refused
from bot.services.navigator import ENTERED, Outside

ON_A_PAGE = 5
OVER = frozenset({State.DECLINED, State.WITHDRAWN, State.LAPSED, State.NOT_ADMITTED, State.COMPLETED, State.LEFT})
"""States in which a family looks for something else."""
PAPERS = frozenset({State.CONFIRMED, State.ENROLLED, State.COMPLETED, State.LEFT})
"""States in which a family has papers to bring, or to ask for."""
SIGNED = {"order": _("the paper of application"), "contract": _("the contract")}
"""What a guardian signs, by what enrols: an order follows from a written application, a contract is signed itself."""
TOLD = {
    Action.APPLY: _("new application"),
    Action.WITHDRAW: _("the application is withdrawn"),
    Action.ACCEPT: _("the offered place is taken"),
    Action.DECLINE_OFFER: _("the offered place is declined"),
    Action.KEEP_IN_LINE: _("the place is let go, the turn is kept"),
    Action.ANSWER: _("the question is answered"),
    Action.DISPUTE: _("“That was not us”: an objection"),
    Action.CLEAR: _("“That was not us”: an answer"),
    Action.OFFER: _("a place is free"),
    Action.LAPSE: _("the time for an answer is over"),
    Action.CONFIRM: _("the application is confirmed"),
    Action.ASK: _("a question about the application"),
    Action.DECLINE: _("the application is declined"),
    Action.QUEUE: _("the application is put into the queue"),
    Action.REVIEW: _("the application is looked through"),
    Action.INVITE: _("an invitation to the selection"),
    Action.ADMIT: _("the selection is passed"),
    Action.RESERVE: _("in the reserve of the selection"),
    Action.NOT_ADMIT: _("the selection is not passed"),
    Action.ENROL: _("the child is enrolled"),
    Action.COMPLETE: _("the programme is finished"),
    Action.LEFT: _("the child attends no longer"),
    Action.ASK_TO_LEAVE: _("a request to leave the group"),
    Action.STAY: _("the request to leave is taken back"),
    Action.ORDER_TO_LEAVE: _("an order to leave the group"),
    Action.TRANSFER: _("a move to another group"),
    Action.EXTEND: _("more time for the papers"),
    Action.STRIKE: _("the right to come first is not confirmed: the queue goes by its number"),
    Action.UNDO: _("the decision is taken back"),
}
"""What was done; where it begins a line its first letter is made large."""
TITLES = {
    State.SUBMITTED: _("**The application is under review**"),
    State.NEEDS_INFO: _("**A question about the application**"),
    State.CONFIRMED: _("**The application is confirmed, the papers are awaited**"),
    State.ENROLLED: _("**The child is enrolled**"),
    State.COMPLETED: _("**The programme is finished**"),
    State.LEFT: _("**The child attends no longer**"),
    State.OFFERED: _("**A place is free: it is kept for you**"),
    State.INVITED: _("**An invitation to the selection**"),
    State.ADMITTED: _("**The selection is passed**"),
    State.RESERVE: _("**In the reserve of the selection**"),
    State.NOT_ADMITTED: _("**The selection is not passed**"),
    State.DECLINED: _("**The application is declined**"),
    State.WITHDRAWN: _("**The application is withdrawn**"),
    State.LAPSED: _("**The time of the application is over**"),
}
"""The first line of an application's page; one that waits has its number there instead."""


async def _view(turn: Turn, number: int) -> ApplicationView:
    view = await enrolment.application(turn.tx, turn.person.id, number)
    if view is None:
        raise Missing
    return view


def _acts(view: ApplicationView) -> bool:
    """Whether the reader may change the application: others look, and their screens have no verbs."""
    return view.role is Role.GUARDIAN and view.state in LIVE


def who_where(view: ApplicationView) -> Words:
    """«Маша Петрова, 9 лет → «Шестерёнка»»."""
    return _("{child} → {name}").format(child=view.child_words, name=view.facts.programme_name)


def unfinished(views: Iterable[ApplicationView]) -> Words | None:
    """What must end before a child or a person may be forgotten, and how; `None` where nothing is going on."""
    live = [view for view in views if view.state in LIVE]
    enrolled = dict.fromkeys(view.facts.organisation_name for view in live if view.state is State.ENROLLED)
    open_ = sum(view.state is not State.ENROLLED for view in live)
    if not live:
        return None
    first = n_("First withdraw the application: {n} is going on.", "First withdraw the applications: {n} are going on.", open_)
    leave = _("The child is enrolled. To leave the group, hand in a paper: {clubs}").format(clubs=listed(enrolled))
    return lines(first if open_ else None, leave if enrolled else None)


async def _group(turn: Turn, view: ApplicationView) -> list[Words]:
    """When and where the group meets, and who waits for it besides."""
    groups = await catalogue.groups_of(turn.tx, view.facts.programme)
    group = next((each for each in groups if each.facts.id == view.facts.group), None)
    if group is None:
        return []
    place = _("📍 {place:capital}").format(place=words.where(group.facts))
    outside = words.queue_outside(group) if view.state is State.WAITLISTED else None
    return [*words.meets(group, await finding.today(turn.tx)), place, *([outside] if outside else [])]


@dialog("applications")
async def applications(turn: Turn, page: int) -> Screen:
    """All applications of a person's families, those going on first."""
    found = await enrolment.applications(turn.tx, turn.person.id)
    if not found:
        body = lines(_("**No applications yet**"), _("An application begins on a club's card: “Apply”."))
        return Screen(body, ((link(_("Find a club"), "find", meaning="primary"),), (link(_("Home"), "home"),)))
    page = min(page, (len(found) - 1) // ON_A_PAGE)
    shown, first = found[page * ON_A_PAGE : (page + 1) * ON_A_PAGE], page * ON_A_PAGE + 1
    items = [
        _("{at}. {who} · {state}").format(at=first + at, who=who_where(view), state=STATES[view.state]) for at, view in enumerate(shown)
    ]
    numbers = tuple(link(str(first + at), "application", view.facts.id) for at, view in enumerate(shown))
    pager = [link("‹", "applications", page - 1)] if page else []
    pager += [link("›", "applications", page + 1)] if first - 1 + len(shown) < len(found) else []
    young = all(view.role is Role.PUPIL for view in found)
    first_way = link(p_("pupil", "My account"), "pupilself") if young else link(_("My children"), "children")
    title = p_("pupil", "**Your applications**") if young else _("**Your applications**")
    return Screen(lines(title, *items), (numbers, tuple(pager), (first_way, link(_("Home"), "home"))))


@dialog("application")
async def application(turn: Turn, number: int) -> Screen:
    """An application as it stands today."""
    view = await _view(turn, number)
    ways = (link(_("My applications"), "applications", 0), link(_("Home"), "home"))
    there = await navigator.outside(turn.tx, number)
    outside = _outside(view, there)
    more = (link(_("History"), "history", number), link(_("The club"), "programme", view.facts.programme), link(_("More"), "more", number))
    papers = (link(_("Documents"), "paperwork", number),) if view.state in PAPERS and view.role not in {Role.STAFF, Role.TEACHER} else ()
    appeal, list_ = await about(turn, view)
    body = lines(_title(view), who_where(view), *await _group(turn, view), *_facts(view), *appeal, outside)
    return Screen(body, (*_verbs(view), (*papers, *list_), more, ways))


OUTSIDE = {
    "new": _("new"),
    "confirmed": _("confirmed"),
    "studies": _("studies"),
    "declined": _("declined"),
    "waits": _("waits"),
}
"""How an application stands in the region's own system, in words; other states are as that system calls them."""


def _outside(view: ApplicationView, there: Outside) -> Words | None:
    """What is known of it in the region's own system, and since when."""
    if there.at is None or there.state is None:
        return None
    day = there.at.astimezone(ZoneInfo(view.facts.zone))
    if there.state == ENTERED:
        return _("In Navigator: entered on {day:day}").format(day=day)
    return _("In Navigator: {state}, as of {day:day}").format(state=OUTSIDE.get(there.state, there.state), day=day)


def _title(view: ApplicationView) -> Words:
    if view.state is State.WAITLISTED:
        return _("**Your number in the queue: {number}**").format(number=view.number)
    if view.state is State.DECLINED and view.reason is not None:
        return _("**The application is declined: {reason}**").format(reason=REASONS[view.reason])
    return TITLES[view.state]


def _facts(view: ApplicationView) -> list[Words]:
    """What matters in this state: a date, a number, whose decision it was."""
    facts, made = view.facts, list[Words]()
    if view.state is State.OFFERED and facts.offer_until:
        until = facts.offer_until.astimezone(ZoneInfo(facts.zone))
        made.append(_("Please answer until {until:day}, {until:time}: then the place goes to the next family.").format(until=until))
    if view.state is State.SUBMITTED and facts.decide_by:
        answers = _("The place is kept for the child. {club} answers until {day:day}.")
        if not view.holds:
            answers = _("{club} answers until {day:day}. There is a selection: no place is kept before its decision.")
        made.append(answers.format(club=facts.organisation_name, day=facts.decide_by))
    made += number_of(view)
    if view.state is State.CONFIRMED and facts.papers_by:
        made.append(
            _("🎒 Until {day:day} come to sign {paper}; bring your passport and the birth certificate.").format(
                day=facts.papers_by, paper=SIGNED[facts.organisation_act]
            )
        )
    if view.state is State.ENROLLED and facts.act:
        act = _("By order {act}.") if facts.organisation_act == "order" else _("By contract {act}.")
        made.append(act.format(act=facts.act))
    if facts.together and facts.mates > 1 and (said := _all_at_once(view)) is not None:
        made.append(said)
    if facts.category and view.state in LIVE:
        right = _("You come first: {whom}. Show the paper at the organisation.")
        shown = _("You come first: {whom}. The paper was shown.")
        made.append((right if facts.benefit == "claimed" else shown).format(whom=SHORT.get(facts.category, facts.category)))
    if view.state is State.WAITLISTED:
        if view.moved:
            made.append(
                n_("Within a week the queue moved on by {n} family.", "Within a week the queue moved on by {n} families.", view.moved)
            )
        made.append(_("When a place is free, we shall write to you and wait for your answer; from 21:00 to 9:00 the clock stands still."))
    return [*made, *_notes(view)]


def _all_at_once(view: ApplicationView) -> Words | None:
    """What an entry of several children waits for, or that it is answered once."""
    children = view.facts.mates
    if view.state is State.WAITLISTED and view.number is not None and view.number <= children:
        return n_("You are the first, but {n} place is needed at once.", "You are the first, but {n} places are needed at once.", children)
    if view.state is State.WAITLISTED:
        return n_(
            "The entry is for {n} child: as many places are needed at once.",
            "The entry is for {n} children: as many places are needed at once.",
            children,
        )
    if view.state is State.OFFERED:
        return n_("There is a place for {n} child of this entry.", "There are places for all {n} children of this entry.", children)
    return None


def _notes(view: ApplicationView) -> list[Words]:
    """What somebody decided or wrote."""
    facts, made = view.facts, list[Words]()
    if view.state is State.ENROLLED and facts.leaves is not None:
        asked = _("You asked to leave from {day:day}. It takes the organisation's order, we shall write at once.")
        made.append((asked if facts.leave_asked else _("By order the child leaves on {day:day}.")).format(day=facts.leaves))
    if view.state is State.DECLINED:
        day = view.history[-1].at.astimezone(ZoneInfo(facts.zone))
        made.append(_("Decided by: {who}, {day:day}").format(who=facts.organisation_name, day=day))
    if view.state is State.LAPSED:
        made.append(_("The place goes to the next family. You may apply again."))
    if view.comment and view.state in {State.NEEDS_INFO, State.DECLINED}:
        made.append(_("{club} writes: {text}").format(club=facts.organisation_name, text=view.comment))
    if facts.disputed:
        made.append(_("“That was not us”: the message waits for an answer. The place and the enrolment stay as they are."))
    return made


def _verbs(view: ApplicationView) -> tuple[tuple[Button, ...], ...]:
    """What this person may do with it now."""
    number = view.facts.id
    if view.state in OVER:
        return ((link(_("Find a club"), "find", meaning="primary"),),)
    if not _acts(view) or view.state is State.ENROLLED:
        return ()
    if view.state is State.OFFERED:
        return (
            (link(_("Take the place"), "takeplace", number, meaning="good"),),
            (link(_("Stay in the queue"), "keepturn", number), link(_("Decline the place"), "refuseplace", number)),
        )
    if view.state is State.NEEDS_INFO:
        return ((link(_("Answer"), "answerquestion", number, meaning="primary"), link(_("Withdraw the application"), "withdraw", number)),)
    if view.state is State.INVITED:
        choose = link(_("When to come"), "slot", "selection", number, meaning="primary")
        return ((choose, link(_("Withdraw the application"), "withdraw", number)),)
    return ((link(_("Leave the queue") if view.state is State.WAITLISTED else _("Withdraw the application"), "withdraw", number),),)


@dialog("history")
async def history(turn: Turn, number: int) -> Screen:
    """What was done with an application, by whom and when."""
    view = await _view(turn, number)
    zone = ZoneInfo(view.facts.zone)
    said = [
        _("{at:day}, {at:time} · {what}, {who}").format(at=one.at.astimezone(zone), what=TOLD[one.action], who=one.who)
        for one in view.history[-10:]
    ]
    back = (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))
    return Screen(lines(_("**History: {name}**").format(name=view.facts.programme_name), *said), (back,))


@dialog("news")
async def news(turn: Turn, change: int) -> Screen:
    """What has just been done: told to every guardian, who may say that it was not them."""
    found = await enrolment.news(turn.tx, turn.person.id, change)
    if found is None:
        raise Missing
    view, told = found
    fresh = told.id == view.change
    appeal, list_ = await about(turn, view)
    at = told.at.astimezone(ZoneInfo(view.facts.zone))
    by = _("From: {who}, {at:day}, {at:time}") if told.actor is Actor.FAMILY else _("Decision: {who}, {at:day}, {at:time}")
    named = fresh and told.action in {Action.ASK, Action.DECLINE}  # their facts say whose words these are
    title = _("**{what:capital}: {name}**").format(what=TOLD[told.action], name=view.facts.programme_name)
    said = _title(view) if told.action is Action.DECLINE and fresh else title
    body = lines(
        said,
        view.child_words if said is title else who_where(view),
        *await _group(turn, view),
        by.format(who=told.who, at=at) if told.actor in {Actor.FAMILY, Actor.STAFF} and not named else None,
        _("Your number in the queue: {number}").format(number=view.number) if fresh and view.state is State.WAITLISTED else None,
        *((*_facts(view), *appeal) if fresh else ()),
        await _answered(turn, view) if fresh and told.action is Action.CLEAR else None,
    )
    page = link(_("Open the application"), "application", view.facts.id, meaning="" if fresh and _verbs(view) else "primary")
    if _may_object(view, told):
        right = link(_("All is right"), "application", view.facts.id, meaning="primary")
        return Screen(body, ((right,), (link(_("That was not us"), "notus", view.facts.id),)))
    return Screen(body, (*((*_verbs(view), list_) if fresh else ()), (page, link(_("Home"), "home"))))


def _may_object(view: ApplicationView, told: Change) -> bool:
    return told.action is Action.APPLY and view.role in {Role.GUARDIAN, Role.APART} and not view.facts.disputed


async def act(turn: Turn, number: int, doing: Awaitable[object], done: Words) -> Link:
    """Do what was asked, or say why it cannot be done any more; the application's page follows."""
    try:
        await doing
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = done
    return to("application", number)


async def own(turn: Turn, number: int) -> ApplicationView:
    """An application that the reader may change as a guardian; for others there is no such page."""
    view = await _view(turn, number)
    if view.role is not Role.GUARDIAN:
        raise Missing
    return view


@dialog("takeplace", parent=lambda number: to("application", number))
async def takeplace(turn: Turn, number: int) -> Link:
    """Accept an offered place."""
    view = await _view(turn, number)
    if view.state is State.OFFERED:
        text = lines(_("**Take the place?**"), who_where(view), *await _group(turn, view))
        await turn.ask(Confirm("sure", text, yes=_("Take the place"), meaning="good", holds=(number,)))
    doing = enrolment.accept(turn.tx, turn.person.id, number, channel=turn.here.channel)
    return await act(turn, number, doing, _("The place is kept for the child"))


@dialog("keepturn", parent=lambda number: to("application", number))
async def keepturn(turn: Turn, number: int) -> Link:
    """Let an offer pass, and keep the turn."""
    text = lines(
        _("**Let this place go and stay in the queue?**"),
        _("This place goes to the next family. Your turn is kept: the next one that is free is offered to you again."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Stay in the queue"), holds=(number,)))
    doing = enrolment.keep_in_line(turn.tx, turn.person.id, number, channel=turn.here.channel)
    return await act(turn, number, doing, _("You stay in the queue"))


@dialog("refuseplace", parent=lambda number: to("application", number))
async def refuseplace(turn: Turn, number: int) -> Link:
    """Decline an offered place and leave the queue."""
    text = lines(_("**Decline the place?**"), _("The place goes to the next family, and the application ends."))
    await turn.ask(Confirm("sure", text, yes=_("Decline the place"), meaning="danger", holds=(number,)))
    doing = enrolment.decline_offer(turn.tx, turn.person.id, number, channel=turn.here.channel)
    return await act(turn, number, doing, _("The place is declined"))


@dialog("withdraw", parent=lambda number: to("application", number))
async def withdraw(turn: Turn, number: int) -> Link:
    """Take an application back."""
    view = await _view(turn, number)
    waits = view.state is State.WAITLISTED
    if _acts(view):
        what = _("**Leave the queue?**") if waits else _("**Withdraw the application?**")
        lost = _("Your number is not kept: a new application would stand at the end.") if waits else None
        place = _("The place goes to the next family at once.") if view.holds else None
        yes = _("Leave the queue") if waits else _("Withdraw the application")
        await turn.ask(Confirm("sure", lines(what, who_where(view), lost, place), yes=yes, meaning="danger", holds=(number,)))
    doing = enrolment.withdraw(turn.tx, turn.person.id, number, channel=turn.here.channel)
    return await act(turn, number, doing, _("You have left the queue") if waits else _("The application is withdrawn"))


@dialog("answerquestion", parent=lambda number: to("application", number))
async def answerquestion(turn: Turn, number: int) -> Link:
    """Answer what the organisation asked."""
    view = await _view(turn, number)
    question = _("{club} writes: {text}").format(club=view.facts.organisation_name, text=view.comment) if view.comment else None
    text = lines(_("**Your answer**"), question, _("Please write neither diagnoses nor numbers of documents."))
    words_ = await turn.ask(Typed[str]("answer", text, longest=500, personal=_("Only the organisation reads it.")))
    try:
        await enrolment.answer(turn.tx, turn.person.id, number, words_, channel=turn.here.channel)
    except Refused as refused:
        turn.note = refused.words
    return to("application", number)


async def _answered(turn: Turn, view: ApplicationView) -> Words | None:
    """The answer to a message of one's own."""
    found = await cases.of_application(turn.tx, turn.person.id, view.facts.id)
    return Personal(found.answer, _("The words are shown where personal data may be.")) if found and found.answer else None


SILENT = "-"
"""A message without words."""


@dialog("notus", parent=lambda number: to("application", number))
async def notus(turn: Turn, number: int) -> Link:
    """Object to an application that somebody else made: a message to the centre; it changes no state and frees no place."""
    view = await _view(turn, number)
    if view.role not in {Role.GUARDIAN, Role.APART}:
        raise Missing
    if view.facts.disputed:
        return to("objection", number)
    said = SILENT
    if turn.here.limits.personal_data:
        text = lines(
            _("**Was this not you?**"),
            who_where(view),
            _("Say in a few words what is wrong, or send it without words."),
            _("Please write neither diagnoses nor numbers of documents."),
        )
        why = _("The municipal centre and {club} read it.").format(club=view.facts.organisation_name)
        said = await turn.ask(Typed[str]("text", text, longest=500, personal=why, extra=(Extra(_("Without words"), SILENT),)))
    sure = lines(
        _("**A message to the municipal centre: “That was not us”**"),
        who_where(view),
        _("The centre and {club} see whose application it is, and answer you.").format(club=view.facts.organisation_name),
        _("Until it is cleared up, the application and the place stay as they are."),
    )
    await turn.ask(Confirm("sure", sure, yes=_("Send the message"), holds=(number,)))
    try:
        await enrolment.dispute(turn.tx, turn.person.id, number, channel=turn.here.channel, text="" if said == SILENT else said)
    except Refused as refused:
        turn.note = refused.words
        return to("application", number)
    turn.note = _("The message is sent")
    return to("objection", number)


@dialog("objection", parent=lambda number: to("application", number))
async def objection(turn: Turn, number: int) -> Screen:
    """What became of a message to the centre; the words are only for who wrote them."""
    view = await _view(turn, number)
    found = await cases.of_application(turn.tx, turn.person.id, number)
    if found is None:
        raise Missing
    sent = found.created.astimezone(ZoneInfo(found.zone)).date()
    hidden = _("The words are shown where personal data may be.")
    official = turn.here.pages.get("appeal")
    body = lines(
        _("**A message to the municipal centre: “That was not us”**"),
        who_where(view),
        _("Sent on {day:day}. It is read by {centre} and {club}.").format(
            day=sent, centre=found.municipality_name, club=found.organisation_name
        ),
        _("You wrote: {text}").format(text=Personal(found.text, hidden)) if found.text else None,
        _("You get an answer until {day:day}. The application and the place stay as they are.").format(day=found.answer_by)
        if found.closed is None
        else _("Answered on {day:day}.").format(day=found.closed.astimezone(ZoneInfo(found.zone)).date()),
        Personal(found.answer, hidden) if found.answer else None,
        _("This is no official appeal: for one the law wants your identity confirmed, as on Gosuslugi."),
    )
    ways = (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))
    return Screen(body, ((web(_("The official form"), official),) if official else (), ways))
