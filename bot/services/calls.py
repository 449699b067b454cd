"""What a family says beside its application without saying why: that it wants a call, that it will show a paper about a benefit.

Nothing about health and no benefit's name is stored (152-FZ, article 10): a wish to talk expires, and of a benefit only that a paper will
be shown is kept.
"""

from __future__ import annotations

from datetime import timedelta

from bot.model.application import LIVE, State
from bot.model.text import _
from bot.services import staff
from bot.services.enrolment import family
from bot.services.enrolment.refusal import RULES, Refused
from storage import calls as table
from storage.calls import CallRow
from storage.database import Tx

__all__ = ["TERM", "CallRow", "ask", "benefit", "done", "expire", "waiting"]

TERM = timedelta(days=14)
"""After so long a wish to be called is deleted, called or not."""
KEPT = timedelta(days=1)
"""How long a call that was made stays on record: long enough to see that it was."""
MOST = 100


async def ask(tx: Tx, person: int, number: int) -> None:
    """Ask for a call about an application; twice is once. Raises `Refused`."""
    was = await family.seen(tx, person, number)
    if State(was.state) not in LIVE:
        raise Refused(_("This application is not going on any more"), RULES)
    if await tx.one(table.OPEN, child=was.child, group=was.group) is None:
        await tx.one(table.ASK, child=was.child, group=was.group, person=person, created=tx.now, until=tx.now + TERM)


async def benefit(tx: Tx, person: int, number: int) -> None:
    """Say that a paper about a benefit will be shown; nothing else is stored. Raises `Refused`."""
    _facts, was = await family.own(tx, person, number)
    if State(was.state) not in LIVE:
        raise Refused(_("This application is not going on any more"), RULES)
    await tx.run(table.CLAIM, application=number)


async def waiting(tx: Tx, person: int) -> list[CallRow]:
    """The calls to make, for the organisation's staff and the teachers of the groups."""
    return await tx.all(table.WAITING, person=person, now=tx.now, limit=MOST)


async def done(tx: Tx, person: int, number: int) -> None:
    """Note that the call was made; twice is once. Raises `Refused`."""
    found = next((each for each in await waiting(tx, person) if each.id == number), None)
    if found is None:
        raise Refused(_("This call was made already, or is not yours to make"), RULES)
    await tx.run(table.DONE, call=number, person=person, now=tx.now)
    await staff.note(tx, person, "called", "group", found.group, None)


async def expire(tx: Tx) -> int:
    """Delete wishes whose time is over, and calls that were made."""
    return await tx.run(table.EXPIRED, now=tx.now, before=tx.now - KEPT)
