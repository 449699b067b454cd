"""Dialogs for the property tests: the workshop's, and a fair with branches, sub-dialogs, needs, pages of options, a changing price."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from bot.conversation.choice import Choice, Many, Rank
from bot.conversation.dialog import Again, Dialogs
from bot.conversation.engine import Menu, Opener
from bot.conversation.fact import Confirm, Day, Number, Typed
from bot.conversation.question import Extra, Unreadable
from bot.conversation.screen import Screen, link
from bot.conversation.shared import File, Where
from bot.conversation.turn import Person, Turn
from bot.model.link import Link, to
from bot.model.text import Personal, _, dotted, lines, n_
from storage.database import Query, Tx, upsert
from storage.schema import session, wording
from tests.conversation import workshop

count_step = workshop.count_step
dialog = Dialogs()
dialog.moved("oldname", "programme")
for each in workshop.dialog:
    if each.name not in {"home", "consent", "apply", "broken", "endless"}:
        dialog(each.name, parent=each.parent)(each.function)

STALLS = {1: 1, 2: 2, 3: 3}
"""Seats at the three stalls of the fair. A family has one at most."""
JOBS = ["quick", "slow"]
"""Jobs that can be taken; a test takes one away, so that the other chooses itself."""
FLAVOURS = tuple(f"Flavour {at}" for at in range(1, 24))


def _write_once(dialect: Any) -> Any:
    row = upsert(dialect, wording).values(
        noun=bindparam("noun"), id=bindparam("holder"), field=bindparam("field"), language=bindparam("name"), text=""
    )
    return row.on_conflict_do_nothing(index_elements=["noun", "id", "field", "language"])


# What the fair keeps are rows of `wording`: noun = what it is, id = whose, field = which, language = the name. They may be written twice.
_WRITE = Query(_write_once, tuple)
_COUNT = Query(
    select(func.count()).select_from(wording).where(wording.c.noun == bindparam("noun"), wording.c.field == bindparam("field")),
    int,
)
_MINE = Query(
    select(wording.c.field, wording.c.language)
    .where(wording.c.noun == bindparam("noun"), wording.c.id == bindparam("holder"))
    .order_by(wording.c.field, wording.c.language),
    lambda field, language: (str(field), str(language)),
)
TABS = Query(select(session.c.token, session.c.answers).order_by(session.c.touched.desc()), lambda token, answers: (str(token), answers))
"""The tabs, the one touched last first."""
HOLDERS = Query(
    select(wording.c.id, wording.c.field, wording.c.language).where(wording.c.noun == "stall").order_by(wording.c.id),
    lambda holder, stall, name: (int(holder), int(stall), str(name)),
)


DONE_JOBS = Query(select(wording.c.field).where(wording.c.noun == "done"), str)
"""Jobs of the fair that were taken."""


async def _write(tx: Tx, noun: str, holder: int, field: str, name: str = "") -> bool:
    return await tx.run(_WRITE, noun=noun, holder=holder, field=field, name=name) > 0


async def free(tx: Tx, stall: int) -> int:
    return STALLS[stall] - (await tx.one(_COUNT, noun="stall", field=str(stall)) or 0)


@dialog("home")
async def home(turn: Turn) -> Screen:
    del turn
    return Screen(
        _("**Fair**"),
        (
            (link("Stalls", "stall"), link("Pair", "pair"), link("Tastes", "tastes")),
            (link("Long form", "quiz"), link("Letter", "letter"), link("Day", "day")),
            (link("Robotics", "programme", 1), link("Count", "count", 3), link("My stall", "mystall")),
        ),
    )


def _name(raw: str) -> str:
    if not 2 <= len(raw) <= 16 or not raw.isalpha():
        raise Unreadable(_("Please write a name."))
    return raw.title()


async def who(turn: Turn) -> str:
    """A sub-dialog: one of the known ones, or a name to be typed; «nobody» is never right."""
    chosen: str = await turn.ask(Choice("who", _("Who?"), ["Older", "Younger", "nobody", "another"], width=2))
    if chosen == "nobody":
        raise Again("who", _("Somebody must come."))
    return await turn.ask(Typed("name", _("What is the name?"), parse=_name)) if chosen == "another" else chosen


@dialog("consent")
async def consent(turn: Turn) -> Screen:
    await turn.ask(Confirm("yes", _("May we keep the name?"), yes=_("I agree")))
    await _write(turn.tx, "consent", turn.person.id, "yes")
    return Screen(_("Thank you"), ((link(_("Home"), "home"),),))


@dialog("stall", parent=lambda: to("mystall"))
async def stall(turn: Turn) -> Link:
    """One seat a family; the price changes with the days, and a yes is to the price."""
    seats = {each: await free(turn.tx, each) for each in STALLS}
    at: int = await turn.ask(
        Choice(
            "stall",
            _("Which stall?"),
            list(STALLS),
            label=lambda which: n_("No. {at}: {n} seat", "No. {at}: {n} seats", seats[which]).format(at=which),
        )
    )
    name = await who(turn)
    if not await turn.tx.all(_MINE, noun="consent", holder=turn.person.id):
        await turn.need(to("consent"))
    price = turn.now.day * 10
    await turn.ask(
        Confirm("sure", _("{name} for {price:money}. Right?").format(name=Personal(name, _("you")), price=price), holds=(at, name, price))
    )
    if not await turn.tx.all(_MINE, noun="stall", holder=turn.person.id):
        await _write(turn.tx, "stall", turn.person.id, str(at), name)
        if await free(turn.tx, at) < 0:
            raise Again("stall", _("That stall has just filled up."))
    return to("mystall")


@dialog("mystall")
async def mystall(turn: Turn) -> Screen:
    mine = await turn.tx.all(_MINE, noun="stall", holder=turn.person.id)
    said = [_("No. {at}: {name}").format(at=at, name=Personal(name, _("you"))) for at, name in mine]
    return Screen(lines(_("**My stall**"), *said), ((link(_("Get one"), "stall"), link(_("Home"), "home")),))


@dialog("pair")
async def pair(turn: Turn) -> Screen:
    """The same sub-dialog twice, under names of its own; the two must differ."""
    first = await who(turn)
    with turn.part("second"):
        second = await who(turn)
        if second == first:
            raise Again("who", _("These are the same."))
    with turn.part("both"), turn.part("deep"):
        sure: str = await turn.ask(Choice("sure", _("Sure?"), ["yes", "no"], extra=(Extra(_("Perhaps"), "yes"),)))
    change = turn.answer(_("Another first"), "who", "")
    return Screen(lines(_("**Pair**"), dotted(first, second, sure)), ((change, link(_("Home"), "home")),))


@dialog("tastes")
async def tastes(turn: Turn) -> Screen:
    """Pages of options in each kind of question that has them; the flavours sell out from hour to hour."""
    left = [each for at, each in enumerate(FLAVOURS) if at % 5 != turn.now.hour % 5]
    numbered: dict[str, Any] = {"key": lambda each: each.split()[1], "label": lambda each: each}
    one: str | None = await turn.ask(Choice("one", _("The best?"), left, width=2, skip=_("No matter"), **numbered))
    some: list[str] = await turn.ask(Many("some", _("Which else?"), left, least=0, most=3, **numbered))
    over = Extra(_("Start over"), "", of="one")
    order: list[str] = await turn.ask(Rank("order", _("In which order?"), left, least=2, most=4, extra=(over,), **numbered))
    number = await turn.ask(Number("number", _("How many?"), least=1, most=40, likely=range(1, 21)))
    said = [one or "-", ", ".join(some), ", ".join(order), str(number)]
    changes = (turn.answer(_("Change"), "order", ""), turn.answer(_("More"), "number", "7"))
    return Screen(lines(_("**Tastes**"), *said), (changes, (link(_("Home"), "home"),)))


@dialog("day")
async def day(turn: Turn) -> Link:
    today = turn.now.date()
    soon = await turn.ask(Day("soon", _("When?"), today=today, first=today, last=today + timedelta(days=40)))
    born = await turn.ask(Day("born", _("Born when?"), today=today, first=date(2008, 2, 29), last=today))
    point = await turn.ask(Where("where", _("Where?")))
    del point
    return to("chosen", soon.strftime("%Y%m%d"), born.strftime("%Y%m%d"))


@dialog("chosen")
async def chosen(turn: Turn, soon: str, born: str) -> Screen:
    del turn
    return Screen(lines(_("**Chosen**"), soon, born), ((link(_("Home"), "home"),),))


@dialog("papers")
async def papers(turn: Turn) -> Screen:
    """A page that waits for a file; only a file that was sent answers it."""
    found = await turn.ask(File("file", _("Which file?")))
    return Screen(lines(_("**Papers**"), found.name), ((link(_("Home"), "home"),),))


@dialog("job")
async def job(turn: Turn) -> Link:
    """Take a job; where only one is left, it chooses itself."""
    chosen_job: str = await turn.ask(Choice("job", _("Which job?"), JOBS))
    await _write(turn.tx, "done", turn.person.id, chosen_job)
    return to("jobs")


@dialog("jobs")
async def jobs(turn: Turn) -> Screen:
    mine = await turn.tx.all(_MINE, noun="done", holder=turn.person.id)
    return Screen(_("**Jobs: {n}**").format(n=len(mine)), ((link(_("Home"), "home"),),))


def somebody(person: int, account: int, language: str) -> Person:
    """A person as the engine knows them, who lives nowhere in particular."""
    return Person(person, account, language, None)


MENU = Menu(
    commands={"home": to("home"), "stall": to("stall")},
    words=((_("Home"), to("home")),),
    said=Opener("found", "words"),
    place=Opener("found", "words"),
)
