"""The staff of organisations: invited by one-time links, revoked at once, and every action written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.model.application import SELECTING
from bot.model.secret import hashed, new_secret
from storage import secret as secrets
from storage import staff as table
from storage.database import Tx
from storage.staff import StaffRow

__all__ = ["StaffRow", "accept", "access", "colleagues", "invite", "look", "may_decide", "note", "revoke", "roles"]

TERM = timedelta(days=7)
"""How long an invitation waits."""
PURPOSE = "staff"


async def invite(tx: Tx, organisation: int, given_by: int | None) -> str:
    """Make a one-time invitation to work for an organisation: the secret of a link `staff-<secret>`."""
    token = new_secret()
    facts = {"role": "organisation", "organisation": organisation, "given_by": given_by}
    await tx.run(secrets.KEEP, digest=hashed(token), purpose=PURPOSE, person=None, facts=facts, until=tx.now + TERM)
    return token


async def look(tx: Tx, token: str) -> int | None:
    """The organisation that an unused invitation is for; `None` where it is none, or was used, or is too old."""
    row = await tx.one(secrets.LOOK, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    return None if row is None else int(row.facts["organisation"])


async def accept(tx: Tx, person: int, token: str) -> int | None:
    """Use an invitation up; returns the organisation."""
    row = await tx.one(secrets.USE, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    if row is None:
        return None
    organisation = int(row.facts["organisation"])
    if not any(role.organisation == organisation for role in await roles(tx, person)):
        await tx.run(table.GRANT, person=person, role="organisation", organisation=organisation, now=tx.now, given_by=row.facts["given_by"])
    await note(tx, person, "joined", "organisation", organisation, organisation)
    return organisation


async def roles(tx: Tx, person: int) -> list[StaffRow]:
    """The roles of a person."""
    return await tx.all(table.ROLES, person=person)


async def access(tx: Tx, person: int, group: int) -> frozenset[str]:
    """What a person is to a group: some of `organisation` (decides and edits), `board` (decides its selection), `teacher` (sees, edits)."""
    return frozenset(await tx.all(table.ACCESS, person=person, group=group, now=tx.now))


def may_decide(access: frozenset[str], action: str | None = None, *, selection: bool) -> bool:
    """Whether somebody with this `access` to a group decides about its applications.

    An organisation decides everything; its admission board only what a `selection` is: who is invited, admitted, put into the reserve or
    not admitted. A teacher decides nothing.
    """
    return "organisation" in access or ("board" in access and selection and action in SELECTING)


async def colleagues(tx: Tx, organisation: int) -> list[StaffRow]:
    """Everybody who works for an organisation."""
    return await tx.all(table.COLLEAGUES, organisation=organisation)


async def revoke(tx: Tx, by: int, number: int) -> bool:
    """End somebody's access at once; only a colleague of the same organisation may."""
    own = {role.organisation for role in await roles(tx, by)}
    for organisation in own - {None}:
        if any(row.id == number for row in await colleagues(tx, organisation or 0)):
            await tx.run(table.REVOKE, staff=number, now=tx.now)
            await note(tx, by, "revoked", "staff", number, organisation)
            return True
    return False


async def note(tx: Tx, person: int | None, action: str, noun: str, number: int, organisation: int | None, **facts: Any) -> None:
    """Write down what somebody of the staff did: codes and ids, never a name."""
    await tx.run(table.NOTE, now=tx.now, person=person, action=action, noun=noun, noun_id=number, organisation=organisation, facts=facts)
