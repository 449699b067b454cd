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


class Role(StrEnum):
    """What somebody is to an application."""

    GUARDIAN = "guardian"
    APART = "apart"
    FOLLOWER = "follower"
    PUPIL = "pupil"
    STAFF = "staff"
    TEACHER = "teacher"


class Action(StrEnum):
    """What was done to an application: the log names each change by one of these."""

    APPLY = "apply"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    DECLINE_OFFER = "decline_offer"
    KEEP_IN_LINE = "keep_in_line"
    ANSWER = "answer"
    DISPUTE = "dispute"
    CLEAR = "clear"
    OFFER = "offer"
    LAPSE = "lapse"
    CONFIRM = "confirm"
    ASK = "ask"
    DECLINE = "decline"
    QUEUE = "queue"
    REVIEW = "review"
    INVITE = "invite"
    ADMIT = "admit"
    RESERVE = "reserve"
    NOT_ADMIT = "not_admit"
    ENROL = "enrol"
    COMPLETE = "complete"
    LEFT = "left"
    ASK_TO_LEAVE = "ask_to_leave"
    STAY = "stay"
    ORDER_TO_LEAVE = "order_to_leave"
    TRANSFER = "transfer"
    EXTEND = "extend"
    STRIKE = "strike"
    UNDO = "undo"


DECISIONS = {
    Action.CONFIRM: State.CONFIRMED,
    Action.ASK: State.NEEDS_INFO,
    Action.DECLINE: State.DECLINED,
    Action.QUEUE: State.WAITLISTED,
    Action.REVIEW: State.WAITLISTED,
    Action.INVITE: State.INVITED,
    Action.ADMIT: State.ADMITTED,
    Action.RESERVE: State.RESERVE,
    Action.NOT_ADMIT: State.NOT_ADMITTED,
    Action.ENROL: State.ENROLLED,
    Action.COMPLETE: State.COMPLETED,
    Action.LEFT: State.LEFT,
}
"""What the staff may do, and where it leads. `review` looks through an entry that waits: once a place is accepted it is confirmed."""

SELECTING = frozenset({Action.INVITE, Action.ADMIT, Action.RESERVE, Action.NOT_ADMIT})
"""What an admission board may decide, in a group that is entered by selection; all else is the organisation's."""

HOLDING = frozenset({State.SUBMITTED, State.NEEDS_INFO, State.CONFIRMED, State.ENROLLED, State.OFFERED})
"""States that hold a place in a group that is entered by queue."""
HOLDING_BY_SELECTION = frozenset({State.ADMITTED, State.CONFIRMED, State.ENROLLED})
"""States that hold a place in a group that is entered by selection: none before the decision."""
LIVE = HOLDING | HOLDING_BY_SELECTION | {State.WAITLISTED, State.INVITED, State.RESERVE}
"""States in which an application is going on."""
BY_QUEUE_ONLY = frozenset({State.WAITLISTED, State.OFFERED})
BY_SELECTION_ONLY = frozenset({State.INVITED, State.ADMITTED, State.RESERVE, State.NOT_ADMITTED})


def holds(state: State, *, selection: bool) -> bool:
    """Whether an application in this state holds a place."""
    return state in (HOLDING_BY_SELECTION if selection else HOLDING)


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
    State.NEEDS_INFO: {State.CONFIRMED, State.WAITLISTED, State.DECLINED, State.INVITED},
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
    State.ENROLLED: {State.LEFT, State.COMPLETED},
    State.RESERVE: {State.ADMITTED},
}
TRANSITIONS = {Actor.FAMILY: _FAMILY, Actor.STAFF: _STAFF, Actor.CLOCK: _CLOCK}


class Forbidden(Exception):
    """This change is not one that this actor may make."""


def allowed(actor: Actor, before: State, after: State, *, selection: bool = False) -> bool:
    """Whether the life-cycle has this change. What is imported was decided elsewhere, and is taken as it is.

    A group that is entered by selection has no queue, and holds no place before its board has decided; another has no board.
    """
    if actor is Actor.IMPORT:
        return True
    if after in (BY_QUEUE_ONLY if selection else BY_SELECTION_ONLY):
        return False
    if selection and after is State.CONFIRMED and before is not State.ADMITTED:
        return False
    return after in TRANSITIONS[actor].get(before, set())


def check(actor: Actor, before: State, after: State, *, selection: bool = False) -> None:
    """Raise `Forbidden` where the life-cycle does not have this change."""
    if not allowed(actor, before, after, selection=selection):
        raise Forbidden(f"{actor}: {before} → {after}{' by selection' if selection else ''}")
