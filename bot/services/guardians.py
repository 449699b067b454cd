"""Who belongs to a family: guardians and followers, invited by one-time links, removed by one press, and free to leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.model.application import Role
from bot.model.secret import hashed, new_secret
from bot.model.text import _
from bot.services.enrolment.refusal import RULES, Refused
from bot.services.family import Child, GuardianRow, children
from storage import family as table
from storage import secret as secrets
from storage.database import Tx

__all__ = ["INVITED", "Invited", "families", "invite", "join", "leave", "leaving", "look", "members", "remove", "removing"]

TERM = timedelta(days=7)
"""How long an invitation waits."""
PURPOSE = "family"
INVITED = (Role.GUARDIAN, Role.APART, Role.FOLLOWER)
"""The parts that somebody is invited to have, the one that may do most first."""
MOST = 10
"""People of one family."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An unused invitation into a family: as what, by whom, to which children."""

    family: int
    role: Role
    by: GuardianRow
    children: tuple[Child, ...]


async def families(tx: Tx, person: int) -> list[GuardianRow]:
    """The person's part in each of their families."""
    return await tx.all(table.GUARDIAN, person=person)


async def _part(tx: Tx, person: int, family: int) -> GuardianRow | None:
    return next((row for row in await families(tx, person) if row.family == family), None)


async def members(tx: Tx, person: int, family: int) -> list[GuardianRow]:
    """Everybody who has access to a family's children, since when they do; nobody where the person is none of them."""
    found = await tx.all(table.MEMBERS, family=family)
    return found if any(row.person == person for row in found) else []


async def invite(tx: Tx, person: int, family: int, role: Role) -> str:
    """Make the secret of a one-time link into a family; only a guardian who looks after the children may. Raises `Refused`."""
    mine = await _part(tx, person, family)
    if mine is None or mine.role != Role.GUARDIAN or role not in INVITED:
        raise Refused(_("Only a parent or guardian who looks after the child may do this"), RULES)
    if len(await members(tx, person, family)) >= MOST:
        raise Refused(_("A family has ten people at most: remove somebody first"), RULES)
    token = new_secret()
    facts = {"family": family, "role": role}
    await tx.run(secrets.KEEP, digest=hashed(token), purpose=PURPOSE, person=person, facts=facts, until=tx.now + TERM)
    return token


async def look(tx: Tx, token: str) -> Invited | None:
    """An unused invitation; `None` where it is none, was used, is too old, or whoever gave it may not any more."""
    row = await tx.one(secrets.LOOK, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    if row is None or row.person is None:
        return None
    family = int(row.facts["family"])
    by = await _part(tx, row.person, family)
    if by is None or by.role != Role.GUARDIAN:
        return None
    theirs = [each for each in await children(tx, row.person) if each.family == family]
    return Invited(family, Role(row.facts["role"]), by, tuple(theirs))


async def join(tx: Tx, person: int, token: str, *, name: str | None = None, phone: str | None = None) -> Invited | None:
    """Use an invitation up; `None` where it is none any more. Whoever belongs to the family already may only get to do more by it."""
    found = await look(tx, token)
    if found is None:
        return None
    await tx.one(table.LOCK_FAMILY, family=found.family)
    mine = await _part(tx, person, found.family)
    if mine is not None and INVITED.index(Role(mine.role)) <= INVITED.index(found.role):
        return found
    if len(await members(tx, found.by.person, found.family)) >= MOST:
        raise Refused(_("A family has ten people at most: remove somebody first"), RULES)
    if await tx.one(secrets.USE, digest=hashed(token), purpose=PURPOSE, now=tx.now) is None:
        return None
    await tx.run(table.JOIN, family=found.family, person=person, role=found.role, now=tx.now)
    if mine is not None:
        await tx.run(table.PROMOTE, family=found.family, person=person, role=found.role)
    if found.role != Role.FOLLOWER:
        await tx.run(table.CONTACT, family=found.family, person=person, name=name, phone=phone)
    return found


async def removing(tx: Tx, person: int, family: int, other: int) -> GuardianRow:
    """The part of somebody else that the person may end. Raises `Refused`; of guardians nobody removes another."""
    mine, theirs = await _part(tx, person, family), await _part(tx, other, family)
    if mine is None or theirs is None or mine.role != Role.GUARDIAN or other == person:
        raise Refused(_("There is nobody in your family whom you could remove here"), RULES)
    if theirs.role == Role.GUARDIAN:
        words = _("You both look after the children, so neither removes the other: they leave themselves, else ask the organisation")
        raise Refused(words, RULES)
    return theirs


async def remove(tx: Tx, person: int, family: int, other: int) -> None:
    """End the access of a follower or of a guardian who lives apart, at once and without a word to them. Raises `Refused`."""
    await tx.one(table.LOCK_FAMILY, family=family)
    if await _part(tx, other, family) is None and await _part(tx, person, family) is not None:
        return
    await removing(tx, person, family, other)
    await tx.run(table.LEAVE, family=family, person=other)


async def leaving(tx: Tx, person: int, family: int) -> GuardianRow:
    """The part that the person may give up. Raises `Refused` for the last who looks after the children."""
    found = await members(tx, person, family)
    mine = next((row for row in found if row.person == person), None)
    if mine is None:
        raise Refused(_("You have no part in this family"), RULES)
    alone = mine.role == Role.GUARDIAN and sum(row.role == Role.GUARDIAN for row in found) == 1
    if alone and any(each.family == family for each in await children(tx, person)):
        raise Refused(_("Nobody else looks after these children: invite somebody first, or erase everything in “My data”"), RULES)
    return mine


async def leave(tx: Tx, person: int, family: int) -> None:
    """Give up one's own part in a family. Raises `Refused`."""
    await tx.one(table.LOCK_FAMILY, family=family)
    if await _part(tx, person, family) is None:
        return
    await leaving(tx, person, family)
    await tx.run(table.LEAVE, family=family, person=person)
