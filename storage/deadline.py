"""Terms of the staff: who is to be reminded of what waits, and how much that is."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Date, String, bindparam, case, cast, exists, func, literal, or_, select, update

from storage.database import Query
from storage.schema import application, delivery, municipality, organisation, programme, staff, study_group

_PERSON: Any = bindparam("person", type_=BigInteger)
_TODAY: Any = bindparam("today", type_=Date)
_stands = or_(staff.c.until.is_(None), staff.c.until > bindparam("now"))
_key = literal("").concat(bindparam("key", type_=String)).concat(cast(staff.c.person, String))
_not_yet = ~exists().where(delivery.c.key == _key)

ZONES = Query(select(municipality.c.zone).distinct().order_by(municipality.c.zone), str)


def _waits(*where: Any) -> Any:
    """There is an application of the role's place that waits for a decision."""
    return exists(
        select(application.c.id)
        .join(study_group, study_group.c.id == application.c.group)
        .join(programme, programme.c.id == study_group.c.programme)
        .where(programme.c.organisation == organisation.c.id, application.c.state == "submitted", *where)
    )


_OF_ORGANISATION = (
    select(staff.c.person)
    .distinct()
    .select_from(staff)
    .join(organisation, organisation.c.id == staff.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .where(staff.c.role == "organisation", _stands, municipality.c.zone == bindparam("zone"), _not_yet)
    .limit(bindparam("most"))
)
DIGESTS = Query(_OF_ORGANISATION.where(staff.c.digest, _waits(application.c.created < bindparam("since"))), int)
"""Who decides where something waited at `since`, wants to read of it in the morning, and was not told under `key` + person."""
LATE = Query(
    _OF_ORGANISATION.where(_waits(application.c.decide_by < _TODAY, application.c.decide_by >= bindparam("from", type_=Date))), int
)
"""Who decides where a term was over within the last working day, and was not told."""
ESCALATED = Query(
    select(staff.c.person)
    .distinct()
    .select_from(staff)
    .join(municipality, municipality.c.id == staff.c.municipality)
    .join(organisation, organisation.c.municipality == municipality.c.id)
    .where(
        staff.c.role == "municipality",
        staff.c.digest,
        _stands,
        municipality.c.zone == bindparam("zone"),
        _waits(application.c.decide_by < bindparam("before", type_=Date)),
        _not_yet,
    )
    .limit(bindparam("most")),
    int,
)
"""The staff of municipalities where a term was over more than a working day ago, not told under `key` + person."""


class DueRow(NamedTuple):
    """How much waits, is due today, is overdue."""

    waiting: int
    today: int
    overdue: int


_own = exists().where(staff.c.person == _PERSON, staff.c.role == "organisation", staff.c.organisation == organisation.c.id, _stands)
_SUBMITTED = (
    select(application.c.id)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .where(application.c.state == "submitted")
)
DUE = Query(
    _SUBMITTED.with_only_columns(
        func.count(),
        func.coalesce(func.sum(case((application.c.decide_by == _TODAY, 1), else_=0)), 0),
        func.coalesce(func.sum(case((application.c.decide_by < _TODAY, 1), else_=0)), 0),
        maintain_column_froms=True,
    ).where(_own),
    DueRow,
)
"""What waits for a decision of somebody's organisations."""
OVERDUE = Query(
    _SUBMITTED.where(_own, application.c.decide_by < _TODAY).order_by(application.c.decide_by, application.c.id).limit(bindparam("most")),
    int,
)


class LateRow(NamedTuple):
    """How many applications of an organisation are overdue for more than a working day."""

    organisation: int
    name: str
    late: int


ESCALATES = Query(
    select(organisation.c.id, organisation.c.name, func.count())
    .select_from(application)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .where(
        application.c.state == "submitted",
        application.c.decide_by < bindparam("before", type_=Date),
        exists().where(
            staff.c.person == _PERSON, staff.c.role == "municipality", staff.c.municipality == organisation.c.municipality, _stands
        ),
    )
    .group_by(organisation.c.id, organisation.c.name)
    .order_by(func.count().desc(), organisation.c.name),
    LateRow,
)
DIGEST = Query(update(staff).where(staff.c.person == _PERSON, staff.c.until.is_(None)).values(digest=bindparam("on")))
WANTS = Query(select(func.count()).select_from(staff).where(staff.c.person == _PERSON, staff.c.until.is_(None), staff.c.digest), int)
