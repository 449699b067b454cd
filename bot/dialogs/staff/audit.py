"""The journal: who did what, when, in sentences; for those above with numbers in the place of names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.choice import Choice
from bot.conversation.dialog import Missing, dialog
from bot.conversation.fact import Day
from bot.conversation.screen import Screen, link
from bot.conversation.turn import Turn
from bot.dialogs.application import TOLD
from bot.dialogs.staff.access import ROLES, choose_place
from bot.model.application import Action, Reason
from bot.model.link import Link, to
from bot.model.staff import Duty
from bot.model.text import Personal, Text, Words, _, dotted, lines
from bot.services import finding, journal, staff
from bot.services.enrolment import REASONS
from bot.services.journal import ActorRow, ActRow

ACTS: Mapping[tuple[str, str], Text] = {
    ("organisation", "invited"): _("made an invitation"),
    ("municipality", "invited"): _("made an invitation"),
    ("staff", "joined"): _("began to work"),
    ("person", "same_person"): _("writes from another messenger too"),
    ("staff", "revoked"): _("ended an access"),
    ("organisation", "set_rules"): _("changed the rules of enrolment"),
    ("municipality", "set_rules"): _("changed the rules of enrolment of the municipality"),
    ("group", "set_size"): _("group {number}: places {before} → {after}"),
    ("group", "next_year"): _("group {number}: the group of the next year is made"),
    ("group", "list"): _("group {number}: children enrolled by a list"),
    ("group", "confirmed_all"): _("group {number}: confirmed everybody who fits"),
    ("application", "slip"): _("application no. {number}: a slip for its family"),
    ("application", "entered"): _("application no. {number}: entered by hand"),
    ("group", "set_guests"): _("group {number}: guests at a lesson: {after}"),
    ("application", "entered_outside"): _("application no. {number}: entered in Navigator"),
    ("application", "not_entered_outside"): _("application no. {number}: not entered in Navigator"),
    ("group", "called"): _("group {number}: a family was called"),
    ("group", "count_outside"): _("group {number}: enrolled outside the bot {before} → {after}"),
    ("group", "attendance"): _("group {number}: who came is marked"),
    ("group", "moved"): _("group {number}: the timetable is changed"),
    ("group", "edited"): _("group {number}: changed"),
    ("group", "exported"): _("group {number}: the list as a file"),
    ("organisation", "exported"): _("lists of the groups as a file"),
    ("group", "set_quota"): _("group {number}: reserved places"),
    ("group", "set_kept"): _("group {number}: places kept for one's own pupils"),
    ("group", "set_phases"): _("group {number}: phases of the intake"),
    ("group", "set_priority"): _("group {number}: published categories that come first"),
    ("group", "release"): _("group {number}: reserved places are set free"),
    ("programme", "published"): _("programme {number}: published"),
    ("application", "checked"): _("application no. {number}: the paper about the benefit was seen"),
    ("slot", "made_slots"): _("times for families to come are made"),
    ("slot", "closed_slot"): _("a time for families to come is closed"),
    ("application", "marked_slot"): _("application no. {number}: marked whether the family came"),
    ("group", "drafted"): _("group {number}: results of the selection are written down"),
    ("group", "published"): _("group {number}: the list of the selection is published"),
    ("application", "paper_shown"): _("application no. {number}: a document was shown"),
    ("application", "paper_not_shown"): _("application no. {number}: a document was not shown after all"),
    ("application", "papers_shown"): _("application no. {number}: all documents were shown"),
    ("organisation", "papers_settled"): _("began a list of documents of its own"),
    ("paper", "paper_added"): _("document {number}: put on the list"),
    ("paper", "paper_archived"): _("document {number}: taken off the list"),
    ("paper", "paper_due"): _("document {number}: its term is changed"),
    ("paper_request", "paper_ready"): _("a paper that was asked for is ready"),
    ("organisation", "requisites"): _("changed the requisites"),
    ("enquiry", "claim"): _("question no. {number}: taken"),
    ("enquiry", "give_back"): _("question no. {number}: given back"),
    ("enquiry", "answer"): _("question no. {number}: answered"),
    ("enquiry", "close"): _("question no. {number}: closed"),
    ("enquiry", "review"): _("question no. {number}: a message was looked at"),
}
"""What the staff does besides deciding about applications, in words; those decisions are called as a family reads them."""
OTHER = _("{noun} no. {number}: {action}")
"""An act that has no words of its own: its code is better than silence."""
ON_A_PAGE = 5


def said(act: ActRow) -> Words:
    """An act in words."""
    facts = act.facts or {}
    if act.noun == "application" and act.action in set(Action):
        reason = facts.get("reason")
        why = REASONS[Reason(reason)] if reason in set(Reason) else None
        return dotted(_("application no. {number}: {what}").format(number=act.noun_id, what=TOLD[Action(act.action)]), why)
    words = ACTS.get((act.noun, act.action), OTHER)
    role = facts.get("role")
    return dotted(
        words.format(number=act.noun_id, noun=act.noun, action=act.action, before=facts.get("from", "–"), after=facts.get("to", "–")),
        ROLES[Duty(role)] if role in set(Duty) else None,
    )


@dialog("journals", parent=lambda: to("work"))
async def journals(turn: Turn) -> Screen | Link:
    """The journals that somebody reads."""
    clubs = await staff.organisations(turn.tx, turn.person.id)
    return choose_place(turn, _("**Journal**"), [to("journal", row.id, 0) for row in clubs], [row.name for row in clubs])


@dialog("journal", parent=lambda **_at: to("work"))
async def whole(turn: Turn, organisation: int, page: int) -> Link:
    """The journal of an organisation."""
    del turn
    return to("acts", organisation, 0, 0, page)


def _day(number: int) -> date | None:
    """A day from an address: 20260824; `None` for no day, or for a number that is none."""
    try:
        return date(number // 10000, number // 100 % 100, number % 100) if number else None
    except ValueError:
        raise Missing from None


async def _read(turn: Turn, organisation: int, person: int, day: int, page: int) -> journal.Journal:
    found = await journal.read(turn.tx, turn.person.id, organisation, of=person or None, day=_day(day), page=page, most=ON_A_PAGE)
    if found is None:
        raise Missing
    return found


@dialog("acts", parent=lambda **_at: to("work"))
async def acts(turn: Turn, organisation: int, person: int, day: int, page: int) -> Screen:
    """A page of it, of one person or one day where they were chosen."""
    found = await _read(turn, organisation, person, day, page)
    rows = [_line(found, act) for act in found.acts]
    who = next((actor_name(each) for each in found.actors if each.person == person), None) if person else None
    on = _day(day)
    chosen = dotted(who, _("{day:fullday}").format(day=on) if on else None)
    pager = [link("‹", "acts", organisation, person, day, page - 1)] if page else []
    pager += [link("›", "acts", organisation, person, day, page + 1)] if rows and (page + 1) * ON_A_PAGE < found.acts[0].rows else []
    narrow = [
        link(_("By day"), "actson", organisation, person),
        *([link(_("By person"), "actsof", organisation, day)] if found.named else []),
    ]
    everything = (link(_("Everything"), "acts", organisation, 0, 0, 0),) if person or day else ()
    body = lines(
        _("**Journal**"),
        chosen if who or on else None,
        *(rows or [_("Nothing was done.")]),
        None if found.named else _("Only numbers are seen here: names stay with the organisations."),
    )
    return Screen(body, ((*pager,), (*narrow, *everything), (link(_("‹ To work"), "work"), link(_("Home"), "home"))))


def actor_name(row: ActorRow) -> Words:
    """Somebody of the staff."""
    return Personal(row.name, _("a colleague")) if row.name else _("a colleague")


def _line(found: journal.Journal, act: ActRow) -> Words:
    at = act.at.astimezone(found.zone)
    who = Personal(act.name, _("a colleague")) if act.name else _("a colleague") if found.named else None
    return _("{at:day}, {at:time} · {facts}").format(at=at, facts=dotted(who, said(act)))


@dialog("actsof", parent=lambda organisation, **_day: to("journal", organisation, 0))
async def actsof(turn: Turn, organisation: int, day: int) -> Link:
    """Choose whose acts."""
    found = await _read(turn, organisation, 0, 0, 0)
    if not found.actors:
        raise Missing
    who = await turn.ask(
        Choice[ActorRow]("who", _("**Whose acts?**"), found.actors, key=lambda each: each.person, label=actor_name, width=2)
    )
    return to("acts", organisation, who.person, day, 0)


@dialog("actson", parent=lambda organisation, **_person: to("journal", organisation, 0))
async def actson(turn: Turn, organisation: int, person: int) -> Link:
    """Choose the day."""
    await _read(turn, organisation, 0, 0, 0)
    today = turn.now.astimezone(ZoneInfo(await finding.zone(turn.tx))).date()
    day = await turn.ask(Day("day", _("**Which day?**"), today=today, first=today - timedelta(days=365), last=today))
    return to("acts", organisation, person, f"{day:%Y%m%d}", 0)
