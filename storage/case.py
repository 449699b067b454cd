"""Cases that families opened: «Это не мы», seen by the municipal centre and the organisation, and answered once."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, exists, func, insert, or_, select, update

from storage.database import Query
from storage.schema import application, child, guardian, municipality, objection, organisation, programme, staff, study_group

_PERSON: Any = bindparam("person", type_=BigInteger)


class CaseRow(NamedTuple):
    """A case, whose it is, and what it is about. `by_centre`: whoever answered does not work for the organisation."""

    id: int
    application: int
    person: int
    created: datetime
    text: str | None
    answer_by: date
    answer: str | None
    closed: datetime | None
    by: int | None
    by_centre: bool
    family: int
    group: int
    name: str
    surname: str
    born: date
    state: str
    programme_name: str
    organisation: int
    organisation_name: str
    municipality: int
    municipality_name: str
    zone: str


_stands = or_(staff.c.until.is_(None), staff.c.until > bindparam("now"))
_answers = exists().where(
    staff.c.person == _PERSON,
    _stands,
    or_(
        and_(staff.c.role == "organisation", staff.c.organisation == organisation.c.id),
        and_(staff.c.role == "municipality", staff.c.municipality == organisation.c.municipality),
    ),
)
_of_organisation = exists().where(
    staff.c.person == objection.c.by, staff.c.role == "organisation", staff.c.organisation == organisation.c.id
)
_FROM = (
    select(
        *(objection.c[name] for name in CaseRow._fields[:9]),
        ~_of_organisation,
        application.c.family,
        application.c.group,
        child.c.name,
        child.c.surname,
        child.c.born,
        application.c.state,
        programme.c.name,
        organisation.c.id,
        organisation.c.name,
        municipality.c.id,
        municipality.c.name,
        municipality.c.zone,
    )
    .select_from(objection)
    .join(application, application.c.id == objection.c.application)
    .join(child, child.c.id == application.c.child)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
)
OPEN = Query(
    _FROM.where(objection.c.closed.is_(None), _answers).order_by(objection.c.answer_by, objection.c.id).limit(bindparam("most")), CaseRow
)
"""The cases that wait for an answer of somebody, those due first."""
CASE = Query(_FROM.where(objection.c.id == bindparam("case"), _answers), CaseRow)
OF_APPLICATION = Query(
    _FROM.join(guardian, and_(guardian.c.family == application.c.family, guardian.c.person == _PERSON))
    .where(objection.c.application == bindparam("application"))
    .order_by(objection.c.id.desc())
    .limit(1),
    CaseRow,
)
"""The last case of an application, for somebody of its family."""
NEW = Query(
    insert(objection)
    .values({name: bindparam(name) for name in ("application", "person", "created", "text", "answer_by")})
    .returning(objection.c.id),
    int,
)
CLOSE = Query(
    update(objection)
    .where(objection.c.id == bindparam("case"), objection.c.closed.is_(None))
    .values(answer=bindparam("answer"), closed=bindparam("now"), by=bindparam("person"))
)
ANSWERING = Query(
    select(func.distinct(staff.c.person))
    .select_from(staff)
    .join(organisation, organisation.c.id == bindparam("organisation"))
    .where(
        _stands,
        or_(
            and_(staff.c.role == "organisation", staff.c.organisation == organisation.c.id),
            and_(staff.c.role == "municipality", staff.c.municipality == organisation.c.municipality),
        ),
    ),
    int,
)
"""Who may answer the cases of an organisation's families."""
