"""How an enrolled child leaves: the family asks, the organisation's order answers, and the place is free on the day.

An enrolment ends by an order (273-FZ, article 61), never by a press; with a certificate the contract ends from the first of the next month.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.model.application import Action, Actor, State
from bot.model.text import _
from bot.services import queue, waking
from bot.services.enrolment.family import own
from bot.services.enrolment.refusal import RULES, STATES, Refused, moment
from bot.services.enrolment.staff import note, theirs
from bot.services.queue import By
from storage import place as table
from storage.database import Tx
from storage.place import ApplicationRow

FARTHEST = timedelta(days=365)
"""How far ahead a family may say that it leaves."""
AT_ONCE = 50


def last_day(wished: date, financing: str | None, today: date) -> date:
    """From which day on a child is no pupil any more: with a certificate the first of the next month (domain: the contract).

    A first of a month that is ahead is such a day itself; today is not.
    """
    if financing != "certificate" or (wished.day == 1 and wished > today):
        return wished
    return (wished.replace(day=1) + timedelta(days=31)).replace(day=1)


async def ask(tx: Tx, person: int, number: int, wished: date, *, reason: str = "", channel: str) -> date:
    """Ask to leave from a day on, and return the day from which it holds; asked again it is another day. Raises `Refused`."""
    facts, was = await own(tx, person, number)
    today = waking.local_day(tx.now, ZoneInfo(facts.zone))
    if was.state != State.ENROLLED:
        words = _("That is not possible any more: {state}, since {moment}")
        raise Refused(words.format(state=STATES[State(was.state)], moment=moment(was.changed, facts.zone)), facts.organisation_name)
    if _ordered(was):
        raise Refused(_("The order is there already: the child leaves on {day:day}").format(day=was.leaves), facts.organisation_name)
    if not today <= wished <= today + FARTHEST:
        raise Refused(_("Please choose a day from today on, within a year"), RULES)
    leaves = last_day(wished, was.financing, today)
    if was.leave_asked is not None and was.leaves == leaves:
        return leaves
    now_ = was._replace(leaves=leaves, leave_asked=tx.now)
    await queue.save(tx, now_)
    await queue.changed(tx, facts, now_, Action.ASK_TO_LEAVE, By(Actor.FAMILY, person, channel), before=was.state, why=reason or None)
    return leaves


async def stay(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Take the wish to leave back, as long as there is no order. Raises `Refused`."""
    facts, was = await own(tx, person, number)
    if was.state == State.ENROLLED and was.leave_asked is None and not _ordered(was):
        return
    if was.state != State.ENROLLED or _ordered(was):
        raise Refused(_("The order is there already: the child leaves on {day:day}").format(day=was.leaves), facts.organisation_name)
    now_ = was._replace(leaves=None, leave_asked=None)
    await queue.save(tx, now_)
    await queue.changed(tx, facts, now_, Action.STAY, By(Actor.FAMILY, person, channel), before=was.state)


async def order(tx: Tx, staff_person: int, number: int, act: str, *, channel: str) -> date:
    """Write down the order by which a child leaves; on its day the place is free. Returns that day. Raises `Refused`."""
    facts, was, last = await theirs(tx, staff_person, number, Action.LEFT)
    if last.action == Action.ORDER_TO_LEAVE and last.person == staff_person and was.leaves is not None:
        return was.leaves
    if was.state != State.ENROLLED or was.leave_asked is None or was.leaves is None:
        raise Refused(_("The family does not ask to leave any more"), facts.organisation_name)
    by, now_ = By(Actor.STAFF, staff_person, channel), was._replace(leave_asked=None)
    await queue.save(tx, now_)
    await queue.changed(tx, facts, now_, Action.ORDER_TO_LEAVE, by, before=was.state, why=act[:500])
    await note(tx, facts, staff_person, Action.ORDER_TO_LEAVE, number, {"from": was.state, "to": "left", "reason": None})
    if was.leaves <= waking.local_day(tx.now, ZoneInfo(facts.zone)):
        await queue.move(tx, facts, now_, State.LEFT, Action.LEFT, queue.CLOCK)
    return was.leaves


def _ordered(was: ApplicationRow) -> bool:
    """Whether there is an order already: the wish is answered, and the day stands."""
    return was.leaves is not None and was.leave_asked is None


async def depart(tx: Tx) -> int:
    """Let those leave whose day has come; returns how many that were."""
    due = await tx.all(table.LEAVING, today=tx.now.date(), limit=AT_ONCE)
    gone = 0
    for group in sorted({each.group for each in due}):
        facts = await queue.lock(tx, group)
        for each in (one for one in due if one.group == group):
            was = await tx.one(table.APPLICATION, application=each.id)
            if was is None or was.state != State.ENROLLED or was.leave_asked is not None or was.leaves is None:
                continue
            if was.leaves <= waking.local_day(tx.now, ZoneInfo(facts.zone)):
                await queue.move(tx, facts, was, State.LEFT, Action.LEFT, queue.CLOCK)
                gone += 1
    return gone
