"""Slips for families without a messenger: the code on it, with the child's birthday, says «this is my child» later."""

from __future__ import annotations

from datetime import date, timedelta

from bot.model.application import Role
from bot.model.secret import hashed, new_code
from bot.model.text import _
from bot.services import groups, staff
from bot.services.enrolment.refusal import RULES, Refused
from storage import family as table
from storage import group as members
from storage import secret as secrets
from storage.database import Tx

TERM = timedelta(days=60)
"""How long a slip waits in a drawer."""
PURPOSE = "slip"
TRIES = 3
"""Wrong birthdays that burn a code."""


async def make(tx: Tx, person: int, application: int) -> str:
    """Make the code of a slip for a child whom the staff entered; whoever decides in its group may. Raises `Refused`."""
    row = await tx.one(members.MEMBER, application=application)
    found = None if row is None else await groups.one(tx, person, row.group)
    if row is None or found is None or not found.decides:
        raise Refused(_("Only the staff of its own organisation can see to this group"), RULES)
    await tx.one(table.LOCK_FAMILY, family=row.family)
    if await tx.all(table.MEMBERS, family=row.family):
        raise Refused(_("This family uses the bot already: a second parent is invited by the first"), RULES)
    code = new_code()
    facts = {"child": row.child, "tries": 0}
    await tx.run(secrets.KEEP, digest=hashed(code), purpose=PURPOSE, person=None, facts=facts, until=tx.now + TERM)
    await staff.note(tx, person, "slip", "application", application, found.facts.organisation)
    return code


async def known(tx: Tx, code: str) -> bool:
    """Whether a code of a slip still works; of the child it says nothing."""
    return await tx.one(secrets.LOOK, digest=hashed(code), purpose=PURPOSE, now=tx.now) is not None


async def attempt(tx: Tx, code: str, born: date) -> int:
    """How many tries are left after this birthday: `TRIES` where it is the right one, and 0 where the code is burnt now, or was."""
    row = await tx.one(secrets.LOCK, digest=hashed(code), purpose=PURPOSE, now=tx.now)
    if row is None:
        return 0
    if await tx.one(table.BORN, child=int(row.facts["child"])) == born:
        return TRIES
    tries = int(row.facts["tries"]) + 1
    await tx.run(secrets.NOTE, digest=hashed(code), facts={**row.facts, "tries": tries}, used=tx.now if tries >= TRIES else None)
    return TRIES - tries


async def join(tx: Tx, person: int, code: str, born: date, name: str, phone: str) -> bool:
    """Become the guardian of the child of a slip; false where the code does not work any more, or the birthday is wrong."""
    row = await tx.one(secrets.LOCK, digest=hashed(code), purpose=PURPOSE, now=tx.now)
    if row is None or await attempt(tx, code, born) < TRIES:
        return False
    family = await tx.one(table.FAMILY_OF, child=int(row.facts["child"]))
    if family is None:
        return False
    await tx.one(table.LOCK_FAMILY, family=family)
    if await tx.all(table.MEMBERS, family=family):
        return False
    await tx.one(secrets.USE, digest=hashed(code), purpose=PURPOSE, now=tx.now)
    await tx.run(table.JOIN, family=family, person=person, role=Role.GUARDIAN, now=tx.now)
    await tx.run(table.CONTACT, family=family, person=person, name=name, phone=phone)
    return True
