"""Applications as pages show them: to a family, to its organisation's staff, and as lists."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, case, exists, func, literal, null, or_, select

from storage.database import Query, within
from storage.place import stands
from storage.schema import (
    application,
    application_change,
    bundle,
    child,
    guardian,
    municipality,
    organisation,
    place,
    programme,
    settlement,
    staff,
    staff_group,
    study_group,
)
from storage.schema.enrolment import LIVE

_PERSON: Any = bindparam("person", type_=BigInteger)
_change, _ahead = application_change, application.alias("ahead")


class ViewRow(NamedTuple):
    """An application with its child, group and organisation, and what the person who looks is to it.

    `number` is the place in the queue: entries that wait with an earlier ticket, and one; `ordered`: in this group there is more to the
    order than tickets (a published priority, entries of several), and it is counted by that order.
    `mates` are the applications of its bundle that stand as it does, itself too.
    """

    id: int
    state: str
    created: datetime
    financing: str | None
    decide_by: date | None
    papers_by: date | None
    offer_until: datetime | None
    reason: str | None
    comment: str | None
    act: str | None
    disputed: bool
    reviewed: bool
    child: int
    name: str
    surname: str
    born: date
    group: int
    entry: str
    starts: date | None
    settlement_name: str | None
    programme: int
    programme_name: str
    organisation: int
    organisation_name: str
    organisation_act: str
    zone: str
    number: int | None
    seat: int | None
    category: str | None
    benefit: str | None
    bundle: int | None
    together: bool
    mates: int
    ranking: int | None
    leaves: date | None
    leave_asked: datetime | None
    instead_of: int | None
    ordered: bool
    role: str


def _works_for() -> Any:
    return exists().where(
        staff.c.person == _PERSON,
        staff.c.organisation == organisation.c.id,
        staff.c.role == "organisation",
        or_(staff.c.until.is_(None), staff.c.until > bindparam("now")),
    )


def _selects() -> Any:
    """The person is of the admission board of a group that is entered by selection."""
    return exists().where(
        staff.c.person == _PERSON,
        staff.c.organisation == organisation.c.id,
        staff.c.role == "board",
        study_group.c.entry == "selection",
        or_(staff.c.until.is_(None), staff.c.until > bindparam("now")),
    )


def _teaches() -> Any:
    return exists().where(
        staff.c.person == _PERSON,
        staff.c.role == "teacher",
        staff.c.id == staff_group.c.staff,
        staff_group.c.group == study_group.c.id,
        or_(staff.c.until.is_(None), staff.c.until > bindparam("now")),
    )


_tied, _mate = bundle.alias("tied"), application.alias("mate")
_NUMBER = (
    select(func.count() + 1)
    .select_from(_ahead)
    .where(_ahead.c.group == application.c.group, stands(_ahead, "waitlisted"), _ahead.c.ticket < application.c.ticket)
    .scalar_subquery()
)
_ROLE = case(
    (guardian.c.role.is_not(None), guardian.c.role),
    (child.c.person == _PERSON, literal("pupil")),
    (_works_for() | _selects(), literal("staff")),
    (_teaches(), literal("teacher")),
)
VIEW = Query(
    select(
        *(application.c[name] for name in ViewRow._fields[:12]),
        child.c.id,
        child.c.name,
        child.c.surname,
        child.c.born,
        study_group.c.id,
        study_group.c.entry,
        study_group.c.starts,
        settlement.c.name,
        programme.c.id,
        programme.c.name,
        organisation.c.id,
        organisation.c.name,
        organisation.c.act,
        municipality.c.zone,
        case((application.c.state == "waitlisted", _NUMBER), else_=null()).label("number"),
        place.c.seat,
        application.c.category,
        application.c.benefit,
        application.c.bundle,
        func.coalesce(bundle.c.together, False).label("together"),
        select(func.count())
        .select_from(_mate)
        .where(_mate.c.bundle == application.c.bundle, _mate.c.state == application.c.state)
        .scalar_subquery()
        .label("mates"),
        application.c.ranking,
        application.c.leaves,
        application.c.leave_asked,
        application.c.instead_of,
        or_(study_group.c.priority.is_not(None), exists().where(_tied.c.group == study_group.c.id, _tied.c.together)).label("ordered"),
        _ROLE.label("role"),
    )
    .select_from(application)
    .join(child, child.c.id == application.c.child)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .outerjoin(settlement, settlement.c.id == study_group.c.settlement)
    .outerjoin(place, place.c.holder == application.c.id)
    .outerjoin(bundle, bundle.c.id == application.c.bundle)
    .outerjoin(guardian, and_(guardian.c.family == application.c.family, guardian.c.person == _PERSON))
    .where(within(application.c.id, "applications"), _ROLE.is_not(None)),
    ViewRow,
)
"""Those of some applications that the person may see."""

_live = application.c.state.in_(LIVE)
MINE = Query(
    select(application.c.id)
    .join(child, child.c.id == application.c.child)
    .outerjoin(guardian, and_(guardian.c.family == application.c.family, guardian.c.person == _PERSON))
    .where(or_(guardian.c.person.is_not(None), child.c.person == _PERSON))
    .order_by(case((_live, 0), else_=1), application.c.id.desc())
    .limit(bindparam("most")),
    int,
)
"""A family's applications: those that are going on first, the newest first."""
_WAITING = (
    select(application.c.id)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
)
INBOX = Query(
    _WAITING.where(application.c.state == "submitted", _works_for())
    .order_by(application.c.decide_by, application.c.created, application.c.id)
    .limit(bindparam("most")),
    int,
)
"""Applications that wait for a decision of the person's organisations, those due first, and so the oldest first."""
CONFIRMED = Query(
    _WAITING.where(application.c.state == "confirmed", _works_for())
    .order_by(application.c.papers_by, application.c.created, application.c.id)
    .limit(bindparam("most")),
    int,
)
"""Confirmed applications of the person's organisations, whose papers are due, and then an order or a contract."""
ASKED_TO_LEAVE = Query(
    _WAITING.where(application.c.state == "enrolled", application.c.leave_asked.is_not(None), _works_for())
    .order_by(application.c.leaves, application.c.id)
    .limit(bindparam("most")),
    int,
)
"""Pupils of the person's organisations whose families asked to leave, those who leave first."""
ROSTER = Query(
    select(application.c.id)
    .outerjoin(place, place.c.holder == application.c.id)
    .where(application.c.group == bindparam("group"), _live)
    .order_by(place.c.seat.is_(None), place.c.seat, application.c.ticket, application.c.id)
    .limit(bindparam("most")),
    int,
)
"""Who holds a place in a group, then who waits, in the order of tickets."""


