"""What ends by itself when a family is silent: it is asked once in time, and the place goes to the next one after that."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.application import Action, Actor, State
from bot.model.link import to
from bot.model.text import _
from bot.services import queue, waking
from bot.services.enrolment.family import own
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.queue import CLOCK, By
from storage import application as applications
from storage import delivery, place
from storage import ending as table
from storage.database import Tx
from storage.ending import WaitingRow

REMIND, ANSWER = timedelta(days=3), timedelta(days=7)
"""After so long a family is reminded of a question, and after so long the application ends."""
GRACE = timedelta(days=3)
"""How long a place is kept after the papers' day: the family is asked on the first of these days, and may ask for as many more, once."""
AT_ONCE = 50


async def plan(tx: Tx) -> int:
    """Remind of questions, ask after papers, end what stays unanswered; returns how many applications ended."""
    return await _questions(tx) + await _papers(tx)


async def _questions(tx: Tx) -> int:
    ended = 0
    for one in await tx.all(table.SILENT, before=tx.now - REMIND, limit=AT_ONCE * 4):
        key = f"question:{one.id}:{one.changed:%Y%m%d}"
        asked = await _asked(tx, one, "application", key)
        if asked is not None and tx.now - asked >= ANSWER - REMIND and ended < AT_ONCE and _awake(tx, one):
            ended += await _lapse(tx, one)
    return ended


async def _papers(tx: Tx) -> int:
    ended = 0
    for one in await tx.all(table.WITHOUT_PAPERS, day=tx.now.date() + timedelta(days=1), limit=AT_ONCE * 4):
        today = waking.local_day(tx.now, ZoneInfo(one.zone))
        if one.papers_by is None or today <= one.papers_by:
            continue
        asked = await _asked(tx, one, "latepapers", f"latepapers:{one.id}:{one.papers_by:%Y%m%d}")
        if asked is not None and tx.now - asked >= GRACE and today > one.papers_by + GRACE and ended < AT_ONCE and _awake(tx, one):
            ended += await _lapse(tx, one)
    return ended


def _awake(tx: Tx, one: WaitingRow) -> bool:
    """Whether people are awake there: nobody loses a place overnight."""
    return waking.awake(tx.now, ZoneInfo(one.zone)) == tx.now


async def _asked(tx: Tx, one: WaitingRow, page: str, key: str) -> datetime | None:
    """Since when a family has been asked; `None` where it is asked only now: nobody loses a place that was not asked for in time.

    A family that nobody can write to has been asked by the organisation, on paper: its time runs from the day itself.
    """
    persons = await tx.all(place.TO_BE_TOLD, family=one.family, but=0)
    if not persons:
        return one.changed
    keys = [f"{key}:{person}" for person in persons]
    since: datetime | None = await tx.one(table.ASKED, keys=keys)
    if since is not None:
        return since
    due = waking.awake(tx.now, ZoneInfo(one.zone))
    for person, each in zip(persons, keys, strict=True):
        await tx.run(delivery.ADD, person=person, link=str(to(page, one.id)), due=due, key=each, kind="reminder")
    return None


async def _lapse(tx: Tx, one: WaitingRow) -> int:
    """End an application under its group's lock, unless something happened to it meanwhile."""
    facts = await queue.lock(tx, one.group)
    was = await tx.one(place.APPLICATION, application=one.id)
    if was is None or (was.state, was.changed, was.papers_by) != (one.state, one.changed, one.papers_by):
        return 0
    await queue.move(tx, facts, was, State.LAPSED, Action.LAPSE, CLOCK)
    return 1


async def more_time(tx: Tx, person: int, number: int, *, channel: str) -> date:
    """Ask for three more days to bring the papers, once; returns the new day. Raises `Refused`."""
    facts, was = await own(tx, person, number)
    if was.state != State.CONFIRMED or was.papers_by is None:
        raise Refused(_("No papers are awaited for this application"), facts.organisation_name)
    history = await tx.all(applications.HISTORY, applications=[number])
    if any(one.action == Action.EXTEND for one in history):
        raise Refused(_("The day was put off once already: please call the organisation"), RULES)
    day = waking.local_day(tx.now, ZoneInfo(facts.zone)) + GRACE
    now_ = was._replace(papers_by=max(day, was.papers_by))
    await queue.save(tx, now_)
    await queue.changed(tx, facts, now_, Action.EXTEND, By(Actor.FAMILY, person, channel), before=was.state)
    return max(day, was.papers_by)
