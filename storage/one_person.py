"""One person behind several accounts: every column that refers to a person, and how all of them move to another one."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Table, and_, bindparam, case, delete, exists, func, or_, select, update

from storage.database import Query, within
from storage.schema import account, child, consent, delivery, favourite, guardian, metadata, person, staff

_KEPT: Any = bindparam("kept", type_=BigInteger)
_GONE: Any = bindparam("gone", type_=BigInteger)
LOCK = Query(select(person.c.id).where(within(person.c.id, "persons")).order_by(person.c.id).with_for_update(), int)
"""Persons who are about to become one, in ascending id."""


class PersonRow(NamedTuple):
    """What a person row itself knows."""

    language: str | None
    settlement: int | None
    became: int | None


PERSON = Query(select(person.c.language, person.c.settlement, person.c.became).where(person.c.id == bindparam("person")), PersonRow)
ACCOUNT_CHANNEL = Query(select(account.c.channel).where(account.c.id == bindparam("account")), str)


def references(table: Table) -> list[Column[Any]]:
    """The columns of a table that name a person."""
    return [column for column in table.columns if any(key.column is person.c.id for key in column.foreign_keys)]


def _move(table: Table) -> Query[tuple[Any, ...]]:
    columns = references(table)
    values = {column.name: case((column == _GONE, _KEPT), else_=column) for column in columns}
    return Query(update(table).where(or_(*(column == _GONE for column in columns))).values(values), tuple)


PUPIL_OF = Query(
    select(child.c.id)
    .join(guardian, guardian.c.family == child.c.family)
    .where(
        or_(and_(child.c.person == _GONE, guardian.c.person == _KEPT), and_(child.c.person == _KEPT, guardian.c.person == _GONE)),
    )
    .limit(1),
    int,
)
"""A child that one of the two is, and the other answers for or follows: they are two people, whoever holds the telephones."""
_theirs = favourite.alias("theirs")
_standing = consent.alias("standing")
_told = delivery.alias("told")
UNTIE = (
    Query(
        delete(favourite).where(
            favourite.c.person == _GONE,
            exists().where(_theirs.c.person == _KEPT, _theirs.c.programme == favourite.c.programme),
        ),
        tuple,
    ),
    Query(
        update(delivery)
        .where(
            delivery.c.person == _GONE,
            delivery.c.state == "waiting",
            exists().where(_told.c.person == _KEPT, _told.c.link == delivery.c.link),
        )
        .values(state="withdrawn", reason="the same news for the same person"),
        tuple,
    ),
)
"""What both have: one of the two goes before the rows move. Guardians are untied one by one: the part that may do more stays."""
_same = staff.alias("same")
UNTIE_ROLES = Query(
    update(staff)
    .where(
        staff.c.person == _GONE,
        staff.c.role != "teacher",  # a teacher's row has groups of its own
        staff.c.until.is_(None),
        exists().where(
            _same.c.person == _KEPT,
            _same.c.role == staff.c.role,
            func.coalesce(_same.c.organisation, 0) == func.coalesce(staff.c.organisation, 0),
            func.coalesce(_same.c.municipality, 0) == func.coalesce(staff.c.municipality, 0),
            _same.c.until.is_(None),
        ),
    )
    .values(until=bindparam("now", type_=staff.c.until.type)),
    tuple,
)
"""Of two equal roles one stands on: else a page of one's work names its organisation twice."""
UNTIE_CONSENTS = Query(
    update(consent)
    .where(
        consent.c.person == _GONE,
        consent.c.withdrawn.is_(None),
        exists().where(
            and_(
                _standing.c.person == _KEPT,
                _standing.c.withdrawn.is_(None),
                _standing.c.purpose == consent.c.purpose,
                func.coalesce(_standing.c.organisation, 0) == func.coalesce(consent.c.organisation, 0),
            )
        ),
    )
    .values(withdrawn=bindparam("now", type_=consent.c.withdrawn.type)),
    tuple,
)
"""Of two standing consents to the same operator the other's ends; nothing is erased by that, for the first one stands."""
MOVES = {table.name: _move(table) for table in metadata.sorted_tables if references(table)}
"""One statement for each table that names a person, whatever tables there will be."""
BECOME = Query(update(person).where(person.c.id == _GONE).values(became=_KEPT, language=None, settlement=None), tuple)
KEEP = Query(
    update(person)
    .where(person.c.id == _KEPT)
    .values(
        language=func.coalesce(person.c.language, bindparam("language", type_=person.c.language.type)),
        settlement=func.coalesce(person.c.settlement, bindparam("settlement", type_=person.c.settlement.type)),
    ),
    tuple,
)
