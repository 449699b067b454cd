"""The card doctor: which groups nobody can apply to and why, in the words that a family reads; and what families miss on a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.model.text import Words, _
from bot.services import groups
from bot.services.enrolment import rules
from storage import group as table
from storage.database import Tx
from storage.group import BareProgramme, StaffGroup

__all__ = ["BareProgramme", "Complaint", "Patient", "bare", "doctor"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a group; `field` is what mends it: one of those that can be edited, `open`, `size`, `publish`, or nothing."""

    words: Words
    field: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """A group with complaints. `refused`: no family can apply now, and the first complaint is the sentence that it reads."""

    group: StaffGroup
    refused: bool
    complaints: tuple[Complaint, ...]


async def doctor(tx: Tx, person: int) -> list[Patient]:
    """The groups of a person's organisations that have complaints: those that nobody can apply to first."""
    found = [await _examined(tx, each) for each in await groups.mine(tx, person) if each.decides]
    return sorted((each for each in found if each.complaints), key=lambda each: not each.refused)


async def _examined(tx: Tx, group: StaffGroup) -> Patient:
    facts, complaints = group.facts, list[Complaint]()
    barred = None if facts.door == "elsewhere" else await rules.barred(tx, facts)
    if barred is not None:
        complaints.append(Complaint(barred, _mends(tx, group)))
    if not group.lessons and not group.note:
        complaints.append(Complaint(_("No timetable: families do not see when to come"), "timetable"))
    if facts.size is None and facts.entry == "queue":
        complaints.append(Complaint(_("The number of places is not set: nobody sees whether there are any"), "size"))
    if facts.age_min is None and facts.age_max is None:
        complaints.append(Complaint(_("No ages: the search does not find the group for a child"), "ages"))
    if not group.teacher:
        complaints.append(Complaint(_("No teacher"), "teacher"))
    if not group.phone:
        complaints.append(Complaint(_("No telephone to ask at"), "phone"))
    return Patient(group, barred is not None, tuple(complaints))


def _mends(tx: Tx, group: StaffGroup) -> str:
    """What would let families apply again."""
    facts = group.facts
    if facts.archived or facts.organisation_archived or facts.state == "archived":
        return ""
    if facts.state == "draft":
        return "publish"
    if facts.ends is not None and facts.ends < tx.now.date():
        return "ends"
    if facts.locked:
        return "open"
    if facts.enrolment_from is not None and facts.enrolment_from > tx.now:
        return "from"
    return "until" if facts.enrolment_to is not None and facts.enrolment_to < tx.now else ""


async def bare(tx: Tx, person: int) -> list[BareProgramme]:
    """Programmes without a group that goes on: nobody can apply to them, and a group comes with a file."""
    return await tx.all(table.BARE, person=person, now=tx.now, since=tx.now.date() - timedelta(days=1))
