"""What an organisation's staff does: decides, takes a decision back within its minute, sets sizes, asks why nobody was offered.

Only the staff of the group's own organisation may; every act is in the audit, with codes and ids and no names.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bot.model.application import DECISIONS, Action, Actor, Reason, State, allowed, holds
from bot.model.category import CATEGORIES
from bot.model.text import Personal, Words, _, lines, listed, n_
from bot.services import line, queue, staff, waking
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import ACTORS, RULES, STATES, Decided, Refused, moment
from bot.services.queue import UNDO, By, capacity, selects, standing
from storage import enrolment as facts_of
from storage import place as table
from storage.database import Tx
from storage.enrolment import GroupFacts
from storage.place import ApplicationRow, ChangeRow, Hindrances

REVIEWED = frozenset({Action.CONFIRM, Action.QUEUE})
"""Who does this has looked the application through."""


async def decide(  # noqa: PLR0913  a decision has so many facts
    tx: Tx,
    staff_person: int,
    number: int,
    verb: str,
    *,
    reason: str | None = None,
    comment: str = "",
    act: str = "",
    channel: str,
    seen: int | None = None,
) -> int:
    """Do one of `DECISIONS` with an application, and return the id of the change.

    `decline` needs a `reason`, `enrol` the `act`: what enrols, with number and date. `seen` is the last change (`ApplicationView.change`)
    that was on the screen. The family is told when the minute of undo has passed. Raises `Decided` where somebody was quicker, so that
    this verb is no longer possible or not what it was pressed for; `Refused` for others' applications, and for a place that is not there;
    `ValueError` for a verb without what it needs.
    """
    action = Action(verb)
    if action not in DECISIONS or (action is Action.DECLINE and reason is None) or (action is Action.ENROL and not act):
        raise ValueError(f"{verb} is no decision, or lacks its reason or act")
    facts, was, last = await theirs(tx, staff_person, number, action)
    state, by = DECISIONS[action], By(Actor.STAFF, staff_person, channel, UNDO)
    if last.action == action and last.person == staff_person and last.actor == Actor.STAFF:
        return last.id
    possible = was.state == state if action is Action.REVIEW else allowed(Actor.STAFF, State(was.state), state, selection=selects(facts))
    if not possible or (seen is not None and seen != last.id):
        raise Decided(await _quicker(tx, facts, was, last, staff_person))
    values = await _values(tx, facts, was, action, reason=reason, comment=comment, act=act)
    if action is Action.REVIEW:
        change = await queue.transfer(tx, facts, was, state, action, by, told=False, **values)
    else:
        await _check_place(tx, facts, was, state)
        change = await queue.move(tx, facts, was, state, action, by, why=(act or comment)[:500], **values)
    await note(tx, facts, staff_person, action, number, {"from": was.state, "to": state, "reason": reason})
    return change


async def _values(
    tx: Tx, facts: GroupFacts, was: ApplicationRow, action: Action, *, reason: str | None, comment: str, act: str
) -> dict[str, Any]:
    """The further columns that a decision sets."""
    decide_by, papers_by = rules.terms_of(facts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    values: dict[str, Any] = {}
    if action in {*REVIEWED, Action.REVIEW}:
        values["reviewed"] = True
    if action in {Action.QUEUE, Action.RESERVE} and was.ticket is None:
        values["ticket"] = (await standing(tx, facts.id)).ticket + 1
    if action in {Action.QUEUE, Action.RESERVE}:
        values |= {"passed": True, "decide_by": None}  # the place that is free now is not theirs: the next one may be
    elif action is Action.CONFIRM:
        values["papers_by"] = max(papers_by, was.papers_by or papers_by)
    elif action is Action.INVITE:
        values["decide_by"] = decide_by
    elif reason is not None:
        values["reason"] = Reason(reason)
    if comment:
        values["comment"] = comment[:500]
    return values | ({"act": act[:100]} if action is Action.ENROL else {})


async def _check_place(tx: Tx, facts: GroupFacts, was: ApplicationRow, state: State) -> None:
    """Raise `Refused` where the new state needs a place that the group, or the child, may not have."""
    selection = selects(facts)
    if holds(State(was.state), selection=selection) or not holds(state, selection=selection):
        return
    await tx.all(facts_of.LOCK_CHILDREN, children=[was.child])
    if not await queue.room(tx, facts, line.right_of(was)):
        raise Refused(_("All places are taken: put the application into the reserve"), facts.organisation_name)
    rules.check_limit(facts, await tx.all(facts_of.LIVE_OF_CHILD, child=was.child))


async def undo(tx: Tx, staff_person: int, number: int, *, channel: str) -> None:
    """Take one's own decision back within its minute, before the family was told; an offer that followed from it is taken back too.

    Raises `Refused` where it is too late, or the place is gone.
    """
    facts, was, last = await theirs(tx, staff_person, number)
    mine = last.actor == Actor.STAFF and last.person == staff_person
    if mine and last.action == Action.UNDO:
        return
    if not mine or last.action not in DECISIONS or last.from_state is None or tx.now >= last.at + UNDO:
        raise Refused(_("Too late to take this back: the family has been told"), RULES)
    by, before, held = (
        By(Actor.STAFF, staff_person, channel, UNDO),
        State(last.from_state),
        holds(State(was.state), selection=selects(facts)),
    )
    if not held and holds(before, selection=selects(facts)):
        await _take_back(tx, facts, last, by)
    for one in await tx.all(facts_of.LIVE_OF_CHILD, child=was.child):
        if one.group == facts.id and one.id != number:
            raise Refused(_("Too late to take this back: the family has applied anew"), RULES, application=one.id)
    await _check_place(tx, facts, was, before)
    decide_by, _papers = rules.terms_of(facts, waking.local_day(tx.now, ZoneInfo(facts.zone)))
    restored: dict[str, Any] = {"reason": None, "comment": None, "act": None, "passed": False, "decide_by": was.decide_by or decide_by}
    if last.action == Action.REVIEW:
        restored = {}
    restored["reviewed"] = was.reviewed and last.action not in {*REVIEWED, Action.REVIEW}
    await queue.transfer(tx, facts, was, before, Action.UNDO, by, told=False, **restored)
    await queue.withhold(tx, was.family, last.id)
    await queue.fill(tx, facts, by.then)
    await note(tx, facts, staff_person, Action.UNDO, number, {"from": was.state, "to": before, "reason": None})


async def _take_back(tx: Tx, facts: GroupFacts, decision: ChangeRow, by: By) -> None:
    """Give back the place that a decision set free, if whoever got it by that was not told and has not answered."""
    if (await standing(tx, facts.id)).held < capacity(facts):
        return
    followed = await tx.one(table.FOLLOWED, group=facts.id, at=decision.at, application=decision.application)
    if followed is None:
        return
    mates = [] if followed.bundle is None else await tx.all(table.OF_BUNDLE, bundle=followed.bundle)
    for one in [
        followed,
        *(mate for mate in mates if mate.id != followed.id and mate.state == followed.state and mate.changed == decision.at),
    ]:
        for offer in await tx.all(table.LAST_CHANGE, application=one.id):
            await queue.withhold(tx, one.family, offer.id)
        before = State.RESERVE if selects(facts) else State.WAITLISTED
        await queue.transfer(tx, facts, one, before, Action.UNDO, by.then, told=False, offered=None, offer_until=None)


async def set_size(tx: Tx, staff_person: int, group: int, size: int) -> None:
    """Set the number of places: new ones are offered at once; fewer only stop new seats, nobody loses one.

    Raises `Refused` for another organisation's group, `ValueError` for a negative number.
    """
    if size < 0:
        raise ValueError(f"a group has no {size} places")
    await _group(tx, staff_person, group)
    before = await queue.lock(tx, group)
    await tx.run(facts_of.RESIZE, group=group, size=size)
    facts = before._replace(size=size)
    if capacity(facts) > capacity(before):
        await tx.run(table.FORGET_PASSED, group=group, application=0)
    await queue.fill(tx, facts)
    await note(tx, facts, staff_person, "set_size", group, {"from": before.size, "to": size}, noun="group")


async def count_outside(tx: Tx, staff_person: int, group: int, taken: int) -> None:
    """Say how many are enrolled outside the bot as of today; places that this leaves free are offered at once.

    Raises `Refused` for another organisation's group, `ValueError` for a negative number.
    """
    if taken < 0:
        raise ValueError(f"{taken} children are enrolled nowhere")
    await _group(tx, staff_person, group)
    before = await queue.lock(tx, group)
    await tx.run(facts_of.COUNT_OUTSIDE, group=group, taken=taken, day=waking.local_day(tx.now, ZoneInfo(before.zone)))
    facts = before._replace(taken=taken)
    if capacity(facts) > capacity(before):
        await tx.run(table.FORGET_PASSED, group=group, application=0)
    await queue.fill(tx, facts)
    await note(tx, facts, staff_person, "count_outside", group, {"from": before.taken, "to": taken}, noun="group")


async def why_nobody(tx: Tx, staff_person: int, group: int) -> Words:
    """Why nobody who waits is offered a place now. Raises `Refused` for another organisation's group."""
    facts = await _group(tx, staff_person, group)
    selection = selects(facts)
    state = State.RESERVE if selection else State.WAITLISTED
    [hindrances] = await tx.all(table.HINDRANCES, group=group, state=state, most=facts.places_per_child)
    [(offers, until)] = await tx.all(table.OFFERS, group=group)
    open_ = n_("{n} place is offered and waits for an answer", "{n} places are offered and wait for an answer", offers) if offers else None
    if until is not None and open_ is not None:
        open_ = _("{offers}, until {moment} at the earliest").format(offers=open_, moment=moment(until, facts.zone))
    return lines(await _hindrance(tx, facts, hindrances), open_, *await _order(tx, facts))


