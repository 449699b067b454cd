"""The life-cycle of an application: its states, who may change what, and which of them hold a place."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an application stands (domain: life-cycle)."""

    SUBMITTED = "submitted"
    NEEDS_INFO = "needs_info"
    CONFIRMED = "confirmed"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    LEFT = "left"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    INVITED = "invited"
    ADMITTED = "admitted"
    RESERVE = "reserve"
    NOT_ADMITTED = "not_admitted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Actor(StrEnum):
    """Who changes an application."""

    FAMILY = "family"
    STAFF = "staff"
    CLOCK = "clock"
    IMPORT = "import"


class Reason(StrEnum):
    """Why an application was declined: one of these is obligatory."""

    NO_PLACES = "no_places"
    AGE = "age"
    HEALTH = "health"
    SELECTION = "selection"
    NO_PAPERS = "no_papers"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    NOT_GATHERED = "not_gathered"


HOLDING = frozenset({State.SUBMITTED, State.NEEDS_INFO, State.CONFIRMED, State.ENROLLED, State.OFFERED})
"""States that hold a place in a group that is entered by queue."""
HOLDING_BY_SELECTION = frozenset({State.ADMITTED, State.CONFIRMED, State.ENROLLED})
"""States that hold a place in a group that is entered by selection: none before the decision."""
LIVE = HOLDING | HOLDING_BY_SELECTION | {State.WAITLISTED, State.INVITED, State.RESERVE}
"""States in which an application is going on."""

_FAMILY = {
    State.SUBMITTED: {State.WITHDRAWN},
    State.NEEDS_INFO: {State.SUBMITTED, State.WITHDRAWN},
    State.CONFIRMED: {State.WITHDRAWN},
    State.WAITLISTED: {State.WITHDRAWN},
    State.OFFERED: {State.SUBMITTED, State.CONFIRMED, State.WAITLISTED, State.WITHDRAWN},
    State.INVITED: {State.WITHDRAWN},
    State.ADMITTED: {State.WITHDRAWN},
    State.RESERVE: {State.WITHDRAWN},
}
_STAFF = {
    State.SUBMITTED: {State.NEEDS_INFO, State.CONFIRMED, State.WAITLISTED, State.DECLINED, State.INVITED},
    State.NEEDS_INFO: {State.CONFIRMED, State.WAITLISTED, State.DECLINED},
    State.CONFIRMED: {State.ENROLLED, State.DECLINED},
    State.ENROLLED: {State.COMPLETED, State.LEFT},
    State.WAITLISTED: {State.DECLINED},
    State.OFFERED: {State.DECLINED},
    State.INVITED: {State.ADMITTED, State.RESERVE, State.NOT_ADMITTED},
    State.ADMITTED: {State.CONFIRMED, State.DECLINED},
    State.RESERVE: {State.ADMITTED, State.DECLINED},
}
_CLOCK = {
    State.WAITLISTED: {State.OFFERED},
    State.OFFERED: {State.LAPSED},
    State.NEEDS_INFO: {State.LAPSED},
    State.CONFIRMED: {State.LAPSED},
}
TRANSITIONS = {Actor.FAMILY: _FAMILY, Actor.STAFF: _STAFF, Actor.CLOCK: _CLOCK}


class Forbidden(Exception):
    """This change is not one that this actor may make."""


def check(actor: Actor, before: State, after: State) -> None:
    """Refuse a change that the life-cycle does not have. What is imported was decided elsewhere, and is taken as it is."""
    if actor is not Actor.IMPORT and after not in TRANSITIONS[actor].get(before, set()):
        raise Forbidden(f"{actor}: {before} → {after}")
