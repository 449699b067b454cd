"""First visits: guest places of a lesson, who takes them, and how it went."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, case, exists, func, insert, null, select, update

from storage.database import Query
from storage.schema import child, guardian, municipality, organisation, programme, study_group, timetable, visit

_GROUP: Any = bindparam("group", type_=BigInteger)
_VISIT: Any = bindparam("visit", type_=BigInteger)
_PERSON: Any = bindparam("person", type_=BigInteger)


class LessonRow(NamedTuple):
    """A line of a timetable: weekly or dated; minutes after local midnight."""

    weekday: int | None
    day: date | None
    last_day: date | None
    starts: int | None
    ends: int | None
    weeks: str


LESSONS = Query(select(*(timetable.c[name] for name in LessonRow._fields)).where(timetable.c.group == _GROUP), LessonRow)
TAKEN = Query(
    select(visit.c.day, func.count()).where(visit.c.group == _GROUP, visit.c.seat.is_not(None)).group_by(visit.c.day),
    lambda day, number: (day, int(number)),
)
"""Guest places that are taken, by day."""
_used, _next = visit.alias("used"), visit.alias("next")
_DAY: Any = bindparam("day", type_=visit.c.day.type)
_lowest = case(
    (~exists().where(_used.c.group == _GROUP, _used.c.day == _DAY, _used.c.seat == 1), 1),
    else_=select(func.min(_used.c.seat) + 1)
    .where(
        _used.c.group == _GROUP,
        _used.c.day == _DAY,
        ~exists().where(_next.c.group == _GROUP, _next.c.day == _DAY, _next.c.seat == _used.c.seat + 1),
    )
    .scalar_subquery(),
)
_count = select(func.count()).select_from(_used).where(_used.c.group == _GROUP, _used.c.day == _DAY, _used.c.seat.is_not(None))
BOOK = Query(
    insert(visit)
    .from_select(
        ["group", "child", "person", "day", "seat", "state", "created"],
        select(
            _GROUP,
            bindparam("child", type_=BigInteger),
            _PERSON,
            _DAY,
            _lowest,
            bindparam("state", type_=visit.c.state.type),
            bindparam("now", type_=visit.c.created.type),
        ).where(_count.scalar_subquery() < bindparam("guests")),
    )
    .returning(visit.c.id),
    int,
)
"""Take the lowest free guest place of a lesson; no row where there is none."""
STANDING = Query(
    select(visit.c.id).where(
        visit.c.group == _GROUP, visit.c.child == bindparam("child"), visit.c.state == "booked", visit.c.day >= bindparam("today")
    ),
    int,
)
"""The visit of a child to a group that is still ahead."""


class VisitRow(NamedTuple):
    """A first visit, and what the person who looks is to it: a guardian's role, or nothing."""

    id: int
    group: int
    day: date
    state: str
    child: int
    name: str
    surname: str
    born: date
    programme: int
    programme_name: str
    organisation_name: str
    zone: str
    role: str | None


_VIEW = (
    select(
        visit.c.id,
        visit.c.group,
        visit.c.day,
        visit.c.state,
        child.c.id,
        child.c.name,
        child.c.surname,
        child.c.born,
        programme.c.id,
        programme.c.name,
        organisation.c.name,
        municipality.c.zone,
        guardian.c.role,
    )
    .select_from(visit)
    .join(child, child.c.id == visit.c.child)
    .join(study_group, study_group.c.id == visit.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .outerjoin(guardian, and_(guardian.c.family == child.c.family, guardian.c.person == _PERSON))
)
ONE = Query(_VIEW.where(visit.c.id == _VISIT), VisitRow)
GUESTS = Query(
    _VIEW.where(visit.c.group == _GROUP, visit.c.state != "cancelled", visit.c.day >= bindparam("since")).order_by(
        visit.c.day, visit.c.seat
    ),
    VisitRow,
)
"""Who comes to a group for the first time, and came lately."""
MARK = Query(update(visit).where(visit.c.id == _VISIT).values(state=bindparam("state", type_=visit.c.state.type)))
CANCEL = Query(update(visit).where(visit.c.id == _VISIT).values(state="cancelled", seat=null()))
SET_GUESTS = Query(update(study_group).where(study_group.c.id == _GROUP).values(guests=bindparam("guests")))
NUMBER = Query(select(study_group.c.guests).where(study_group.c.id == _GROUP), int)
