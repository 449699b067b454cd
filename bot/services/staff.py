"""The staff of organisations: invited by one-time links, revoked at once, and every action written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.model.application import SELECTING
from bot.model.secret import hashed, new_secret
from bot.model.staff import INVITES, OF_ORGANISATION, Duty, Scope, may_give
from storage import secret as secrets
from storage import staff as table
from storage.database import Tx
from storage.staff import ScopeRow, StaffRow, TaughtRow

__all__ = [
    "Invitation",
    "ScopeRow",
    "StaffRow",
    "TaughtRow",
    "accept",
    "access",
    "centre",
    "colleagues",
    "ending",
    "givable",
    "groups",
    "invite",
    "look",
    "may_decide",
    "may_see",
    "municipalities",
    "note",
    "organisations",
    "place",
    "revoke",
    "roles",
    "scope_of",
    "scopes",
    "where",
]

TERM = timedelta(days=7)
"""How long an invitation waits."""
PURPOSE = "staff"


@dataclass(frozen=True, slots=True)
class Invitation:
    """An unused invitation: the role, what it is for, and the name where whoever invites said it."""

    scope: Scope
    name: str
    place: str


async def invite(tx: Tx, organisation: int | None, given_by: int | None, scope: Scope | None = None, name: str = "") -> str:
    """Make a one-time invitation: the secret of a link `staff-<secret>`.

    Without a `scope` it is to decide for the organisation. `given_by` is `None` from the command line; whoever else invites must stand
    above (`model.staff.INVITES`), else `LookupError`.
    """
    scope = scope or Scope(Duty.ORGANISATION, organisation)
    scope = await _placed(tx, scope)
    if scope is None or (given_by is not None and not may_give(await scopes(tx, given_by), scope)):
        raise LookupError("no such role can be given")
    token = new_secret()
    facts = {
        "role": scope.role,
        "organisation": scope.organisation,
        "municipality": scope.municipality,
        "groups": list(scope.groups),
        "given_by": given_by,
        "name": name,
    }
    await tx.run(secrets.KEEP, digest=hashed(token), purpose=PURPOSE, person=None, facts=facts, until=tx.now + TERM)
    if given_by is not None:
        noun, number = ("organisation", scope.organisation) if scope.organisation else ("municipality", scope.municipality)
        await note(tx, given_by, "invited", noun, number or 0, scope.organisation, role=scope.role)
    return token


async def _placed(tx: Tx, scope: Scope) -> Scope | None:
    """The scope with the municipality of its organisation; `None` where it has no such place, or groups that are others'."""
    if scope.organisation is not None:
        club = await tx.one(table.ORGANISATION, organisation=scope.organisation, code=None)
        if club is None:
            return None
        scope = replace(scope, municipality=club.municipality)
        if scope.groups and not {*scope.groups} <= {row.id for row in await groups(tx, club.id)}:
            return None
    elif scope.municipality is not None and await tx.one(table.MUNICIPALITY, municipality=scope.municipality, code=None) is None:
        return None
    return scope if scope.sound else None


