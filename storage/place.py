"""Places and queues: seats taken and given back, tickets, who is next, and every change of an application."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from storage.database import Query
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
    quota,
    ranking,
    study_group,
    timetable,
)
from storage.schema.enrolment import LIVE

_GROUP: Any = bindparam("group", type_=BigInteger)
_ONE: Any = bindparam("application", type_=BigInteger)


def stands(applications: Any, state: str) -> ColumnElement[bool]:
    """An application's state is this one, written into the statement: a partial index answers only to its own words."""
    column: ColumnElement[str] = applications.c.state
    return column == literal_column(f"'{state}'")


_held = select(func.count()).select_from(place).where(place.c.group == _GROUP).scalar_subquery()


class Standing(NamedTuple):
    """How full a group is: places held, the last ticket that was drawn, entries that wait."""

    held: int
    ticket: int
    waiting: int


STANDING = Query(
    select(
        _held,
        func.coalesce(select(func.max(application.c.ticket)).where(application.c.group == _GROUP).scalar_subquery(), 0),
        select(func.count())
        .select_from(application)
        .where(application.c.group == _GROUP, stands(application, "waitlisted"))
        .scalar_subquery(),
    ),
    Standing,
)

_taken, _next = place.alias("taken"), place.alias("next")
_lowest_free = case(
    (~exists().where(_taken.c.group == _GROUP, _taken.c.seat == 1), 1),
    else_=select(func.min(_taken.c.seat) + 1)
    .where(_taken.c.group == _GROUP, ~exists().where(_next.c.group == _GROUP, _next.c.seat == _taken.c.seat + 1))
    .scalar_subquery(),
)
TAKE = Query(
    insert(place)
    .from_select(["group", "seat", "holder"], select(_GROUP, _lowest_free, _ONE).where(_held < bindparam("capacity")))
    .returning(place.c.seat),
    int,
)
"""Take the lowest free seat while fewer than `capacity` are held (so it is one of 1 … `capacity`); no row where there is none."""
RELEASE = Query(delete(place).where(place.c.holder == _ONE))
RECOUNT = Query(update(study_group).where(study_group.c.id == _GROUP).values(held=_held))
"""`held` is only what lists read quickly: it is counted anew from the places at each change."""
FORGET_PASSED = Query(
    update(application)
    .where(
        application.c.group == _GROUP, application.c.state.in_(("waitlisted", "reserve")), application.c.passed, application.c.id != _ONE
    )
    .values(passed=False)
)
"""Another place is free: who let the last one go, or was not to have it, is next again, each in turn."""


class ApplicationRow(NamedTuple):
    """An application as the life-cycle works on it."""

    id: int
    family: int
    child: int
    group: int
    financing: str | None
    state: str
    ticket: int | None
    disputed: bool
    reviewed: bool
    passed: bool
    changed: datetime
    decide_by: date | None
    papers_by: date | None
    offered: datetime | None
    offer_until: datetime | None
    reason: str | None
    comment: str | None
    act: str | None
    category: str | None
    benefit: str | None
    bundle: int | None
    ranking: int | None
    rank: int | None
    instead_of: int | None
    leaves: date | None
    leave_asked: datetime | None


_COLUMNS = tuple(application.c[name] for name in ApplicationRow._fields)
APPLICATION = Query(select(*_COLUMNS).where(application.c.id == _ONE), ApplicationRow)
_GIVEN = ("family", "child", "group", "state", "ticket", "created", "created_by", "financing", "decide_by", "papers_by")
_PERHAPS = ("category", "benefit", "bundle", "ranking", "rank", "instead_of")
NEW = Query(
    insert(application)
    .values({name: bindparam(name) for name in _GIVEN} | {"changed": bindparam("created")})
    .values({name: bindparam(name, None, type_=application.c[name].type) for name in _PERHAPS})
    .returning(*_COLUMNS),
    ApplicationRow,
)
"""A new application; what few of them have (a category, a bundle, a rank) may be left out."""
SOURCE = Query(update(application).where(application.c.id == _ONE).values(source=bindparam("source")), tuple)
"""Who applied, where it was not a guardian."""
NEW_BUNDLE = Query(
    insert(bundle).values(group=bindparam("group"), together=bindparam("together"), created=bindparam("created")).returning(bundle.c.id),
    int,
)
NEW_RANKING = Query(
    insert(ranking).values(child=bindparam("child"), rest=bindparam("rest"), created=bindparam("created")).returning(ranking.c.id),
    int,
)
_SAVED = ApplicationRow._fields[4:]
SAVE = Query(
    update(application).where(application.c.id == _ONE).values({name: bindparam(name, type_=application.c[name].type) for name in _SAVED})
)
ROLE = Query(
    select(guardian.c.role)
    .join(application, application.c.family == guardian.c.family)
    .where(application.c.id == _ONE, guardian.c.person == bindparam("person")),
    str,
)


