"""Times to come at: the staff makes and closes them, a family books one seat of one, and is reminded the evening before.

A time is for bringing the originals of papers to an organisation (`papers`), or for the selection of one group (`selection`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model.application import LIVE, Role, State
from bot.model.link import to
from bot.model.text import Words, _
from bot.services import queue, staff, waking
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.enrolment.rules import child_words
from storage import deadline, delivery
from storage import enrolment as facts_of
from storage import place as applications
from storage import slot as table
from storage.database import Tx
from storage.slot import SlotRow

__all__ = [
    "BOOKS",
    "KINDS",
    "Comer",
    "Series",
    "SlotRow",
    "book",
    "cancel",
    "close",
    "comers",
    "free",
    "make",
    "mark",
    "may",
    "mine",
    "one",
    "plan",
    "times",
]

KINDS = ("papers", "selection")
BOOKS = {"papers": frozenset({State.CONFIRMED, State.ADMITTED}), "selection": frozenset({State.INVITED})}
"""In which states of its application a family books a time of a kind."""
MOST = 60
"""Times of one series."""
AHEAD = timedelta(days=120)
"""So far ahead times are listed and made."""
EVENING = time(18)
"""Local time of the evening before at which families are reminded."""
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Series:
    """Times of one day: from when until when, each so many minutes long, for so many at once; in local time."""

    day: date
    first: time
    last: time
    every: int
    seats: int

    def starts(self, zone: ZoneInfo) -> list[datetime]:
        """When each begins: none goes on past the end."""
        begins, ends = (datetime.combine(self.day, at, zone).astimezone(UTC) for at in (self.first, self.last))
        step = timedelta(minutes=self.every)
        return [begins + step * at for at in range(max(0, (ends - begins) // step))]


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who comes at a time; `came` is `None` until it was marked."""

    application: int
    who: Words
    programme_name: str
    came: bool | None


async def may(tx: Tx, person: int, kind: str, of: int) -> bool:
    """Whether somebody sets times: of a selection the organisation and its board, for papers the organisation."""
    if kind == "selection":
        facts = await tx.one(facts_of.FACTS, group=of)
        access = await staff.access(tx, person, of)
        return facts is not None and queue.selects(facts) and bool(access & {"organisation", "board"})
    return kind == "papers" and any(row.role == "organisation" and row.organisation == of for row in await staff.roles(tx, person))


async def _check(tx: Tx, person: int, kind: str, of: int) -> int:
    """The organisation whose times somebody sets. Raises `Refused`."""
    if not await may(tx, person, kind, of):
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    if kind == "papers":
        return of
    facts = await tx.one(facts_of.FACTS, group=of)
    assert facts is not None  # noqa: S101  somebody may set its times
    return facts.organisation


async def make(tx: Tx, person: int, kind: str, of: int, series: Series, place: str | None = None) -> list[int]:
    """Make the times of a series, and return their numbers. Raises `Refused` where it is over, too long, or meets times that are there."""
    organisation = await _check(tx, person, kind, of)
    await tx.one(table.LOCK_ORGANISATION, organisation=organisation)
    zone = ZoneInfo(await tx.one(table.ZONE, organisation=organisation) or "UTC")
    starts = series.starts(zone)
    if not starts or series.seats < 1:
        raise Refused(_("There is no time in these hours: they end before the first one is over"), RULES)
    if len(starts) > MOST:
        raise Refused(_("At most {n} times in one series: make the series shorter").format(n=MOST), RULES)
    if starts[0] <= tx.now:
        raise Refused(_("This time is over already: choose a later one"), RULES)
    if starts[-1] > tx.now + AHEAD:
        raise Refused(_("That is too far ahead: choose an earlier day"), RULES)
    length = timedelta(minutes=series.every)
    for other in await _around(tx, kind, of, starts[0] - timedelta(days=1), starts[-1] + length):
        if other.starts < starts[-1] + length and starts[0] < other.starts + timedelta(minutes=other.minutes):
            at = other.starts.astimezone(zone)
            raise Refused(_("There is a time already: {day:day}, {time:time}").format(day=at, time=at), RULES)
    group = of if kind == "selection" else None
    facts = {"organisation": organisation, "group": group, "kind": kind, "minutes": series.every, "seats": series.seats, "place": place}
    made = [await tx.one(table.MAKE, starts=at, **facts) or 0 for at in starts]
    await staff.note(tx, person, "made_slots", "slot", made[0], organisation, kind=kind, n=len(made))
    return made


