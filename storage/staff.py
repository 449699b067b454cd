"""The staff: who may do what for which organisation, and what they did."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, exists, insert, or_, select, update

from storage.database import Query
from storage.schema import audit, organisation, programme, staff, staff_group, study_group


class StaffRow(NamedTuple):
    """A role that somebody has."""

    id: int
    person: int
    role: str
    organisation: int | None
    organisation_name: str | None
    municipality: int | None
    since: datetime


_STAFF = (
    select(staff.c.id, staff.c.person, staff.c.role, staff.c.organisation, organisation.c.name, staff.c.municipality, staff.c.since)
    .outerjoin(organisation, organisation.c.id == staff.c.organisation)
    .where(staff.c.until.is_(None))
    .order_by(staff.c.since, staff.c.id)
)
ROLES = Query(_STAFF.where(staff.c.person == bindparam("person")), StaffRow)
"""The roles of a person that stand."""
ACCESS = Query(
    select(staff.c.role)
    .select_from(study_group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(staff, staff.c.person == bindparam("person"))
    .where(
        study_group.c.id == bindparam("group"),
        or_(staff.c.until.is_(None), staff.c.until > bindparam("now")),
        or_(
            and_(staff.c.role.in_(("organisation", "board")), staff.c.organisation == programme.c.organisation),
            and_(staff.c.role == "teacher", exists().where(staff_group.c.staff == staff.c.id, staff_group.c.group == study_group.c.id)),
        ),
    ),
    str,
)
"""What somebody is to a group: `organisation`, `board` or `teacher`, each that applies."""
COLLEAGUES = Query(_STAFF.where(staff.c.organisation == bindparam("organisation")), StaffRow)
GRANT = Query(
    insert(staff).values(
        person=bindparam("person"),
        role=bindparam("role"),
        organisation=bindparam("organisation"),
        since=bindparam("now"),
        given_by=bindparam("given_by"),
    )
)
REVOKE = Query(update(staff).where(staff.c.id == bindparam("staff"), staff.c.until.is_(None)).values(until=bindparam("now")))
NOTE = Query(
    insert(audit).values(
        at=bindparam("now"),
        person=bindparam("person"),
        action=bindparam("action"),
        noun=bindparam("noun"),
        noun_id=bindparam("noun_id"),
        organisation=bindparam("organisation"),
        facts=bindparam("facts"),
    )
)
