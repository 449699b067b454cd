"""How a group takes people in, as its organisation sets it: who comes first, which places are reserved and kept, who applies when.

Only the staff of the group's own organisation may; each change is in the audit, and what becomes free by it is offered at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.model.application import Action, Actor
from bot.model.category import Category
from bot.model.text import _
from bot.services import line, queue, staff
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.queue import UNDO, By
from storage import intake as table
from storage import place as places
from storage.database import Tx
from storage.enrolment import GroupFacts
from storage.intake import PhaseRow
from storage.place import ApplicationRow

__all__ = ["PhaseRow"]
MOST = 1000
"""Places that a group may keep or reserve, at most."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a group takes people in. `quotas` are reserved places by category, as (how many, how many of them are taken)."""

    group: int
    name: str
    programme_name: str
    zone: str
    selection: bool
    priority: tuple[str, ...]
    quotas: dict[str, tuple[int, int]]
    kept: int
    unfilled_kept: int
    phases: tuple[PhaseRow, ...]
    claimed: int


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of an intake: `who` is `continuing`, `category` or `all`; it ends when the next one opens, the last one with the intake."""

    who: str
    opens: datetime
    categories: tuple[str, ...] = ()


async def _theirs(tx: Tx, person: int, group: int, *, lock: bool = True) -> GroupFacts:
    """The facts of a group under its lock, where the person decides about it. Raises `Refused`."""
    if "organisation" not in await staff.access(tx, person, group):
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    return await queue.lock(tx, group) if lock else await rules.facts_of(tx, group)


async def settings(tx: Tx, person: int, group: int) -> Settings:
    """How a group takes people in. Raises `Refused` for another organisation's group."""
    facts = await _theirs(tx, person, group, lock=False)
    return Settings(
        facts.id,
        facts.name,
        facts.programme_name,
        facts.zone,
        queue.selects(facts),
        tuple(facts.priority or ()),
        {category: (seats, filled) for category, seats, filled in await tx.all(places.QUOTAS, group=group)},
        facts.kept,
        (await line.unfilled(tx, facts)).get(line.KEPT, 0),
        tuple(await tx.all(table.PHASES, group=group)),
        len(await tx.all(table.CLAIMED, group=group, limit=MOST)),
    )


async def published(tx: Tx, group: int) -> list[str]:
    """The categories by which a family may come first, or have a reserved place, or apply earlier in this group."""
    return await rules.published(tx, await rules.facts_of(tx, group))


async def _changed(tx: Tx, person: int, facts: GroupFacts, action: str, **what: object) -> None:
    """Offer what became free by a change, and write it into the audit."""
    now_ = await queue.lock(tx, facts.id)
    if queue.capacity(now_) > queue.capacity(facts):
        await tx.run(places.FORGET_PASSED, group=facts.id, application=0)
    await queue.fill(tx, now_)
    await staff.note(tx, person, action, "group", facts.id, facts.organisation, **what)


async def set_priority(tx: Tx, person: int, group: int, categories: Sequence[str]) -> None:
    """Publish which categories come first, in their order; none: the order is the tickets'. Raises `Refused`, `ValueError`."""
    order = [str(Category(one)) for one in dict.fromkeys(categories)]
    facts = await _theirs(tx, person, group)
    await tx.run(table.SET_PRIORITY, group=group, priority=order or None)
    await _changed(tx, person, facts, "set_priority", categories=order)


async def set_quota(tx: Tx, person: int, group: int, category: str, seats: int) -> None:
    """Reserve so many places for a category; none releases them. Raises `Refused`, and `ValueError` for no category or number of places."""
    code = str(Category(category))
    _check_number(seats)
    facts = await _theirs(tx, person, group)
    await tx.run(table.DROP_QUOTA, group=group, category=code)
    if seats:
        await tx.run(table.ADD_QUOTA, group=group, category=code, seats=seats)
    await _changed(tx, person, facts, "set_quota", category=code, seats=seats)


