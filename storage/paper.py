"""Papers of applications: what an organisation wants, what was shown, what is asked for, and where a family pays to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, and_, bindparam, cast, delete, exists, func, insert, literal, or_, select, update

from storage.database import Query, upsert
from storage.schema import (
    application,
    delivery,
    guardian,
    municipality,
    organisation,
    paper,
    paper_request,
    paper_shown,
    programme,
    requisites,
    staff,
    study_group,
)

_PERSON: Any = bindparam("person", type_=BigInteger)
_ONE: Any = bindparam("application", type_=BigInteger)
_stands = or_(staff.c.until.is_(None), staff.c.until > bindparam("now"))
_decides = exists().where(staff.c.person == _PERSON, staff.c.role == "organisation", staff.c.organisation == organisation.c.id, _stands)


class PaperRow(NamedTuple):
    """A paper that an organisation wants, for one `programme` or for all; it is due `days` after the confirmation, or by its own term."""

    id: int
    programme: int | None
    name: str
    days: int | None
    original: bool
    archived: bool


_PAPER = select(*(paper.c[name] for name in PaperRow._fields)).order_by(paper.c.programme.is_not(None), paper.c.id)
OF_ORGANISATION = Query(_PAPER.where(paper.c.organisation == bindparam("organisation")), PaperRow)
"""All papers that an organisation ever named, those it wants no more too."""
ADD = Query(
    insert(paper)
    .values(
        organisation=bindparam("organisation"),
        programme=bindparam("programme", type_=BigInteger),
        name=bindparam("name"),
        days=bindparam("days", type_=paper.c.days.type),
        original=bindparam("original"),
    )
    .returning(paper.c.id),
    int,
)
ARCHIVE = Query(
    update(paper).where(paper.c.id == bindparam("paper"), paper.c.organisation == bindparam("organisation")).values(archived=True)
)
SET_DAYS = Query(
    update(paper)
    .where(paper.c.id == bindparam("paper"), paper.c.organisation == bindparam("organisation"))
    .values(days=bindparam("days", type_=paper.c.days.type))
)
SHOWN = Query(
    select(paper_shown.c.paper, paper_shown.c.at).where(paper_shown.c.application == _ONE),
    lambda number, at: (int(number), at),
)
SHOW = Query(
    lambda dialect: (
        upsert(dialect, paper_shown)
        .values(application=_ONE, paper=bindparam("paper"), at=bindparam("now"), by=_PERSON)
        .on_conflict_do_nothing(index_elements=["application", "paper"])
    )
)
HIDE = Query(delete(paper_shown).where(paper_shown.c.application == _ONE, paper_shown.c.paper == bindparam("paper")))
LOCK_ORGANISATION = Query(
    select(organisation.c.id).where(organisation.c.id == bindparam("organisation")).with_for_update(key_share=True), int
)
"""Two colleagues must not write the same list down at once."""
MEDICAL = Query(
    select(programme.c.id).where(programme.c.organisation == bindparam("organisation"), programme.c.medical).order_by(programme.c.id), int
)
"""The programmes of an organisation that want a medical paper."""


class FormRow(NamedTuple):
    """What the forms of an application say beside its view. `from_*`: the group whose place it gives up."""

    organisation_full_name: str | None
    organisation_kind: str
    programme_full_name: str | None
    programme: int
    medical: bool
    paid: bool
    price: int | None
    price_per: str | None
    group_name: str
    group_starts: date | None
    group_ends: date | None
    guardian: str | None
    phone: str | None
    head: str | None
    leaves: date | None
    from_programme: str | None
    from_group: str | None


_before, _its_group, _its_programme = application.alias("before"), study_group.alias("its_group"), programme.alias("its_programme")
FORM = Query(
    select(
        organisation.c.full_name,
        organisation.c.kind,
        programme.c.full_name,
        programme.c.id,
        programme.c.medical,
        programme.c.paid,
        programme.c.price,
        programme.c.price_per,
        study_group.c.name,
        study_group.c.starts,
        study_group.c.ends,
        guardian.c.name,
        guardian.c.phone,
        requisites.c.head,
        application.c.leaves,
        func.coalesce(_its_programme.c.full_name, _its_programme.c.name),
        _its_group.c.name,
    )
    .select_from(application)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .outerjoin(requisites, requisites.c.organisation == organisation.c.id)
    .outerjoin(guardian, and_(guardian.c.family == application.c.family, guardian.c.person == _PERSON))
    .outerjoin(_before, _before.c.id == application.c.instead_of)
    .outerjoin(_its_group, _its_group.c.id == _before.c.group)
    .outerjoin(_its_programme, _its_programme.c.id == _its_group.c.programme)
    .where(application.c.id == _ONE),
    FormRow,
)


class RequisitesRow(NamedTuple):
    """Where a family pays to, and who signs."""

    payee: str
    inn: str
    kpp: str | None
    account: str
    bank: str
    bik: str
    correspondent: str | None
    budget_code: str | None
    oktmo: str | None
    head: str | None


REQUISITES = Query(
    select(*(requisites.c[name] for name in RequisitesRow._fields)).where(requisites.c.organisation == bindparam("organisation")),
    RequisitesRow,
)


def _set(dialect: Any) -> Any:
    made = upsert(dialect, requisites).values(
        {
            "organisation": bindparam("organisation"),
            **{name: bindparam(name, type_=requisites.c[name].type) for name in RequisitesRow._fields},
        }
    )
    return made.on_conflict_do_update(index_elements=["organisation"], set_={name: made.excluded[name] for name in RequisitesRow._fields})


SET_REQUISITES = Query(_set)


class RequestRow(NamedTuple):
    """A справка that somebody asked for, with whose it is and of which organisation."""

    id: int
    application: int
    kind: str
    person: int
    created: datetime
    ready: datetime | None
    family: int
    organisation: int
    organisation_name: str
    programme_name: str
    zone: str


_REQUEST = (
    select(
        *(paper_request.c[name] for name in RequestRow._fields[:6]),
        application.c.family,
        organisation.c.id,
        organisation.c.name,
        programme.c.name,
        municipality.c.zone,
    )
    .join(application, application.c.id == paper_request.c.application)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
)
REQUEST = Query(_REQUEST.where(paper_request.c.id == bindparam("request")), RequestRow)
REQUESTS = Query(_REQUEST.where(paper_request.c.application == _ONE).order_by(paper_request.c.id.desc()).limit(10), RequestRow)
WAITING = Query(
    _REQUEST.where(paper_request.c.ready.is_(None), _decides)
    .order_by(paper_request.c.created, paper_request.c.id)
    .limit(bindparam("most")),
    RequestRow,
)
"""The papers that families asked somebody's organisations for, the oldest first."""
ASK = Query(
    insert(paper_request)
    .values(application=_ONE, kind=bindparam("kind"), person=_PERSON, created=bindparam("now"))
    .returning(paper_request.c.id),
    int,
)
READY = Query(
    update(paper_request)
    .where(paper_request.c.id == bindparam("request"), paper_request.c.ready.is_(None))
    .values(ready=bindparam("now"), by=_PERSON)
)


class DueRow(NamedTuple):
    """A guardian of a confirmed application whose papers are due soon."""

    application: int
    person: int
    papers_by: date


_key = (
    literal("papers:")
    .concat(cast(application.c.id, String))
    .concat(":")
    .concat(cast(guardian.c.person, String))
    .concat(literal(":").concat(bindparam("day", type_=String)))
)
DUE = Query(
    select(application.c.id, guardian.c.person, application.c.papers_by)
    .join(guardian, guardian.c.family == application.c.family)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .where(
        application.c.state == "confirmed",
        guardian.c.role == "guardian",
        municipality.c.zone == bindparam("zone"),
        or_(
            application.c.papers_by == bindparam("soon", type_=application.c.papers_by.type),
            application.c.papers_by == bindparam("today", type_=application.c.papers_by.type),
        ),
        ~exists().where(delivery.c.key == _key),
    )
    .order_by(application.c.id, guardian.c.person)
    .limit(bindparam("most")),
    DueRow,
)
"""Who is to be reminded on a day that papers are due then, or soon; only who was not under `papers:application:person:day`."""
