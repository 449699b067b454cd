"""The year's turn: a group of the next year, its pupils first, and the end of what is over.

Continuing pupils come before everybody else, into places kept for them (domain: phases of an intake).
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.model.application import Action, State
from bot.model.link import to
from bot.model.text import _
from bot.services import queue, waking
from bot.services.enrolment import family
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.enrolment.rules import facts_of, financing
from bot.services.staff import access, note
from storage import delivery, place
from storage import year as table
from storage.database import Tx
from storage.year import FollowerRow

AT_ONCE = 10
"""Groups that end in one transaction."""
MOST = 500


def _next(day: date | None) -> date | None:
    """The same day a year later; 29 February becomes the 28th."""
    if day is None:
        return None
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


async def prepare(tx: Tx, person: int, group: int) -> int:
    """Make the group of the next school year from this one, with places kept for its pupils, and ask their families; returns it.

    It is closed to others until the organisation opens it. Twice is once. Raises `Refused` for who is no staff of the organisation, and for
    a group whose dates are not known.
    """
    if "organisation" not in await access(tx, person, group):
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    facts = await queue.lock(tx, group)
    if (there := await tx.one(table.FOLLOWER, group=group)) is not None:
        return there.id
    if facts.starts is None:
        raise Refused(_("First say when this group begins: the next one begins a year later"), facts.organisation_name)
    pupils = await tx.all(table.PUPILS, group=group, limit=MOST)
    row = await tx.one(table.GROUP, group=group)
    assert row is not None  # noqa: S101  it is locked
    year = facts.starts.year + 1
    values = row | {
        "code": f"{row['code'][:55]}-{year}",
        "year": year,
        "follows": group,
        "starts": _next(facts.starts),
        "ends": _next(facts.ends),
        "taken": 0,
        "taken_on": None,
        "kept": min(len(pupils), facts.size if facts.size is not None else len(pupils)),
        "held": 0,
        "waiting": None,
        "locked": True,
        "enrolment_from": None,
        "enrolment_to": None,
    }
    new = await tx.one(table.NEW_GROUP, **values)
    assert new is not None  # noqa: S101  INSERT … RETURNING
    await tx.run(table.COPY_LESSONS, group=group, new=new)
    due = waking.awake(tx.now, ZoneInfo(facts.zone))
    for each in pupils:
        for guardian in await tx.all(place.TO_BE_TOLD, family=each.family, but=0):
            key = f"continues:{each.id}:{guardian}"
            await tx.run(delivery.ADD, person=guardian, link=str(to("continues", each.id)), due=due, key=key, kind="reminder")
    await note(tx, person, "next_year", "group", group, facts.organisation, new=new)
    return new


async def follower(tx: Tx, group: int) -> FollowerRow | None:
    """The group of the next year, where the organisation has made one."""
    return await tx.one(table.FOLLOWER, group=group)


async def proceed(tx: Tx, person: int, number: int, *, channel: str) -> int:
    """Continue in the next year: a place in its group, before everybody else. Returns the new application. Raises `Refused`."""
    was = await family.seen(tx, person, number)
    next_ = await tx.one(table.FOLLOWER, group=was.group)
    if next_ is None or was.state != State.ENROLLED:
        raise Refused(_("There is no group of the next year for this child"), RULES)
    live = await tx.one(table.CONTINUED, application=number)
    if live is not None:
        return live
    ways = financing(await facts_of(tx, next_.id))
    way = was.financing if was.financing in ways else next(iter(ways), None)
    return await family.apply(tx, person, was.child, next_.id, financing=way, channel=channel, instead_of=number)


async def finish(tx: Tx) -> int:
    """End what is going on in groups that are over, and put them into the archive; returns how many groups.

    Pupils have finished the programme; whoever still waited or was not enrolled is told that the time is over.
    """
    due = await tx.all(place.ENDED, today=tx.now.date() - timedelta(days=1), limit=AT_ONCE)
    for group in due:
        await queue.lock(tx, group)
        await tx.run(table.ARCHIVE, group=group)
        facts = await queue.lock(tx, group)
        for was in await tx.all(place.GOING_ON, group=group, limit=MOST):
            state, action = (State.COMPLETED, Action.COMPLETE) if was.state == State.ENROLLED else (State.LAPSED, Action.LAPSE)
            await queue.transfer(tx, facts, was, state, action, queue.CLOCK, offer_until=None, leaves=None, leave_asked=None)
    return len(due)
