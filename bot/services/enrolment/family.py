"""What a family does with its applications: applies, withdraws, answers offers and questions, says that it was not them.

Every function checks who asks and how the application stands, changes nothing where it raises, and does once what is asked twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.model.application import Action, Actor, Role, State, allowed, check
from bot.model.text import _
from bot.services import cases, line, queue, waking
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import RULES, STATES, Refused, moment
from bot.services.queue import By, selects, standing
from storage import enrolment as facts_of
from storage import place as table
from storage.database import Tx
from storage.enrolment import ChildRow, GroupFacts
from storage.place import ApplicationRow
from storage.schema import KINDS

ACTS = frozenset({Role.GUARDIAN})
"""Who may change an application. Who lives apart sees it and may dispute it; a follower only sees it (domain: the family)."""
DISPUTES = frozenset({Role.GUARDIAN, Role.APART})
TAKEN_UP = frozenset({State.SUBMITTED, State.NEEDS_INFO, State.CONFIRMED, State.ENROLLED})
"""Where an accepted offer may have led by now."""
WAITS = frozenset({State.WAITLISTED, State.OFFERED, State.INVITED, State.RESERVE})
"""Wishes that are left once another one is taken: without a place, or with one that is only offered."""
MOST_WISHES = 5
"""Ranked wishes of one entry."""
LONGEST = 500
"""Characters of an answer, as a column takes them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a family asks for besides a place: how it pays, by which published category it comes, whose place it gives up."""

    person: int
    channel: str
    financing: str | None
    kinds: Sequence[str] = KINDS
    category: str | None = None
    instead_of: int | None = None
    ranking: int | None = None
    rank: int | None = None
    actor: Actor = Actor.FAMILY


async def apply(  # noqa: PLR0913  an application has so many facts
    tx: Tx,
    person: int,
    child: int,
    group: int,
    *,
    financing: str | None,
    channel: str,
    kinds: Sequence[str] = KINDS,
    category: str | None = None,
    instead_of: int | None = None,
) -> int:
    """Apply for a child, and return the application's number.

    In a queue it takes the lowest free seat, or else joins the queue with the next ticket: whoever comes first to the group's lock. In a
    selection it holds no place before the board decides. `category` is a published one that the family claims, `instead_of` the application
    whose place it gives up: by that it may have a kept place (whoever calls has seen to it that it is the child's). Raises `Refused` by the
    same rules as `terms`, checked again under the lock.
    """
    facts = await _locked(tx, group)
    who = await rules.applicant(tx, await tx.all(facts_of.LOCK_CHILD, child=child, person=person), person, group)
    asked = Asked(person, channel, financing, kinds, category, instead_of)
    [number] = await join(tx, facts, [who], asked)
    if who.role == Role.PUPIL:
        await tx.run(table.SOURCE, application=number, source="pupil")
    return number


async def apply_together(  # noqa: PLR0913  an entry of several has so many facts
    tx: Tx,
    person: int,
    children: Sequence[int],
    group: int,
    *,
    together: bool,
    financing: str | None,
    channel: str,
    kinds: Sequence[str] = KINDS,
    category: str | None = None,
) -> list[int]:
    """Apply for several children of a family with one entry, and return the applications' numbers in the order of the children.

    `together`: all of them get a place, or all wait and keep their turn until there are places for all; otherwise whoever fits has one, the
    others wait. Their tickets follow one another. Raises `Refused`.
    """
    facts = await _locked(tx, group)
    await tx.all(facts_of.LOCK_CHILDREN, children=sorted(set(children)))
    who = [await _child(tx, person, child) for child in dict.fromkeys(children)]
    return await join(tx, facts, who, Asked(person, channel, financing, kinds, category), together=together)


async def apply_ranked(
    tx: Tx,
    person: int,
    child: int,
    groups: Sequence[int],
    *,
    rest: str,
    channel: str,
    kinds: Sequence[str] = KINDS,
) -> list[int]:
    """Apply for one child to several groups, the best first, and return the applications' numbers.

    `rest` says what becomes of the others once one is taken: `keep` all, leave the `lower` ranked ones, or `leave` all. That holds from the
    first press: where a place is free now, what would be left is not applied for. A child that holds as many places as it may waits
    nowhere for a further one. Each is paid for in the first way that its card names (`rules.financing`). Raises `Refused` where one of them
    cannot be applied to.
    """
    if rest not in {"keep", "lower", "leave"}:
        raise ValueError(f"{rest} is no choice")
    wanted = [*dict.fromkeys(groups)][:MOST_WISHES]
    facts = {group: await _locked(tx, group) for group in sorted(wanted)}
    who = await _child(tx, person, child)
    ranking = await tx.one(table.NEW_RANKING, child=child, rest=rest, created=tx.now)
    made, at_once = list[int](), {group: await _free(tx, facts[group]) for group in wanted}
    if rest == "leave" and any(at_once.values()):
        wanted = [group for group in wanted if at_once[group]][:1]
    for at, group in enumerate(wanted, 1):
        held = sum(one.seat is not None for one in await tx.all(facts_of.LIVE_OF_CHILD, child=child))
        if held >= facts[group].places_per_child and at_once[group] and made:
            continue
        asked = Asked(person, channel, next(iter(rules.financing(facts[group])), None), kinds, ranking=ranking, rank=at)
        made += await join(tx, facts[group], [who], asked)
        if at_once[group] and rest != "keep":
            break
    return made


async def _free(tx: Tx, facts: GroupFacts) -> bool:
    return bool(await queue.seats(tx, facts, await standing(tx, facts.id), [""]))


async def _locked(tx: Tx, group: int) -> GroupFacts:
    try:
        return await queue.lock(tx, group)
    except LookupError:
        raise Refused(_("This group is no longer in the catalogue"), RULES) from None


async def _child(tx: Tx, person: int, child: int) -> ChildRow:
    return rules.check_guardian(await tx.all(facts_of.LOCK_CHILD, child=child, person=person))


async def join(tx: Tx, facts: GroupFacts, who: Sequence[ChildRow], asked: Asked, *, together: bool = False) -> list[int]:
    """Let children of one family into a locked group or its queue, in their order, and return their applications. Raises `Refused`."""
    live = [await tx.all(facts_of.LIVE_OF_CHILD, child=child.id) for child in who]
    for child, theirs in zip(who, live, strict=True):
        await rules.check(tx, facts, child, theirs, asked.kinds, category=asked.category, instead_of=asked.instead_of)
    if (ways := rules.financing(facts)) and asked.financing not in ways:
        raise Refused(_("A place here is paid for in another way: choose again"), facts.organisation_name)
    now_ = await standing(tx, facts.id)
    if now_.waiting and (facts.special or now_.held < queue.capacity(facts)) and await queue.fill(tx, facts):
        now_ = await standing(tx, facts.id)
    seats = await queue.seats(
        tx, facts, now_, [line.KEPT if asked.instead_of else asked.category or ""] * len(who), asked.category, together=together
    )
    for theirs in live[:seats]:  # the place that is given up for this one does not count
        rules.check_limit(facts, [one for one in theirs if one.id != asked.instead_of])
    bundle: int | None = None
    if len(who) > 1:
        bundle = await tx.one(table.NEW_BUNDLE, group=facts.id, together=together, created=tx.now)
    made = list[int]()
    for at, child in enumerate(who):
        ticket = None if at < seats or selects(facts) else now_.ticket + 1 + at - seats
        made.append(await _enter(tx, facts, child, asked, seated=at < seats, ticket=ticket, bundle=bundle, told=at == 0))
    return made


async def _enter(
    tx: Tx, facts: GroupFacts, child: ChildRow, asked: Asked, *, seated: bool, ticket: int | None, bundle: int | None, told: bool
) -> int:
    """Write one application, with its place or its ticket."""
    decide_by, papers_by = rules.terms_of(facts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    waits = ticket is not None
    more = {"category": asked.category, "bundle": bundle, "ranking": asked.ranking, "rank": asked.rank, "instead_of": asked.instead_of}
    new = await tx.one(
        table.NEW,
        family=child.family,
        child=child.id,
        group=facts.id,
        state=State.WAITLISTED if waits else State.SUBMITTED,
        ticket=ticket,
        created=tx.now,
        created_by=asked.person,
        financing=asked.financing if rules.financing(facts) else None,
        decide_by=None if waits else decide_by,
        papers_by=None if waits else papers_by,
        benefit="claimed" if asked.category else None,
        **more,
    )
    assert new is not None  # noqa: S101  INSERT … RETURNING
    if seated:
        await queue.take(tx, facts, new.id, line.right_of(new))
    await queue.changed(tx, facts, new, Action.APPLY, By(asked.actor, asked.person, asked.channel), before=None, told=told)
    return new.id


async def withdraw(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Take an application back; its place, if it held one, is offered to the next at once. Raises `Refused`."""
    facts, was = await own(tx, person, number)
    if was.state == State.WITHDRAWN:
        return
    if was.state == State.ENROLLED:
        raise Refused(_("The child is enrolled: to leave, hand in a paper at {name}").format(name=facts.organisation_name), RULES)
    _check(facts, was, possible=allowed(Actor.FAMILY, State(was.state), State.WITHDRAWN, selection=selects(facts)))
    await queue.move(tx, facts, was, State.WITHDRAWN, Action.WITHDRAW, By(Actor.FAMILY, person, channel), offer_until=None)


async def accept(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Take the offered place: the application is under review, or confirmed where it was looked through before. Raises `Refused`.

    An offer to several children of the family is taken for all of them. What becomes of the child's other wishes, the family has chosen
    when it applied.
    """
    facts, was = await own(tx, person, number)
    if was.state in TAKEN_UP:
        return
    await _check_offer(tx, facts, was)
    decide_by, papers_by = rules.terms_of(facts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    by = By(Actor.FAMILY, person, channel)
    for at, one in enumerate(await _offered_with(tx, was)):
        state = State.CONFIRMED if one.reviewed else State.SUBMITTED
        check(by.actor, State(one.state), state)
        dates = {"decide_by": decide_by, "papers_by": papers_by}
        await queue.transfer(tx, facts, one, state, Action.ACCEPT, by, why=None, told=at == 0, offer_until=None, **dates)
        await leave_rest(tx, one, by)
    await queue.fill(tx, facts, by.then)


async def decline_offer(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Say no to the offered place and leave the queue; the place is offered to the next at once. Raises `Refused`."""
    facts, was = await own(tx, person, number)
    if was.state == State.WITHDRAWN:
        return
    await _check_offer(tx, facts, was)
    await _give_back(tx, facts, was, State.WITHDRAWN, Action.DECLINE_OFFER, By(Actor.FAMILY, person, channel), passed=was.passed)


async def keep_in_line(tx: Tx, person: int, number: int, *, channel: str) -> None:
    """Let this place go but keep the turn: the place is offered to the next at once, another one to this family again. Raises `Refused`."""
    facts, was = await own(tx, person, number)
    if was.state == State.WAITLISTED:
        return
    await _check_offer(tx, facts, was)
    await _give_back(tx, facts, was, State.WAITLISTED, Action.KEEP_IN_LINE, By(Actor.FAMILY, person, channel), passed=True)


async def _give_back(tx: Tx, facts: GroupFacts, was: ApplicationRow, state: State, action: Action, by: By, *, passed: bool) -> None:
    """Give back the places that were offered to a family's children in one entry, all before the next is asked."""
    for at, one in enumerate(await _offered_with(tx, was)):
        check(by.actor, State(one.state), state)
        await queue.transfer(tx, facts, one, state, action, by, told=at == 0, offer_until=None, passed=passed)
    await queue.fill(tx, facts, by.then)


async def _offered_with(tx: Tx, was: ApplicationRow) -> list[ApplicationRow]:
    """The applications of the same family that were offered a place by the same entry, all together: they are answered once."""
    if was.bundle is None or not await tx.one(table.IS_TOGETHER, bundle=was.bundle):
        return [was]
    mates = await tx.all(table.OF_BUNDLE, bundle=was.bundle)
    others = [one for one in mates if one.family == was.family and one.state == State.OFFERED and one.id != was.id]
    return [was, *others]


async def leave_rest(tx: Tx, taken: ApplicationRow, by: By) -> None:
    """Once a child has a place by one of its ranked wishes, leave the others as the family chose: none, the lower ones, or all.

    Only what waits is left: a place that was taken before stays taken. The groups of all wishes are locked, in ascending id.
    """
    if taken.ranking is None:
        return
    rest = await tx.one(table.REST, ranking=taken.ranking)
    for other in await tx.all(table.OF_RANKING, ranking=taken.ranking):
        lower = (other.rank or 0) > (taken.rank or 0)
        if other.id == taken.id or other.state not in WAITS or not (rest == "leave" or (rest == "lower" and lower)):
            continue
        facts = await queue.lock(tx, other.group)
        await queue.move(tx, facts, other, State.WITHDRAWN, Action.WITHDRAW, by, offer_until=None)


async def answer(tx: Tx, person: int, number: int, words: str, *, channel: str) -> None:
    """Answer the question of the staff: the application is under review again, with a new term. Raises `Refused`."""
    facts, was = await own(tx, person, number)
    if was.state == State.SUBMITTED:
        return
    _check(facts, was, possible=was.state == State.NEEDS_INFO)
    decide_by, _papers = rules.terms_of(facts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    by = By(Actor.FAMILY, person, channel)
    await queue.move(tx, facts, was, State.SUBMITTED, Action.ANSWER, by, why=words[:LONGEST], decide_by=decide_by)


async def dispute(tx: Tx, person: int, number: int, *, channel: str, text: str = "") -> None:
    """«Это не мы»: mark the application as disputed, and open a case. It frees no place and changes no state. Raises `Refused`."""
    facts, was = await own(tx, person, number, may=DISPUTES)
    if was.disputed:
        return
    now_ = was._replace(disputed=True)
    await queue.save(tx, now_)
    await queue.changed(tx, facts, now_, Action.DISPUTE, By(Actor.FAMILY, person, channel), before=was.state)
    await cases.open_(tx, person, number, facts, text)


async def seen(tx: Tx, person: int, number: int, may: frozenset[Role] = ACTS) -> ApplicationRow:
    """An application of the person's family, as it is before any lock. Raises `Refused`."""
    found, role = await tx.one(table.APPLICATION, application=number), await tx.one(table.ROLE, application=number, person=person)
    if found is None or role is None:
        raise Refused(_("There is no such application in your family"), RULES)
    if Role(role) not in may:
        raise Refused(_("Only a parent or guardian who looks after the child may do this"), RULES)
    return found


async def own(tx: Tx, person: int, number: int, may: frozenset[Role] = ACTS) -> tuple[GroupFacts, ApplicationRow]:
    """An application of the person's family, under the lock of its group. Raises `Refused`."""
    found = await seen(tx, person, number, may)
    if found.ranking is not None:  # taking one place may leave the queues of others: all their groups, in ascending id
        for group in sorted({each.group for each in await tx.all(table.OF_RANKING, ranking=found.ranking)}):
            await queue.lock(tx, group)
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
