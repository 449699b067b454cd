"""Who is in a group: places, then the queue in its order; one child's case; who came; lists for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.model.application import State
from bot.model.text import Personal, _
from bot.services import groups, line, queue, staff, waking
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.enrolment.rules import child_words
from storage import group as table
from storage.database import Tx
from storage.enrolment import GroupFacts
from storage.group import ListedRow, MemberRow, StaffGroup

__all__ = ["LISTED", "ListedRow", "Member", "attendance", "contact", "listed", "mark", "member", "roster"]

MOST = 500
"""Children of one group that are listed: those who hold a place and the head of the queue."""
LISTED = 5000
"""Rows of one exported list, at most."""
NAMED = frozenset({"confirmed", "enrolled"})
"""Whom a teacher marks: who has a place for certain."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a group: with a seat, or `number` in the queue."""

    row: MemberRow
    words: Personal
    state: State
    number: int | None


async def _members(tx: Tx, rows: Iterable[MemberRow], facts: GroupFacts) -> list[Member]:
    """Those rows with their words; whoever waits in the order in which the queue is served, which a published priority may change."""
    today, numbers = waking.local_day(tx.now, ZoneInfo(facts.zone)), await line.numbers(tx, facts)
    found = [Member(row, child_words(row.name, row.surname, row.born, today), State(row.state), numbers.get(row.id)) for row in rows]
    return sorted(found, key=lambda each: each.number or 0)


async def _theirs(tx: Tx, person: int, group: int) -> StaffGroup:
    found = await groups.one(tx, person, group)
    if found is None:
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    return found


async def roster(tx: Tx, person: int, group: int) -> list[Member]:
    """Who holds a place in a group, by seat, then who waits. For its organisation and its teacher. Raises `Refused`."""
    found = await _theirs(tx, person, group)
    return await _members(tx, await tx.all(table.MEMBERS, group=group, most=MOST), found.facts)


async def member(tx: Tx, person: int, application: int) -> tuple[StaffGroup, Member] | None:
    """One child of a group that the person works with, with its number in the queue; `None` where it is not theirs."""
    row = await tx.one(table.MEMBER, application=application)
    found = None if row is None else await groups.one(tx, person, row.group)
    if row is None or found is None:
        return None
    [alone] = await _members(tx, [row], found.facts)
    return found, alone


async def contact(tx: Tx, person: int, application: int) -> tuple[str | None, str | None]:
    """A guardian's name and telephone, for the organisation alone. Raises `Refused`."""
    row = await tx.one(table.MEMBER, application=application)
    found = None if row is None else await groups.one(tx, person, row.group)
    if found is None or not found.decides:
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    return await tx.one(table.CONTACT, application=application) or (None, None)


# ---------------------------------------------------------------- who came


async def attendance(tx: Tx, person: int, group: int) -> dict[date, dict[int, bool]]:
    """Who came on which day, by application. Raises `Refused`."""
    await _theirs(tx, person, group)
    found = dict[date, dict[int, bool]]()
    for number, day, came in await tx.all(table.MARKED, group=group):
        found.setdefault(day, {})[number] = came
    return found


async def mark(tx: Tx, person: int, group: int, day: date, came: Sequence[int]) -> int:
    """Note who came on a day: of those who have a place for certain the others did not. Again is a correction. Raises `Refused`.

    Returns how many came.
    """
    found = await _theirs(tx, person, group)
    await queue.lock(tx, group)
    expected = [each.row.id for each in await roster(tx, person, group) if each.row.state in NAMED]
    for number in expected:
        await tx.run(table.MARK, application=number, day=day, came=number in came, by=person, at=tx.now)
    here = len(set(expected) & set(came))
    await staff.note(tx, person, "attendance", "group", group, found.facts.organisation, day=day.isoformat(), came=here, of=len(expected))
    return here


# ---------------------------------------------------------------- lists for spreadsheets


async def listed(tx: Tx, person: int, group: int | None, kind: str) -> list[ListedRow]:
    """The applications of one group, or of all groups of the person's organisations, for a file; who took it is written down.

    At most `LISTED` rows. Raises `Refused`.
    """
    everywhere = [each for each in await groups.mine(tx, person) if each.decides]
    theirs = everywhere if group is None else [await _theirs(tx, person, group)]
    rows = await tx.all(table.LISTED, groups=[each.facts.id for each in theirs], most=LISTED)
    for organisation in sorted({each.facts.organisation for each in theirs}):
        noun, number = ("group", group) if group is not None else ("organisation", organisation)
        await staff.note(tx, person, "exported", noun, number, organisation, rows=len(rows), kind=kind)
    return rows
