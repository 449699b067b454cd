"""A first visit, without papers: choose a lesson, come, and say afterwards whether the child stays."""

from __future__ import annotations

from bot.conversation.choice import Choice
from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.fact import Confirm
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.apply import pick_child
from bot.model.link import Link, to
from bot.model.text import Words, _, lines, listed
from bot.services import catalogue, consent, family, finding, visits
from bot.services.catalogue import Group
from bot.services.enrolment import Refused, near
from bot.services.enrolment.rules import child_words
from bot.services.visits import Lesson, VisitRow

MOST = 6
"""Lessons to choose from."""


@dialog("firstvisit", parent=lambda programme: to("programme", programme))
async def firstvisit(turn: Turn, programme: int) -> Screen | Link:
    """Choose a group that takes guests, a lesson and a child, and come without papers."""
    card = await catalogue.programme(turn.tx, programme, turn.here.kinds("full"), turn.person.id, turn.person.settlement)
    groups = [group for group in card.groups if group.facts.guests] if card else []
    if card is None or not groups:
        raise Missing
    today = await finding.today(turn.tx)
    said = [
        _("{at}. {facts}").format(at=at + 1, facts=listed((words.spot(group.facts), words.timetable(group, today))))
        for at, group in enumerate(groups)
    ]
    group = await turn.ask(
        Choice[Group](
            "group",
            lines(_("**{name}: a first visit. Which group?**").format(name=card.facts.name), *said),
            groups,
            key=lambda each: each.facts.id,
            label=lambda each: str(groups.index(each) + 1),
            width=5,
        )
    )
    free = (await visits.lessons(turn.tx, group.facts.id))[:MOST]
    back = (link(_("‹ To the club"), "programme", programme), link(_("Home"), "home"))
    if not free:
        return Screen(lines(_("**No guest places in the next weeks**"), _("You may apply, or ask the organisation.")), (back,))
    lesson = await turn.ask(
        Choice[Lesson](
            "day",
            lines(_("**On which day do you come?**"), _("It is a lesson to look and try, without papers.")),
            free,
            key=lambda each: each.day.strftime("%Y%m%d"),
            label=lambda each: _("{day:weekday}, {starts:time}").format(day=each.day, starts=each.starts),
        )
    )
    await turn.need(
        to("consent", card.facts.organisation),
        met=await consent.given(turn.tx, turn.person.id, "application", card.facts.organisation),
    )
    await turn.need(to("me"), met=await family.contact(turn.tx, turn.person.id) is not None)
    child = await pick_child(turn)
    text = lines(
        _("**Come for a first visit?**"),
        _("{child} → {name}").format(child=child_words(child.name, child.surname, child.born, today), name=card.facts.name),
        _("🗓 {day:weekday}, {when}").format(day=lesson.day, when=words.hours(lesson.starts, lesson.ends)),
        _("📍 {place:capital}").format(place=words.where(group.facts)),
        _("🎒 {things}").format(things=card.facts.bring) if card.facts.bring else None,
        _("No papers are needed. A first visit is no enrolment: afterwards you decide."),
    )
    await turn.ask(Confirm("sure", text, yes=_("We shall come"), holds=(child.id, group.facts.id, lesson.day), personal=""))
    try:
        number = await visits.book(turn.tx, turn.person.id, child.id, group.facts.id, lesson.day)
    except Refused as refused:
        turn.note = refused.words
        return to("programme", programme)
    turn.note = _("You are expected")
    return to("visit", number)


async def _where(turn: Turn, found: VisitRow) -> list[Words]:
    """Who, when and where."""
    today = await finding.today(turn.tx)
    place = next(iter(await near(turn.tx, [found.group])), None)
    return [
        _("{child} → {name}").format(child=child_words(found.name, found.surname, found.born, today), name=found.programme_name),
        _("🗓 {day:weekday}").format(day=found.day),
        *([_("📍 {place:capital}").format(place=words.where(place[1].facts))] if place else []),
    ]


@dialog("visit")
async def visit(turn: Turn, number: int) -> Screen:
    """A first visit that is ahead; the evening before it is opened by itself."""
    found = await visits.visit(turn.tx, turn.person.id, number)
    if found is None:
        raise Missing
    if turn.delivering and found.state != "booked":
        raise Withdrawn
    home = (link(_("The club"), "programme", found.programme), link(_("Home"), "home"))
    if found.state == "cancelled":
        return Screen(lines(_("**The first visit is cancelled**"), *await _where(turn, found)), (home,))
    off = (link(_("We shall not come"), "skipvisit", number),) if found.state == "booked" and found.role == "guardian" else ()
    return Screen(lines(_("**First visit: {name}**").format(name=found.programme_name), *await _where(turn, found)), (off, home))


@dialog("skipvisit", parent=lambda number: to("visit", number))
async def skipvisit(turn: Turn, number: int) -> Link:
    """Give the guest place back."""
    found = await visits.visit(turn.tx, turn.person.id, number)
    if found is None or found.role != "guardian":
        raise Missing
    text = lines(_("**You will not come?**"), *await _where(turn, found), _("The guest place goes to another family."))
    await turn.ask(Confirm("sure", text, yes=_("We shall not come"), holds=(number,)))
    await visits.cancel(turn.tx, turn.person.id, number)
    return to("visit", number)


@dialog("visited", parent=lambda number: to("visit", number))
async def visited(turn: Turn, number: int) -> Screen:
    """After the lesson: does the child stay."""
    found = await visits.visit(turn.tx, turn.person.id, number)
    if found is None:
        raise Missing
    if turn.delivering and found.state not in {"booked", "came"}:
        raise Withdrawn
    home = (link(_("Home"), "home"),)
    if found.role != "guardian" or found.state in {"cancelled", "missed"}:
        return Screen(lines(_("**First visit: {name}**").format(name=found.programme_name), *await _where(turn, found)), (home,))
    body = lines(
        _("**How was it: {name}?**").format(name=found.programme_name),
        *await _where(turn, found),
        _("If the child stays, apply: the place is not kept by a first visit."),
    )
    return Screen(
        body, ((link(_("We stay"), "staysafter", number, 1, meaning="good"), link(_("It did not suit"), "staysafter", number, 0)), home)
    )


@dialog("staysafter", parent=lambda number, **_rest: to("visited", number))
async def staysafter(turn: Turn, number: int, stays: int) -> Link:
    """What the family says after a first visit: it leads on to the application, or to other clubs."""
    found = await visits.visit(turn.tx, turn.person.id, number)
    if found is None or found.role != "guardian":
        raise Missing
    if turn.opened:
        await turn.ask(Confirm("sure", lines(_("**Write this down?**"), *await _where(turn, found)), holds=(number, stays)))
    try:
        await visits.decide(turn.tx, turn.person.id, number, stays=bool(stays))
    except Refused as refused:
        turn.note = refused.words
        return to("visit", number)
    if stays:
        return to("apply", found.programme)
    turn.note = _("Thank you. Here is what else there is")
    return to("find")