def _places_of(applicant: Any) -> Any:
    """How many places the child of an application holds, in all groups."""
    other, held = application.alias("other"), place.alias("held")
    return (
        select(func.count()).select_from(held).join(other, other.c.id == held.c.holder).where(other.c.child == applicant.c.child)
    ).scalar_subquery()


def _fitting(state: str) -> Query[ApplicationRow]:
    return Query(
        select(*_COLUMNS)
        .join(child, child.c.id == application.c.child)
        .where(
            application.c.group == _GROUP,
            stands(application, state),
            ~application.c.passed,
            ~child.c.gone,
            _places_of(application) < bindparam("most"),
        )
        .order_by(application.c.ticket)
        .limit(bindparam("limit")),
        ApplicationRow,
    )


def unfilled_kept(group: Any) -> ColumnElement[int]:
    """How many of the places kept for transfers and continuing pupils nobody has taken yet: `group` is a table or alias of groups."""
    seat, holder = place.alias("kept_seat"), application.alias("kept_holder")
    filled = (
        select(func.count())
        .select_from(seat)
        .join(holder, holder.c.id == seat.c.holder)
        .where(seat.c.group == group.c.id, holder.c.instead_of.is_not(None))
        .correlate(group)
        .scalar_subquery()
    )
    return case((group.c.kept <= 0, group.c.kept), (group.c.kept > filled, group.c.kept - filled), else_=0)


def _filled() -> Any:
    """How many places of a quota those of its category hold."""
    seat, holder = place.alias("reserved_seat"), application.alias("reserved_holder")
    return (
        select(func.count())
        .select_from(seat)
        .join(holder, holder.c.id == seat.c.holder)
        .where(seat.c.group == quota.c.group, holder.c.category == quota.c.category, holder.c.instead_of.is_(None))
        .correlate(quota)
        .scalar_subquery()
    )


def unfilled_quotas(group: Any) -> ColumnElement[int]:
    """How many places reserved for published categories nobody of them has taken yet."""
    left = case((quota.c.seats > _filled(), quota.c.seats - _filled()), else_=0)
    return func.coalesce(
        select(cast(func.sum(left), Integer)).where(quota.c.group == group.c.id).correlate(group).scalar_subquery(),
        0,
    )


QUOTAS = Query(
    select(quota.c.category, quota.c.seats, _filled()).where(quota.c.group == _GROUP).order_by(quota.c.category),
    lambda category, seats, filled: (str(category), int(seats), int(filled)),
)
"""Reserved places by category: how many, and how many of them are held by those of the category."""
KEPT = Query(select(unfilled_kept(study_group)).where(study_group.c.id == _GROUP), int)
FITTING = {"waitlisted": _fitting("waitlisted"), "reserve": _fitting("reserve")}
"""Who is next: in the order of tickets, without those who let this place go, or whose child holds as many places as it may."""


class WaitingRow(NamedTuple):
    """An entry of a queue, as its order is made of it. `together`: it is served only at once with the others of its bundle."""

    id: int
    ticket: int
    category: str | None
    bundle: int | None
    together: bool


