"""Everything that is known about somebody, table by table: what «Что вы обо мне знаете» answers with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Table, bindparam, or_, select

from storage import schema
from storage.database import Query, within

_PERSON: Any = bindparam("person", type_=BigInteger)
_families = select(schema.guardian.c.family).where(schema.guardian.c.person == _PERSON, schema.guardian.c.role == "guardian")
_children = select(schema.child.c.id).where(or_(schema.child.c.family.in_(_families), schema.child.c.person == _PERSON))
_applications = select(schema.application.c.id).where(schema.application.c.child.in_(_children))
_accounts = select(schema.account.c.id).where(schema.account.c.person == _PERSON)
_enquiries = select(schema.enquiry.c.id).where(schema.enquiry.c.person == _PERSON)

_SCOPES: Final[Mapping[Table, ColumnElement[bool]]] = {
    schema.person: or_(schema.person.c.id == _PERSON, schema.person.c.became == _PERSON),
    schema.account: schema.account.c.person == _PERSON,
    schema.favourite: schema.favourite.c.person == _PERSON,
    schema.guardian: schema.guardian.c.person == _PERSON,
    schema.child: schema.child.c.id.in_(_children),
    schema.consent: schema.consent.c.person == _PERSON,
    schema.application: schema.application.c.id.in_(_applications),
    schema.application_change: schema.application_change.c.application.in_(_applications),
    schema.place: schema.place.c.holder.in_(_applications),
    schema.ranking: schema.ranking.c.child.in_(_children),
    schema.visit: schema.visit.c.child.in_(_children),
    schema.attendance: schema.attendance.c.application.in_(_applications),
    schema.booking: schema.booking.c.application.in_(_applications),
    schema.paper_shown: schema.paper_shown.c.application.in_(_applications),
    schema.paper_request: schema.paper_request.c.application.in_(_applications),
    schema.call_request: schema.call_request.c.child.in_(_children),
    schema.objection: schema.objection.c.person == _PERSON,
    schema.enquiry: schema.enquiry.c.person == _PERSON,
    schema.enquiry_message: schema.enquiry_message.c.enquiry.in_(_enquiries),
    schema.staff: schema.staff.c.person == _PERSON,
    schema.audit: schema.audit.c.person == _PERSON,
    schema.session: schema.session.c.person == _PERSON,
    schema.delivery: schema.delivery.c.person == _PERSON,
    schema.job: schema.job.c.person == _PERSON,
    schema.secret: schema.secret.c.person == _PERSON,
    schema.event: schema.event.c.account.in_(_accounts),
    schema.live: schema.live.c.account.in_(_accounts),
}
"""Whose rows of a table are somebody's: their own, those of the children they answer for, and of their own account as a pupil."""
WITHIN: Final = {"bundle", "family", "staff_group", "requisites", "selection"}
"""Tables that refer to people or to their rows and say no more of them: the numbers that tie rows together, and what the staff set up."""
HIDDEN: Final = {
    *(
        "id",
        "family",
        "person",
        "account",
        "became",
        "token",
        "digest",
        "lease_until",
        "owner",
        "tries",
        "reached",
        "key",
        "focus",
        "asked",
    ),
    *("created_by", "given_by", "needed_by", "came_from", "asking", "by", "noun_id", "claimed_by", "reported_by", "bundle", "instead_of"),
    *("draft", "message", "touched", "shown", "stops", "holder", "passed", "reminded", "remind"),
}
"""Columns that say nothing about somebody: numbers of ours, hashes, other people's numbers, the machine's own marks.

`draft` is what a board has not published yet."""
MOST: Final = 300
"""Rows of one table in the file, the newest ones; how many there are in all stands beside."""


def _rows(table: Table) -> Query[dict[str, Any]]:
    names = [column.name for column in table.c if column.name not in HIDDEN]
    order = table.c.id.desc() if "id" in table.c else next(iter(table.c))

    def as_dict(*values: Any) -> dict[str, Any]:
        return dict(zip(names, values, strict=True))

    made: Callable[..., dict[str, Any]] = as_dict
    return Query(select(*(table.c[name] for name in names)).where(_SCOPES[table]).order_by(order).limit(MOST), made)


KNOWN: Final = {table.name: _rows(table) for table in _SCOPES}
"""The rows of each table as dictionaries, without what is hidden; the newest first."""


def _named(*columns: Any) -> Query[tuple[int, str]]:
    return Query(select(*columns).where(within(columns[0], "ids")), lambda number, *words: (number, " ".join(filter(None, words))))


_group = select(schema.study_group.c.id, schema.programme.c.name, schema.study_group.c.name).join(
    schema.programme, schema.programme.c.id == schema.study_group.c.programme
)
NAMES: Final[Mapping[str, Query[tuple[int, str]]]] = {
    "settlement": _named(schema.settlement.c.id, schema.settlement.c.name),
    "organisation": _named(schema.organisation.c.id, schema.organisation.c.name),
    "municipality": _named(schema.municipality.c.id, schema.municipality.c.name),
    "programme": _named(schema.programme.c.id, schema.programme.c.name),
    "group": Query(_group.where(within(schema.study_group.c.id, "ids")), lambda number, *words: (number, ": ".join(words))),
    "child": _named(schema.child.c.id, schema.child.c.name, schema.child.c.surname),
    "paper": _named(schema.paper.c.id, schema.paper.c.name),
}
"""What a reference is called, by the name of its column."""
