"""The groups of somebody who works there: what stands in them, what may be changed by whom, and what their families are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.model.link import to
from bot.model.text import _
from bot.services import queue, staff, waking
from bot.services.catalogue import Group, LessonRow
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.importing import timetable
from bot.services.importing.when import Lesson
from storage import catalogue as cards
from storage import delivery
from storage import enrolment as facts_of
from storage import group as table
from storage.database import Tx
from storage.group import NoteRow, StaffGroup

__all__ = ["Moved", "StaffGroup", "card", "change", "deciding", "mine", "moved", "one", "publish", "retime"]

MOST = 500
"""Groups of one organisation that are listed."""
PATIENCE = timedelta(minutes=10)
"""So long the families are not told of a new time or place: what is corrected meanwhile comes in the same message."""
LATELY = timedelta(days=3)
"""So far back a change may still wait to be told: no night is longer."""
OF_TEACHER = frozenset({"room", "teacher"})
"""What a teacher sets besides the timetable."""
OF_FAMILIES = frozenset({"room", "address", "starts", "ends"})
"""What the families of a group are told of."""
AGES = ("age_min", "age_max")
ENDED = timedelta(days=60)
"""So long a group is still listed after its last day."""


async def mine(tx: Tx, person: int) -> list[StaffGroup]:
    """The groups of a person's organisations, and those that they teach."""
    return await tx.all(table.OF_STAFF, person=person, now=tx.now, since=tx.now.date() - ENDED, most=MOST)


async def one(tx: Tx, person: int, group: int) -> StaffGroup | None:
    """One of them; `None` where it is not theirs."""
    return await tx.one(table.ONE_OF_STAFF, person=person, now=tx.now, group=group)


async def card(tx: Tx, found: StaffGroup) -> Group:
    """The same group as families see it, with its timetable, also where it is over."""
    [group] = await tx.all(cards.GROUP, group=found.facts.id)
    return Group(group, tuple(await tx.all(table.LESSONS, groups=[found.facts.id])))


async def deciding(tx: Tx, person: int, group: int) -> StaffGroup:
    """A group of an organisation that the person decides for. Raises `Refused`."""
    found = await one(tx, person, group)
    if found is None or not found.decides:
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    return found


async def _theirs(tx: Tx, person: int, group: int, field: str) -> StaffGroup:
    """A group that this person may change so, under its lock. Raises `Refused`."""
    found = await one(tx, person, group)
    if found is None:
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    if not found.decides and field not in OF_TEACHER:
        raise Refused(_("A teacher sets the timetable, the room and the teacher; the rest is for the organisation"), RULES)
    await queue.lock(tx, group)
    now_ = await one(tx, person, group)
    assert now_ is not None  # noqa: S101  it was there, and is locked
    return now_


async def change(tx: Tx, person: int, group: int, **values: Any) -> bool:
    """Set some of `storage.group.FIELDS`, or the `phone` of the programme; false where they stood so already. Raises `Refused`.

    Families are told of what concerns them. A group that is opened gives what is free to who waits at once.
    """
    changed, facts, aged = False, None, False
    for field, value in values.items():
        found = await _theirs(tx, person, group, field)
        facts = found.facts
        before = _value(found, field)
        # The ages that are shown may be the programme's: where one limit is set for the group, both are.
        paired = field in AGES and (aged or any(_value(found, each) != values.get(each) for each in AGES))
        if before == value and not paired:
            continue
        aged = aged or field in AGES
        changed = True
        if field == "phone":
            await tx.run(table.SET_PHONE, programme=facts.programme, value=value)
        else:
            await tx.run(table.SET[field], group=group, value=value)
        told = field in OF_FAMILIES
        await staff.note(
            tx,
            person,
            "moved" if told else "edited",
            "group",
            group,
            facts.organisation,
            field=field,
            **({} if field in NAMING else {"from": _plain(before), "to": _plain(value)}),
        )
        if told:
            await _tell(tx, group, facts.zone)
    if changed and facts is not None and "locked" in values:
        await queue.fill(tx, await queue.lock(tx, group))
    return changed