IN_LINE = Query(
    select(
        application.c.id,
        func.coalesce(application.c.ticket, 0),
        application.c.category,
        application.c.bundle,
        func.coalesce(bundle.c.together, False),
    )
    .outerjoin(bundle, bundle.c.id == application.c.bundle)
    .where(application.c.group == _GROUP, application.c.state == bindparam("state"))
    .order_by(application.c.ticket),
    lambda number, ticket, category, tied, together: WaitingRow(number, ticket, category, tied, bool(together)),
)
"""Everybody who waits in a group, by ticket."""
OF_BUNDLE = Query(
    select(*_COLUMNS).where(application.c.bundle == bindparam("bundle")).order_by(application.c.ticket, application.c.id), ApplicationRow
)
IS_TOGETHER = Query(select(bundle.c.together).where(bundle.c.id == bindparam("bundle")), bool)
OF_RANKING = Query(
    select(*_COLUMNS).where(application.c.ranking == bindparam("ranking")).order_by(application.c.group, application.c.id), ApplicationRow
)
REST = Query(select(ranking.c.rest).where(ranking.c.id == bindparam("ranking")), str)


class Hindrances(NamedTuple):
    """Who waits in a group, and how many of them cannot be given a place: they let it go, or their child has as many as it may."""

    waiting: int
    passed: int
    full: int


HINDRANCES = Query(
    select(
        func.count(),
        func.coalesce(func.sum(case((application.c.passed, 1), else_=0)), 0),
        func.coalesce(func.sum(case((~application.c.passed & (_places_of(application) >= bindparam("most")), 1), else_=0)), 0),
    ).where(application.c.group == _GROUP, application.c.state == bindparam("state")),
    lambda waiting, passed, full: Hindrances(int(waiting), int(passed), int(full)),
)
OFFERS = Query(
    select(func.count(), func.min(application.c.offer_until)).where(application.c.group == _GROUP, stands(application, "offered")),
    lambda number, until: (int(number), until),
)
"""How many places are offered in a group, and until when the first of them."""
FOLLOWED = Query(
    select(*_COLUMNS)
    .where(
        application.c.group == _GROUP,
        application.c.state.in_(("offered", "admitted")),
        application.c.changed == bindparam("at"),
        application.c.id != _ONE,
    )
    .order_by(application.c.ticket.desc())
    .limit(1),
    ApplicationRow,
)
"""Who was given a place at the instant at which another application gave one back, and has not answered since."""

DUE = Query(
    select(application.c.group)
    .where(stands(application, "offered"), application.c.offer_until <= bindparam("now"))
    .order_by(application.c.offer_until)
    .limit(bindparam("limit")),
    int,
)
"""Groups with offers whose time is over, one row an offer."""
LAPSED = Query(
    select(*_COLUMNS)
    .where(application.c.group == _GROUP, stands(application, "offered"), application.c.offer_until <= bindparam("now"))
    .order_by(application.c.offer_until, application.c.id)
    .limit(bindparam("limit")),
    ApplicationRow,
)


def _vacant() -> Query[int]:
    waiting = application.alias("waiting")
    of_group = select(func.count()).select_from(place).where(place.c.group == study_group.c.id).correlate(study_group).scalar_subquery()
    return Query(
        select(study_group.c.id)
        .join(programme, programme.c.id == study_group.c.programme)
        .join(organisation, organisation.c.id == programme.c.organisation)
        .join(municipality, municipality.c.id == organisation.c.municipality)
        .where(
            ~study_group.c.archived,
            ~study_group.c.locked,
            or_(study_group.c.ends.is_(None), study_group.c.ends >= bindparam("today")),
            or_(
                study_group.c.size.is_(None),
                study_group.c.size - func.coalesce(study_group.c.taken, 0) > of_group,
            ),
            exists()
            .where(
                waiting.c.group == study_group.c.id,
                waiting.c.state.in_(("waitlisted", "reserve")),
                ~waiting.c.passed,
                waiting.c.child == child.c.id,
                ~child.c.gone,
                _places_of(waiting) < municipality.c.places_per_child,
                or_(
                    study_group.c.size.is_(None),
                    waiting.c.category.is_not(None),
                    waiting.c.instead_of.is_not(None),
                    study_group.c.size - func.coalesce(study_group.c.taken, 0) - unfilled_kept(study_group) - unfilled_quotas(study_group)
                    > of_group,
                ),
            )
            .correlate(study_group, municipality),
        )
        .order_by(study_group.c.id)
        .limit(bindparam("limit")),
        int,
    )


VACANT = _vacant()
"""Groups where a place is free and somebody waits who might have it; whether it is theirs (kept, reserved) is seen under the lock."""


