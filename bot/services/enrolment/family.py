"""What a family does with its applications: applies, withdraws, answers offers and questions, says that it was not them.

Every function checks who asks and how the application stands, changes nothing where it raises, and does once what is asked twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.model.application import Action, Actor, Role, State, allowed
from bot.model.text import _
from bot.services import queue, waking
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import RULES, STATES, Refused, moment
from bot.services.enrolment.terms import must_wait
from bot.services.queue import By, selects, standing
from storage import enrolment as facts_of
from storage import place as table
from storage.database import Tx
from storage.enrolment import GroupFacts
from storage.place import ApplicationRow
from storage.schema import KINDS

ACTS = frozenset({Role.GUARDIAN})
"""Who may change an application. Who lives apart sees it and may dispute it; a follower only sees it (domain: the family)."""
DISPUTES = frozenset({Role.GUARDIAN, Role.APART})
TAKEN_UP = frozenset({State.SUBMITTED, State.NEEDS_INFO, State.CONFIRMED, State.ENROLLED})
"""Where an accepted offer may have led by now."""
LONGEST = 500
"""Characters of an answer, as a column takes them."""


async def apply(tx: Tx, person: int, child: int, group: int, *, financing: str | None, channel: str, kinds: Sequence[str] = KINDS) -> int:
    """Apply for a child, and return the application's number.

    In a queue it takes the lowest free seat, or else joins the queue with the next ticket: whoever comes first to the group's lock. In a
    selection it holds no place before the board decides. Raises `Refused` by the same rules as `terms`, checked again under the lock.
    """
    try:
        facts = await queue.lock(tx, group)
    except LookupError:
        raise Refused(_("This group is no longer in the catalogue"), RULES) from None
    who = rules.check_guardian(await tx.all(facts_of.LOCK_CHILD, child=child, person=person))
    live = await tx.all(facts_of.LIVE_OF_CHILD, child=child)
    await rules.check(tx, facts, who, live, kinds)
    if (ways := rules.financing(facts)) and financing not in ways:
        raise Refused(_("A place here is paid for in another way: choose again"), facts.organisation_name)
    now_ = await standing(tx, group)
    if now_.waiting and now_.held < queue.capacity(facts) and await queue.fill(tx, facts):
        now_ = await standing(tx, group)
    waits = await must_wait(tx, facts, now_.held, now_.waiting)
    holds = not waits and not selects(facts)
    if holds:
        rules.check_limit(facts, live)
    decide_by, papers_by = rules.terms_of(facts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    new = await tx.one(
        table.NEW,
        family=who.family,
        child=child,
        group=group,
        state=State.WAITLISTED if waits else State.SUBMITTED,
        ticket=now_.ticket + 1 if waits else None,
        created=tx.now,
        created_by=person,
        financing=financing if ways else None,
        decide_by=None if waits else decide_by,
        papers_by=None if waits else papers_by,
    )
    assert new is not None  # noqa: S101  INSERT … RETURNING
    if holds:
        await queue.take(tx, facts, new.id)
    await queue.changed(tx, facts, new, Action.APPLY, By(Actor.FAMILY, person, channel), before=None)
    return new.id


async def withdraw(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Take an application back; its place, if it held one, is offered to the next at once. Raises `Refused`."""
    facts, was = await _own(tx, person, number)
    if was.state == State.WITHDRAWN:
        return
    if was.state == State.ENROLLED:
        raise Refused(_("The child is enrolled: to leave, hand in a paper at {name}").format(name=facts.organisation_name), RULES)
    _check(facts, was, possible=allowed(Actor.FAMILY, State(was.state), State.WITHDRAWN, selection=selects(facts)))
    await queue.move(tx, facts, was, State.WITHDRAWN, Action.WITHDRAW, By(Actor.FAMILY, person, channel), offer_until=None)


