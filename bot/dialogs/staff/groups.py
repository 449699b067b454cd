"""The groups of an organisation or a teacher: places, queue, who came, and what can be changed."""

from __future__ import annotations

from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Number
from bot.conversation.screen import Button, Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs import words
from bot.dialogs.staff.pick import Pick, everything, narrowed
from bot.model.link import Link, to
from bot.model.text import Words, _, dotted, lines, listed, n_
from bot.services import enrolment, finding, groups
from bot.services.enrolment import Refused
from bot.services.groups import StaffGroup

LARGEST = 500
"""Children of one group, at most."""


def title(found: StaffGroup) -> Words:
    """«Робототехника «Шестерёнка», Берёзовка»."""
    return listed((found.facts.programme_name, _("remotely") if found.mode == "remote" else found.settlement_name))


async def theirs(turn: Turn, number: int) -> StaffGroup:
    """A group that the person works with. Raises `Missing`."""
    found = await groups.one(turn.tx, turn.person.id, number)
    if found is None:
        raise Missing
    return found


async def decided_by(turn: Turn, number: int) -> StaffGroup:
    """A group of an organisation that the person decides for. Raises `Missing`."""
    found = await theirs(turn, number)
    if not found.decides:
        raise Missing
    return found


def full(found: StaffGroup) -> Words:
    """How full it is, in a few words, for a list."""
    if found.facts.entry == "selection":
        return _("by selection")
    queue = n_("{n} in the queue", "{n} in the queue", found.queued) if found.queued else None
    free = _("size is not set") if found.facts.size is None else n_("{n} free", "{n} free", found.free) if found.free else _("no places")
    return listed((free, queue, _("closed") if found.facts.locked else None))


@dialog("mygroups", parent=lambda: to("work"))
async def groups_(turn: Turn) -> Link:
    """The groups that somebody works with."""
    known = await groups.mine(turn.tx, turn.person.id)
    if not known:
        raise Missing
    found, typed = narrowed(turn, "group", known, lambda each: f"{each.facts.programme_name} {each.settlement_name or ''}")
    today = await finding.today(turn.tx)
    timetables = {each.facts.id: words.timetable(await groups.card(turn.tx, each), today) for each in found[:50]}
    question = Pick[StaffGroup](
        "group",
        n_("**My groups: {n}**", "**My groups: {n}**", len(found)),
        found,
        key=lambda each: each.facts.id,
        row=lambda each: dotted(title(each), timetables.get(each.facts.id), full(each)),
        typed_words=typed,
        extra=everything("group", typed, _("All groups")),
        below=None if typed or len(known) <= 5 else _("Write a name or a place, and the list becomes shorter."),
    )
    return to("groupcard", (await turn.ask(question)).facts.id)


@dialog("groupcard", parent=lambda **_number: to("mygroups"))
async def groupcard(turn: Turn, number: int) -> Screen:
    """A group: places, queue, and what may be done with it."""
    found = await theirs(turn, number)
    card, today = await groups.card(turn.tx, found), await finding.today(turn.tx)
    window = words.enrolment(card.facts, turn.now, found.facts.zone)
    body = lines(
        _("**{name}**").format(name=found.facts.programme_name),
        _("📍 {place:capital}").format(place=listed((words.where(card.facts), found.room))),
        *(words.meets(card, today) or [_("🗓 No timetable yet: families do not see when to come")]),
        places(found),
        words.outside(card.facts),
        _("The queue: {n}").format(n=listed((str(found.queued), words.queue_outside(card)))) if found.facts.entry == "queue" else None,
        n_("{n} application waits for a decision.", "{n} applications wait for a decision.", found.asked) if found.asked else None,
        _("{state:capital}.").format(state=window) if window else _("Enrolment is open."),
        _("Teacher: {name}").format(name=found.teacher) if found.teacher else None,
    )
    return Screen(body, (*stack(_verbs(found), 2), (link(_("‹ My groups"), "mygroups"),)))


def places(found: StaffGroup) -> Words:
    """«🟢 Закреплено 4 из 12, свободно 3» and what the rest is."""
    facts = found.facts
    if facts.size is None:
        return _("🟢 The size of the group is not set, held: {held}").format(held=found.held)
    more = [
        _("enrolled elsewhere: {n}").format(n=facts.taken) if facts.taken else None,
        _("kept for your own pupils: {n}").format(n=facts.kept) if facts.kept else None,
    ]
    free = n_("free: {n}", "free: {n}", found.free) if found.free is not None else None
    return _("🟢 Places: {size}, {facts}").format(size=facts.size, facts=listed((_("held: {n}").format(n=found.held), *more, free)))