async def _around(tx: Tx, kind: str, of: int, since: datetime, until: datetime) -> list[SlotRow]:
    return [one for one in await tx.all(table.BETWEEN, kind=kind, of=of, since=since, until=until) if not one.closed]


async def free(tx: Tx, kind: str, of: int) -> dict[date, list[SlotRow]]:
    """The times that may be booked now, by local day."""
    made = dict[date, list[SlotRow]]()
    for one in await _around(tx, kind, of, tx.now, tx.now + AHEAD):
        if one.free and one.starts > tx.now:
            made.setdefault(waking.local_day(one.starts, ZoneInfo(one.zone)), []).append(one)
    return made


async def times(tx: Tx, person: int, kind: str, of: int) -> dict[date, list[SlotRow]]:
    """All times from yesterday on that are not closed, by local day, for whoever sets them. Raises `Refused`."""
    await _check(tx, person, kind, of)
    made = dict[date, list[SlotRow]]()
    for one in await _around(tx, kind, of, tx.now - timedelta(days=7), tx.now + AHEAD):
        made.setdefault(waking.local_day(one.starts, ZoneInfo(one.zone)), []).append(one)
    return made


async def comers(tx: Tx, person: int, kind: str, of: int) -> dict[int, list[Comer]]:
    """Who comes, by time. Raises `Refused`."""
    await _check(tx, person, kind, of)
    made = dict[int, list[Comer]]()
    rows = await tx.all(table.COMERS, kind=kind, of=of, since=tx.now - timedelta(days=7), until=tx.now + AHEAD)
    for row in rows:
        who = child_words(row.name, row.surname, row.born, tx.now.date())
        made.setdefault(row.slot, []).append(Comer(row.application, who, row.programme_name, row.came))
    return made


async def mark(tx: Tx, person: int, slot: int, application: int, *, came: bool) -> None:
    """Write down whether somebody came. Raises `Refused`: also before the time has begun."""
    found = await _slot(tx, person, slot)
    if found.starts > tx.now:
        raise Refused(_("This time has not come yet"), RULES)
    if await tx.run(table.CAME, slot=slot, application=application, came=came) == 1:
        await staff.note(tx, person, "marked_slot", "application", application, found.organisation, came=came)


async def _slot(tx: Tx, person: int, number: int) -> SlotRow:
    """A time that somebody sets, under its lock. Raises `Refused`."""
    found = await tx.one(table.ONE, slot=number)
    if found is None or not await may(tx, person, found.kind, found.of):
        raise Refused(_("There is no such time"), RULES)
    await tx.one(table.LOCK, slot=number)
    return found


async def close(tx: Tx, person: int, number: int) -> int:
    """Close a time: who booked it is asked to choose anew; returns how many that were. Raises `Refused`."""
    found = await _slot(tx, person, number)
    if found.closed:
        return 0
    if found.starts <= tx.now:
        raise Refused(_("This time is over already: choose a later one"), RULES)
    booked = await tx.all(table.BOOKED, slot=number)
    told = 0
    for one in booked:
        was = await tx.one(applications.APPLICATION, application=one)
        await tx.run(table.LEAVE, application=one, kind=found.kind)
        if was is None or was.state not in LIVE:
            continue
        told += 1
        for guardian in await tx.all(applications.TO_BE_TOLD, family=was.family, but=0):
            key, page = f"slotclosed:{number}:{one}:{guardian}", str(to("slotclosed", number, one))
            due = waking.awake(tx.now, ZoneInfo(found.zone))
            await tx.run(delivery.ADD, person=guardian, link=page, due=due, key=key, kind="reminder")
    await tx.run(table.CLOSE, slot=number)
    await staff.note(tx, person, "closed_slot", "slot", number, found.organisation, n=told)
    return told


