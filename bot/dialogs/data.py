"""What is known about somebody, as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.dialog import dialog
from bot.conversation.language import Reader
from bot.conversation.screen import Paper, Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.application import TOLD
from bot.model.application import Action, State
from bot.model.text import Text, Words, _, lines, listed, n_
from bot.services import finding, known
from bot.services.enrolment import STATES
from bot.services.known import MOST, Chapter

NOUNS: Mapping[str, Text] = {
    "person": _("Person"),
    "account": _("Accounts in messengers"),
    "favourite": _("Favourites"),
    "guardian": _("Your part in families"),
    "child": _("Children"),
    "consent": _("Consents"),
    "application": _("Applications"),
    "application_change": _("History of applications"),
    "place": _("Places"),
    "ranking": _("Ranked wishes"),
    "visit": _("First visits"),
    "attendance": _("Who came to lessons"),
    "booking": _("Appointments"),
    "paper_shown": _("Papers that were shown"),
    "paper_request": _("Requests for papers"),
    "call_request": _("Calls that were asked for"),
    "objection": _("“That was not us”"),
    "enquiry": _("Questions to organisations"),
    "enquiry_message": _("Messages in questions"),
    "staff": _("Work for organisations"),
    "audit": _("What you did at work"),
    "session": _("Unfinished forms"),
    "delivery": _("What was sent to you"),
    "job": _("Long work that you started"),
    "secret": _("One-time links"),
    "event": _("What you pressed in the last two days"),
    "live": _("Pages that follow a job"),
}
"""What each table is called, in the order of the file."""
FIELDS: Mapping[str, Text] = {
    "act": _("order or contract"),
    "action": _("action"),
    "actor": _("who"),
    "address": _("page"),
    "answer": _("answer"),
    "answer_by": _("to be answered until"),
    "answers": _("answers"),
    "application": _("application"),
    "at": _("when"),
    "benefit": _("will show a paper about a benefit"),
    "born": _("born"),
    "came": _("came"),
    "category": _("category"),
    "certificate": _("certificate number"),
    "certificate_kind": _("kind of certificate"),
    "changed": _("changed"),
    "channel": _("messenger"),
    "child": _("child"),
    "claimed": _("taken up"),
    "class": _("kind"),
    "closed": _("closed"),
    "comment": _("comment"),
    "created": _("created"),
    "day": _("day"),
    "decide_by": _("decision until"),
    "disputed": _("“That was not us”"),
    "done": _("done"),
    "due": _("when it is sent"),
    "ended": _("ended at the page"),
    "enquiry": _("question"),
    "erased": _("erased"),
    "facts": _("facts"),
    "financing": _("payment"),
    "from_state": _("before"),
    "given": _("given"),
    "gone": _("removed"),
    "grade": _("class"),
    "grade_year": _("class in the school year of"),
    "group": _("group"),
    "job": _("job"),
    "kind": _("kind"),
    "language": _("language"),
    "leave_asked": _("asked to leave"),
    "leaves": _("leaves on"),
    "link": _("page"),
    "municipality": _("municipality"),
    "name": _("name"),
    "noun": _("about"),
    "offer_until": _("offer until"),
    "offered": _("place offered"),
    "organisation": _("organisation"),
    "outcome": _("outcome"),
    "outside_at": _("known from Navigator on"),
    "outside_number": _("number in Navigator"),
    "outside_state": _("state in Navigator"),
    "paper": _("paper"),
    "papers_by": _("papers until"),
    "phone": _("telephone"),
    "programme": _("club"),
    "purpose": _("purpose"),
    "rank": _("order of the wish"),
    "ranking": _("list of wishes"),
    "reachable": _("may be written to"),
    "ready": _("ready"),
    "reason": _("reason"),
    "reported": _("complaint"),
    "rest": _("what becomes of the other wishes"),
    "reviewed": _("looked through"),
    "role": _("role"),
    "school": _("school"),
    "seat": _("place number"),
    "settlement": _("settlement"),
    "shift": _("shift"),
    "side": _("from"),
    "since": _("since"),
    "slot": _("time"),
    "source": _("who applied"),
    "state": _("state"),
    "surname": _("surname"),
    "text": _("text"),
    "ticket": _("ticket in the queue"),
    "total": _("in all"),
    "until": _("until"),
    "used": _("last used"),
    "user": _("your number there"),
    "why": _("explanation"),
    "withdrawn": _("taken back"),
}
"""What each column is called."""
BACK = (link(_("‹ To my data"), "mydata"), link(_("Home"), "home"))


@dialog("aboutme")
async def aboutme(turn: Turn) -> Screen:
    """Everything that is stored about somebody: a summary here, the whole as a file."""
    chapters = await known.known(turn.tx, turn.person.id)
    zone = ZoneInfo(await finding.zone(turn.tx))
    title = _("What is stored about you")
    facts = {"title": _said(turn, title), "text": _said(turn, lines(*_document(chapters, turn, zone)))}
    counted = [_("{noun}: {n}").format(noun=NOUNS[each.noun], n=len(each.rows)) for each in chapters if each.noun in SHOWN]
    body = lines(
        _("**What I know about you**"),
        *counted,
        _("All of it is in the file, table by table. The messages of this chat are kept by the messenger, not by me."),
        _("Orders of enrolment are kept by the organisation, by law: ask it for a copy."),
    )
    return Screen(body, (BACK,), document=Paper("text", facts, f"{_said(turn, title)}.pdf"))


CODES: Mapping[tuple[str, str], Text] = {
    ("role", "guardian"): _("parent or guardian"),
    ("role", "apart"): _("parent who lives apart"),
    ("role", "follower"): _("follows"),
    ("role", "teacher"): _("teacher"),
    ("role", "organisation"): _("methodist of the organisation"),
    ("role", "board"): _("admission board"),
    ("role", "municipality"): _("municipal centre"),
    ("role", "region"): _("regional centre"),
    ("role", "observer"): _("observer"),
    ("purpose", "application"): _("applications"),
    ("financing", "free"): _("free of charge"),
    ("financing", "certificate"): _("by certificate"),
    ("financing", "paid"): _("paid"),
    ("actor", "family"): _("the family"),
    ("actor", "staff"): _("the organisation"),
    ("actor", "clock"): _("the clock"),
    ("actor", "import"): _("a list from outside"),
    ("source", "family"): _("the family"),
    ("source", "pupil"): _("the pupil"),
    ("source", "staff"): _("the organisation"),
    ("source", "import"): _("a list from outside"),
    ("side", "asker"): _("from you"),
    ("side", "staff"): _("the organisation"),
    ("side", "centre"): _("municipal centre"),
}
"""Values that are codes, in words; others are technical marks and stand as they are."""
SHOWN = ("child", "application", "consent", "visit", "enquiry", "favourite", "account")
"""The tables whose numbers stand on the page itself."""


def _said(turn: Turn, words: Words) -> str:
    return turn.here.languages.say(words, Reader(turn.person.language, turn.here.limits.personal_data, lambda page: page.deep))


def _document(chapters: list[Chapter], turn: Turn, zone: ZoneInfo) -> list[Words]:
    """The lines of the file: a heading for each table, a line for each row."""
    made: list[Words] = [_("Made on {day:fullday} at {day:time}.").format(day=turn.now.astimezone(zone)), "\n"]
    for each in chapters:
        made.append(_("{noun}: {n}").format(noun=NOUNS[each.noun], n=len(each.rows)))
        if len(each.rows) >= MOST:
            made.append(n_("The newest {n} is listed.", "The newest {n} are listed.", MOST))
        made += [_row(each.noun, row, zone) for row in each.rows]
        made.append("\n")
    return made


def _row(noun: str, row: Mapping[str, Any], zone: ZoneInfo) -> Words:
    parts = [_("{field}: {value}").format(field=FIELDS[name], value=_value(noun, name, value, zone)) for name, value in row.items()]
    return _("• {facts}").format(facts=listed(parts, "; "))


def _value(noun: str, name: str, value: Any, zone: ZoneInfo) -> Words:
    """A value as people read it: a state in its words, a moment by the clock on the wall, the rest as it is."""
    if noun in {"application", "application_change"} and name in {"state", "from_state", "action"}:
        return TOLD[Action(value)] if name == "action" else STATES[State(value)]
    if isinstance(value, str) and (name, value) in CODES:
        return CODES[name, value]
    if isinstance(value, datetime):
        return _("{at:fullday}, {at:time}").format(at=value.astimezone(zone))
    if isinstance(value, date):
        return _("{day:fullday}").format(day=value)
    if value is True:
        return _("yes")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