async def accept(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Take the offered place: the application is under review, or confirmed where it was looked through before. Raises `Refused`."""
    facts, was = await _own(tx, person, number)
    if was.state in TAKEN_UP:
        return
    await _check_offer(tx, facts, was)
    decide_by, papers_by = rules.terms_of(facts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    state = State.CONFIRMED if was.reviewed else State.SUBMITTED
    by = By(Actor.FAMILY, person, channel)
    await queue.move(tx, facts, was, state, Action.ACCEPT, by, offer_until=None, decide_by=decide_by, papers_by=papers_by)


async def decline_offer(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Say no to the offered place and leave the queue; the place is offered to the next at once. Raises `Refused`."""
    facts, was = await _own(tx, person, number)
    if was.state == State.WITHDRAWN:
        return
    await _check_offer(tx, facts, was)
    await queue.move(tx, facts, was, State.WITHDRAWN, Action.DECLINE_OFFER, By(Actor.FAMILY, person, channel), offer_until=None)


async def keep_in_line(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Let this place go but keep the turn: the place is offered to the next at once, another one to this family again. Raises `Refused`."""
    facts, was = await _own(tx, person, number)
    if was.state == State.WAITLISTED:
        return
    await _check_offer(tx, facts, was)
    by = By(Actor.FAMILY, person, channel)
    await queue.move(tx, facts, was, State.WAITLISTED, Action.KEEP_IN_LINE, by, offer_until=None, passed=True)


async def answer(tx: Tx, person: int, number: int, words: str, *, channel: str) -> None:
    """Answer the question of the staff: the application is under review again, with a new term. Raises `Refused`."""
    facts, was = await _own(tx, person, number)
    if was.state == State.SUBMITTED:
        return
    _check(facts, was, possible=was.state == State.NEEDS_INFO)
    decide_by, _papers = rules.terms_of(facts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    by = By(Actor.FAMILY, person, channel)
    await queue.move(tx, facts, was, State.SUBMITTED, Action.ANSWER, by, why=words[:LONGEST], decide_by=decide_by)


async def dispute(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """«Это не мы»: mark the application as disputed. It frees no place and changes no state (domain: life-cycle). Raises `Refused`."""
    facts, was = await _own(tx, person, number, may=DISPUTES)
    if was.disputed:
        return
    now_ = was._replace(disputed=True)
    await queue.save(tx, now_)
    await queue.changed(tx, facts, now_, Action.DISPUTE, By(Actor.FAMILY, person, channel), before=was.state)


async def _own(tx: Tx, person: int, number: int, may: frozenset[Role] = ACTS) -> tuple[GroupFacts, ApplicationRow]:
    """An application of the person's family, under the lock of its group. Raises `Refused`."""
    found, role = await tx.one(table.APPLICATION, application=number), await tx.one(table.ROLE, application=number, person=person)
    if found is None or role is None:
        raise Refused(_("There is no such application in your family"), RULES)
    if Role(role) not in may:
        raise Refused(_("Only a parent or guardian who looks after the child may do this"), RULES)
    facts = await queue.lock(tx, found.group)
    now_ = await tx.one(table.APPLICATION, application=number)
    assert now_ is not None  # noqa: S101  applications are not deleted
    return facts, now_


def _check(facts: GroupFacts, was: ApplicationRow, *, possible: bool) -> None:
    if not possible:
        words = _("That is not possible any more: {state}, since {moment}")
        raise Refused(words.format(state=STATES[State(was.state)], moment=moment(was.changed, facts.zone)), facts.organisation_name)


async def _check_offer(tx: Tx, facts: GroupFacts, was: ApplicationRow) -> None:
    """Raise `Refused` where there is no offer, or its time is over, though the clock has not come round to it yet."""
    until = was.offer_until if was.state == State.OFFERED else was.changed if was.state == State.LAPSED else None
    if until is not None and until <= tx.now:
        words = _("The time for an answer was over on {moment}; the place goes to the next family")
        raise Refused(words.format(moment=moment(until, facts.zone)), RULES)
    if until is None:
        words = _("No place is offered now: {state}, since {moment}")
        raise Refused(words.format(state=STATES[State(was.state)], moment=moment(was.changed, facts.zone)), facts.organisation_name)
