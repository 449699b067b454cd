"""What a family tells of a child, each fact optional and changed alone; and how a child leaves the family's list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.model.text import _
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import RULES, Refused
from storage import enrolment as locked
from storage import family as table
from storage import person as erasing
from storage.database import Tx
from storage.enrolment import ChildRow
from storage.family import ChildFacts

__all__ = [
    "Facts",
    "certificate_number",
    "facts",
    "remove",
    "school_year",
    "set_born",
    "set_certificate",
    "set_grade",
    "set_name",
    "set_school",
    "set_settlement",
]

LAST_GRADE = 11
"""The last class of a Russian school."""
SEPTEMBER = 9


@dataclass(frozen=True, slots=True)
class Facts:
    """The optional facts of a child, the class as it is today."""

    row: ChildFacts
    grade: int | None


def school_year(day: date) -> int:
    """The year in which the school year of a day began: it turns on 1 September."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


def certificate_number(raw: str) -> str | None:
    """The ten digits of a certificate's number, however they were set apart; `None` where they are not ten."""
    clean = re.sub(r"[\s\-–—№]", "", raw)
    return clean if re.fullmatch(r"[0-9]{10}", clean) else None


async def facts(tx: Tx, person: int, number: int, today: date) -> Facts:
    """The facts of a child for whoever looks after it. Raises `Refused`."""
    rules.check_guardian(await tx.all(locked.CHILD, child=number, person=person))
    row = await tx.one(table.CHILD_FACTS, child=number)
    assert row is not None  # noqa: S101  the child was just found
    grown = None if row.grade is None or row.grade_year is None else row.grade + school_year(today) - row.grade_year
    return Facts(row, grown if grown is not None and grown <= LAST_GRADE else None)


async def _own(tx: Tx, person: int, number: int) -> ChildRow:
    return rules.check_guardian(await tx.all(locked.LOCK_CHILD, child=number, person=person))


async def set_name(tx: Tx, person: int, number: int, name: str, surname: str) -> None:
    """Mend a child's name. Raises `Refused`."""
    await _own(tx, person, number)
    await tx.run(table.SET_NAME, child=number, name=name, surname=surname)


async def set_born(tx: Tx, person: int, number: int, born: date) -> None:
    """Mend a birthday. Raises `Refused` while an application is going on: its age was checked by the birthday."""
    await _own(tx, person, number)
    if await tx.all(locked.LIVE_OF_CHILD, child=number):
        words = _("An application is going on that was checked by this birthday: ask the organisation to mend it")
        raise Refused(words, RULES)
    await tx.run(table.SET_BORN, child=number, born=born)


async def set_settlement(tx: Tx, person: int, number: int, settlement: int | None) -> None:
    """Say where a child lives. Raises `Refused`."""
    await _own(tx, person, number)
    await tx.run(table.SET_SETTLEMENT, child=number, settlement=settlement)


async def set_school(tx: Tx, person: int, number: int, school: str | None) -> None:
    """Say which school a child goes to. Raises `Refused`."""
    await _own(tx, person, number)
    await tx.run(table.SET_SCHOOL, child=number, school=school)


async def set_grade(tx: Tx, person: int, number: int, grade: int | None, shift: int | None, today: date) -> None:
    """Say which class a child is in this school year, and in which shift it learns. Raises `Refused`."""
    await _own(tx, person, number)
    await tx.run(table.SET_GRADE, child=number, grade=grade, grade_year=None if grade is None else school_year(today), shift=shift)


async def set_certificate(tx: Tx, person: int, number: int, certificate: str | None, kind: Literal["account", "funds"] | None) -> None:
    """Keep a certificate's number and kind. Raises `Refused`, also for a number that has not ten digits."""
    await _own(tx, person, number)
    if certificate is not None and certificate_number(certificate) != certificate:
        raise Refused(_("A certificate's number has ten digits"), RULES)
    await tx.run(table.SET_CERTIFICATE, child=number, certificate=certificate, certificate_kind=kind)


async def remove(tx: Tx, person: int, number: int) -> None:
    """Take a child off the family's list. Raises `Refused` while an application is going on.

    Where nothing of it ever led to an order, its name and facts are erased but for the year of birth; else the organisation's record
    keeps them, by law.
    """
    who = await _own(tx, person, number)
    if await tx.all(locked.LIVE_OF_CHILD, child=number):
        raise Refused(_("An application for this child is going on: withdraw it first"), RULES)
    for query in (erasing.BLANK_APPLICATIONS, erasing.BLANK_CHANGES, erasing.LEAVE_SLOTS, erasing.FORGET_CALLS, erasing.CANCEL_VISITS):
        await tx.run(query, children=[number])
    if await tx.one(table.WAS_ENROLLED, child=number) is None:
        await tx.run(erasing.ERASE_CHILD, child=number, year=who.born.replace(month=1, day=1))
    else:
        await tx.run(table.REMOVE_CHILD, child=number)
