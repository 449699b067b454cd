"""A selection as its board sees it: who is to be invited, results by number, and their publication."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.conversation.dialog import Again, Missing, dialog
from bot.conversation.fact import Confirm, Day, Typed
from bot.conversation.question import Extra, Unreadable
from bot.conversation.screen import Button, Screen, link, stack
from bot.conversation.turn import Turn
from bot.dialogs.staff.pick import Pick, everything, narrowed
from bot.model.application import Action
from bot.model.link import Link, to
from bot.model.text import Personal, Words, _, dotted, lines, listed, n_
from bot.services import finding, selection, staff
from bot.services.enrolment import Decided, Refused
from bot.services.enrolment.rules import child_words
from bot.services.selection import BoardRow, EntryRow

ON_A_PAGE = 5
INVITED = "invited"
CODES: Mapping[str, Action | None] = {"admit": Action.ADMIT, "reserve": Action.RESERVE, "no": Action.NOT_ADMIT, "none": None}
"""Results as they stand in a button."""
MARKS = {Action.ADMIT: _("to be admitted"), Action.RESERVE: _("to the reserve"), Action.NOT_ADMIT: _("not to be admitted")}
_RESULT = re.compile(
    r"(?P<numbers>\d[\d\s,;№]*)[\s:–—-]*(?:в\s+|to\s+)?(?P<no>не\s*прин\w*|not\s+admitted|no\b|нет\b)?"
    r"(?P<admit>прин\w*|зачисл\w*|admitted|yes\b|да\b)?(?P<reserve>резерв\w*|reserve)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Board:
    """A selection that the person decides about, and who waits in it."""

    row: BoardRow
    entries: tuple[EntryRow, ...]

    @property
    def new(self) -> list[EntryRow]:
        """Who waits for an invitation."""
        return [each for each in self.entries if each.state != INVITED]

    @property
    def invited(self) -> list[EntryRow]:
        """Who waits for a result."""
        return [each for each in self.entries if each.state == INVITED]


def readable_results(text: str) -> dict[int, Action] | None:
    """«12 14 15 приняты, 17 резерв, 20 не приняты»: results by number; `None` where something in it is neither."""
    made, end = dict[int, Action](), 0
    for found in _RESULT.finditer(text):
        result = next((action for name, action in CODES.items() if action and found.groupdict().get(name)), None)
        if result is None or text[end : found.start()].strip(" ,;.№\n"):
            return None
        end = found.end()
        made |= {int(number): result for number in re.findall(r"\d{1,15}", found["numbers"])}
    return made if made and not text[end:].strip(" ,;.№\n") else None


async def _board(turn: Turn, group: int) -> Board:
    row = next((each for each in await selection.boards(turn.tx, turn.person.id) if each.group == group), None)
    if row is None:
        raise Missing
    return Board(row, tuple(await selection.entries(turn.tx, turn.person.id, group)))


def _title(row: BoardRow) -> Words:
    return listed((row.programme_name, row.settlement_name))


async def _who(turn: Turn, each: EntryRow) -> Personal:
    return child_words(each.name, each.surname, each.born, await finding.today(turn.tx))


def _ways(group: int) -> tuple[Button, ...]:
    return (link(_("‹ To the selection"), "board", group), link(_("Home"), "home"))


@dialog("boards", parent=lambda: to("work"))
async def boards(turn: Turn) -> Link:
    """The selections of somebody's organisations."""
    known = await selection.boards(turn.tx, turn.person.id)
    if not known:
        raise Missing
    found, typed = narrowed(turn, "group", known, lambda each: f"{each.programme_name} {each.settlement_name or ''}")
    question = Pick[BoardRow](
        "group",
        _("**Selections**"),
        found,
        key=lambda each: each.group,
        row=lambda each: dotted(_title(each), _("new: {n}").format(n=each.waiting), _("wait for a result: {n}").format(n=each.invited)),
        typed_words=typed,
        extra=everything("group", typed, _("All groups")),
    )
    return to("board", (await turn.ask(question)).group)


@dialog("board", parent=lambda **_group: to("boards"))
async def board(turn: Turn, group: int) -> Screen:
    """A selection: who waits, what is written down, what comes next."""
    found = await _board(turn, group)
    places = await selection.places(turn.tx, turn.person.id, group)
    counts = {action: sum(each.draft == action for each in found.invited) for action in MARKS}
    written = sum(counts.values())
    list_ = await selection.published(turn.tx, group)
    body = lines(
        _("**Selection: {name}**").format(name=_title(found.row)),
        _("Places to give: {n}").format(n=places) if places is not None else _("The size of the group is not set"),
        _("New applications: {n}").format(n=len(found.new)),
        _("Invited: {n}, without a result: {left}").format(n=len(found.invited), left=len(found.invited) - written),
        _("Written down: {facts}").format(
            facts=listed([_("{result}: {n}").format(result=MARKS[action], n=n) for action, n in counts.items()])
        )
        if written
        else None,
        _("Families see results only once you publish them.") if found.invited else None,
        _("A list was published on {day:day}.").format(day=list_.published) if list_ else None,
    )
    buttons = [
        link(_("New · {n}").format(n=len(found.new)), "boardnew", group, 0, meaning="primary") if found.new else None,
        link(_("Results"), "boardresults", group, 0) if found.invited else None,
        link(_("Times"), "slots", "selection", group),
        link(_("Publish the list"), "publishlist", group, meaning="good") if written else None,
        link(_("List by numbers"), "numberlist", group, 0) if list_ else None,
    ]
    return Screen(body, (*stack([each for each in buttons if each], 2), (link(_("‹ To work"), "work"), link(_("Home"), "home"))))


