"""On which terms a child would be enrolled: what a family sees and says yes to before it applies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.model.text import Personal, Text, Words, _
from bot.services import catalogue, line, waking
from bot.services.catalogue import Group, OrganisationRow, ProgrammeRow
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.queue import capacity, seats, selects, standing
from storage import catalogue as cards
from storage import enrolment as table
from storage.catalogue import LessonRow
from storage.database import Tx
from storage.enrolment import BusyRow, GroupFacts
from storage.schema import KINDS

WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
LESSON = 45
"""Minutes that a lesson takes whose end is not known: an academic hour."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What enrolling a child in a group would mean now.

    `free` are places (`None`: the organisation does not say); `waits`: there is none, the application would join the queue with `number`.
    `act` is what enrols: `order` (приказ) or `contract` (договор). `financing` lists the ways to pay: `free`, `certificate`, `paid`.
    """

    group: Group
    programme: ProgrammeRow
    organisation: OrganisationRow
    child_words: Personal
    free: int | None
    waits: bool
    number: int
    warnings: tuple[Words, ...]
    decide_by: date
    papers_by: date
    act: str
    financing: tuple[str, ...]


async def terms(
    tx: Tx, person: int, child: int, group: int, *, kinds: Sequence[str] = KINDS, category: str | None = None, instead_of: int | None = None
) -> Terms:
    """The terms for a child in a group; writes nothing. `kinds` are the kinds of organisation that alternatives may be of.

    `category` is a published one that the family claims; by `instead_of` it gives up the place of that application.

    Raises `Refused` where the rules forbid it: not this person's child, the group's door, window or age, a second application, too many
    places at once.
    """
    facts = await rules.facts_of(tx, group)
    who = await rules.applicant(tx, await tx.all(table.CHILD, child=child, person=person), person, group)
    live = await tx.all(table.LIVE_OF_CHILD, child=child)
    await rules.check(tx, facts, who, live, kinds, category=category, instead_of=instead_of)
    now_ = await standing(tx, group)
    right = line.KEPT if instead_of is not None else category or ""
    waits = not selects(facts) and not await seats(tx, facts, now_, [right], category)
    if not waits and not selects(facts):
        rules.check_limit(facts, live)
    ahead = await line.ahead(tx, facts, category) if waits and facts.special else now_.waiting
    programme, organisation, found = await _cards(tx, facts)
    today = waking.local_day(tx.now, ZoneInfo(facts.zone))
    decide_by, papers_by = rules.terms_of(facts, today)
    known = facts.size is not None and facts.taken is not None
    return Terms(
        found,
        programme,
        organisation,
        rules.child_words(who.name, who.surname, who.born, today),
        max(0, capacity(facts) - now_.held) if known else None,
        waits,
        ahead + 1,
        clashes(found.lessons, facts, await tx.all(table.BUSY, child=child, group=group)),
        decide_by,
        papers_by,
        facts.act,
        rules.financing(facts),
    )


@dataclass(frozen=True, slots=True)
class Several:
    """What one entry of several children would mean now: the terms of each, how many have a place at once, the number of the rest."""

    terms: tuple[Terms, ...]
    seats: int
    number: int


async def several(
    tx: Tx,
    person: int,
    children: Sequence[int],
    group: int,
    *,
    together: bool,
    kinds: Sequence[str] = KINDS,
    category: str | None = None,
) -> Several:
    """The terms of one entry for several children of a family; writes nothing. Raises `Refused` where one of them cannot apply."""
    each = tuple([await terms(tx, person, child, group, kinds=kinds, category=category) for child in children])
    facts, now_ = await rules.facts_of(tx, group), await standing(tx, group)
    taken = await seats(tx, facts, now_, [category or ""] * len(each), category, together=together)
    ahead = await line.ahead(tx, facts, category) if facts.special else now_.waiting
    return Several(each, taken, ahead + 1)


async def near(tx: Tx, groups: Sequence[int]) -> list[tuple[ProgrammeRow, Group]]:
    """The groups that a refusal names as its alternatives, each with its programme; those that are gone meanwhile are left out."""
    found = list[tuple[ProgrammeRow, Group]]()
    for number in groups:
        try:
            programme, _organisation, group = await _cards(tx, await rules.facts_of(tx, number))
        except Refused:
            continue
        found.append((programme, group))
    return found


async def _cards(tx: Tx, facts: GroupFacts) -> tuple[ProgrammeRow, OrganisationRow, Group]:
    programme = await tx.one(cards.PROGRAMME, programme=facts.programme, kinds=list(KINDS))
    organisation = await catalogue.organisation(tx, facts.organisation, KINDS)
    group = next((one for one in await catalogue.groups_of(tx, facts.programme) if one.facts.id == facts.id), None)
    if programme is None or organisation is None or group is None:
        raise Refused(_("This group is no longer in the catalogue"), RULES)
    return programme, organisation, group


def clashes(lessons: Iterable[LessonRow], facts: GroupFacts, busy: Sequence[BusyRow]) -> tuple[Words, ...]:
    """A sentence for each other club of the child that meets at the same time."""
    found = dict[str, Words]()
    for lesson in lessons:
        for other in busy:
            if other.programme_name not in found and _overlap(facts.starts, facts.ends, other.group_starts, other.group_ends):
                if not _clash(lesson, other):
                    continue
                found[other.programme_name] = _("At the same time as “{name}”: {when}").format(name=other.programme_name, when=_when(other))
    return tuple(found.values())


def _clash(one: LessonRow, other: BusyRow) -> bool:
    if one.starts is None or other.starts is None or {one.weeks, other.weeks} == {"odd", "even"} or not _same_day(one, other):
        return False
    return one.starts < (other.ends or other.starts + LESSON) and other.starts < (one.ends or one.starts + LESSON)


def _same_day(one: LessonRow | BusyRow, other: LessonRow | BusyRow) -> bool:
    if one.day is not None and other.day is not None:
        return _overlap(one.day, one.last_day or one.day, other.day, other.last_day or other.day)
    if one.day is None and other.day is None:
        return one.weekday == other.weekday
    dated, weekly = (one, other) if one.day is not None else (other, one)
    return dated.day is not None and weekly.weekday in _weekdays(dated.day, dated.last_day or dated.day)


def _weekdays(first: date, last: date) -> set[int]:
    return {(first.toordinal() + at - 1) % 7 + 1 for at in range(min(7, (last - first).days + 1))}


def _overlap(first: date | None, last: date | None, other_first: date | None, other_last: date | None) -> bool:
    """Whether two spans of days have a day in common; an end that is not given is open."""
    return (first is None or other_last is None or first <= other_last) and (last is None or other_first is None or other_first <= last)


def _when(lesson: BusyRow) -> Text:
    day: Words = WEEKDAYS[(lesson.weekday or 1) - 1] if lesson.day is None else _("{day:day}").format(day=lesson.day)
    if lesson.ends is None:
        return _("{day} {starts:time}").format(day=day, starts=lesson.starts)
    return _("{day} {starts:time}–{ends:time}").format(day=day, starts=lesson.starts, ends=lesson.ends)
