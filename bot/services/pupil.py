"""A pupil's own account, from fourteen on: linked by a parent's code and the pupil's yes, unlinked by either."""

from __future__ import annotations

from datetime import date, timedelta

from bot.model.secret import hashed, new_code
from bot.model.text import _
from bot.services.enrolment import rules
from bot.services.enrolment.refusal import RULES, Refused
from storage import enrolment as locked
from storage import family as table
from storage import secret as secrets
from storage.database import Tx
from storage.enrolment import ChildRow

__all__ = ["YOUNGEST", "check_rules", "issue", "link", "linked", "look", "of", "old_enough", "unlink"]

TERM = timedelta(days=1)
"""How long a code works."""
PURPOSE = "pupil"
YOUNGEST = 14
"""Years from which on somebody has an account of their own (domain: consents of those from 14 to 17)."""
MONTHS = 12


def old_enough(born: date, today: date) -> bool:
    """Whether somebody is fourteen."""
    return rules.months(born, today) >= YOUNGEST * MONTHS


async def linked(tx: Tx, person: int, number: int) -> bool:
    """Whether a child has an account of its own, for whoever looks after it. Raises `Refused`."""
    rules.check_guardian(await tx.all(locked.CHILD, child=number, person=person))
    return await tx.one(table.PUPIL_OF, child=number) is not None


async def of(tx: Tx, person: int) -> int | None:
    """The child whose own account this person is."""
    return await tx.one(table.IS_PUPIL, person=person)


async def issue(tx: Tx, person: int, number: int, today: date) -> str:
    """Make a code for the child's own account; only who looks after it may. Raises `Refused`."""
    who = rules.check_guardian(await tx.all(locked.LOCK_CHILD, child=number, person=person))
    if not old_enough(who.born, today):
        raise Refused(_("An own account is for those who are fourteen"), RULES)
    if await tx.one(table.PUPIL_OF, child=number) is not None:
        raise Refused(_("The child has an account already: unlink it first"), RULES)
    code = new_code()
    await tx.run(secrets.KEEP, digest=hashed(code), purpose=PURPOSE, person=person, facts={"child": number}, until=tx.now + TERM)
    return code


async def look(tx: Tx, person: int, code: str) -> ChildRow | None:
    """The child whose account this person may become by a code; `None` where the code works no more, or the person is family or a pupil."""
    row = await tx.one(secrets.LOOK, digest=hashed(code), purpose=PURPOSE, now=tx.now)
    if row is None or row.person is None:
        return None
    number = int(row.facts["child"])
    by = next(iter(await tx.all(locked.LOCK_CHILD, child=number, person=row.person)), None)
    mine = next(iter(await tx.all(locked.CHILD, child=number, person=person)), None)
    if by is None or by.role != "guardian" or by.gone or mine is None or mine.role is not None:
        return None
    taken = await tx.one(table.PUPIL_OF, child=number) is not None or await of(tx, person) is not None
    return None if taken else by


async def link(tx: Tx, person: int, code: str) -> bool:
    """Become a pupil's own account; false where the code works no more."""
    found = await look(tx, person, code)
    if found is None or await tx.one(secrets.USE, digest=hashed(code), purpose=PURPOSE, now=tx.now) is None:
        return False
    await tx.run(table.SET_PUPIL, child=found.id, person=person)
    return True


async def check_rules(tx: Tx, person: int, group: int) -> None:
    """Raise `Refused` where the local rules let no pupil apply to a group: then nothing is asked of them either."""
    lets, _own, _guardians = await tx.one(locked.PUPIL_MAY, group=group, person=person, family=0) or (False, False, False)
    if not lets:
        raise Refused(rules.PARENT_APPLIES, RULES)


async def unlink(tx: Tx, person: int, number: int) -> None:
    """Part a child and its account: the pupil may, and who looks after it. Raises `Refused`."""
    if await of(tx, person) != number:
        rules.check_guardian(await tx.all(locked.LOCK_CHILD, child=number, person=person))
    await tx.run(table.SET_PUPIL, child=number, person=None)
