"""The journal: what the staff of an organisation did, for itself and for those above."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, func, or_, select

from storage.database import Query
from storage.schema import audit, staff
from storage.types import UtcDateTime


class ActRow(NamedTuple):
    """Something that somebody of the staff did. `rows` is how many there are on all pages."""

    at: datetime
    person: int | None
    name: str | None
    action: str
    noun: str
    noun_id: int
    facts: dict[str, Any]
    rows: int


_PERSON: Any = bindparam("person", type_=BigInteger)
_name = (
    select(func.max(staff.c.name)).where(staff.c.person == audit.c.person, staff.c.organisation == audit.c.organisation).scalar_subquery()
)
ACTS = Query(
    select(audit.c.at, audit.c.person, _name, audit.c.action, audit.c.noun, audit.c.noun_id, audit.c.facts, func.count().over())
    .where(
        audit.c.organisation == bindparam("organisation"),
        or_(_PERSON.is_(None), audit.c.person == _PERSON),
        audit.c.at >= bindparam("since", type_=UtcDateTime),
        audit.c.at < bindparam("until", type_=UtcDateTime),
    )
    .order_by(audit.c.at.desc(), audit.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip")),
    ActRow,
)


class ActorRow(NamedTuple):
    """Somebody who did something."""

    person: int
    name: str | None


ACTORS = Query(
    select(staff.c.person, func.max(staff.c.name))
    .where(staff.c.organisation == bindparam("organisation"))
    .group_by(staff.c.person)
    .order_by(func.max(staff.c.name), staff.c.person),
    ActorRow,
)
"""Who works for an organisation, or did."""
