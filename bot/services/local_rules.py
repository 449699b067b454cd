"""The rules of enrolment that an organisation and a municipality set themselves: their own only, each change in the journal.

A new term counts for what is decided from now on; dates that a family was promised stay.
"""

from __future__ import annotations

from typing import Any, Final

from bot.model.staff import Duty
from bot.services import staff
from storage import rules as table
from storage.database import Tx
from storage.rules import ClubRules, LocalRules

__all__ = ["BOUNDS", "ClubRules", "LocalRules", "change", "club", "local"]

BOUNDS: Final = {
    "decision_days": (1, 45),
    "papers_days": (1, 60),
    "offer_hours": (2, 72),
    "answer_days": (1, 30),
    "places_per_child": (1, 20),
    "teen_applies": (0, 1),
}
"""The least and the most of each rule: 45 days are the law's for a selection (domain: Gosuslugi), 30 those for an answer (59-FZ)."""


async def club(tx: Tx, person: int, organisation: int) -> ClubRules | None:
    """The terms of an organisation that the person works for."""
    own = any(one.role is Duty.ORGANISATION and one.organisation == organisation for one in await staff.scopes(tx, person))
    if not own:
        return None
    return await tx.one(table.CLUB, place=organisation)


async def local(tx: Tx, person: int, municipality: int) -> LocalRules | None:
    """The rules of a municipality that the person works for."""
    own = any(one.role is Duty.MUNICIPALITY and one.municipality == municipality for one in await staff.scopes(tx, person))
    if not own:
        return None
    return await tx.one(table.LOCAL, place=municipality)


async def change(tx: Tx, person: int, rules: ClubRules | LocalRules, name: str, value: int) -> None:
    """Set one rule of `club` or `local`. Raises `LookupError` where it is not the person's, `ValueError` for what it may not be."""
    least, most = BOUNDS[name]
    if not least <= value <= most or name not in rules._fields:
        raise ValueError(f"{name} may not be {value}")
    ours = isinstance(rules, ClubRules)
    now_ = await (club if ours else local)(tx, person, rules.id)
    if now_ is None:
        raise LookupError("these are not their rules")
    new: dict[str, Any] = {**now_._asdict(), name: bool(value) if name == "teen_applies" else value}
    del new["id"], new["name"]
    await tx.run(table.SET_CLUB if ours else table.SET_LOCAL, place=rules.id, **new)
    noun = "organisation" if ours else "municipality"
    facts = {"rule": name, "from": int(getattr(now_, name)), "to": value}
    await staff.note(tx, person, "set_rules", noun, rules.id, rules.id if ours else None, **facts)
