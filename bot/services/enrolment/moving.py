"""A child moves to another group: the family asks and keeps its place until it is enrolled there, or the staff moves the child itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.application import Action, Actor, State
from bot.model.text import _
from bot.services import line, queue, staff
from bot.services.enrolment import family, rules
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.enrolment.staff import note
from bot.services.queue import AT_ONCE, UNDO, By
from storage import enrolment as facts_of
from storage import place as table
from storage.database import Tx
from storage.enrolment import GroupFacts
from storage.place import ApplicationRow
from storage.schema import KINDS

MOVES = frozenset({State.SUBMITTED, State.CONFIRMED, State.ENROLLED})
"""Applications that may move: they hold a place."""


async def targets(tx: Tx, number: int) -> list[int]:
    """The groups of the same organisation to which an application's child may move: other ones, entered by queue, that are not over."""
    return await tx.all(table.SIBLINGS, application=number, today=tx.now.date())


async def ask(tx: Tx, person: int, number: int, group: int, *, channel: str, kinds: Sequence[str] = KINDS) -> int:
    """Ask to move to another group, and return the new application's number: it may have a place kept for transfers, or waits.

    The old place is held until the child is enrolled in the new group. Raises `Refused`.
    """
    was = await family.seen(tx, person, number)
    _check(was, await targets(tx, number), group)
    return await family.apply(
        tx, person, was.child, group, financing=await _financing(tx, was, group), channel=channel, kinds=kinds, instead_of=number
    )


async def move_child(tx: Tx, staff_person: int, number: int, group: int, *, why: str = "", channel: str) -> int:
    """Move a child to another group of the organisation at once, as it stands (enrolled stays enrolled); returns the new application.

    The family reads where to and why. Raises `Refused` where the person is no staff of it, or the group has no place.
    """
    found = await tx.one(table.APPLICATION, application=number)
    if found is None or "organisation" not in await staff.access(tx, staff_person, found.group):
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    _check(found, await targets(tx, number), group)
    facts = {each: await queue.lock(tx, each) for each in sorted({found.group, group})}
    was = await tx.one(table.APPLICATION, application=number)
    assert was is not None  # noqa: S101  applications are not deleted
    _check(was, [group], group)
    to = facts[group]
    await tx.all(facts_of.LOCK_CHILDREN, children=[was.child])
    if any(one.group == group for one in await tx.all(facts_of.LIVE_OF_CHILD, child=was.child)):
        raise Refused(_("The child has an application to that group already"), to.organisation_name)
    if not await queue.room(tx, to, line.KEPT):
        raise Refused(_("That group has no free place"), to.organisation_name)
    new = await tx.one(
        table.NEW,
        family=was.family,
        child=was.child,
        group=group,
        state=was.state,
        ticket=None,
        created=tx.now,
        created_by=staff_person,
        financing=await _financing(tx, was, group),
        decide_by=was.decide_by,
        papers_by=was.papers_by,
        instead_of=number,
    )
    assert new is not None  # noqa: S101  INSERT … RETURNING
    by = By(Actor.STAFF, staff_person, channel)
    await release(tx, facts[was.group], was, by, told=False)
    new = new._replace(act=was.act, reviewed=True)
    await queue.save(tx, new)
    await queue.take(tx, to, new.id, line.KEPT)
    await queue.changed(tx, to, new, Action.TRANSFER, by, before=None, why=why[:500] or None)
    await note(tx, to, staff_person, Action.TRANSFER, new.id, {"from": number, "to": group, "reason": None})
    return new.id


async def settle(tx: Tx) -> int:
    """Free the old places of children who are enrolled in their new group, once that can be taken back no more; returns how many.

    Who continues in the group of the next year keeps this year's place until that ends.
    """
    due = await tx.all(table.GIVEN_UP, before=tx.now - UNDO, limit=AT_ONCE)
    for number in due:
        found = await tx.one(table.APPLICATION, application=number)
        assert found is not None  # noqa: S101  applications are not deleted
        facts = await queue.lock(tx, found.group)
        was = await tx.one(table.APPLICATION, application=number)
        if was is not None and State(was.state) in MOVES:
            await release(tx, facts, was, queue.CLOCK)
    return len(due)


async def release(tx: Tx, facts: GroupFacts, was: ApplicationRow, by: By, *, told: bool = True) -> None:
    """End the application whose place another one takes over; its seat goes to who is next. The group is locked."""
    state = State.LEFT if was.state == State.ENROLLED else State.WITHDRAWN
    await queue.transfer(tx, facts, was, state, Action.TRANSFER, by, told=told, offer_until=None, leaves=None, leave_asked=None)
    await queue.fill(tx, facts, by.then)


def _check(was: ApplicationRow, possible: Sequence[int], group: int) -> None:
    if State(was.state) not in MOVES:
        raise Refused(_("Only who has a place can move to another group"), RULES)
    if group not in possible:
        raise Refused(_("To that group nobody moves: choose another one of the same organisation"), RULES)


async def _financing(tx: Tx, was: ApplicationRow, group: int) -> str | None:
    """How it is paid in the new group: as before where that is possible there, else in the first way."""
    ways = rules.financing(await rules.facts_of(tx, group))
    return was.financing if was.financing in ways else next(iter(ways), None)
