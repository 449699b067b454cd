"""The staff: who may do what for which organisation, and what they did."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, String, and_, bindparam, exists, func, insert, or_, select, update

from storage.database import Query, upsert, within
from storage.schema import audit, municipality, organisation, programme, staff, staff_group, study_group


class StaffRow(NamedTuple):
    """A role that somebody has. `municipality` is that of the role, or of its organisation."""

    id: int
    person: int
    role: str
    name: str | None
    organisation: int | None
    organisation_name: str | None
    municipality: int | None
    municipality_name: str | None
    zone: str | None
    since: datetime
    given_by_name: str | None


_giver = staff.alias("giver")
_STAFF = (
    select(
        staff.c.id,
        staff.c.person,
        staff.c.role,
        staff.c.name,
        staff.c.organisation,
        organisation.c.name,
        municipality.c.id,
        municipality.c.name,
        municipality.c.zone,
        staff.c.since,
        select(func.max(_giver.c.name)).where(_giver.c.person == staff.c.given_by).scalar_subquery(),
    )
    .outerjoin(organisation, organisation.c.id == staff.c.organisation)
    .outerjoin(municipality, municipality.c.id == func.coalesce(organisation.c.municipality, staff.c.municipality))
    .where(staff.c.until.is_(None))
    .order_by(staff.c.since, staff.c.id)
)
ROLES = Query(_STAFF.where(staff.c.person == bindparam("person")), StaffRow)
"""The roles of a person that stand."""
ROLE = Query(_STAFF.where(staff.c.id == bindparam("staff")), StaffRow)
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
CENTRE = Query(
    _STAFF.where(staff.c.organisation.is_(None), staff.c.municipality == bindparam("municipality")),
    StaffRow,
)
"""Who works for a municipality itself."""
GRANT = Query(
    insert(staff)
    .values(
        person=bindparam("person"),
        role=bindparam("role"),
        name=bindparam("name"),
        organisation=bindparam("organisation"),
        municipality=bindparam("municipality"),
        since=bindparam("now"),
        given_by=bindparam("given_by"),
    )
    .returning(staff.c.id),
    int,
)
RENAME = Query(update(staff).where(staff.c.id == bindparam("staff")).values(name=bindparam("name")))


def _teach(dialect: Any) -> Any:
    return upsert(dialect, staff_group).values(staff=bindparam("staff"), group=bindparam("group")).on_conflict_do_nothing()


TEACH = Query(_teach, tuple)
"""Give a teacher a group."""


class ScopeRow(NamedTuple):
    """Something that a role may be for."""

    id: int
    name: str
    municipality: int | None


ORGANISATIONS = Query(
    select(organisation.c.id, organisation.c.name, organisation.c.municipality)
    .where(~organisation.c.archived, or_(bindparam("anywhere", type_=Boolean), within(organisation.c.municipality, "municipalities")))
    .order_by(organisation.c.name, organisation.c.id),
    ScopeRow,
)
ORGANISATION = Query(
    select(organisation.c.id, organisation.c.name, organisation.c.municipality).where(
        or_(organisation.c.id == bindparam("organisation", type_=BigInteger), organisation.c.code == bindparam("code", type_=String))
    ),
    ScopeRow,
)
"""By id or by code; the other one is `None`."""
MUNICIPALITIES = Query(
    select(municipality.c.id, municipality.c.name, municipality.c.id)
    .where(~municipality.c.archived)
    .order_by(municipality.c.name, municipality.c.id),
    ScopeRow,
)
MUNICIPALITY = Query(
    select(municipality.c.id, municipality.c.name, municipality.c.id).where(
        or_(municipality.c.id == bindparam("municipality", type_=BigInteger), municipality.c.code == bindparam("code", type_=String))
    ),
    ScopeRow,
)


class TaughtRow(NamedTuple):
    """A group that a teacher may have."""

    id: int
    code: str
    name: str
    programme_name: str
    teacher: str | None


GROUPS = Query(
    select(
        study_group.c.id,
        study_group.c.code,
        study_group.c.name,
        programme.c.name,
        func.coalesce(study_group.c.teacher, programme.c.teacher),
    )
    .join(programme, programme.c.id == study_group.c.programme)
    .where(programme.c.organisation == bindparam("organisation"), ~study_group.c.archived, programme.c.state != "archived")
    .order_by(programme.c.name, study_group.c.name, study_group.c.id),
    TaughtRow,
)
"""The groups of an organisation that are not over."""
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
