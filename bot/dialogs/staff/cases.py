"""Messages of families to the municipal centre: who opened a case shows the child's name to it; the centre or the organisation answers."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.fact import Typed
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.model.application import State
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _, lines
from bot.services import cases, finding, staff
from bot.services.cases import CaseRow
from bot.services.enrolment import STATES, Refused

ON_A_PAGE = 5


async def _who(turn: Turn, row: CaseRow) -> Words:
    return _("{child} → {name}").format(child=cases.child_of(row, await finding.today(turn.tx)), name=row.programme_name)


@dialog("cases", parent=lambda **_page: to("work"))
async def messages(turn: Turn, page: int) -> Screen:
    """The messages that wait for an answer, those due first."""
    if not {row.role for row in await staff.roles(turn.tx, turn.person.id)} & {"organisation", "municipality"}:
        raise Missing
    rows = await cases.waiting(turn.tx, turn.person.id)
    ways = (link(_("‹ To work"), "work"), link(_("Home"), "home"))
    if not rows:
        return Screen(lines(_("**Every message is answered**"), _("New ones appear here by themselves.")), (ways,))
    page = min(page, (len(rows) - 1) // ON_A_PAGE)
    shown = list(enumerate(rows, 1))[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    said = [
        _("{at}. {who} · {club} · until {day:day}").format(at=at, who=await _who(turn, row), club=row.organisation_name, day=row.answer_by)
        for at, row in shown
    ]
    pager = [link("‹", "cases", page - 1)] if page else []
    pager += [link("›", "cases", page + 1)] if (page + 1) * ON_A_PAGE < len(rows) else []
    numbers = tuple(link(str(at), "case", row.id) for at, row in shown)
    return Screen(lines(_("**Messages of families**"), *said), (numbers, tuple(pager), ways))


@dialog("case", parent=lambda **_number: to("cases", 0))
async def case(turn: Turn, number: int) -> Screen:
    """One message, and who may answer it."""
    row = await cases.case(turn.tx, turn.person.id, number)
    if row is None:
        raise Withdrawn if turn.delivering else Missing  # the access may have ended since it was planned
    if turn.delivering and row.closed is not None:
        raise Withdrawn
    zone = ZoneInfo(row.zone)
    hidden = _("The words are shown where personal data may be.")
    body = lines(
        _("**A message of a family: “That was not us”**"),
        await _who(turn, row),
        _("Application no. {number}: {state}. {club}").format(
            number=row.application, state=STATES[State(row.state)], club=row.organisation_name
        ),
        _("The family writes: {text}").format(text=Personal(row.text, hidden)) if row.text else _("The family wrote no words."),
        _("🗓 sent on {sent:day}, to be answered until {due:day}").format(sent=row.created.astimezone(zone).date(), due=row.answer_by)
        if row.closed is None
        else _("Answered on {day:day}.").format(day=row.closed.astimezone(zone).date()),
        Personal(row.answer, hidden) if row.answer else None,
        _("An answer changes neither the application nor the place.") if row.closed is None else None,
    )
    reply = (link(_("Answer"), "answercase", number, meaning="primary"),) if row.closed is None else ()
    return Screen(body, (reply, (link(_("‹ To the messages"), "cases", 0), link(_("‹ To work"), "work"))))


@dialog("answercase", parent=lambda number: to("case", number))
async def answercase(turn: Turn, number: int) -> Link:
    """Answer a message; whoever is slower is told so."""
    row = await cases.case(turn.tx, turn.person.id, number)
    if row is None:
        raise Missing
    if row.closed is not None:
        turn.note = _("This message was answered meanwhile")
        return to("case", number)
    text = lines(
        _("**Your answer**"),
        await _who(turn, row),
        _("Who made the application, what you found out, what the family can do. It goes to the guardian who wrote."),
    )
    words = await turn.ask(Typed[str]("answer", text, longest=1000, personal=_("Only the guardian who wrote reads it.")))
    try:
        await cases.answer(turn.tx, turn.person.id, number, words, channel=turn.here.channel)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("The answer is sent to the family")
    return to("case", number)
