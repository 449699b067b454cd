"""How a group takes people in: its published priority, reserved and kept places, the phases of its intake, and who is to show a paper."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.choice import Choice, Rank
from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Confirm, Day, Number
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.application import who_where
from bot.model.category import CATEGORIES, SHORT, Category
from bot.model.link import Link, to
from bot.model.text import Words, _, lines, listed, n_
from bot.services import enrolment, finding, intake
from bot.services.enrolment import Refused
from bot.services.intake import Phase, Settings

OPENS = time(10)
"""When a phase opens on its day, by the local clock."""
PHASES = {
    "continuing": _("pupils who continue"),
    "category": _("those who come first"),
    "all": _("everybody"),
}


async def _settings(turn: Turn, group: int) -> Settings:
    try:
        return await intake.settings(turn.tx, turn.person.id, group)
    except Refused:
        raise Missing from None


def _key(code: str) -> str:
    """A category's code as a button carries it."""
    return code.replace("_", "")


@dialog("intake")
async def intake_(turn: Turn, group: int) -> Screen:
    """How a group takes people in, and what may be changed of it."""
    found = await _settings(turn, group)
    whom = listed([SHORT[code] for code in found.priority])
    reserved = [
        _("{whom}: {filled} of {seats} are taken").format(whom=SHORT.get(code, code), filled=filled, seats=seats)
        for code, (seats, filled) in found.quotas.items()
    ]
    body = lines(
        _("**Intake: {programme}, {group}**").format(programme=found.programme_name, group=found.name),
        _("First come: {whom}").format(whom=whom) if found.priority else _("First come, first served: nobody has priority."),
        _("Reserved places: {places}").format(places=listed(reserved, "; ")) if reserved else _("No places are reserved."),
        _("Kept for transfers and continuing pupils: {kept}, still free: {free}").format(kept=found.kept, free=found.unfilled_kept),
        *_phases(found),
        n_("{n} family is to show a paper.", "{n} families are to show papers.", found.claimed) if found.claimed else None,
    )
    release = any(seats > filled for seats, filled in found.quotas.values())
    return Screen(
        body,
        (
            (link(_("Who comes first"), "setpriority", group), link(_("Reserve places"), "setquota", group)),
            (link(_("Kept places"), "setkept", group), link(_("Phases"), "setphases", group)),
            (link(_("Release the reserved"), "releaseplaces", group),) if release else (),
            (link(_("Papers to be shown"), "claims", group, 0),) if found.claimed else (),
            (link(_("‹ To work"), "work"), link(_("Home"), "home")),
        ),
    )


def _phases(found: Settings) -> list[Words]:
    if not found.phases:
        return [_("The intake has no phases: everybody applies at once.")]
    return [
        _("🗓 {opens:day}: {who}").format(opens=each.opens.astimezone(ZoneInfo(found.zone)), who=PHASES[each.who]) for each in found.phases
    ]


@dialog("setpriority", parent=lambda group: to("intake", group))
async def setpriority(turn: Turn, group: int) -> Link:
    """Publish who comes first."""
    await _settings(turn, group)
    text = lines(
        _("**Who comes first?**"),
        _("In the order in which you press. It stands on the card, and the queue goes by it at once."),
    )
    chosen = await turn.ask(Rank[Category]("order", text, list(Category), key=_key, label=lambda code: SHORT[code], least=0))
    said = listed([CATEGORIES[code] for code in chosen])
    sure = lines(
        _("**Publish this rule?**"),
        said if chosen else _("Nobody comes first: the order is that of the numbers."),
        _("Families that wait see their new numbers at once."),
    )
    await turn.ask(Confirm("sure", sure, yes=_("Publish"), holds=(*chosen,)))
    await intake.set_priority(turn.tx, turn.person.id, group, chosen)
    turn.note = _("The rule is published")
    return to("intake", group)


@dialog("setquota", parent=lambda group: to("intake", group))
async def setquota(turn: Turn, group: int) -> Link:
    """Reserve places for a category."""
    found = await _settings(turn, group)
    code = await turn.ask(
        Choice[Category]("whom", _("**For whom are places reserved?**"), list(Category), key=_key, label=lambda each: SHORT[each])
    )
    seats, filled = found.quotas.get(code, (0, 0))
    text = lines(
        _("**How many places?**"),
        _("{whom:capital}: {seats} now, {filled} of them are taken. 0 releases them.").format(
            whom=CATEGORIES[code], seats=seats, filled=filled
        ),
    )
    number = await turn.ask(Number("seats", text, least=0, most=100, likely=(0, 1, 2, 3)))
    await intake.set_quota(turn.tx, turn.person.id, group, code, number)
    turn.note = _("Noted")
    return to("intake", group)


@dialog("setkept", parent=lambda group: to("intake", group))
async def setkept(turn: Turn, group: int) -> Link:
    """Keep places for transfers and continuing pupils."""
    await _settings(turn, group)
    text = lines(_("**How many places are kept?**"), _("Only transfers and pupils who continue take them. 0 gives them to everybody."))
    await intake.set_kept(turn.tx, turn.person.id, group, await turn.ask(Number("kept", text, least=0, most=100, likely=(0, 1, 2, 3))))
    turn.note = _("Noted")
    return to("intake", group)