async def release(tx: Tx, person: int, group: int) -> int:
    """Give the reserved places that nobody has taken to everybody, and return how many that were. Raises `Refused`."""
    facts, released = await _theirs(tx, person, group), 0
    for category, seats, filled in await tx.all(places.QUOTAS, group=group):
        if seats > filled:
            released += seats - filled
            await tx.run(table.DROP_QUOTA, group=group, category=category)
            if filled:
                await tx.run(table.ADD_QUOTA, group=group, category=category, seats=filled)
    if released:
        await _changed(tx, person, facts, "release", seats=released)
    return released


async def set_kept(tx: Tx, person: int, group: int, kept: int) -> None:
    """Keep so many places for transfers and continuing pupils. Raises `Refused`, and `ValueError` for no number of places."""
    _check_number(kept)
    facts = await _theirs(tx, person, group)
    await tx.run(table.SET_KEPT, group=group, kept=kept)
    await _changed(tx, person, facts, "set_kept", kept=kept)


async def set_phases(tx: Tx, person: int, group: int, phases: Sequence[Phase]) -> None:
    """Set who may apply when; none: everybody, as the window of the group says. Each phase is added to those before it, and none closes.

    Raises `Refused`, and `ValueError` where a phase is for nobody, or opens before the one before it.
    """
    for before, after in pairwise(phases):
        if after.opens < before.opens:
            raise ValueError("a phase opens before the one before it")
    if any(each.who not in {"continuing", "category", "all"} or (each.who == "category" and not each.categories) for each in phases):
        raise ValueError("a phase is for nobody")
    facts = await _theirs(tx, person, group)
    await tx.run(table.DROP_PHASES, group=group)
    for each in phases:
        codes = [str(Category(one)) for one in each.categories] or None
        await tx.run(table.ADD_PHASE, group=group, who=each.who, opens=each.opens, closes=None, categories=codes)
    await _changed(tx, person, facts, "set_phases", phases=[each.who for each in phases])


async def claimed(tx: Tx, person: int, group: int, limit: int = 5) -> list[ApplicationRow]:
    """The applications whose family said that it will show a paper for its category, and has not yet. Raises `Refused`."""
    await _theirs(tx, person, group, lock=False)
    return await tx.all(table.CLAIMED, group=group, limit=limit)


async def checked(tx: Tx, person: int, number: int) -> None:
    """The family has shown the paper for its category: nothing more of it is stored. Twice is once. Raises `Refused`."""
    facts, was = await _claim(tx, person, number)
    if was.benefit == "claimed":
        await queue.save(tx, was._replace(benefit="checked"))
        await staff.note(tx, person, "checked", "application", number, facts.organisation)


async def strike(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """No paper was shown: the application has its category no more, and stands where its ticket is; a place that it holds it keeps.

    The family is told when the minute of undo has passed. Twice is once. Raises `Refused`.
    """
    facts, was = await _claim(tx, person, number)
    if was.category is None:
        return
    now_ = was._replace(category=None, benefit=None)
    await queue.save(tx, now_)
    await queue.changed(tx, facts, now_, Action.STRIKE, By(Actor.STAFF, person, channel, UNDO), before=was.state)
    await queue.fill(tx, facts)
    await staff.note(tx, person, Action.STRIKE, "application", number, facts.organisation, category=was.category)


async def _claim(tx: Tx, person: int, number: int) -> tuple[GroupFacts, ApplicationRow]:
    found = await tx.one(places.APPLICATION, application=number)
    if found is None:
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    facts = await _theirs(tx, person, found.group)
    now_ = await tx.one(places.APPLICATION, application=number)
    assert now_ is not None  # noqa: S101  applications are not deleted
    return facts, now_


def _check_number(seats: int) -> None:
    if not 0 <= seats <= MOST:
        raise ValueError(f"{seats} places cannot be kept")
