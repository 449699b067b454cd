"""What ends by itself: questions that a family does not answer, papers that nobody brings."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, exists, func, or_, select

from storage.database import Query, within
from storage.place import stands
from storage.schema import application, booking, delivery, municipality, organisation, paper_shown, programme, study_group


class WaitingRow(NamedTuple):
    """An application that waits for its family. `zone` is its organisation's."""

    id: int
    group: int
    family: int
    state: str
    changed: datetime
    papers_by: date | None
    zone: str


_COLUMNS = (
    application.c.id,
    application.c.group,
    application.c.family,
    application.c.state,
    application.c.changed,
    application.c.papers_by,
    municipality.c.zone,
)
_FROM = (
    select(*_COLUMNS)
    .select_from(application)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
)
_CAME = or_(
    exists().where(paper_shown.c.application == application.c.id),
    exists().where(and_(booking.c.application == application.c.id, booking.c.kind == "papers", booking.c.came)),
)
ASKED = Query(select(func.min(delivery.c.due)).where(within(delivery.c.key, "keys")), lambda due: due)
"""Since when a family has been asked, by the keys of what was planned for it."""
SILENT = Query(
    _FROM.where(stands(application, "needs_info"), application.c.changed <= bindparam("before", type_=application.c.changed.type))
    .order_by(application.c.changed, application.c.id)
    .limit(bindparam("limit")),
    WaitingRow,
)
"""Questions of the staff that stand unanswered since an instant, the oldest first."""
WITHOUT_PAPERS = Query(
    _FROM.where(stands(application, "confirmed"), application.c.papers_by < bindparam("day", type_=application.c.papers_by.type), ~_CAME)
    .order_by(application.c.papers_by, application.c.id)
    .limit(bindparam("limit")),
    WaitingRow,
)
"""Confirmed applications whose papers' day is over, unless the staff marked that somebody came with any."""
