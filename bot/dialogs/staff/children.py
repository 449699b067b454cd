"""Children come into a group by a pasted list or one by one, and everybody who fits is confirmed at once."""

from __future__ import annotations

from bot.conversation.choice import Choice
from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Day, Typed, digest
from bot.conversation.question import Unreadable
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.family import named
from bot.dialogs.staff.groups import decided_by, title
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _, dotted, lines, n_
from bot.services import bulk, family, finding, lists
from bot.services.enrolment import Decided, Refused
from bot.services.enrolment.rules import child_words
from bot.services.lists import Done, Kind, Line, Match

WHY = _("Only the staff of this group sees the names.")
DONE: dict[Done, Words] = {
    Done.ENROLLED: _("enrolled"),
    Done.ALREADY: _("was in the group already, nothing changed"),
    Done.PLACED: _("has a place"),
    Done.QUEUED: _("no places: in the queue"),
    Done.WAITS: _("waits in the queue: there is no place to enrol to"),
    Done.TWICE: _("stands in the list twice"),
    Done.SKIPPED: _("left out by you"),
    Done.NO_PAPER: _("no consent on paper: not entered"),
    Done.UNREAD: _("not understood: a surname, a name and a birthday are needed"),
    Done.AGE: _("the age does not fit the group"),
    Done.CLOSED: _("enrolment is closed"),
    Done.LIMIT: _("the child holds as many places as it may, or has no right to this one"),
    Done.DECIDED: _("was decided otherwise before"),
}
"""What became of a line of a list."""
ON_A_PAGE = 10


@dialog("addchildren", parent=lambda number: to("groupcard", number))
async def addchildren(turn: Turn, number: int) -> Screen:
    """By a list, or one by one."""
    found = await decided_by(turn, number)
    body = lines(
        _("**Add children**"),
        title(found),
        _("A list is compared with the applications: who has applied is enrolled, who has not is entered without a messenger."),
    )
    ways = ((link(_("Paste a list"), "pastelist", number, meaning="primary"),), (link(_("One child"), "walkin", number),))
    return Screen(body, (*ways, (link(_("‹ To the group"), "groupcard", number), link(_("Home"), "home"))))


def _text(raw: str) -> str:
    found = len(lists.read(raw))
    if not found:
        raise Unreadable(_("Please paste the list: one child a line, “Петрова Маша 05.05.2017”."))
    if found > lists.MOST_LINES:
        raise Unreadable(
            _("That are {n} lines: please send at most {most} at once, then the next ones.").format(n=found, most=lists.MOST_LINES)
        )
    return raw


def _written(line: Line) -> Words:
    """A line as it was understood."""
    when_ = f" {line.born:%d.%m.%Y}" if line.born else ""
    name = f"{line.surname} {line.name}{when_}" if line.name else "—"
    return _("line {at}: {name}").format(at=line.at, name=Personal(name, _("the child")))


def _counted(found: list[Match]) -> Words:
    """«Найдено 12, новых 3, неясных 2»."""
    how = lists.counted(found)
    return _("Found {found}, new {new}, unclear {unclear}, not understood {unread}").format(
        found=how[Kind.FOUND], new=how[Kind.NEW] + how[Kind.PUPIL], unclear=how[Kind.UNCLEAR], unread=how[Kind.UNREAD]
    )


@dialog("pastelist", parent=lambda number: to("addchildren", number))
async def pastelist(turn: Turn, number: int) -> Link:
    """Read a list, ask about what is unclear, and do all of it by one order."""
    group = await decided_by(turn, number)
    ask = lines(
        _("**Paste the list**"), title(group), _("One child a line: “Петрова Маша 05.05.2017”. Numbers and patronymics do no harm.")
    )
    text = await turn.ask(Typed[str]("list", ask, parse=_text, longest=lists.LONGEST, personal=WHY))
    found, today = await lists.matches(turn.tx, turn.person.id, number, text), await finding.today(turn.tx)
    chosen = dict[int, str]()
    for each in (one for one in found if one.kind is Kind.UNCLEAR):
        options = [*(str(one.id) for one in each.members), *([lists.NEW_CHILD] if each.line.born else []), lists.SKIP]
        labels: dict[str, Words] = {lists.NEW_CHILD: _("Somebody new"), lists.SKIP: _("Leave out")}
        for one in each.members:
            nameless = child_words(one.name, one.surname, one.born, today).instead
            labels[str(one.id)] = Personal(f"{one.surname} {one.name}, {one.born:%d.%m.%Y}", nameless)
        words = lines(_("**Who is it?**"), _written(each.line), _counted(found))
        chosen[each.line.at] = await turn.ask(Choice[str](f"line{each.line.at}", words, options, label=labels.__getitem__, personal=WHY))
    how = await turn.ask(
        Choice[str](
            "how",
            lines(_("**What shall be done with the list?**"), title(group), _counted(found)),
            ["enrol", "enter"],
            label={"enrol": _("Enrol by an order"), "enter": _("Only enter the new ones")}.__getitem__,
        )
    )
    example = _("For example: № 45 of 1 September 2026")
    act = (
        await turn.ask(Typed[str]("act", lines(_("**Number and date of the order**"), _counted(found), example), longest=100))
        if how == "enrol"
        else ""
    )
    fresh = [one for one in found if one.kind in {Kind.NEW, Kind.PUPIL} or chosen.get(one.line.at) == lists.NEW_CHILD]
    paper = bool(fresh) and await _paper(turn, fresh)
    sure = lines(
        _("**Do all of this?**"),
        title(group),
        _counted(found),
        _("By the order: {act}").format(act=act) if act else _("Nobody is enrolled now."),
        None if paper or not fresh else _("Without a consent on paper new children are not entered."),
        *([_("Not understood:")] if any(one.kind is Kind.UNREAD for one in found) else []),
        *[_written(one.line) for one in found if one.kind is Kind.UNREAD][:ON_A_PAGE],
    )
    await turn.ask(Confirm("sure", sure, yes=_("Do it"), holds=(number, digest(text), act, paper, *sorted(chosen.items()))))
    try:
        await lists.carry_out(turn.tx, turn.person.id, number, found, chosen, act=act, paper=paper, channel=turn.here.channel)
    except Refused as why:
        turn.note = why.words
    return to("listdone", number, 0)