@dialog("boardnew", parent=lambda group, **_at: to("board", group))
async def boardnew(turn: Turn, group: int, at: int) -> Screen:
    """A new application: invite it, ask, or decline."""
    found = await _board(turn, group)
    if not found.new:
        return Screen(lines(_("**All are invited**"), _title(found.row)), (_ways(group),))
    at = min(at, len(found.new) - 1)
    one = found.new[at]
    decides = "organisation" in await staff.access(turn.tx, turn.person.id, group)
    body = lines(
        _("**New application · {at} of {total}**").format(at=at + 1, total=len(found.new)),
        _("no. {number}: {who}").format(number=one.id, who=await _who(turn, one)),
        _title(found.row),
        _("A question to the family is open.") if one.state == "needs_info" else None,
        None if decides else _("Questions and refusals are for the organisation."),
    )
    change = await selection.change(turn.tx, one.id)
    rest = (
        (link(_("Ask the family"), "askcase", one.id, change, 0), link(_("Decline"), "declinecase", one.id, change, 0, meaning="danger"))
        if decides and one.state == "submitted"
        else ()
    )
    skip = (link(_("Skip"), "boardnew", group, at + 1),) if at + 1 < len(found.new) else ()
    everybody = (link(_("Invite all · {n}").format(n=len(found.new)), "inviteall", group),) if len(found.new) > 1 else ()
    first = (link(_("Invite"), "inviteone", group, one.id, at, meaning="good"), *skip)
    return Screen(body, (first, everybody, rest, _ways(group)))


@dialog("inviteone", parent=lambda group, **_number: to("board", group))
async def inviteone(turn: Turn, group: int, number: int, at: int) -> Link:
    """Invite one."""
    await _board(turn, group)
    if turn.opened:
        raise Missing
    return await _invite(turn, group, [number], to("boardnew", group, at))


@dialog("inviteall", parent=lambda group: to("board", group))
async def inviteall(turn: Turn, group: int) -> Link:
    """Invite all who applied, after a look at them."""
    found = await _board(turn, group)
    if not found.new:
        return to("board", group)
    named: list[Words | None] = [_("no. {number}: {who}").format(number=each.id, who=await _who(turn, each)) for each in found.new[:6]]
    text = lines(
        n_("**Invite {n} child?**", "**Invite {n} children?**", len(found.new)),
        *named,
        _("and {n} more").format(n=len(found.new) - 6) if len(found.new) > 6 else None,
        _("The families choose a time themselves: make times first, if there are none."),
    )
    numbers = tuple(each.id for each in found.new)
    await turn.ask(Confirm("sure", text, yes=_("Invite all"), holds=numbers))
    return await _invite(turn, group, [*numbers], to("board", group))


async def _invite(turn: Turn, group: int, numbers: list[int], then: Link) -> Link:
    try:
        done = await selection.invite(turn.tx, turn.person.id, group, numbers, channel=turn.here.channel)
    except (Refused, Decided) as refused:
        turn.note = refused.words
    else:
        turn.note = n_("{n} is invited; the family is told in a minute", "{n} are invited; the families are told in a minute", done)
    return then


