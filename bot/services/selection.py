"""Selections: the board invites, writes its results down, and publishes them all at once, by number.

What is written down is a draft: nobody but the staff sees it, and no family is told, before it is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.model.application import Action, Actor, State, allowed
from bot.model.text import Words, _, n_
from bot.services import line, queue, staff, waking
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.enrolment.staff import decide
from storage import enrolment as facts_of
from storage import place as applications
from storage import selection as table
from storage.database import Tx
from storage.enrolment import GroupFacts
from storage.selection import BoardRow, EntryRow, PublishedRow

__all__ = [
    "RESULTS",
    "BoardRow",
    "EntryRow",
    "Numbers",
    "PublishedRow",
    "boards",
    "draft",
    "entries",
    "invite",
    "numbers",
    "publish",
    "published",
]

RESULTS = (Action.ADMIT, Action.RESERVE, Action.NOT_ADMIT)
APPEAL = 3
"""Working days in which a result may be appealed, where the board says nothing else."""
LONGEST_APPEAL = timedelta(days=60)
MOST = 200


@dataclass(slots=True)
class Numbers:
    """A list by number: those who were admitted, the reserve in its order, and how many others there are."""

    admitted: list[int] = field(default_factory=list)
    reserve: list[int] = field(default_factory=list)
    others: int = 0


async def boards(tx: Tx, person: int) -> list[BoardRow]:
    """The selections that somebody decides about."""
    return await tx.all(table.BOARDS, person=person, now=tx.now, most=MOST)


async def _facts(tx: Tx, person: int, group: int) -> GroupFacts:
    """The facts of a selection that somebody decides about. Raises `Refused`."""
    facts = await tx.one(facts_of.FACTS, group=group)
    if (
        facts is None
        or not queue.selects(facts)
        or not staff.may_decide(await staff.access(tx, person, group), Action.ADMIT, selection=True)
    ):
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    return facts


async def entries(tx: Tx, person: int, group: int) -> list[EntryRow]:
    """Who waits for an invitation or for a result, by number. Raises `Refused`."""
    await _facts(tx, person, group)
    return await tx.all(table.ENTRIES, group=group)


async def places(tx: Tx, person: int, group: int) -> int | None:
    """How many places there are to give; `None` where the size is not set. Raises `Refused`."""
    facts = await _facts(tx, person, group)
    return None if facts.size is None else max(0, line.total(facts) - (await queue.standing(tx, group)).held)


async def invite(tx: Tx, person: int, group: int, numbers: Iterable[int], *, channel: str) -> int:
    """Invite those of `numbers` that wait for it; returns how many that are. Raises `Refused`."""
    await _facts(tx, person, group)
    await queue.lock(tx, group)
    wanted, invited = {*numbers}, 0
    for one in await tx.all(table.ENTRIES, group=group):
        if one.id in wanted and allowed(Actor.STAFF, State(one.state), State.INVITED, selection=True):
            await decide(tx, person, one.id, Action.INVITE, channel=channel)
            invited += 1
    return invited


async def draft(tx: Tx, person: int, group: int, numbers: Sequence[int], result: Action | None) -> int:
    """Write a result down for those of `numbers` that were invited (`None` strikes it out); returns for how many. Raises `Refused`."""
    if result is not None and result not in RESULTS:
        raise ValueError(f"{result} is no result of a selection")
    facts = await _facts(tx, person, group)
    await queue.lock(tx, group)
    written = await tx.run(table.DRAFT, group=group, numbers=[*numbers], draft=result)
    await staff.note(tx, person, "drafted", "group", group, facts.organisation, result=result, n=written)
    return written


async def check(tx: Tx, person: int, group: int) -> list[tuple[int, Action]]:
    """What would be published now, by number. Raises `Refused` where nothing is written down, or more are admitted than may be."""
    facts = await _facts(tx, person, group)
    written = [(number, Action(result)) for number, result in await tx.all(table.DRAFTED, group=group)]
    if not written:
        raise Refused(_("No result is written down yet"), RULES)
    room, admitted, right = await line.room(tx, facts, (await queue.standing(tx, group)).held), 0, 0
    for number, result in written:
        if result is not Action.ADMIT:
            continue
        one = await tx.one(applications.APPLICATION, application=number)
        assert one is not None  # noqa: S101  it is in the list
        admitted += 1
        if room.fits(line.right_of(one)):
            room.take(line.right_of(one))
            right += 1
        _fits_child(facts, number, await tx.all(facts_of.LIVE_OF_CHILD, child=one.child))
    if right < admitted:
        words = n_("{n} is marked as admitted, places: {places}", "{n} are marked as admitted, places: {places}", admitted)
        raise Refused(_("{facts}. Put the others into the reserve").format(facts=words.format(places=right)), facts.organisation_name)
    return written


def _fits_child(facts: GroupFacts, number: int, live: Sequence[facts_of.LiveRow]) -> None:
    try:
        rules.check_limit(facts, live)
    except Refused as refused:
        words: Words = _("no. {number}: {why}").format(number=number, why=refused.words)
        raise Refused(words, refused.decided_by) from None


def appeal_day(today: date) -> date:
    """Until when a result of today may be appealed, where the board says nothing else."""
    return waking.working_day(today, APPEAL)


async def publish(tx: Tx, person: int, group: int, appeal_until: date, *, channel: str) -> int:
    """Publish what is written down: every family is told at once; returns how many results there are.

    Under the group's lock, in the order of numbers: the reserve is in it too. Raises `Refused`, and whoever calls keeps nothing then.
    """
    facts = await _facts(tx, person, group)
    facts = await queue.lock(tx, group)
    today = waking.local_day(tx.now, ZoneInfo(facts.zone))
    if not today <= appeal_until <= today + LONGEST_APPEAL:
        raise Refused(_("Results are open to appeal from today on, for two months at most"), RULES)
    await queue.fill(tx, facts)  # a place that an earlier reserve may have now is no place of this list
    children = set[int]()
    for number, _result in await tx.all(table.DRAFTED, group=group):
        one = await tx.one(applications.APPLICATION, application=number)
        children |= {one.child} if one is not None else set()
    await tx.all(facts_of.LOCK_CHILDREN, children=sorted(children))
    written = await check(tx, person, group)
    for number, result in written:
        await decide(tx, person, number, result, channel=channel)
    await tx.run(table.FORGET_DRAFTS, group=group)
    await tx.run(table.WITHDRAW_LIST, group=group)
    await tx.run(table.PUBLISH, group=group, now=tx.now, appeal_until=appeal_until, person=person)
    await staff.note(tx, person, "published", "group", group, facts.organisation, n=len(written))
    return len(written)


async def published(tx: Tx, group: int) -> PublishedRow | None:
    """The published list of a group: anybody may see it."""
    return await tx.one(table.PUBLISHED, group=group)


async def of_programme(tx: Tx, programme: int) -> list[PublishedRow]:
    """The published lists of a programme."""
    return await tx.all(table.OF_PROGRAMME, programme=programme)


async def numbers(tx: Tx, group: int) -> Numbers:
    """The list of a group as it stands today, without names; empty where none is published."""
    made = Numbers()
    if await published(tx, group) is None:
        return made
    for number, state in await tx.all(table.NUMBERS, group=group):
        if state == State.NOT_ADMITTED:
            made.others += 1
        else:
            (made.reserve if state == State.RESERVE else made.admitted).append(number)
    return made


async def instead(tx: Tx, person: int, number: int, kinds: Sequence[str]) -> tuple[int, ...]:
    """The nearest groups with places and without a selection that take the child of an application of the person's own family."""
    one = await tx.one(applications.APPLICATION, application=number)
    if one is None:
        return ()
    facts = await tx.one(facts_of.FACTS, group=one.group)
    child = await tx.one(facts_of.CHILD, child=one.child, person=person)
    if facts is None or child is None or child.role is None:
        return ()
    return await rules.alternatives(tx, facts, child, kinds)


async def change(tx: Tx, number: int) -> int:
    """The last change of an application, for a decision that was pressed on what a screen showed; 0 where there is none."""
    last = await tx.one(applications.LAST_CHANGE, application=number)
    return last.id if last else 0