async def _paper(turn: Turn, fresh: list[Match]) -> bool:
    """Whether the parents of new children have agreed on paper."""
    text = lines(
        n_("**Is the consent on paper there?**", "**Are the consents on paper there?**", len(fresh)),
        *[_written(one.line) for one in fresh[:ON_A_PAGE]],
        _("Who is entered without a messenger has agreed to it on paper, and the paper lies in your office."),
    )
    labels: dict[str, Words] = {"yes": _("Yes, of all"), "no": _("No: leave them out")}
    return await turn.ask(Choice[str]("paper", text, ["yes", "no"], label=labels.__getitem__, personal=WHY)) == "yes"


@dialog("listdone", parent=lambda number, **_page: to("groupcard", number))
async def listdone(turn: Turn, number: int, page: int) -> Screen:
    """What became of each line of the last list."""
    group = await decided_by(turn, number)
    note = await lists.last(turn.tx, turn.person.id, number)
    if note is None:
        raise Missing
    said = [(int(at), Done(became)) for at, became, _number in note.facts["lines"]]
    page = min(page, max(0, (len(said) - 1) // ON_A_PAGE))
    shown = said[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    counts = [
        _("{what}: {n}").format(what=DONE[what], n=sum(became is what for _at, became in said))
        for what in Done
        if any(b is what for _a, b in said)
    ]
    body = lines(
        n_("**The list is worked off: {n} line**", "**The list is worked off: {n} lines**", len(said)),
        title(group),
        dotted(*counts),
        *[_("line {at}: {what}").format(at=at, what=DONE[became]) for at, became in shown],
    )
    pager = (
        *((link("‹", "listdone", number, page - 1),) if page else ()),
        *((link("›", "listdone", number, page + 1),) if (page + 1) * ON_A_PAGE < len(said) else ()),
    )
    ways = (link(_("Who is in it"), "roster", number), link(_("‹ To the group"), "groupcard", number))
    return Screen(body, (pager, ways))


@dialog("walkin", parent=lambda number: to("addchildren", number))
async def walkin(turn: Turn, number: int) -> Link:
    """Enter one child whose family has no messenger."""
    group = await decided_by(turn, number)
    today = await finding.today(turn.tx)
    surname = await turn.ask(Typed[str]("surname", lines(_("**The child's surname**"), title(group)), parse=named, personal=WHY))
    name = await turn.ask(Typed[str]("name", _("**The child's first name**"), parse=named, personal=WHY))
    first, last = today.replace(year=today.year - family.OLDEST, day=1), today.replace(year=today.year - family.YOUNGEST, day=1)
    born = await turn.ask(
        Day("born", _("**When was the child born?**\nFor example: 5 May 2017."), today=today, first=first, last=last, personal=WHY)
    )
    who = child_words(name, surname, born, today)
    text = lines(
        _("**Is there a consent on paper?**"),
        _("{child} → {name}").format(child=who, name=group.facts.programme_name),
        _("Who is entered without a messenger has agreed to it on paper, and the paper lies in your office."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Yes, enter the child"), holds=(number, digest((name, surname, born))), personal=WHY))
    try:
        became, application = await lists.enter(
            turn.tx, turn.person.id, number, Line(1, name, surname, born), None, channel=turn.here.channel
        )
    except Refused as why:
        turn.note = why.words
        return to("groupcard", number)
    turn.note = _("{what:capital}").format(what=DONE[became])
    return to("rostercase", application) if application else to("groupcard", number)


@dialog("confirmall", parent=lambda number: to("groupcard", number))
async def confirmall(turn: Turn, number: int) -> Link:
    """Confirm everybody who fits, after a look at who does not."""
    group = await decided_by(turn, number)
    found = await bulk.preview(turn.tx, turn.person.id, number)
    today = await finding.today(turn.tx)
    if not found.fit:
        turn.note = _("Nobody here can be confirmed by a list: look at each application")
        return to("groupcard", number)
    left = [
        _("{child}: {why}").format(child=child_words(one.name, one.surname, one.born, today), why=why)
        for why, some in ((_("the age does not fit"), found.age), (_("a guardian objects"), found.disputed))
        for one in some
    ]
    text = lines(
        n_("**Confirm {n} application?**", "**Confirm {n} applications?**", len(found.fit)),
        title(group),
        *[child_words(one.name, one.surname, one.born, today) for one in found.fit[:ON_A_PAGE]],
        n_("and {n} child more", "and {n} children more", len(found.fit) - ON_A_PAGE) if len(found.fit) > ON_A_PAGE else None,
        _("Not among them: {n}").format(n=len(left)) if left else None,
        *left[:5],
        _("Families are told in a minute; until then each decision can be taken back."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Confirm"), meaning="good", holds=(number, found.seen), personal=WHY))
    try:
        done, others = await bulk.confirm_all(turn.tx, turn.person.id, number, found.seen, channel=turn.here.channel)
    except Refused as why:
        turn.note = why.words
        return to("groupcard", number)
    told = n_("{n} application is confirmed", "{n} applications are confirmed", len(done))
    first = next((each.words for each in others if isinstance(each, (Decided, Refused))), None)
    turn.note = lines(told, first)
    return to("roster", number)