def _verbs(found: StaffGroup) -> list[Button]:
    number = found.facts.id
    who = link(_("Who is in it"), "roster", number, meaning="primary")
    came = link(_("Who came"), "came", number)
    file = link(_("As a file"), "groupfile", number)
    edit = link(_("Change"), "groupedit", number)
    if not found.decides:
        return [who, came, file, edit]
    lock = link(_("Open enrolment"), "grouplock", number, 0) if found.facts.locked else link(_("Close enrolment"), "grouplock", number, 1)
    size, more = link(_("Size"), "groupsize", number), link(_("More"), "groupmore", number)
    add = link(_("Add children"), "addchildren", number)
    confirm = [link(_("Confirm all"), "confirmall", number)] if found.asked and found.facts.entry == "queue" else []
    return [who, *confirm, size, lock, came, file, add, edit, more]


@dialog("groupmore", parent=lambda number: to("groupcard", number))
async def groupmore(turn: Turn, number: int) -> Screen:
    """What is needed rarely about a group."""
    found = await decided_by(turn, number)
    more = [link(label, name, number) for name, label in ELSEWHERE if dialog.find(name) is not None]
    buttons = [link(_("Why is nobody asked?"), "whynobody", number), *more]
    body = lines(_("**{name}: more**").format(name=found.facts.programme_name), places(found))
    return Screen(body, (*stack(buttons[:8], 2), (link(_("‹ To the group"), "groupcard", number), link(_("Home"), "home"))))


ELSEWHERE: tuple[tuple[str, Words], ...] = (
    ("intake", _("Intake settings")),
    ("nextyear", _("Next year")),
    ("guests", _("Guests")),
    ("outsidecount", _("Enrolled outside")),
)
"""Pages about a group that stand in other files: the name and the label; each takes the group's number."""


@dialog("outsidecount", parent=lambda number: to("groupmore", number))
async def outsidecount(turn: Turn, number: int) -> Link:
    """How many are enrolled outside the bot, as of today."""
    found = await decided_by(turn, number)
    text = lines(
        _("**How many are enrolled outside the bot?**"),
        title(found),
        _("In Navigator, on paper. The card shows the number with today's date; free places are offered at once."),
    )
    taken = await turn.ask(Number("taken", text, least=0, most=1000))
    await enrolment.count_outside(turn.tx, turn.person.id, number, taken)
    turn.note = _("Written down")
    return to("groupcard", number)


@dialog("whynobody", parent=lambda number: to("groupmore", number))
async def whynobody(turn: Turn, number: int) -> Screen:
    """Why nobody who waits is offered a place now."""
    found = await decided_by(turn, number)
    why = await enrolment.why_nobody(turn.tx, turn.person.id, number)
    ways = (link(_("Size"), "groupsize", number), link(_("‹ To the group"), "groupcard", number), link(_("Home"), "home"))
    return Screen(lines(_("**Why is nobody asked?**"), title(found), why, places(found)), (ways,))


@dialog("groupsize", parent=lambda number: to("groupcard", number))
async def groupsize(turn: Turn, number: int) -> Link:
    """Set how many places a group has."""
    found = await decided_by(turn, number)
    text = lines(
        _("**How many places are there?**"),
        title(found),
        places(found),
        _("New places are offered to the queue at once. Fewer places take none away: only new ones stop."),
    )
    now_ = found.facts.size or 12
    likely = tuple(sorted({now_, now_ + 1, now_ + 2}))
    size = await turn.ask(Number("size", text, least=0, most=LARGEST, likely=likely))
    try:
        await enrolment.set_size(turn.tx, turn.person.id, number, size)
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = n_("{n} place", "{n} places", size)
    return to("groupcard", number)


@dialog("grouplock", parent=lambda number, **_closed: to("groupcard", number))
async def grouplock(turn: Turn, number: int, closed: int) -> Link:
    """Open or close the enrolment of a group."""
    found = await decided_by(turn, number)
    ask, yes, what = (
        (_("**Close enrolment?**"), _("Close"), _("Nobody can apply and the queue stands still. Who holds a place keeps it."))
        if closed
        else (_("**Open enrolment?**"), _("Open"), _("Families can apply again, and the queue moves on."))
    )
    await turn.ask(Confirm("sure", lines(ask, title(found), what), yes=yes, holds=(number, bool(closed))))
    try:
        await groups.change(turn.tx, turn.person.id, number, locked=bool(closed))
    except Refused as why:
        turn.note = why.words
    else:
        turn.note = _("Enrolment is closed") if closed else _("Enrolment is open")
    return to("groupcard", number)
