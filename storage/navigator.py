"""The region's own system beside this one: what is not entered there yet, and how an application stands there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, case, exists, func, null, or_, select, update

from storage.database import Query
from storage.schema import application, child, guardian, organisation, programme, staff, study_group

_PERSON: Any = bindparam("person", type_=BigInteger)
_ONE: Any = bindparam("application", type_=BigInteger)
_HELD = ("submitted", "needs_info", "confirmed", "enrolled", "admitted")
_THEIRS = exists().where(
    staff.c.person == _PERSON,
    staff.c.role == "organisation",
    staff.c.organisation == organisation.c.id,
    or_(staff.c.until.is_(None), staff.c.until > bindparam("now")),
)


class EntryRow(NamedTuple):
    """An application in the order of Навигатор's own form. The telephone is the guardian's who applied, or any of the family."""

    id: int
    state: str
    created: datetime
    programme_name: str
    group_name: str
    surname: str
    name: str
    born: date
    certificate: str | None
    guardian_name: str | None
    phone: str | None
    outside_state: str | None
    outside_number: str | None
    outside_at: datetime | None
    organisation: int


_theirs = (guardian.c.family == application.c.family, guardian.c.role == "guardian", guardian.c.phone.is_not(None))
_first = func.coalesce(
    select(guardian.c.person).where(*_theirs, guardian.c.person == application.c.created_by).correlate(application).scalar_subquery(),
    select(func.min(guardian.c.person)).where(*_theirs).correlate(application).scalar_subquery(),
)
"""The guardian who applied, where they gave a telephone; else another guardian of the family."""
_ENTRIES = (
    select(
        application.c.id,
        application.c.state,
        application.c.created,
        programme.c.name,
        study_group.c.name,
        child.c.surname,
        child.c.name,
        child.c.born,
        child.c.certificate,
        guardian.c.name,
        guardian.c.phone,
        application.c.outside_state,
        application.c.outside_number,
        application.c.outside_at,
        organisation.c.id,
    )
    .select_from(application)
    .join(child, child.c.id == application.c.child)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .outerjoin(guardian, (guardian.c.family == application.c.family) & (guardian.c.person == _first))
)
_WAITS = (
    organisation.c.door == "both",
    application.c.state.in_(_HELD),
    application.c.outside_state.is_(None),
    child.c.name != "",
    _THEIRS,
)
WAITING = Query(
    _ENTRIES.where(*_WAITS)
    .order_by(case((application.c.state == "enrolled", 0), (application.c.state == "confirmed", 1), else_=2), application.c.id)
    .limit(bindparam("most")),
    EntryRow,
)
"""What the person's organisations have to enter: who is enrolled first, then who is confirmed."""
COUNT = Query(
    select(func.count())
    .select_from(application)
    .join(child, child.c.id == application.c.child)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .where(*_WAITS),
    int,
)
ONE = Query(
    _ENTRIES.where(application.c.id == _ONE, organisation.c.door == "both", application.c.state.in_(_HELD), child.c.name != "", _THEIRS),
    EntryRow,
)
OF_ORGANISATION = Query(_ENTRIES.where(organisation.c.id == bindparam("organisation"), child.c.name != ""), EntryRow)
"""All applications of an organisation, to find those of a list from outside."""
ENTER = Query(
    update(application)
    .where(application.c.id == _ONE)
    .values(
        outside_state=bindparam("state", type_=application.c.outside_state.type),
        outside_number=func.coalesce(bindparam("number", type_=application.c.outside_number.type), application.c.outside_number),
        outside_at=bindparam("now", type_=application.c.outside_at.type),
    )
)
FORGET = Query(update(application).where(application.c.id == _ONE).values(outside_state=null(), outside_number=null(), outside_at=null()))
OUTSIDE = Query(
    select(application.c.outside_state, application.c.outside_number, application.c.outside_at, organisation.c.door)
    .select_from(application)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .where(application.c.id == _ONE),
    tuple,
)
"""How an application stands outside, and by which door its organisation takes applications."""
