"""Families: guardians, children, and what was agreed to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, insert, literal, or_, select, update

from storage.database import Query, upsert
from storage.schema import application, application_change, child, consent, consent_text, family, guardian, organisation, settlement

NEW_FAMILY = Query(insert(family).values(created=bindparam("now")).returning(family.c.id), int)


class GuardianRow(NamedTuple):
    """A person's part in a family."""

    family: int
    person: int
    role: str
    name: str | None
    phone: str | None


_GUARDIAN = select(guardian.c.family, guardian.c.person, guardian.c.role, guardian.c.name, guardian.c.phone)
GUARDIAN = Query(_GUARDIAN.where(guardian.c.person == bindparam("person")).order_by(guardian.c.since), GuardianRow)
"""The families of a person: one nearly always, several for a grandmother."""


def _join(dialect: Any) -> Any:
    row = upsert(dialect, guardian).values(
        family=bindparam("family"), person=bindparam("person"), role=bindparam("role"), since=bindparam("now")
    )
    return row.on_conflict_do_nothing(index_elements=["family", "person"])


JOIN = Query(_join)
CONTACT = Query(
    update(guardian)
    .where(guardian.c.family == bindparam("family"), guardian.c.person == bindparam("person"))
    .values(name=bindparam("name"), phone=bindparam("phone"))
)


MEMBERS = Query(_GUARDIAN.where(guardian.c.family == bindparam("family")).order_by(guardian.c.since, guardian.c.person), GuardianRow)
LOCK_FAMILY = Query(select(family.c.id).where(family.c.id == bindparam("family")).with_for_update(key_share=True), int)
"""A family whose guardians are about to be counted: of two who leave at once the last one stays."""
_PART = (guardian.c.family == bindparam("family"), guardian.c.person == bindparam("person"))
PROMOTE = Query(update(guardian).where(*_PART).values(role=bindparam("role")))
LEAVE = Query(delete(guardian).where(*_PART))


class ChildRow(NamedTuple):
    """A child of a family, and the part that the reader has in the family."""

    id: int
    family: int
    name: str
    surname: str
    born: date
    settlement: int | None
    role: str


_CHILD = (
    select(child.c.id, child.c.family, child.c.name, child.c.surname, child.c.born, child.c.settlement, guardian.c.role)
    .join(guardian, guardian.c.family == child.c.family)
    .where(guardian.c.person == bindparam("person"), ~child.c.gone)
)
CHILDREN = Query(_CHILD.order_by(child.c.born.desc(), child.c.id), ChildRow)
CHILD = Query(_CHILD.where(child.c.id == bindparam("child")), ChildRow)
ADD_CHILD = Query(
    insert(child)
    .values(
        family=bindparam("family"),
        name=bindparam("name"),
        surname=bindparam("surname"),
        born=bindparam("born"),
        created=bindparam("now"),
    )
    .returning(child.c.id),
    int,
)
REMOVE_CHILD = Query(update(child).where(child.c.id == bindparam("child")).values(gone=True))


class ChildFacts(NamedTuple):
    """What a family may tell of a child besides its name and birthday, all of it optional."""

    settlement_name: str | None
    school: str | None
    grade: int | None
    grade_year: int | None
    shift: int | None
    certificate: str | None
    certificate_kind: str | None


CHILD_FACTS = Query(
    select(settlement.c.name, *(child.c[name] for name in ChildFacts._fields[1:]))
    .select_from(child)
    .outerjoin(settlement, settlement.c.id == child.c.settlement)
    .where(child.c.id == bindparam("child")),
    ChildFacts,
)


def _set(*names: str) -> Query[tuple[Any, ...]]:
    values = {name: bindparam(name, type_=child.c[name].type) for name in names}
    return Query(update(child).where(child.c.id == bindparam("child")).values(values), tuple)