class HistoryRow(NamedTuple):
    """A change of an application, with the names of a guardian or of the staff where they are known."""

    application: int
    id: int
    action: str
    from_state: str | None
    state: str
    at: datetime
    actor: str
    person: int | None
    channel: str | None
    why: str | None
    guardian_name: str | None
    staff_name: str | None


HISTORY = Query(
    select(
        _change.c.application,
        *(_change.c[name] for name in HistoryRow._fields[1:10]),
        guardian.c.name,
        select(func.max(staff.c.name))
        .where(staff.c.person == _change.c.person, staff.c.organisation == programme.c.organisation)
        .scalar_subquery(),
    )
    .join(application, application.c.id == _change.c.application)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .outerjoin(guardian, and_(guardian.c.family == application.c.family, guardian.c.person == _change.c.person))
    .where(within(_change.c.application, "applications"))
    .order_by(_change.c.id),
    HistoryRow,
)
CHANGED = Query(select(_change.c.application).where(_change.c.id == bindparam("change")), int)
"""The application that a change belongs to."""


def _moved() -> Query[tuple[int, int]]:
    mine, joined = application.alias("mine"), application_change.alias("joined")
    left = and_(_change.c.from_state == "waitlisted", _change.c.state != "waitlisted")
    came_back = and_(_change.c.state == "waitlisted", _change.c.from_state != "waitlisted")
    since = select(func.min(joined.c.id)).where(joined.c.application == mine.c.id, joined.c.state == "waitlisted").scalar_subquery()
    return Query(
        select(mine.c.id, func.sum(case((left, 1), else_=-1)))
        .select_from(mine)
        .join(
            _ahead,
            and_(
                _ahead.c.group == mine.c.group,
                _ahead.c.changed > _ahead.c.created,
                _ahead.c.changed >= bindparam("since"),
                _ahead.c.ticket < mine.c.ticket,
            ),
        )
        .join(_change, _change.c.application == _ahead.c.id)
        .where(
            within(mine.c.id, "applications"),
            mine.c.state == "waitlisted",
            _change.c.at >= bindparam("since"),
            _change.c.id > since,
            or_(left, came_back),
        )
        .group_by(mine.c.id),
        lambda number, moved: (int(number), int(moved)),
    )


MOVED = _moved()
"""By how many entries the queue before some entries became shorter since an instant; only those before which anything moved.

It looks only at entries to which something happened after they joined: a long queue on its first night costs nothing.
"""
DISPUTED = Query(select(application.c.id).where(within(application.c.id, "applications"), application.c.disputed), int)
"""Those of some applications of which a guardian says that it was not them."""
