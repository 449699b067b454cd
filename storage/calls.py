"""Calls that families asked for: a wish to talk with the teacher beforehand, and never why."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, delete, exists, insert, or_, select, update

from storage.database import Query
from storage.schema import application, call_request, child, guardian, organisation, programme, staff, staff_group, study_group

_PERSON: Any = bindparam("person", type_=BigInteger)
_ONE: Any = bindparam("call", type_=BigInteger)
OPEN = Query(
    select(call_request.c.id).where(
        call_request.c.child == bindparam("child"), call_request.c.group == bindparam("group"), call_request.c.done.is_(None)
    ),
    int,
)
ASK = Query(
    insert(call_request)
    .values({name: bindparam(name) for name in ("child", "group", "person", "created", "until")})
    .returning(call_request.c.id),
    int,
)


class CallRow(NamedTuple):
    """Whom to call, and about which child and group."""

    id: int
    child_name: str
    child_surname: str
    born: date
    group: int
    programme_name: str
    guardian_name: str | None
    phone: str | None
    created: datetime
    until: datetime


_stands = or_(staff.c.until.is_(None), staff.c.until > bindparam("now"))
_THEIRS = or_(
    exists().where(staff.c.person == _PERSON, staff.c.role == "organisation", staff.c.organisation == organisation.c.id, _stands),
    exists().where(
        staff.c.person == _PERSON,
        staff.c.role == "teacher",
        staff.c.id == staff_group.c.staff,
        staff_group.c.group == study_group.c.id,
        _stands,
    ),
)
WAITING = Query(
    select(
        call_request.c.id,
        child.c.name,
        child.c.surname,
        child.c.born,
        study_group.c.id,
        programme.c.name,
        guardian.c.name,
        guardian.c.phone,
        call_request.c.created,
        call_request.c.until,
    )
    .select_from(call_request)
    .join(child, child.c.id == call_request.c.child)
    .join(study_group, study_group.c.id == call_request.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .outerjoin(guardian, (guardian.c.family == child.c.family) & (guardian.c.person == call_request.c.person))
    .where(call_request.c.done.is_(None), call_request.c.until > bindparam("now"), _THEIRS)
    .order_by(call_request.c.created, call_request.c.id)
    .limit(bindparam("limit")),
    CallRow,
)
"""Calls to make by the person's organisations and in their own groups, the oldest first."""
DONE = Query(update(call_request).where(call_request.c.id == _ONE, call_request.c.done.is_(None)).values(done=bindparam("now"), by=_PERSON))
EXPIRED = Query(delete(call_request).where(or_(call_request.c.until <= bindparam("now"), call_request.c.done <= bindparam("before"))))
CLAIM = Query(
    update(application).where(application.c.id == bindparam("application"), application.c.benefit.is_(None)).values(benefit="claimed")
)