async def _order(tx: Tx, facts: GroupFacts) -> list[Words]:
    """What there is to the order besides tickets: places that wait for somebody else, a pair at the head of the queue, a rule."""
    if not (facts.quotas or facts.bundles or facts.priority):
        return []
    made = list[Words]()
    for whose, places in (await line.unfilled(tx, facts)).items():
        if places and whose == line.KEPT:
            made.append(n_("{n} place is kept for your own pupils", "{n} places are kept for your own pupils", places))
        elif places:
            words = n_("{n} place is reserved: {whom}", "{n} places are reserved: {whom}", places)
            made.append(words.format(whom=CATEGORIES.get(whose, whose)))
    if pair := next((unit for unit in await line.in_line(tx, facts) if len(unit) > 1), None):
        words = n_(
            "An entry in the queue is for {n} child at once: it is served when there are as many places, and keeps its turn",
            "An entry in the queue is for {n} children at once: it is served when there are as many places, and keeps its turn",
            len(pair),
        )
        made.append(words)
    if facts.priority:
        made.append(
            _("By the published rule those come first: {whom}").format(whom=listed([CATEGORIES.get(one, one) for one in facts.priority]))
        )
    return made


async def _hindrance(tx: Tx, facts: GroupFacts, who: Hindrances) -> Words:
    """The first thing that keeps whoever is next from a place."""
    if not who.waiting:
        return _("Nobody is in the reserve") if selects(facts) else _("Nobody waits in the queue")
    if not queue.runs(facts, tx.now):
        return _("Enrolment in this group is closed: it gives no places") if facts.locked else _("This group has finished")
    held = (await standing(tx, facts.id)).held
    others = (facts.quotas or facts.bundles) and held < line.total(facts)
    if held >= capacity(facts) and not others:
        return _(
            "No place is free: of {size}, {held} are held here, {taken} are taken elsewhere, {kept} are kept for your own pupils"
        ).format(size=facts.size, held=held, taken=facts.taken or 0, kept=facts.kept)
    if not await queue.fitting(tx, facts):
        free = line.total(facts) - held
        return lines(
            n_("{n} place is free, but not for whoever waits now", "{n} places are free, but not for whoever waits now", free)
            if others
            else _("A place is free, but nobody who waits can have it now"),
            n_("{n} waits for the next one", "{n} wait for the next one", who.passed) if who.passed else None,
            n_("{n} child holds as many places as it may", "{n} children hold as many places as they may", who.full) if who.full else None,
        )
    begins = await queue.begin(tx, facts)
    if begins is not None and await queue.until(tx, facts, tx.now) is None and not selects(facts):
        return _("The group begins on {moment}: too little time for an answer; the place is offered once it has begun").format(
            moment=moment(begins, facts.zone)
        )
    return _("A place is free: whoever is next is asked within a minute")


