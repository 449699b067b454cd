"""Families: who answers for which children, and what is known of them: a name, a birthday, a telephone, nothing of their health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage import family as table
from storage.database import Tx
from storage.family import ChildRow, GuardianRow

__all__ = ["Child", "GuardianRow", "add_child", "child", "children", "contact", "known", "oneself", "own_family", "set_contact"]

YOUNGEST, OLDEST = 3, 18
"""Years between which a child may be entered: supplementary education is for children up to eighteen."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child as its family sees it."""

    id: int
    family: int
    name: str
    surname: str
    born: date
    settlement: int | None
    role: str

    @property
    def may_change(self) -> bool:
        """Whether the reader may apply and change; who lives apart and who follows only look."""
        return self.role == "guardian"

    def age(self, day: date) -> int:
        """Whole months on a day."""
        return (day.year - self.born.year) * 12 + day.month - self.born.month - (day.day < self.born.day)


def _child(row: ChildRow) -> Child:
    return Child(*row)


async def own_family(tx: Tx, person: int) -> GuardianRow | None:
    """The family in which this person is a guardian."""
    return next((row for row in await tx.all(table.GUARDIAN, person=person) if row.role == "guardian"), None)


async def known(tx: Tx, person: int) -> bool:
    """Whether anything of a family is known of a person, or they are a pupil of their own: what was erased is not."""
    if any(row.name or row.phone for row in await tx.all(table.GUARDIAN, person=person)) or await children(tx, person):
        return True
    return await tx.one(table.IS_PUPIL, person=person) is not None


async def children(tx: Tx, person: int) -> list[Child]:
    """The children of all families of a person, the youngest first."""
    return [_child(row) for row in await tx.all(table.CHILDREN, person=person)]


async def child(tx: Tx, person: int, number: int) -> Child | None:
    """One child; `None` where it is not of this person's families."""
    row = await tx.one(table.CHILD, person=person, child=number)
    return None if row is None else _child(row)


async def oneself(tx: Tx, person: int) -> Child | None:
    """The child whose own account this person is, as a pupil sees it."""
    row = await tx.one(table.OWN_CHILD, person=person)
    return None if row is None else _child(row)


async def contact(tx: Tx, person: int) -> GuardianRow | None:
    """The person's own name and telephone in their family, once both are known."""
    own = await own_family(tx, person)
    return own if own is not None and own.name and own.phone else None


async def _family(tx: Tx, person: int) -> int:
    own = await own_family(tx, person)
    if own is not None:
        return own.family
    number = await tx.one(table.NEW_FAMILY, now=tx.now)
    if number is None:
        msg = "an insert gave no id"
        raise RuntimeError(msg)
    await tx.run(table.JOIN, family=number, person=person, role="guardian", now=tx.now)
    return number


async def set_contact(tx: Tx, person: int, name: str, phone: str) -> None:
    """Remember a guardian's own name and telephone (`+7…`), which an application needs."""
    number = await _family(tx, person)
    await tx.run(table.CONTACT, family=number, person=person, name=name, phone=phone)


async def add_child(tx: Tx, person: int, name: str, surname: str, born: date) -> int:
    """Enter a child; the same name and birthday again is the same child. Returns its number."""
    number = await _family(tx, person)
    for known in await children(tx, person):
        if known.family == number and known.born == born and known.name.casefold() == name.casefold():
            return known.id
    added = await tx.one(table.ADD_CHILD, family=number, name=name, surname=surname, born=born, now=tx.now)
    if added is None:
        msg = "an insert gave no id"
        raise RuntimeError(msg)
    return added
