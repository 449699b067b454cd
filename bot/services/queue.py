"""Places and the queue of a group: who holds a place, who is next, and what happens when one is free.

Everything here happens under the group's lock (`lock`), and leaves no free place unoffered to somebody who waits and may have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.model.application import Action, Actor, State, check, holds
from bot.model.link import to
from bot.services import line, waking
from bot.services.line import NO_LIMIT, right_of
from storage import delivery
from storage import enrolment as facts_of
from storage import place as table
from storage.database import Tx
from storage.enrolment import GroupFacts
from storage.place import ApplicationRow, Standing

UNDO = timedelta(minutes=1)
"""A decision of the staff is told to the family when this is over (domain: life-cycle)."""
SHORTEST = timedelta(hours=1)
"""Less time to answer than this is no offer: shortly before a group begins the place waits until it has begun."""
AT_ONCE = 50
"""Places offered, offers ended and groups looked through in one transaction, at most; the next tick goes on."""


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, through which channel, and how long the family is not told, because it may be taken back meanwhile."""

    actor: Actor
    person: int | None = None
    channel: str | None = None
    patience: timedelta = timedelta()

    @property
    def then(self) -> By:
        """What follows from it by itself."""
        return By(Actor.CLOCK, patience=self.patience)


CLOCK = By(Actor.CLOCK)


async def lock(tx: Tx, group: int) -> GroupFacts:
    """The facts of a group under its lock: nobody else gives or takes its places until this transaction ends.

    Raises `LookupError` where there is no such group.
    """
    facts = await tx.one(facts_of.LOCK, group=group)
    if facts is None:
        raise LookupError(f"no group {group}")
    if tx.dialect.name == "postgresql":
        # Whoever waited for the lock is given the group's row as it is now, but what was looked up beside it (whether the group has
        # entries of several, reserved places, phases) as it was before the wait: it is asked again.
        facts = await tx.one(facts_of.FACTS, group=group)
        assert facts is not None  # noqa: S101  it is locked
    return facts


def selects(facts: GroupFacts) -> bool:
    """Whether a board decides who is admitted; otherwise it is first come, first served."""
    return facts.entry == "selection"


def capacity(facts: GroupFacts) -> int:
    """How many places may be held before nobody without a further right finds one, as it was when the facts were read.

    Those who were enrolled elsewhere are not counted, nor the kept and reserved places that nobody has taken yet.
    """
    return NO_LIMIT if facts.size is None else line.total(facts) - facts.unfilled


async def room(tx: Tx, facts: GroupFacts, right: str = "") -> bool:
    """Whether somebody with this right (`line.KEPT`, a category, or none) may take a place now, whoever waits."""
    return (await line.room(tx, facts, (await standing(tx, facts.id)).held)).fits(right)


def runs(facts: GroupFacts, now: datetime) -> bool:
    """Whether the group still gives places: a locked one gives none, whoever waits."""
    over = facts.ends is not None and facts.ends < waking.local_day(now, ZoneInfo(facts.zone))
    return not (over or facts.archived or facts.locked)


async def standing(tx: Tx, group: int) -> Standing:
    """How full a group is."""
    found = await tx.one(table.STANDING, group=group)
    assert found is not None  # noqa: S101  it counts: there is always a row
    return found


async def fitting(tx: Tx, facts: GroupFacts, limit: int = 1) -> list[ApplicationRow]:
    """Who is next for a place, in the order of tickets; where there is more to it, the first for whom there is room, or the first pair."""
    if facts.special:
        return [*await line.following(tx, facts, (await standing(tx, facts.id)).held)]
    waits = "reserve" if selects(facts) else "waitlisted"
    return await tx.all(table.FITTING[waits], group=facts.id, most=facts.places_per_child, limit=limit)


async def move(
    tx: Tx, facts: GroupFacts, was: ApplicationRow, state: State, action: Action, by: By, *, why: str | None = None, **values: Any
) -> int:
    """Change an application's state, with its place, its log and its family's news; what becomes free goes to who is next.

    `values` are further columns. Returns the id of the change. Raises `Forbidden` where the life-cycle does not have this change, and
    `RuntimeError` where the new state needs a place and there is none: whoever calls has looked.
    """
    check(by.actor, State(was.state), state, selection=selects(facts))
    change = await transfer(tx, facts, was, state, action, by, why=why, **values)
    await fill(tx, facts, by.then)
    return change