NAMING = frozenset({"teacher", "phone"})
"""Fields that name somebody: the journal says that they were changed, never what they were."""


def _value(found: StaffGroup, field: str) -> Any:
    return getattr(found, field) if field in {"room", "address", "teacher", "phone"} else getattr(found.facts, field)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


async def retime(tx: Tx, person: int, group: int, lessons: Sequence[Lesson], note: str | None) -> bool:
    """Replace a group's timetable; a `note` («время уточнят к 10 сентября») makes it a preliminary one. False where it was so already.

    The bits by which it is found are written as an import does. Raises `Refused`.
    """
    found = await _theirs(tx, person, group, "room")
    old = await tx.all(table.LESSONS, groups=[group])
    written = await timetable.write(tx, [(group, timetable.Timetable(set(lessons)))], dry_run=False)
    if not written and note == found.note:
        return False
    await tx.run(table.SET_NOTE, group=group, note=note, preliminary=note is not None)
    before = {"lessons": [[_plain(value) for value in lesson[1:]] for lesson in old], "note": found.note}
    await staff.note(tx, person, "moved", "group", group, found.facts.organisation, field="timetable", **{"from": before})
    await _tell(tx, group, found.facts.zone)
    return True


async def publish(tx: Tx, person: int, group: int) -> bool:
    """Publish the programme of a group that is a draft still. Raises `Refused`."""
    found = await _theirs(tx, person, group, "state")
    if not await tx.run(table.PUBLISH, programme=found.facts.programme):
        return False
    await staff.note(tx, person, "published", "programme", found.facts.programme, found.facts.organisation)
    return True


# ---------------------------------------------------------------- what families are told


def _due(note: NoteRow, zone: str) -> datetime:
    return waking.awake(note.at + PATIENCE, ZoneInfo(zone))


def _first(notes: Sequence[NoteRow], zone: str) -> list[NoteRow]:
    """The changes that are told together with the last one: from the first that was not told yet when it happened."""
    told = list[NoteRow]()
    for note in notes:
        if told and note.at >= _due(told[0], zone):
            told = []
        told.append(note)
    return told


async def _tell(tx: Tx, group: int, zone: str) -> None:
    """Tell the families of a group of its change once: a further change before that is part of the same message."""
    together = _first(await tx.all(table.CHANGES, group=group, since=tx.now - LATELY), zone)
    due = _due(together[0], zone)
    for person in await tx.all(table.FAMILIES, group=group):
        key = f"group:{together[0].id}:{person}"
        await tx.run(delivery.ADD, person=person, link=str(to("groupnews", together[0].id)), due=due, key=key, kind="reminder")


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed in a group's time and place: `before` by field as it was first, and the group as it is now."""

    group: Group
    programme: str
    before: dict[str, Any]
    lessons: tuple[LessonRow, ...]
    zone: str


async def moved(tx: Tx, person: int, note: int) -> Moved | None:
    """The change of a group that began with a note of the audit; `None` where it is not for this person, or everything is as before."""
    first = await tx.one(table.CHANGE, note=note)
    if first is None or first.action != "moved" or person not in await tx.all(table.FAMILIES, group=first.noun_id):
        return None
    facts = await tx.one(facts_of.FACTS, group=first.noun_id)
    if facts is None:
        return None
    notes = [each for each in await tx.all(table.CHANGES, group=first.noun_id, since=first.at) if each.at < _due(first, facts.zone)]
    before = dict[str, Any]()
    for each in notes:
        before.setdefault(each.facts["field"], each.facts["from"])
    [row] = await tx.all(cards.GROUP, group=first.noun_id)
    now_ = Group(row, tuple(await tx.all(table.LESSONS, groups=[first.noun_id])))
    lessons = tuple(_lesson(first.noun_id, each) for each in before.get("timetable", {}).get("lessons", ()))
    return Moved(now_, facts.programme_name, before, lessons, facts.zone)


def _lesson(group: int, plain: Sequence[Any]) -> LessonRow:
    weekday, day, last, *rest = plain
    return LessonRow._make((group, weekday, *(date.fromisoformat(each) if each else None for each in (day, last)), *rest))