SET_NAME = _set("name", "surname")
SET_BORN = _set("born")
SET_SETTLEMENT = _set("settlement")
SET_SCHOOL = _set("school")
SET_GRADE = _set("grade", "grade_year", "shift")
SET_CERTIFICATE = _set("certificate", "certificate_kind")
WAS_ENROLLED = Query(
    select(application_change.c.id)
    .join(application, application.c.id == application_change.c.application)
    .where(application.c.child == bindparam("child"), application_change.c.state == "enrolled")
    .limit(1),
    int,
)
"""Whether anything of a child ever led to an order, which the organisation keeps by law."""


BORN = Query(select(child.c.born).where(child.c.id == bindparam("child"), ~child.c.gone), lambda born: born)
FAMILY_OF = Query(select(child.c.family).where(child.c.id == bindparam("child"), ~child.c.gone), int)


IS_PUPIL = Query(select(child.c.id).where(child.c.person == bindparam("person"), ~child.c.gone).limit(1), int)
"""A child whose own account this person is."""


OWN_CHILD = Query(
    select(*(child.c[name] for name in ChildRow._fields[:6]), literal("pupil"))
    .where(child.c.person == bindparam("person"), ~child.c.gone)
    .order_by(child.c.id)
    .limit(1),
    ChildRow,
)
"""The child whose own account this person is."""
PUPIL_OF = Query(select(child.c.person).where(child.c.id == bindparam("child"), child.c.person.is_not(None)), int)
"""The pupil's own account."""
SET_PUPIL = _set("person")


class OperatorRow(NamedTuple):
    """Who answers for personal data: the organisation, with what a consent must name (152-FZ, art. 9.4)."""

    id: int
    name: str
    full_name: str | None
    address: str | None
    phone: str | None


OPERATOR = Query(
    select(organisation.c.id, organisation.c.name, organisation.c.full_name, organisation.c.address, organisation.c.phone).where(
        organisation.c.id == bindparam("organisation"), ~organisation.c.archived
    ),
    OperatorRow,
)


class ConsentRow(NamedTuple):
    """A consent that stands, or stood."""

    id: int
    purpose: str
    organisation: int | None
    organisation_name: str | None
    given: datetime
    withdrawn: datetime | None
    text: str


_CONSENT = (
    select(
        consent.c.id,
        consent.c.purpose,
        consent.c.organisation,
        organisation.c.name,
        consent.c.given,
        consent.c.withdrawn,
        consent_text.c.text,
    )
    .join(consent_text, consent_text.c.digest == consent.c.digest)
    .outerjoin(organisation, organisation.c.id == consent.c.organisation)
)
STANDING = Query(
    _CONSENT.where(
        consent.c.person == bindparam("person"),
        consent.c.purpose == bindparam("purpose"),
        or_(
            consent.c.organisation == bindparam("organisation"),
            and_(consent.c.organisation.is_(None), bindparam("organisation").is_(None)),
        ),
        consent.c.withdrawn.is_(None),
    ),
    ConsentRow,
)
CONSENTS = Query(_CONSENT.where(consent.c.person == bindparam("person")).order_by(consent.c.given.desc()), ConsentRow)


def _text(dialect: Any) -> Any:
    row = upsert(dialect, consent_text).values(
        digest=bindparam("digest"),
        purpose=bindparam("purpose"),
        organisation=bindparam("organisation"),
        text=bindparam("text"),
        at=bindparam("now"),
    )
    return row.on_conflict_do_nothing(index_elements=["digest"])


KEEP_TEXT = Query(_text)
"""Keep the very words that are agreed to, once."""
GIVE = Query(
    insert(consent).values(
        person=bindparam("person"),
        family=bindparam("family"),
        purpose=bindparam("purpose"),
        organisation=bindparam("organisation"),
        digest=bindparam("digest"),
        channel=bindparam("channel"),
        given=bindparam("now"),
    )
)
WITHDRAW = Query(
    update(consent)
    .where(consent.c.id == bindparam("consent"), consent.c.person == bindparam("person"), consent.c.withdrawn.is_(None))
    .values(withdrawn=bindparam("now"))
)
