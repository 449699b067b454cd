"""Selections: who was invited to one, what its board has written down, and the list that is published by number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, case, delete, exists, func, insert, or_, select, update

from storage.database import Query, within
from storage.schema import application, booking, child, organisation, programme, selection, settlement, slot, staff, study_group

_GROUP: Any = bindparam("group", type_=BigInteger)


class EntryRow(NamedTuple):
    """An application to a selection, for its staff: when its family comes, and what is written down."""

    id: int
    state: str
    draft: str | None
    name: str
    surname: str
    born: date
    starts: datetime | None
    came: bool | None


ENTRIES = Query(
    select(
        application.c.id,
        application.c.state,
        application.c.draft,
        child.c.name,
        child.c.surname,
        child.c.born,
        slot.c.starts,
        booking.c.came,
    )
    .select_from(application)
    .join(child, child.c.id == application.c.child)
    .outerjoin(booking, and_(booking.c.application == application.c.id, booking.c.kind == "selection"))
    .outerjoin(slot, slot.c.id == booking.c.slot)
    .where(application.c.group == _GROUP, application.c.state.in_(("submitted", "needs_info", "invited")))
    .order_by(application.c.id),
    EntryRow,
)
"""Applications that wait for their invitation, or for their result, by number."""
DRAFT = Query(
    update(application)
    .where(application.c.group == _GROUP, application.c.state == "invited", within(application.c.id, "numbers"))
    .values(draft=bindparam("draft"))
)
"""Write a result down, or (`None`) strike it out."""
DRAFTED = Query(
    select(application.c.id, application.c.draft)
    .where(application.c.group == _GROUP, application.c.state == "invited", application.c.draft.is_not(None))
    .order_by(application.c.id),
    lambda number, draft: (int(number), str(draft)),
)
FORGET_DRAFTS = Query(update(application).where(application.c.group == _GROUP, application.c.draft.is_not(None)).values(draft=None))
WITHDRAW_LIST = Query(delete(selection).where(selection.c.group == _GROUP))
PUBLISH = Query(
    insert(selection).values(group=_GROUP, published=bindparam("now"), appeal_until=bindparam("appeal_until"), by=bindparam("person"))
)


class PublishedRow(NamedTuple):
    """A published list: of which group, when, and until when it may be appealed."""

    group: int
    programme: int
    programme_name: str
    organisation: int
    organisation_name: str
    phone: str | None
    published: datetime
    appeal_until: date


_PUBLISHED = (
    select(
        study_group.c.id,
        programme.c.id,
        programme.c.name,
        organisation.c.id,
        organisation.c.name,
        func.coalesce(programme.c.phone, organisation.c.phone),
        selection.c.published,
        selection.c.appeal_until,
    )
    .select_from(selection)
    .join(study_group, study_group.c.id == selection.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
)
PUBLISHED = Query(_PUBLISHED.where(selection.c.group == _GROUP), PublishedRow)
OF_PROGRAMME = Query(
    _PUBLISHED.where(study_group.c.programme == bindparam("programme"), ~study_group.c.archived).order_by(study_group.c.id), PublishedRow
)
NUMBERS = Query(
    select(application.c.id, application.c.state)
    .where(application.c.group == _GROUP, application.c.state.in_(("admitted", "confirmed", "enrolled", "reserve", "not_admitted")))
    .order_by(case((application.c.state == "reserve", application.c.ticket), else_=0), application.c.id),
    lambda number, state: (int(number), str(state)),
)
"""The numbers of a list, without names: the reserve in its order."""


class BoardRow(NamedTuple):
    """A group that is entered by selection, with how many wait for an invitation, and how many for their result."""

    group: int
    programme_name: str
    settlement_name: str | None
    waiting: int
    invited: int


def _count(*states: str) -> Any:
    return (
        select(func.count())
        .select_from(application)
        .where(application.c.group == study_group.c.id, application.c.state.in_(states))
        .correlate(study_group)
        .scalar_subquery()
    )


BOARDS = Query(
    select(study_group.c.id, programme.c.name, settlement.c.name, _count("submitted", "needs_info"), _count("invited"))
    .select_from(study_group)
    .join(programme, programme.c.id == study_group.c.programme)
    .outerjoin(settlement, settlement.c.id == study_group.c.settlement)
    .where(
        study_group.c.entry == "selection",
        ~study_group.c.archived,
        exists().where(
            staff.c.person == bindparam("person"),
            staff.c.organisation == programme.c.organisation,
            staff.c.role.in_(("organisation", "board")),
            or_(staff.c.until.is_(None), staff.c.until > bindparam("now")),
        ),
    )
    .order_by(_count("submitted", "needs_info", "invited").desc(), programme.c.name, study_group.c.id)
    .limit(bindparam("most")),
    BoardRow,
)
"""The selections of somebody's organisations, those first where most wait."""
