"""Roles of the staff, what each of them works for, and who may give which of them to somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Duty(StrEnum):
    """A role of the staff (domain: the organisation's side)."""

    TEACHER = "teacher"
    ORGANISATION = "organisation"
    BOARD = "board"
    MUNICIPALITY = "municipality"
    REGION = "region"
    OBSERVER = "observer"


INVITES = {
    Duty.REGION: (Duty.MUNICIPALITY, Duty.ORGANISATION, Duty.OBSERVER),
    Duty.MUNICIPALITY: (Duty.ORGANISATION, Duty.OBSERVER),
    Duty.ORGANISATION: (Duty.ORGANISATION, Duty.TEACHER, Duty.BOARD, Duty.OBSERVER),
}
"""Who may invite whom, and end whose access; whoever is not named invites nobody."""
OF_ORGANISATION = frozenset({Duty.TEACHER, Duty.ORGANISATION, Duty.BOARD})
"""Roles that are always for one organisation; an observer's is for an organisation or for a municipality."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A role and what it is for: an organisation (with its municipality), a municipality, or the region; a teacher's groups."""

    role: Duty
    organisation: int | None = None
    municipality: int | None = None
    groups: tuple[int, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the role has what it is for, and nothing else."""
        if self.role in OF_ORGANISATION or (self.role is Duty.OBSERVER and self.organisation):
            return self.organisation is not None and bool(self.groups) == (self.role is Duty.TEACHER)
        return not self.groups and self.organisation is None and (self.municipality is None) == (self.role is Duty.REGION)


def may_give(own: Iterable[Scope], wanted: Scope) -> bool:
    """Whether somebody with these roles may give this one, and end it.

    The region gives roles anywhere, a municipality within itself, an organisation its own. `wanted.municipality` is also that of its
    organisation.
    """
    return wanted.sound and any(wanted.role in INVITES.get(one.role, ()) and _covers(one, wanted) for one in own)


def _covers(one: Scope, wanted: Scope) -> bool:
    if one.role is Duty.REGION:
        return True
    if one.role is Duty.MUNICIPALITY:
        return one.municipality == wanted.municipality
    return wanted.organisation is not None and one.organisation == wanted.organisation
