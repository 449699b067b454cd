"""Counts for those above the organisations: by organisation, by municipality, by settlement; grouped by the database, without a name."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Date, bindparam, case, func, or_, select

from storage.database import Query
from storage.schema import application, child, municipality, organisation, programme, settlement, study_group

_TODAY: Any = bindparam("today", type_=Date)
_MUNICIPALITY: Any = bindparam("municipality", type_=BigInteger)
_ORGANISATION: Any = bindparam("organisation", type_=BigInteger)


class CountRow(NamedTuple):
    """How much there is of what at a place. `rows` is how many places there are on all pages."""

    id: int
    name: str
    waiting: int
    overdue: int
    queued: int
    enrolled: int
    free: int
    rows: int


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


_of_groups = (
    select(study_group.c.id, organisation.c.id.label("organisation"), organisation.c.municipality)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .where(
        or_(_MUNICIPALITY.is_(None), organisation.c.municipality == _MUNICIPALITY),
        or_(_ORGANISATION.is_(None), organisation.c.id == _ORGANISATION),
    )
)


def _counts(place: Any, column: str) -> Any:
    """Counts of everything that is at the places of a table, a page of them, those with the most overdue first."""
    groups = _of_groups.subquery("groups")
    key = groups.c[column]
    asked = (
        select(
            key.label("place"),
            _sum(application.c.state == "submitted").label("waiting"),
            _sum((application.c.state == "submitted") & (application.c.decide_by < _TODAY)).label("overdue"),
            _sum(application.c.state == "waitlisted").label("queued"),
            _sum(application.c.state == "enrolled").label("enrolled"),
        )
        .join(groups, groups.c.id == application.c.group)
        .group_by(key)
        .subquery("asked")
    )
    left = study_group.c.size - func.coalesce(study_group.c.taken, 0) - study_group.c.kept - study_group.c.held
    open_ = (
        select(key.label("place"), func.sum(case((left > 0, left), else_=0)).label("free"))
        .join(groups, groups.c.id == study_group.c.id)
        .where(~study_group.c.archived, ~study_group.c.locked, study_group.c.size.is_not(None))
        .where(or_(study_group.c.ends.is_(None), study_group.c.ends >= _TODAY))
        .group_by(key)
        .subquery("open")
    )
    late = func.coalesce(asked.c.overdue, 0)
    return (
        select(
            place.c.id,
            place.c.name,
            func.coalesce(asked.c.waiting, 0),
            late,
            func.coalesce(asked.c.queued, 0),
            func.coalesce(asked.c.enrolled, 0),
            func.coalesce(open_.c.free, 0),
            func.count().over(),
        )
        .outerjoin(asked, asked.c.place == place.c.id)
        .outerjoin(open_, open_.c.place == place.c.id)
        .where(~place.c.archived)
        .order_by(late.desc(), place.c.name, place.c.id)
        .limit(bindparam("most"))
        .offset(bindparam("skip"))
    )


ORGANISATIONS = Query(
    _counts(organisation, "organisation").where(
        or_(_MUNICIPALITY.is_(None), organisation.c.municipality == _MUNICIPALITY),
        or_(_ORGANISATION.is_(None), organisation.c.id == _ORGANISATION),
    ),
    CountRow,
)
"""By organisation, of a municipality (or one organisation alone)."""
MUNICIPALITIES = Query(
    _counts(municipality, "municipality").where(or_(_MUNICIPALITY.is_(None), municipality.c.id == _MUNICIPALITY), _ORGANISATION.is_(None)),
    CountRow,
)
"""By municipality, of the whole region (or one municipality alone)."""


class QueueRow(NamedTuple):
    """How many children of a settlement wait in queues; `rows` is how many settlements there are on all pages."""

    name: str
    waiting: int
    rows: int


_home = func.coalesce(child.c.settlement, study_group.c.settlement)
QUEUES = Query(
    select(settlement.c.name, func.count(), func.count().over())
    .select_from(application)
    .join(child, child.c.id == application.c.child)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(settlement, settlement.c.id == _home)
    .where(application.c.state == "waitlisted", organisation.c.municipality == bindparam("municipality"))
    .group_by(settlement.c.id, settlement.c.name)
    .order_by(func.count().desc(), settlement.c.name)
    .limit(bindparam("most"))
    .offset(bindparam("skip")),
    QueueRow,
)
"""Entries that wait in the queues of a municipality, by where the child lives (else by where the group meets)."""