_old, _of_old, _programme_of_old = application.alias("old"), study_group.alias("of_old"), programme.alias("programme_of_old")
SIBLINGS = Query(
    select(study_group.c.id)
    .select_from(_old)
    .join(_of_old, _of_old.c.id == _old.c.group)
    .join(_programme_of_old, _programme_of_old.c.id == _of_old.c.programme)
    .join(programme, programme.c.organisation == _programme_of_old.c.organisation)
    .join(study_group, study_group.c.programme == programme.c.id)
    .where(
        _old.c.id == _ONE,
        study_group.c.id != _old.c.group,
        study_group.c.entry == "queue",
        ~study_group.c.archived,
        programme.c.state == "published",
        or_(study_group.c.ends.is_(None), study_group.c.ends >= bindparam("today")),
    )
    .order_by(case((programme.c.id == _of_old.c.programme, 0), else_=1), programme.c.name, study_group.c.id),
    int,
)
"""The other groups of an application's organisation that are entered by queue: those of the same programme first."""


_by, _group_by = application.alias("by"), study_group.alias("group_by")
GIVEN_UP = Query(
    select(_old.c.id)
    .select_from(_by)
    .join(_old, _old.c.id == _by.c.instead_of)
    .join(_group_by, _group_by.c.id == _by.c.group)
    .where(
        _by.c.instead_of.is_not(None),
        _by.c.state == "enrolled",
        _by.c.changed <= bindparam("before"),
        _old.c.state.in_(("submitted", "confirmed", "enrolled")),
        or_(_group_by.c.follows.is_(None), _group_by.c.follows != _old.c.group),
    )
    .order_by(_old.c.id)
    .limit(bindparam("limit")),
    int,
)
"""Applications that still hold a place, though the child is enrolled in the group to which it moved."""
ENDED = Query(
    select(study_group.c.id)
    .where(
        ~study_group.c.archived,
        study_group.c.ends < bindparam("today"),
        exists().where(application.c.group == study_group.c.id, application.c.state.in_(LIVE)),
    )
    .order_by(study_group.c.id)
    .limit(bindparam("limit")),
    int,
)
"""Groups that are over and still have applications going on."""
GOING_ON = Query(
    select(*_COLUMNS)
    .where(application.c.group == _GROUP, application.c.state.in_(LIVE))
    .order_by(application.c.id)
    .limit(bindparam("limit")),
    ApplicationRow,
)


class LeavingRow(NamedTuple):
    """An application and its group."""

    id: int
    group: int


LEAVING = Query(
    select(application.c.id, application.c.group)
    .where(application.c.state == "enrolled", application.c.leave_asked.is_(None), application.c.leaves <= bindparam("today"))
    .order_by(application.c.id)
    .limit(bindparam("limit")),
    LeavingRow,
)
"""Pupils whose order to leave is there and whose day has come (by UTC's day: the caller looks at the local one)."""
FIRST_LESSON = Query(
    select(func.min(timetable.c.starts)).where(
        timetable.c.group == _GROUP, or_(timetable.c.weekday == bindparam("weekday"), timetable.c.day == bindparam("day"))
    ),
    lambda minutes: minutes,
)
"""When the first lesson of a day begins, in minutes after local midnight."""

LOG = Query(
    insert(application_change)
    .values({name: bindparam(name) for name in ("application", "action", "from_state", "state", "at", "actor", "person", "channel", "why")})
    .returning(application_change.c.id),
    int,
)


class ChangeRow(NamedTuple):
    """The last change of an application."""

    id: int
    application: int
    action: str
    from_state: str | None
    state: str
    at: datetime
    actor: str
    person: int | None


LAST_CHANGE = Query(
    select(*(application_change.c[name] for name in ChangeRow._fields))
    .where(application_change.c.application == _ONE)
    .order_by(application_change.c.id.desc())
    .limit(1),
    ChangeRow,
)
TO_BE_TOLD = Query(
    select(guardian.c.person)
    .where(guardian.c.family == bindparam("family"), guardian.c.role != "follower", guardian.c.person != bindparam("but"))
    .order_by(guardian.c.person),
    int,
)
"""The guardians of a family, those who live apart too, but not who did it."""