@dialog("releaseplaces", parent=lambda group: to("intake", group))
async def releaseplaces(turn: Turn, group: int) -> Link:
    """Give the reserved places that nobody took to everybody."""
    await _settings(turn, group)
    text = lines(_("**Release the reserved places?**"), _("Those that nobody has taken are offered to the queue at once."))
    await turn.ask(Confirm("sure", text, yes=_("Release"), holds=(group,)))
    released = await intake.release(turn.tx, turn.person.id, group)
    turn.note = n_("{n} place is released", "{n} places are released", released)
    return to("intake", group)


@dialog("setphases", parent=lambda group: to("intake", group))
async def setphases(turn: Turn, group: int) -> Link:
    """Set from which day whom the group takes: continuing pupils, then published categories, then everybody."""
    found, today = await _settings(turn, group), await finding.today(turn.tx)
    kinds = {"none": _("No phases"), "two": _("Continuing, then all"), "three": _("And categories between")}
    kind = await turn.ask(Choice[str]("kind", _("**Which phases has the intake?**"), [*kinds], label=lambda each: kinds[each]))
    phases = list[Phase]()
    if kind != "none":
        zone = ZoneInfo(found.zone)
        phases.append(Phase("continuing", await _day(turn, "first", _("**From when do pupils continue?**"), today, zone)))
        if kind == "three":
            codes = found.priority or tuple(found.quotas) or tuple(Category)
            phases.append(Phase("category", await _day(turn, "then", _("**From when those who come first?**"), today, zone), tuple(codes)))
        phases.append(Phase("all", await _day(turn, "last", _("**From when everybody?**"), today, zone)))
    said = [_("🗓 {opens:day}: {who}").format(opens=each.opens.astimezone(ZoneInfo(found.zone)), who=PHASES[each.who]) for each in phases]
    text = lines(
        _("**Set the phases?**"),
        *(said or [_("Everybody applies at once.")]),
        _("A phase opens at 10:00. Until everybody may apply, the card does not show free places."),
    )
    await turn.ask(Confirm("sure", text, yes=_("Set"), holds=tuple(str(each) for each in phases)))
    try:
        await intake.set_phases(turn.tx, turn.person.id, group, phases)
    except ValueError:
        turn.note = _("Each phase opens after the one before it: nothing was changed")
    else:
        turn.note = _("Noted")
    return to("intake", group)


async def _day(turn: Turn, name: str, text: Words, today: date, zone: ZoneInfo) -> datetime:
    day = await turn.ask(Day(name, text, today=today, first=today, last=today + timedelta(days=400)))
    return datetime.combine(day, OPENS, zone)


@dialog("claims", parent=lambda group, **_at: to("intake", group))
async def claims(turn: Turn, group: int, at: int) -> Screen:
    """Who said that they come first, and is to show a paper: one by one."""
    found = await _settings(turn, group)
    rows = await intake.claimed(turn.tx, turn.person.id, group, 100)
    back = (link(_("‹ Back"), "intake", group), link(_("Home"), "home"))
    if not rows:
        return Screen(lines(_("**All papers were shown**"), found.programme_name), (back,))
    at = min(at, len(rows) - 1)
    view = await enrolment.application(turn.tx, turn.person.id, rows[at].id)
    if view is None:
        raise Missing
    body = lines(
        _("**A paper to be shown · {at} of {total}**").format(at=at + 1, total=len(rows)),
        who_where(view),
        SHORT.get(rows[at].category or "", ""),
        _("Look at the paper; neither write nor photograph anything of it."),
    )
    skip = (link(_("Skip"), "claims", group, at + 1),) if at + 1 < len(rows) else ()
    verbs = (
        link(_("Was shown"), "papershown", group, rows[at].id, meaning="good"),
        link(_("No paper"), "strikeright", group, rows[at].id, meaning="danger"),
    )
    return Screen(body, (verbs, skip, back))


@dialog("papershown", parent=lambda group, **_number: to("intake", group))
async def papershown(turn: Turn, group: int, number: int) -> Link:
    """The paper was shown."""
    await _settings(turn, group)
    if turn.opened:
        raise Missing
    try:
        await intake.checked(turn.tx, turn.person.id, number)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("Noted")
    return to("claims", group, 0)


@dialog("strikeright", parent=lambda group, **_number: to("intake", group))
async def strikeright(turn: Turn, group: int, number: int) -> Link:
    """No paper: the entry falls back to its number."""
    await _settings(turn, group)
    text = lines(
        _("**Does this family come first no more?**"),
        _("The entry stands by its number; a place that it holds stays. The family is told in a minute."),
    )
    await turn.ask(Confirm("sure", text, yes=_("No paper"), meaning="danger", holds=(number,)))
    try:
        await intake.strike(turn.tx, turn.person.id, number, channel=turn.here.channel)
    except Refused as refused:
        turn.note = refused.words
    else:
        turn.note = _("Noted")
    return to("claims", group, 0)