async def _group(tx: Tx, person: int, group: int, action: str | None = None) -> GroupFacts:
    """The facts of a group about which the person may decide; `action` is the decision, for who only selects. Raises `Refused`."""
    facts = await tx.one(facts_of.FACTS, group=group)
    if facts is None:
        raise _refused()
    if not staff.may_decide(await staff.access(tx, person, group), action, selection=selects(facts)):
        raise _refused()
    return facts


async def theirs(tx: Tx, person: int, number: int, action: str | None = None) -> tuple[GroupFacts, ApplicationRow, ChangeRow]:
    """An application about which the person may decide this (`None`: take the last decision back), under the group's lock.

    With its last change. Raises `Refused`.
    """
    found, last = await tx.one(table.APPLICATION, application=number), await tx.one(table.LAST_CHANGE, application=number)
    if found is None or last is None:
        raise _refused()
    await _group(tx, person, found.group, action or _undoes(last))
    facts = await queue.lock(tx, found.group)
    now_, last = await tx.one(table.APPLICATION, application=number), await tx.one(table.LAST_CHANGE, application=number)
    assert now_ is not None  # noqa: S101  applications are not deleted
    assert last is not None  # noqa: S101  each begins with one
    return facts, now_, last


def _undoes(last: ChangeRow) -> str | None:
    """What taking the last decision back is for who only selects: that decision; and once more, of what was taken back already."""
    return Action.INVITE if last.action == Action.UNDO else last.action


def _refused() -> Refused:
    return Refused(_("Only the staff of its own organisation can see to this group"), RULES)


async def _quicker(tx: Tx, facts: GroupFacts, was: ApplicationRow, last: ChangeRow, person: int) -> Words:
    """Who did what when, for somebody who came second."""
    who: Words = ACTORS[Actor(last.actor)]
    if last.actor == Actor.STAFF:
        name: str | None = await tx.one(facts_of.STAFF_NAME, person=last.person, organisation=facts.organisation)
        who = _("you") if last.person == person else Personal(name, who) if name else who
    words = _("This was decided meanwhile. {moment}, {who}: {state}")
    return words.format(moment=moment(last.at, facts.zone), who=who, state=STATES[State(was.state)])


async def note(tx: Tx, facts: GroupFacts, person: int, action: str, number: int, what: dict[str, Any], noun: str = "application") -> None:
    """Write it into the audit."""
    await staff.note(tx, person, action, noun, number, facts.organisation, **what)