async def transfer(
    tx: Tx,
    facts: GroupFacts,
    was: ApplicationRow,
    state: State,
    action: Action,
    by: By,
    *,
    why: str | None = None,
    told: bool = True,
    **values: Any,
) -> int:
    """Do what `move` does, but whatever the life-cycle says, and leave a place that becomes free as it is. `told`: the family is."""
    had, needs = (holds(State(each), selection=selects(facts)) for each in (was.state, state))
    application = was._replace(state=state, changed=tx.now, **values)
    await save(tx, application)
    if needs and not had:
        await take(tx, facts, was.id, right_of(application))
    if had and not needs:
        await release(tx, facts, was)
    return await changed(tx, facts, application, action, by, before=was.state, why=why, told=told)


async def save(tx: Tx, application: ApplicationRow) -> None:
    """Write an application's row."""
    values = application._asdict()
    for fixed in ("id", "family", "child", "group"):
        del values[fixed]
    await tx.run(table.SAVE, application=application.id, **values)


async def take(tx: Tx, facts: GroupFacts, application: int, right: str = "") -> int:
    """Take the lowest free seat for an application and return its number.

    `right` is `line.KEPT` for a transfer or a continuing pupil (whose row has `instead_of`), or the code of a category: a kept or reserved
    place may be taken by nobody else. Raises `RuntimeError` where there is none: whoever calls has looked (`room`).
    """
    most = capacity(facts)
    if facts.kept or facts.quotas:
        most = line.total(facts) - sum(places for whose, places in (await line.unfilled(tx, facts)).items() if whose != right)
    seat = await tx.one(table.TAKE, group=facts.id, application=application, capacity=most)
    if seat is None:
        raise RuntimeError(f"group {facts.id} has no free place for application {application}")
    await tx.run(table.RECOUNT, group=facts.id)
    return seat


async def release(tx: Tx, facts: GroupFacts, application: ApplicationRow) -> None:
    """Give an application's seat back. Unless it was only offered, it is another place than some entries let go: they are asked again."""
    if await tx.run(table.RELEASE, application=application.id) != 1:
        raise RuntimeError(f"application {application.id} was {application.state} without a place")
    await tx.run(table.RECOUNT, group=facts.id)
    if application.state != State.OFFERED:
        await tx.run(table.FORGET_PASSED, group=facts.id, application=application.id)


async def fill(tx: Tx, facts: GroupFacts, by: By = CLOCK) -> list[int]:
    """Give the free places of a locked group to those who wait, in their order; returns their applications.

    In a queue each is offered one for a time; in a selection the reserve is admitted. Nothing happens in a group that gives no places now.
    """
    free = AT_ONCE if facts.special else min(capacity(facts) - (await standing(tx, facts.id)).held, AT_ONCE)
    if free <= 0 or not runs(facts, tx.now) or not await fitting(tx, facts):
        return []
    offer: dict[str, Any] = {}
    if not selects(facts):
        ends = await until(tx, facts, waking.awake(tx.now + by.patience, ZoneInfo(facts.zone)))
        if ends is None:
            return []
        offer = {"offered": tx.now, "offer_until": ends}
    state, action = (State.OFFERED, Action.OFFER) if offer else (State.ADMITTED, Action.ADMIT)
    served = list[int]()
    while len(served) < free and (first := await _first(tx, facts)):
        families = set[int]()
        for one in first:  # a family with several children in one entry is told once
            await transfer(tx, facts, one, state, action, by, told=one.family not in families, **offer)
            families.add(one.family)
            served.append(one.id)
    return served


async def seats(
    tx: Tx, facts: GroupFacts, now_: Standing, rights: Sequence[str], category: str | None = None, *, together: bool = False
) -> int:
    """How many newcomers, in this order, take a place at once: none that is for somebody who waits. `together`: all or none."""
    if selects(facts):
        return 0
    if facts.special:
        return await line.vacancies(tx, facts, now_.held, rights, category, together=together)
    if now_.held >= capacity(facts) or (now_.waiting and await fitting(tx, facts)):
        return 0
    free = min(len(rights), capacity(facts) - now_.held)
    return 0 if together and free < len(rights) else free


