"""What is kept about a person, and how it is erased: at once when they ask, and by itself after a consent was taken back."""

from __future__ import annotations

from datetime import timedelta

from bot.model.application import LIVE, State
from bot.services import consent as consents
from bot.services import enrolment
from storage import person as table
from storage.database import Tx
from storage.person import TakenBack

TERM = timedelta(days=30)
"""After so long the data of a consent that was taken back are deleted (152-FZ, article 21 part 5)."""
AT_ONCE = 20
"""Consents whose data are deleted in one transaction."""


async def kept(tx: Tx, person: int) -> int:
    """How many favourites a person has: the part of what is kept that they would miss."""
    return await tx.one(table.FAVOURITES, person=person) or 0


async def forget(tx: Tx, person: int) -> None:
    """Erase settlement, language, favourites, tabs, one-time links, what was delivered and what jobs found out; names, telephone, consents.

    The children whom nobody else answers for are erased but for their year of birth, with what was written about applications that led to
    no order. Roles at organisations end. The account's number stays: the messenger sends it anyway.
    """
    alone = await tx.all(table.CHILDREN_ALONE, person=person)
    children = [each.id for each in alone]
    for query in (table.BLANK_APPLICATIONS, table.BLANK_CHANGES, table.LEAVE_SLOTS, table.FORGET_CALLS, table.CANCEL_VISITS):
        await tx.run(query, children=children)
    for each in alone:
        await tx.run(table.ERASE_CHILD, child=each.id, year=each.born.replace(month=1, day=1))
    for forgetting in table.FORGET:
        await tx.run(forgetting, person=person, **({"now": tx.now} if forgetting in table.DATED else {}))


async def ending(tx: Tx, person: int, organisation: int) -> list[int]:
    """The applications that end when a person takes back the consent for an organisation: those going on that led to no order yet.

    None where another guardian of the family agreed too: the organisation may go on for them.
    """
    if await _another(tx, person, organisation):
        return []
    found = await tx.all(table.APPLICATIONS_TO, person=person, organisation=organisation)
    return [each.id for each in found if State(each.state) in LIVE]


async def take_back(tx: Tx, person: int, number: int, *, channel: str) -> bool:
    """Take a consent back, and with it the applications of `ending`; false where it is not theirs or was taken back before."""
    row = next((each for each in await consents.of(tx, person) if each.id == number and each.withdrawn is None), None)
    if row is None:
        return False
    ends = await ending(tx, person, row.organisation) if row.organisation is not None and row.purpose == "application" else []
    await consents.withdraw(tx, person, number)
    for application in ends:
        await enrolment.withdraw(tx, person, application, channel=channel)
    return True


async def _another(tx: Tx, person: int, organisation: int) -> bool:
    """Whether another guardian's consent stands."""
    found = await tx.all(table.STANDING_IN_FAMILY, person=person, organisation=organisation)
    return any(each != person for each in found)


async def erase_due(tx: Tx) -> int:
    """Delete what was kept by consents that were taken back thirty days ago; returns how many consents that were.

    The applications to that organisation that led to no order belong to a nameless child from now on, and what was written about them is
    gone; what led to an order the organisation keeps by law. Where a consent was given again, nothing is deleted.
    """
    due = await tx.all(table.TO_ERASE, before=tx.now - TERM, limit=AT_ONCE)
    for one in due:
        if not await tx.all(table.STANDING_IN_FAMILY, person=one.person, organisation=one.organisation):
            await _erase(tx, one)
        await tx.run(table.ERASED, consent=one.id, now=tx.now)
    return len(due)


async def _erase(tx: Tx, one: TakenBack) -> None:
    found = await tx.all(table.APPLICATIONS_TO, person=one.person, organisation=one.organisation)
    children = sorted({each.child for each in found})
    await tx.run(table.FORGET_CALLS_TO, children=children, organisation=one.organisation)
    await tx.run(table.BLANK_QUESTIONS_TO, person=one.person, organisation=one.organisation)
    nameless = dict[int, int]()
    for each in found:
        if each.child not in nameless:
            born = each.born.replace(month=1, day=1)
            nameless[each.child] = await tx.one(table.NAMELESS, family=each.family, born=born, now=tx.now) or 0
        await tx.run(table.OF_NOBODY, application=each.id, child=nameless[each.child])
    for query in (table.BLANK_APPLICATIONS, table.BLANK_CHANGES, table.LEAVE_SLOTS):
        await tx.run(query, children=sorted(nameless.values()))