async def one(tx: Tx, number: int) -> SlotRow | None:
    """A time; who comes is not in it."""
    return await tx.one(table.ONE, slot=number)


async def mine(tx: Tx, application: int, kind: str) -> SlotRow | None:
    """The time that an application has booked: whoever calls has seen to whose it is."""
    return await tx.one(table.MINE, application=application, kind=kind)


async def book(tx: Tx, person: int, application: int, kind: str, number: int) -> SlotRow:
    """Book the lowest free seat of a time, and leave the one that was booked before. Raises `Refused`; then that one stays."""
    _facts, was, of = await _own(tx, person, application, kind)
    if was.state not in BOOKS[kind]:
        raise Refused(_("There is no time to be chosen for this application now"), RULES)
    before = await mine(tx, application, kind)
    if before is not None and before.id == number:
        return before
    for each in sorted({number, *({before.id} if before else ())}):
        await tx.one(table.LOCK, slot=each)
    wanted = await tx.one(table.ONE, slot=number)
    if wanted is None or wanted.kind != kind or wanted.of != of or wanted.starts <= tx.now:
        raise Refused(_("This time cannot be booked any more: choose another one"), RULES)
    _passed(tx, before)
    await tx.run(table.FORGET_OVER, slot=number)
    if not wanted.free:
        raise Refused(_("This time has just been taken: choose another one"), RULES)
    await tx.run(table.LEAVE, application=application, kind=kind)
    if await tx.one(table.TAKE, slot=number, application=application, now=tx.now) is None:
        raise RuntimeError(f"slot {number} had a free seat under its lock and has none")
    return wanted


async def cancel(tx: Tx, person: int, application: int, kind: str) -> None:
    """Give one's seat back. Raises `Refused`."""
    await _own(tx, person, application, kind)
    before = await mine(tx, application, kind)
    if before is None:
        return
    _passed(tx, before)
    await tx.one(table.LOCK, slot=before.id)
    await tx.run(table.LEAVE, application=application, kind=kind)


def _passed(tx: Tx, before: SlotRow | None) -> None:
    if before is not None and before.starts <= tx.now:
        raise Refused(_("Your time has come already: call the organisation to agree on another one"), RULES)


async def _own(tx: Tx, person: int, application: int, kind: str) -> tuple[facts_of.GroupFacts, applications.ApplicationRow, int]:
    """An application of the person's family under its group's lock, and whose times it books. Raises `Refused`."""
    role, found = (
        await tx.one(applications.ROLE, application=application, person=person),
        await tx.one(applications.APPLICATION, application=application),
    )
    if found is None or role is None or kind not in KINDS:
        raise Refused(_("There is no such application in your family"), RULES)
    if role != Role.GUARDIAN:
        raise Refused(_("Only a parent or guardian who looks after the child may do this"), RULES)
    facts = await queue.lock(tx, found.group)
    was = await tx.one(applications.APPLICATION, application=application)
    assert was is not None  # noqa: S101  applications are not deleted
    return facts, was, facts.id if kind == "selection" else facts.organisation


async def plan(tx: Tx) -> int:
    """Plan the reminders of the evening before; a bounded piece of work that plans nothing twice."""
    planned = 0
    for name in await tx.all(deadline.ZONES):
        zone = ZoneInfo(name)
        local = tx.now.astimezone(zone)
        if local.time() < EVENING:
            continue
        evening, tomorrow = datetime.combine(local.date(), EVENING, zone), local.date() + timedelta(days=1)
        since, until = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (tomorrow, tomorrow + timedelta(days=1)))
        rows: Sequence[table.SoonRow] = await tx.all(
            table.SOON, zone=name, since=since, until=until, evening=evening.astimezone(UTC), most=AT_ONCE
        )
        for row in rows:
            key, page = f"slot:{row.slot}:{row.application}:{row.person}", str(to("slotsoon", row.slot, row.application))
            await tx.run(delivery.ADD, person=row.person, link=page, due=waking.awake(tx.now, zone), key=key, kind="reminder")
        planned += len(rows)
    return planned