@dialog("boardresults", parent=lambda group, **_page: to("board", group))
async def boardresults(turn: Turn, group: int, page: int) -> Screen:
    """Who was invited, by number, with what is written down."""
    found = await _board(turn, group)
    last = max(0, (len(found.invited) - 1) // ON_A_PAGE)
    page = min(page, last)
    shown = found.invited[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    said = [_("no. {number}: {who} · {facts}").format(number=each.id, who=await _who(turn, each), facts=_state(each)) for each in shown]
    pager = [link("‹", "boardresults", group, page - 1)] if page else []
    pager += [link("›", "boardresults", group, page + 1)] if page < last else []
    body = lines(
        n_("**Results: {n} child**", "**Results: {n} children**", len(found.invited)),
        *(said or [_("Nobody waits for a result.")]),
        _("Press a number, or write many at once.") if said else None,
    )
    numbers = tuple(link(str(each.id), "resultof", group, each.id) for each in shown)
    write = (link(_("Write many"), "typeresults", group, meaning="primary"), *pager) if said else ()
    return Screen(body, (numbers, write, _ways(group)))


def _state(each: EntryRow) -> Words:
    came = {None: None, True: _("was here"), False: _("was not here")}[each.came]
    return dotted(came, MARKS[Action(each.draft)] if each.draft else _("no result yet"))


@dialog("resultof", parent=lambda group, **_number: to("boardresults", group, 0))
async def resultof(turn: Turn, group: int, number: int) -> Screen:
    """The result of one child."""
    found = await _board(turn, group)
    one = next((each for each in found.invited if each.id == number), None)
    if one is None:
        raise Missing
    body = lines(
        _("**Result of no. {number}**").format(number=number),
        await _who(turn, one),
        _("{facts:capital}").format(facts=_state(one)),
        _("Families see results only once you publish them."),
    )
    labels = {"admit": _("Admit"), "reserve": _("To the reserve"), "no": _("Do not admit"), "none": _("Strike out")}
    buttons = [link(label, "setresult", group, number, code) for code, label in labels.items() if code != "none" or one.draft]
    return Screen(body, (*stack(buttons, 2), (link(_("‹ Back"), "boardresults", group, 0), link(_("Home"), "home"))))


@dialog("setresult", parent=lambda group, **_number: to("boardresults", group, 0))
async def setresult(turn: Turn, group: int, number: int, code: str) -> Link:
    """Write one result down."""
    await _board(turn, group)
    if turn.opened or code not in CODES:
        raise Missing
    written = await selection.draft(turn.tx, turn.person.id, group, [number], CODES[code])
    turn.note = _("Written down, nobody is told yet") if written else _("This child does not wait for a result")
    return to("boardresults", group, 0)


@dialog("typeresults", parent=lambda group: to("boardresults", group, 0))
async def typeresults(turn: Turn, group: int) -> Link:
    """Write many results down from one text."""
    found = await _board(turn, group)
    known = {each.id for each in found.invited}

    def read(raw: str) -> dict[int, Action]:
        results = readable_results(raw)
        if results is None:
            raise Unreadable(_("I did not understand. For example: 12 14 15 admitted, 17 reserve, 20 not admitted"))
        if strange := sorted({*results} - known):
            raise Unreadable(_("These do not wait for a result: {numbers}").format(numbers=listed([str(each) for each in strange[:10]])))
        return results

    text = lines(_("**Write the results by number**"), _("For example: 12 14 15 admitted, 17 reserve, 20 not admitted"))
    results = await turn.ask(Typed[dict[int, Action]]("results", text, parse=read, longest=1000))
    by = {action: [number for number, each in results.items() if each is action] for action in MARKS}
    sure = lines(
        _("**Write these results down?**"),
        *(
            _("{result:capital}: {numbers}").format(result=MARKS[action], numbers=listed([str(each) for each in numbers[:60]]))
            for action, numbers in by.items()
            if numbers
        ),
        _("Families see results only once you publish them."),
    )
    await turn.ask(Confirm("sure", sure, yes=_("Write down"), holds=tuple(sorted((number, str(each)) for number, each in results.items()))))
    written = 0
    for action, numbers in by.items():
        if numbers:
            written += await selection.draft(turn.tx, turn.person.id, group, numbers, action)
    turn.note = n_("{n} result is written down", "{n} results are written down", written)
    return to("board", group)


@dialog("publishlist", parent=lambda group: to("board", group))
async def publishlist(turn: Turn, group: int) -> Link:
    """Publish what is written down: all families are told at once."""
    found = await _board(turn, group)
    try:
        written = await selection.check(turn.tx, turn.person.id, group)
    except Refused as refused:
        turn.note = refused.words
        return to("board", group)
    zone = ZoneInfo(await finding.zone(turn.tx))
    today = turn.now.astimezone(zone).date()
    until = selection.appeal_day(today)
    if turn.raw("other"):
        question = Day("until", _("**Until which day are appeals taken?**"), today=today, first=today, last=today + timedelta(days=30))
        until = await turn.ask(question)
    counts = {action: sum(each is action for _number, each in written) for action in MARKS}
    left = len(found.invited) - len(written)
    text = lines(
        _("**Publish the list?**"),
        _title(found.row),
        listed([_("{result}: {n}").format(result=MARKS[action], n=n) for action, n in counts.items()]),
        n_("{n} has no result yet and waits on.", "{n} have no result yet and wait on.", left) if left else None,
        _("Appeals until {day:day}.").format(day=until),
        _("All families are told in a minute; the list by numbers is open to everybody, without names."),
    )
    other = () if turn.raw("other") else (Extra(_("Another day"), "1", of="other"),)
    await turn.ask(Confirm("sure", text, yes=_("Publish the list"), holds=(*written, until), extra=other))
    try:
        done = await selection.publish(turn.tx, turn.person.id, group, until, channel=turn.here.channel)
    except (Refused, Decided) as refused:
        raise Again("sure", refused.words) from refused  # half a list is none: what was written by now is taken back
    turn.note = n_("{n} result is published", "{n} results are published", done)
    return to("board", group)
