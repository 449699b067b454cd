"""Friends in one queue: a second family joins an entry by a one-time code, so that the children get their places together or wait together.

Nobody is jumped: an entry of several stands where the later of its tickets does.
"""

from __future__ import annotations

from datetime import timedelta

from bot.model.application import Role, State
from bot.model.secret import hashed, new_secret
from bot.model.text import _
from bot.services import queue
from bot.services.enrolment.refusal import RULES, Refused
from storage import place as table
from storage import secret as secrets
from storage.database import Tx
from storage.place import ApplicationRow

TERM = timedelta(days=7)
"""How long a code waits."""
PURPOSE = "bundle"
MOST = 5
"""Children of one entry."""


async def invite(tx: Tx, person: int, number: int) -> str:
    """Make a one-time code by which another family may join an entry that waits. Raises `Refused`."""
    await _own(tx, person, number)
    token = new_secret()
    await tx.run(secrets.KEEP, digest=hashed(token), purpose=PURPOSE, person=person, facts={"application": number}, until=tx.now + TERM)
    return token


async def look(tx: Tx, token: str) -> int | None:
    """The group whose entry a code is for; `None` where it is none, was used, or the entry waits no more."""
    row = await tx.one(secrets.LOOK, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    if row is None:
        return None
    found = await tx.one(table.APPLICATION, application=int(row.facts["application"]))
    return found.group if found is not None and found.state == State.WAITLISTED else None


async def join(tx: Tx, person: int, number: int, token: str) -> None:
    """Tie one's own entry to the one that a code is for: from now on both get places at once, or keep their turn. Raises `Refused`."""
    mine = await _own(tx, person, number)
    facts = await queue.lock(tx, mine.group)
    mine = await _own(tx, person, number)
    row = await tx.one(secrets.LOOK, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    found = await tx.all(table.APPLICATION, application=int(row.facts["application"])) if row is not None else []
    other = found[0] if found else None
    if other is None or other.group != mine.group or other.state != State.WAITLISTED or other.id == mine.id:
        raise Refused(_("This code does not work any more: ask for a new one"), RULES)
    if mine.bundle is not None and mine.bundle == other.bundle:
        return
    theirs, ours = await _members(tx, other), await _members(tx, mine)
    if len(theirs) + len(ours) > MOST:
        raise Refused(_("An entry is for five children at most"), RULES)
    await tx.one(secrets.USE, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    bundle = await tx.one(table.NEW_BUNDLE, group=facts.id, together=True, created=tx.now)
    for one in {each.id: each for each in (*theirs, *ours)}.values():
        await queue.save(tx, one._replace(bundle=bundle))


async def _members(tx: Tx, one: ApplicationRow) -> list[ApplicationRow]:
    """Those who wait together with an application, and itself: only they are served at once."""
    if one.bundle is None or not await tx.one(table.IS_TOGETHER, bundle=one.bundle):
        return [one]
    return [each for each in await tx.all(table.OF_BUNDLE, bundle=one.bundle) if each.state == State.WAITLISTED]


async def part(tx: Tx, person: int, number: int) -> None:
    """Stand in the queue alone again, with one's own ticket: the others wait on without this child. Raises `Refused`."""
    mine = await _own(tx, person, number)
    facts = await queue.lock(tx, mine.group)
    mine = await _own(tx, person, number)
    if mine.bundle is not None:
        await queue.save(tx, mine._replace(bundle=None))
        await queue.fill(tx, facts)


async def _own(tx: Tx, person: int, number: int) -> ApplicationRow:
    """An entry of the person's family that waits. Raises `Refused`."""
    found, role = await tx.one(table.APPLICATION, application=number), await tx.one(table.ROLE, application=number, person=person)
    if found is None or role != Role.GUARDIAN:
        raise Refused(_("There is no such application in your family"), RULES)
    if found.state != State.WAITLISTED:
        raise Refused(_("Only those who both wait in the queue can be together"), RULES)
    return found
