"""One person in several messengers: a code from one, typed in the other, then a yes in the first; from then on all is theirs in both."""

from __future__ import annotations

from datetime import timedelta

from bot.model.application import Role
from bot.model.link import to
from bot.model.secret import hashed, new_code
from bot.services import staff
from bot.services.guardians import INVITED
from storage import delivery
from storage import family as families
from storage import one_person as table
from storage import secret as secrets
from storage.database import Tx

__all__ = ["TwoPeople", "answer", "asked", "claim", "issue", "look", "unite"]

TERM = timedelta(minutes=30)
"""How long a code works, and how long the yes may take."""
PURPOSE = "same"


class TwoPeople(Exception):
    """A child and a guardian of the same family: each keeps an account of their own. Nothing was changed."""


async def issue(tx: Tx, person: int) -> str:
    """Make the code to be typed in the other messenger; an earlier one of the same person works no more."""
    await tx.run(secrets.FORGET, person=person, purpose=PURPOSE)
    code = new_code()
    await tx.run(secrets.KEEP, digest=hashed(code), purpose=PURPOSE, person=person, facts={}, until=tx.now + TERM)
    return code


async def look(tx: Tx, person: int, code: str) -> bool:
    """Whether this person may claim to be the one who issued the code."""
    row = await tx.one(secrets.LOOK, digest=hashed(code), purpose=PURPOSE, now=tx.now)
    return row is not None and row.person != person and row.facts.get("claimed", person) == person


async def claim(tx: Tx, person: int, account: int, code: str) -> bool:
    """Say that the code is one's own: whoever issued it is asked, and nothing changes before their yes. Raises `TwoPeople`."""
    row = await tx.one(secrets.FIND, digest=hashed(code), purpose=PURPOSE, now=tx.now)
    if row is None or row.person is None or row.person == person or row.facts.get("claimed", person) != person:
        return False
    await _check(tx, row.person, person)
    await tx.run(secrets.NOTE, digest=row.digest, facts={"claimed": person, "account": account}, used=None)
    link, key = str(to("sameasked", row.id)), f"same:{row.id}"
    await tx.run(delivery.ADD, person=row.person, link=link, due=tx.now, key=key, kind="urgent")
    return True


async def asked(tx: Tx, person: int, number: int) -> str | None:
    """From which messenger somebody claims to be this person; `None` where nobody does now."""
    row = await tx.one(secrets.OPEN, secret=number, purpose=PURPOSE, now=tx.now)
    if row is None or row.person != person or "claimed" not in row.facts:
        return None
    return await tx.one(table.ACCOUNT_CHANNEL, account=int(row.facts["account"]))


async def answer(tx: Tx, person: int, number: int, *, yes: bool) -> bool:
    """The answer of whoever issued the code: with a yes the other becomes this person; false where nobody asks any more."""
    if await asked(tx, person, number) is None:
        return False
    row = await tx.one(secrets.OPEN, secret=number, purpose=PURPOSE, now=tx.now)
    assert row is not None  # noqa: S101  it was just found
    await tx.run(secrets.NOTE, digest=row.digest, facts={}, used=tx.now)
    return await unite(tx, person, int(row.facts["claimed"])) if yes else True


async def _check(tx: Tx, kept: int, gone: int) -> None:
    if await tx.one(table.PUPIL_OF, kept=kept, gone=gone) is not None:
        raise TwoPeople


async def unite(tx: Tx, kept: int, gone: int) -> bool:
    """Move everything of `gone` to `kept`, who is the same human being; false where one of them became somebody else meanwhile.

    Organisations find in their audit that a colleague's access is another account's too. Raises `TwoPeople`.
    """
    await tx.all(table.LOCK, persons=sorted({kept, gone}))
    first, second = await tx.one(table.PERSON, person=kept), await tx.one(table.PERSON, person=gone)
    if first is None or second is None or kept == gone or first.became is not None or second.became is not None:
        return False
    await _check(tx, kept, gone)
    worked = {role.organisation for role in await staff.roles(tx, gone)} - {None}
    await _guardians(tx, kept, gone)
    for query in table.UNTIE:
        await tx.run(query, kept=kept, gone=gone)
    for query in (table.UNTIE_CONSENTS, table.UNTIE_ROLES):
        await tx.run(query, kept=kept, gone=gone, now=tx.now)
    for query in table.MOVES.values():
        await tx.run(query, kept=kept, gone=gone)
    await tx.run(table.KEEP, kept=kept, language=second.language, settlement=second.settlement)
    await tx.run(table.BECOME, kept=kept, gone=gone)
    for organisation in sorted(filter(None, worked)):
        await staff.note(tx, kept, "same_person", "person", gone, organisation)
    return True


async def _guardians(tx: Tx, kept: int, gone: int) -> None:
    """Where both belong to one family, the part that may do more stays, with the name and telephone that are known."""
    mine = {row.family: row for row in await tx.all(families.GUARDIAN, person=kept)}
    for row in await tx.all(families.GUARDIAN, person=gone):
        own = mine.get(row.family)
        if own is None:
            continue
        role = min(Role(own.role), Role(row.role), key=INVITED.index)
        await tx.run(families.PROMOTE, family=row.family, person=kept, role=role)
        await tx.run(families.CONTACT, family=row.family, person=kept, name=own.name or row.name, phone=own.phone or row.phone)
        await tx.run(families.LEAVE, family=row.family, person=gone)
