"""Dialogs that exercise every part of the kernel; they keep their facts in the tables of jobs and secrets, as a dialog's services would."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from bot.conversation import job
from bot.conversation.choice import Choice, Many, Rank
from bot.conversation.dialog import Again, Dialogs, Missing, Withdrawn
from bot.conversation.engine import Menu, Opener
from bot.conversation.fact import Confirm, Day, Number, Scale, Typed
from bot.conversation.question import Extra, Unreadable
from bot.conversation.screen import Screen, link
from bot.conversation.shared import File, Phone, Where
from bot.conversation.turn import Turn
from bot.model.link import Link, to
from bot.model.text import Personal, _, lines, n_
from storage.database import Query, Tx
from storage.job import JobRow
from storage.schema import wording

dialog = Dialogs()

SEATS = {1: 1, 2: 5}
"""Seats of the two groups of the workshop: Monday has one, Saturday five."""
NAMES = {1: "Mon 17:00", 2: "Sat 10:00"}

# An enrolment is a row of `wording`: noun = "seat", id = the holder, field = the group. A rule of the schema keeps it unique.
_TAKEN = Query(select(func.count()).select_from(wording).where(wording.c.noun == "seat", wording.c.field == bindparam("group")), int)
_ENROL = Query(insert(wording).values(noun="seat", id=bindparam("holder"), field=bindparam("group"), language=bindparam("child"), text=""))
ENROLLED = Query(
    select(wording.c.id, wording.c.field, wording.c.language).where(wording.c.noun == "seat").order_by(wording.c.id, wording.c.field),
    lambda holder, group, child: (int(holder), int(group), str(child)),
)
_HELD = Query(
    select(wording.c.field).where(wording.c.noun == "seat", wording.c.id == bindparam("holder"), wording.c.language == bindparam("child")),
    int,
)
_SAY_YES = Query(insert(wording).values(noun="consent", id=bindparam("person"), field="yes", language="", text=""))
_CONSENT = Query(select(func.count()).select_from(wording).where(wording.c.noun == "consent", wording.c.id == bindparam("person")), int)


async def free(tx: Tx, group: int) -> int:
    return SEATS[group] - (await tx.one(_TAKEN, group=str(group)) or 0)


@dialog("home")
async def home(turn: Turn) -> Screen:
    del turn
    return Screen(_("**Workshop**"), ((link("Robotics", "programme", 1), link("Quiz", "quiz")), (link("Job", "count", 3),)))


@dialog("programme")
async def programme(turn: Turn, programme: int) -> Screen:
    if programme != 1:
        raise Missing
    del turn
    return Screen(_("**Robotics**, ages 7–10"), ((link("Apply", "apply", 1, meaning="primary"),), (link("Home", "home"),)))


def _name(raw: str) -> str:
    if len(raw) < 2 or not raw.replace(" ", "").isalpha():
        raise Unreadable(_("Please write a name."))
    return raw.title()


async def pick_child(turn: Turn) -> str:
    child = await turn.ask(Choice[str]("child", _("Who will attend?"), ["Masha", "Timofey", "another"]))
    if child != "another":
        return child
    return await turn.ask(Typed("name", _("What is the child's name?"), parse=_name))


@dialog("apply", parent=lambda programme: to("programme", programme))
async def apply(turn: Turn, programme: int) -> Link:
    groups = [(group, await free(turn.tx, group)) for group in SEATS]
    group, places = await turn.ask(
        Choice[tuple[int, int]](
            "group",
            _("Which group suits you?"),
            groups,
            key=lambda pair: pair[0],
            label=lambda pair: n_("{name} · {n} place", "{name} · {n} places", pair[1]).format(name=NAMES[pair[0]]),
        )
    )
    del places
    child = await pick_child(turn)
    if not await turn.tx.one(_CONSENT, person=turn.person.id):
        await turn.need(to("consent"))
    await turn.ask(
        Confirm("sure", _("{child} → {group}. Send?").format(child=child, group=NAMES[group]), holds=(child, group), yes=_("Send"))
    )
    if await turn.tx.one(_HELD, holder=turn.person.id, child=child) is not None:
        raise Again("child", _("This child is enrolled already."))
    await turn.tx.run(_ENROL, holder=turn.person.id, group=str(group), child=child)
    if await free(turn.tx, group) < 0:
        raise Again("group", _("That group has just filled up."))
    return to("enrolment", programme)


@dialog("enrolment")
async def enrolment(turn: Turn, programme: int) -> Screen:
    rows = [row for row in await turn.tx.all(ENROLLED) if row[0] == turn.person.id]
    said = [_("{child}: {group}").format(child=child, group=NAMES[group]) for _id, group, child in rows]
    return Screen(lines(_("**Enrolled**"), *said), ((link("Programme", "programme", programme),),))


@dialog("consent")
async def consent(turn: Turn) -> Screen:
    await turn.ask(Confirm("yes", _("May we keep the name?"), yes=_("I agree")))
    await turn.tx.run(_SAY_YES, person=turn.person.id)
    return Screen(_("Thank you"))


@dialog("contact")
async def contact(turn: Turn) -> Link:
    group = await turn.ask(Choice[int]("group", _("Which group?"), [1, 2], label=lambda group: NAMES[group]))
    phone = await turn.ask(Phone("phone", _("Which telephone?"), personal=_("The organisation will call you.")))
    return to("called", group, phone[1:])


@dialog("called")
async def called(turn: Turn, group: int, phone: str) -> Screen:
    del turn, group
    return Screen(_("We shall call {phone}.").format(phone=Personal(f"+{phone}", _("your number"))), ((link("Home", "home"),),))


@dialog("quiz")
async def quiz(turn: Turn) -> Screen:
    turn.total = 9
    today = date(2026, 8, 24)
    answers: list[Any] = [
        await turn.ask(Many("many", _("Which ones?"), ["red", "green", "blue"], most=2)),
        await turn.ask(Typed("typed", _("Say something"), longest=10)),
        await turn.ask(Number("number", _("How many?"), least=1, most=9)),
        await turn.ask(Scale("scale", _("How likely?"))),
        await turn.ask(Rank("rank", _("In which order?"), ["a", "b", "c"], least=2)),
        await turn.ask(Day("day", _("When?"), today=today, first=today, last=today + timedelta(days=20))),
        await turn.ask(Day("born", _("Born when?"), today=today, first=date(2010, 1, 1), last=date(2019, 12, 31))),
        await turn.ask(Where("where", _("Where?"))),
    ]
    with turn.part("second"):
        answers.append(await turn.ask(Choice("many", _("And again?"), ["yes", "no"], extra=(Extra(_("Stop"), "1", of="stopped"),))))
    return Screen(lines(_("**Answers**"), *[str(answer) for answer in answers]), ((turn.answer("Change the number", "number", ""),),))


@dialog("letter")
async def letter(turn: Turn) -> Link:
    found = await turn.ask(File("file", _("Which file?"), endings=(".xlsx",)))
    number = await job.start(turn.tx, "letter", {"file": list(astuple(found))}, turn.person.id)
    return to("received", number)


@dialog("received")
async def received(turn: Turn, number: int) -> Screen:
    row = await job.load(turn.tx, number)
    if row is None:
        raise Missing
    turn.live = None if row.outcome else number
    if row.outcome is None:
        return Screen(_("Reading {name}").format(name=row.facts["file"][2]))
    return Screen(_("Read {digest}").format(digest=row.outcome.get("digest") or row.outcome["error"]))


async def letter_step(tx: Tx, row: JobRow) -> job.Progress:
    del tx
    return job.Progress(1, 1, row.facts, {"digest": row.facts["digest"][:8]})


@dialog("count")
async def count(turn: Turn, steps: int) -> Link:
    number = await job.start(turn.tx, "count", {"steps": steps}, turn.person.id)
    return to("counting", number)


@dialog("counting")
async def counting(turn: Turn, number: int) -> Screen:
    row = await job.load(turn.tx, number)
    if row is None:
        raise Missing
    turn.live = None if row.outcome else number
    return Screen(
        _("Done: {sum}").format(sum=row.outcome["sum"]) if row.outcome else _("{n} of {all}").format(n=row.done, all=row.total or "…")
    )


async def count_step(tx: Tx, row: JobRow) -> job.Progress:
    del tx
    done = row.done + 1
    finished = done >= row.facts["steps"]
    return job.Progress(done, row.facts["steps"], row.facts, {"sum": done} if finished else None)


@dialog("reminder")
async def reminder(turn: Turn, group: int) -> Screen:
    del turn
    if group == 0:
        raise Withdrawn
    return Screen(_("Tomorrow: {group}").format(group=NAMES[group]), ((link("Home", "home"),),))


@dialog("found")
async def found(turn: Turn) -> Screen:
    words = turn.raw("words")
    form = turn.session.came_from
    return Screen(
        _("Found for {words}").format(words=words or ""), ((link("Home", "home"),),) if not form else ((turn.answer("More", "more", "1"),),)
    )


@dialog("broken")
async def broken(turn: Turn) -> Screen:
    await turn.tx.run(_SAY_YES, person=turn.person.id)
    raise ZeroDivisionError


@dialog("endless")
async def endless(turn: Turn) -> Screen:
    del turn
    raise Again("never", _("Again"))


STEPS = {"count": count_step, "letter": letter_step}

dialog.moved("oldname", "programme")

MENU = Menu(
    commands={"home": to("home"), "quiz": to("quiz")},
    words=((_("Home"), to("home")),),
    said=Opener("found", "words"),
)