async def look(tx: Tx, token: str) -> Invitation | None:
    """An unused invitation; `None` where it is none, was used, is too old, or whoever gave it may not give it any more."""
    row = await tx.one(secrets.LOOK, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    return None if row is None else await _invitation(tx, row.facts)


async def _invitation(tx: Tx, facts: dict[str, Any]) -> Invitation | None:
    role, given_by = Duty(facts["role"]), facts["given_by"]
    scope = await _placed(tx, Scope(role, facts["organisation"], facts.get("municipality"), tuple(facts.get("groups", ()))))
    if scope is None or (given_by is not None and not may_give(await scopes(tx, given_by), scope)):
        return None
    if scope.organisation is not None:
        where = await tx.one(table.ORGANISATION, organisation=scope.organisation, code=None)
    else:
        where = await tx.one(table.MUNICIPALITY, municipality=scope.municipality, code=None)
    return Invitation(scope, facts.get("name", ""), where.name if where else "")


async def accept(tx: Tx, person: int, token: str, name: str = "") -> Scope | None:
    """Use an invitation up; returns the role. A role that stands already is not given twice: a teacher's groups are added to it."""
    row = await tx.one(secrets.USE, digest=hashed(token), purpose=PURPOSE, now=tx.now)
    found = None if row is None else await _invitation(tx, row.facts)
    if row is None or found is None:
        return None
    scope, given_by = found.scope, row.facts["given_by"]
    own = {(Duty(one.role), one.organisation, one.municipality): one.id for one in await roles(tx, person)}
    number = own.get((scope.role, scope.organisation, scope.municipality))
    named = (name or found.name)[:200] or None
    if number is None:
        municipality = scope.municipality if scope.organisation is None else None
        number = await tx.one(
            table.GRANT,
            person=person,
            role=scope.role,
            name=named,
            organisation=scope.organisation,
            municipality=municipality,
            now=tx.now,
            given_by=given_by,
        )
    elif named:
        await tx.run(table.RENAME, staff=number, name=named)
    for group in scope.groups:
        await tx.run(table.TEACH, staff=number, group=group)
    await note(tx, person, "joined", "staff", number or 0, scope.organisation, role=scope.role)
    return scope


async def scopes(tx: Tx, person: int) -> list[Scope]:
    """What somebody's roles are, for whom."""
    return [Scope(Duty(row.role), row.organisation, row.municipality) for row in await roles(tx, person)]


async def givable(tx: Tx, person: int) -> tuple[Duty, ...]:
    """The roles that somebody may give."""
    own = {each for row in await roles(tx, person) for each in INVITES.get(Duty(row.role), ())}
    return tuple(each for each in Duty if each in own)


async def organisations(tx: Tx, person: int) -> list[ScopeRow]:
    """The organisations whose staff somebody may invite."""
    own = await scopes(tx, person)
    anywhere = any(one.role is Duty.REGION for one in own)
    centres = [one.municipality for one in own if one.role is Duty.MUNICIPALITY]
    mine = {one.organisation for one in own if one.role is Duty.ORGANISATION and one.organisation is not None}
    above = await tx.all(table.ORGANISATIONS, anywhere=anywhere, municipalities=centres)
    known = {row.id for row in above}
    return [*[row for each in sorted(mine - known) for row in await tx.all(table.ORGANISATION, organisation=each, code=None)], *above]


async def municipalities(tx: Tx, person: int) -> list[ScopeRow]:
    """The municipalities whose staff, or observers, somebody may invite."""
    own = await scopes(tx, person)
    anywhere, centres = any(one.role is Duty.REGION for one in own), {one.municipality for one in own if one.role is Duty.MUNICIPALITY}
    return [row for row in await tx.all(table.MUNICIPALITIES) if anywhere or row.id in centres]


async def groups(tx: Tx, organisation: int) -> list[TaughtRow]:
    """The groups that a teacher of an organisation may have."""
    return await tx.all(table.GROUPS, organisation=organisation)


async def place(tx: Tx, role: Duty, code: str, codes: Sequence[str] = ()) -> Scope | None:
    """The scope that codes of the catalogue name, for the command line; `None` where something is not there or does not fit the role."""
    club = await tx.one(table.ORGANISATION, organisation=None, code=code or None)
    centre_ = await tx.one(table.MUNICIPALITY, municipality=None, code=code or None)
    if role in OF_ORGANISATION or (role is Duty.OBSERVER and club is not None):
        if club is None:
            return None
        known = {row.code: row.id for row in await groups(tx, club.id)}
        found = tuple(known[each] for each in codes if each in known)
        return None if len(found) < len(codes) else await _placed(tx, Scope(role, club.id, club.municipality, found))
    return await _placed(tx, Scope(role, None, centre_.id if centre_ else None))


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


async def centre(tx: Tx, municipality: int) -> list[StaffRow]:
    """Everybody who works for a municipality itself."""
    return await tx.all(table.CENTRE, municipality=municipality)


def scope_of(row: StaffRow) -> Scope:
    """What a role is, for whom; of a teacher's groups it says only that there are some."""
    return Scope(Duty(row.role), row.organisation, row.municipality, (0,) if row.role == Duty.TEACHER else ())


async def may_see(tx: Tx, person: int, *, organisation: int | None = None, municipality: int | None = None) -> bool:
    """Whether somebody may read who has access to an organisation, or to a municipality's centre: its own staff and those above."""
    own = await scopes(tx, person)
    if organisation is None:
        return any(one.role is Duty.REGION or (one.role is Duty.MUNICIPALITY and one.municipality == municipality) for one in own)
    club = await tx.one(table.ORGANISATION, organisation=organisation, code=None)
    return club is not None and may_give(own, Scope(Duty.ORGANISATION, organisation, club.municipality))


async def where(tx: Tx, organisation: int) -> int | None:
    """The municipality of an organisation."""
    club = await tx.one(table.ORGANISATION, organisation=organisation, code=None)
    return None if club is None else club.municipality


async def ending(tx: Tx, by: int, number: int) -> StaffRow | None:
    """The role that somebody is about to end, where they may."""
    row = await tx.one(table.ROLE, staff=number)
    return row if row is not None and row.person != by and may_give(await scopes(tx, by), scope_of(row)) else None


async def revoke(tx: Tx, by: int, number: int) -> bool:
    """End somebody's access at once; only those who may give this role may."""
    row = await ending(tx, by, number)
    if row is None:
        return False
    await tx.run(table.REVOKE, staff=number, now=tx.now)
    await note(tx, by, "revoked", "staff", number, row.organisation, role=row.role)
    return True


async def note(tx: Tx, person: int | None, action: str, noun: str, number: int, organisation: int | None, **facts: Any) -> None:
    """Write down what somebody of the staff did: codes and ids, never a name."""
    await tx.run(table.NOTE, now=tx.now, person=person, action=action, noun=noun, noun_id=number, organisation=organisation, facts=facts)
