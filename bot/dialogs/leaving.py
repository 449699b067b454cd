"""Transfer, leaving, continuing next year: what a family asks for, and what follows from it."""

from __future__ import annotations

from bot.conversation.choice import Choice
from bot.conversation.dialog import Missing, Withdrawn, dialog
from bot.conversation.fact import Confirm, Day
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.application import act, own, who_where
from bot.model.application import State
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, listed
from bot.services import enrolment, finding
from bot.services.catalogue import Group, ProgrammeRow
from bot.services.enrolment import ApplicationView, Refused, ending, leaving, moving, year

WHY = {
    "moved": _("we are moving house"),
    "time": _("the time does not suit"),
    "interest": _("the child wants something else"),
    "load": _("too much besides school"),
    "other": _("another reason"),
}
"""Why a family leaves, where it wishes to say so: nothing about health is asked."""


@dialog("leave", parent=lambda number: to("application", number))
async def leave(turn: Turn, number: int) -> Link:
    """Ask to leave: from a day on, with a reason or without; the organisation's order follows."""
    view, today = await own(turn, number), await finding.today(turn.tx)
    if view.state is not State.ENROLLED:
        raise Missing
    day = await turn.ask(
        Day(
            "day",
            lines(_("**From which day on does the child attend no longer?**"), who_where(view)),
            today=today,
            first=today,
            last=today + leaving.FARTHEST,
        )
    )
    why = await turn.ask(
        Choice[str](
            "why",
            lines(_("**Why?**"), _("You need not say. The organisation reads it.")),
            list(WHY),
            label=lambda each: _("{label:capital}").format(label=WHY[each]),
            skip=_("Do not say"),
        )
    )
    leaves = leaving.last_day(day, view.facts.financing, today)
    rule = _("The place is paid by certificate: the contract ends from the first of the next month.") if leaves != day else None
    text = lines(
        _("**Leave the group?**"),
        who_where(view),
        rule,
        _("The child attends until {day:day} comes, then the place goes to the next family.").format(day=leaves),
        _("It takes the organisation's order. Until then you can take the request back."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Ask to leave"), meaning="danger", holds=(number, leaves)))
    doing = leaving.ask(turn.tx, turn.person.id, number, day, reason=why or "", channel=turn.here.channel)
    return await act(turn, number, doing, _("The request is sent"))


@dialog("stay", parent=lambda number: to("application", number))
async def stay(turn: Turn, number: int) -> Link:
    """Take the request to leave back."""
    view = await own(turn, number)
    await turn.ask(Confirm("sure", lines(_("**Stay in the group?**"), who_where(view)), yes=_("Stay"), holds=(number,)))
    doing = leaving.stay(turn.tx, turn.person.id, number, channel=turn.here.channel)
    return await act(turn, number, doing, _("The child stays in the group"))


async def choose(turn: Turn, view: ApplicationView, title: Words) -> tuple[ProgrammeRow, Group]:
    """Another group of the same organisation; its line says when it meets, and how many places there are."""
    near, today = await enrolment.near(turn.tx, (await moving.targets(turn.tx, view.facts.id))[:MOST]), await finding.today(turn.tx)
    said = [
        _("{at}. {name} · {facts}").format(
            at=at + 1,
            name=programme.name,
            facts=dotted(listed((words.spot(group.facts), words.timetable(group, today))), words.places(group, short=True)),
        )
        for at, (programme, group) in enumerate(near)
    ]
    return await turn.ask(
        Choice[tuple[ProgrammeRow, Group]](
            "group",
            lines(title, who_where(view), *said) if near else lines(title, _("There is no other group to move to.")),
            near,
            key=lambda each: each[1].facts.id,
            label=lambda each: str(near.index(each) + 1),
            width=3,
        )
    )


MOST = 6
"""Groups to choose from on one page: those of the same programme come first."""


@dialog("move", parent=lambda number: to("application", number))
async def move(turn: Turn, number: int) -> Link:
    """Ask to move: the old place is kept until the child is enrolled in the new group."""
    view = await own(turn, number)
    if not view.holds:
        raise Missing
    programme, group = await choose(turn, view, _("**Which group do you want to move to?**"))
    text = lines(
        _("**Move to another group?**"),
        who_where(view),
        _("New group: {name}").format(name=programme.name),
        *words.meets(group, await finding.today(turn.tx)),
        _("📍 {place:capital}").format(place=words.where(group.facts)),
        _("The old place is kept for the child until it is enrolled in the new group."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Ask to move"), holds=(number, group.facts.id)))
    try:
        new = await moving.ask(turn.tx, turn.person.id, number, group.facts.id, channel=turn.here.channel, kinds=turn.here.kinds("full"))
    except Refused as refused:
        turn.note = refused.words
        return to("application", number)
    turn.note = _("The request to move is sent")
    return to("application", new)


@dialog("continues", parent=lambda number: to("application", number))
async def continues(turn: Turn, number: int) -> Screen:
    """Whether a child goes on next year: its family is asked before everybody else."""
    view = await own(turn, number)
    next_ = await year.follower(turn.tx, view.facts.group)
    back = (link(_("‹ To the application"), "application", number), link(_("Home"), "home"))
    if next_ is None or view.state is not State.ENROLLED:
        return Screen(
            lines(_("**Next year**"), who_where(view), _("The organisation has not made the group of the next year yet.")), (back,)
        )
    begins = _("Lessons from {day:fullday}.").format(day=next_.starts) if next_.starts else None
    body = lines(
        _("**Does the child go on next year?**"),
        who_where(view),
        begins,
        _("Places are kept for those who go on, before everybody else applies."),
    )
    rows = (
        (link(_("Yes, goes on"), "proceed", number, meaning="good"),),
        (link(_("To another group"), "move", number), link(_("Other clubs"), "find")),
        back,
    )
    return Screen(body, rows)


@dialog("proceed", parent=lambda number: to("application", number))
async def proceed(turn: Turn, number: int) -> Link:
    """Go on next year."""
    view = await own(turn, number)
    text = lines(_("**Keep a place for the next year?**"), who_where(view), _("This year's place stays until the year ends."))
    await turn.ask(Confirm("sure", text, yes=_("Yes, goes on"), meaning="good", holds=(number,)))
    try:
        new = await year.proceed(turn.tx, turn.person.id, number, channel=turn.here.channel)
    except Refused as refused:
        turn.note = refused.words
        return to("application", number)
    turn.note = _("The place for the next year is kept")
    return to("application", new)


@dialog("latepapers", parent=lambda number: to("application", number))
async def latepapers(turn: Turn, number: int) -> Screen:
    """The papers' day is over: asked once, before the place goes to somebody else."""
    view = await own(turn, number)
    if view.state is not State.CONFIRMED or view.facts.papers_by is None:
        if turn.delivering:
            raise Withdrawn
        raise Missing
    body = lines(
        _("**Will you still bring the papers?**"),
        who_where(view),
        _("They were to be brought until {day:day}. The place is kept until {until:day}.").format(
            day=view.facts.papers_by, until=view.facts.papers_by + ending.GRACE
        ),
        _("If you have brought them, call the organisation: it has not written that down yet."),
    )
    rows = (
        (link(_("We shall bring them"), "moretime", number, meaning="good"),),
        (link(_("Give the place up"), "withdraw", number), link(_("Home"), "home")),
    )
    return Screen(body, rows)


@dialog("moretime", parent=lambda number: to("application", number))
async def moretime(turn: Turn, number: int) -> Link:
    """Three more days, once."""
    view = await own(turn, number)
    await turn.ask(
        Confirm("sure", lines(_("**Keep the place for three more days?**"), who_where(view)), yes=_("We shall bring them"), holds=(number,))
    )
    try:
        day = await ending.more_time(turn.tx, turn.person.id, number, channel=turn.here.channel)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("The place is kept until {day:day}").format(day=day)
    return to("application", number)