async def _first(tx: Tx, facts: GroupFacts) -> list[ApplicationRow]:
    """Who is next, once more under the lock of the child: another group may just have given it its last place."""
    while first := await fitting(tx, facts):
        await tx.all(facts_of.LOCK_CHILDREN, children=[child.child for child in first])
        if await fitting(tx, facts) == first:
            return first
    return []


async def until(tx: Tx, facts: GroupFacts, told: datetime) -> datetime | None:
    """Until when a place that is offered at `told` is kept: so many waking hours, but not past the group's start. `None`: too short."""
    zone = ZoneInfo(facts.zone)
    ends, begins = waking.after(told, timedelta(hours=facts.offer_hours), zone), await begin(tx, facts)
    if begins is None or begins <= told:
        return ends
    ends = min(ends, begins)
    return ends if waking.between(told, ends, zone) >= SHORTEST else None


async def begin(tx: Tx, facts: GroupFacts) -> datetime | None:
    """When a group begins: at its first lesson, or at midnight where the timetable does not say."""
    if facts.starts is None:
        return None
    minutes = await tx.one(table.FIRST_LESSON, group=facts.id, weekday=facts.starts.isoweekday(), day=facts.starts)
    at = time(*divmod(minutes, 60)) if minutes is not None else time.min
    return datetime.combine(facts.starts, at, ZoneInfo(facts.zone)).astimezone(UTC)


async def changed(
    tx: Tx,
    facts: GroupFacts,
    application: ApplicationRow,
    action: Action,
    by: By,
    *,
    before: str | None,
    why: str | None = None,
    told: bool = True,
) -> int:
    """Write what happened to an application into its log and tell its guardians, but not who did it; returns the change's id.

    They are told in waking hours, of what the staff decided after its minute of undo; of what concerns only the staff, never.
    """
    change = await tx.one(
        table.LOG,
        application=application.id,
        action=action,
        from_state=before,
        state=application.state,
        at=tx.now,
        actor=by.actor,
        person=by.person,
        channel=by.channel,
        why=why or None,
    )
    assert change is not None  # noqa: S101  INSERT … RETURNING
    if told:
        due, kind = waking.awake(tx.now + by.patience, ZoneInfo(facts.zone)), "offer" if action is Action.OFFER else "reminder"
        for person in await tx.all(table.TO_BE_TOLD, family=application.family, but=by.person or 0):
            await tx.run(delivery.ADD, person=person, link=str(to("news", change)), due=due, key=f"change:{change}:{person}", kind=kind)
    return change


async def withhold(tx: Tx, family: int, change: int) -> None:
    """Do not tell a family of a change that was taken back, where it was not told yet."""
    keys = [f"change:{change}:{person}" for person in await tx.all(table.TO_BE_TOLD, family=family, but=0)]
    await tx.run(delivery.WITHDRAW, keys=keys, reason="taken back")


async def tick(tx: Tx) -> list[int]:
    """End the offers whose time is over, and give what is free to who is next; returns the applications that changed.

    A bounded piece of work: groups are locked in ascending id, and what is left over is for the next tick.
    """
    due = await tx.all(table.DUE, now=tx.now, limit=AT_ONCE)
    vacant = await tx.all(table.VACANT, today=tx.now.date() - timedelta(days=1), limit=AT_ONCE)
    moved = list[int]()
    for group in sorted({*due, *vacant}):
        if len(moved) >= AT_ONCE:
            break
        facts = await lock(tx, group)
        for offer in await tx.all(table.LAPSED, group=group, now=tx.now, limit=AT_ONCE):
            check(Actor.CLOCK, State(offer.state), State.LAPSED)
            await transfer(tx, facts, offer, State.LAPSED, Action.LAPSE, CLOCK, offer_until=None)
            moved.append(offer.id)
        moved += await fill(tx, facts)
    return moved
