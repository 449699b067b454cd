"""How a group takes people in: its published priority, reserved and kept places, the phases of its intake."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, delete, insert, select, update

from storage.database import Query
from storage.place import ApplicationRow
from storage.schema import application, phase, quota, study_group

_GROUP: Any = bindparam("group", type_=BigInteger)


class PhaseRow(NamedTuple):
    """A phase of an intake: who may apply from when until when."""

    id: int
    who: str
    opens: datetime
    closes: datetime | None
    categories: list[str] | None


PHASES = Query(
    select(*(phase.c[name] for name in PhaseRow._fields)).where(phase.c.group == _GROUP).order_by(phase.c.opens, phase.c.id), PhaseRow
)
DROP_PHASES = Query(delete(phase).where(phase.c.group == _GROUP))
ADD_PHASE = Query(
    insert(phase).values(
        group=bindparam("group"),
        who=bindparam("who"),
        opens=bindparam("opens"),
        closes=bindparam("closes"),
        categories=bindparam("categories"),
    )
)
CONTINUES = Query(
    select(application.c.id)
    .where(
        application.c.child == bindparam("child"),
        application.c.group == bindparam("follows"),
        application.c.state.in_(("enrolled", "completed")),
    )
    .limit(1),
    int,
)
"""The application by which a child attended the group of the year before."""
DROP_QUOTA = Query(delete(quota).where(quota.c.group == _GROUP, quota.c.category == bindparam("category")))
ADD_QUOTA = Query(insert(quota).values(group=bindparam("group"), category=bindparam("category"), seats=bindparam("seats")))
SET_KEPT = Query(update(study_group).where(study_group.c.id == _GROUP).values(kept=bindparam("kept")))
SET_PRIORITY = Query(
    update(study_group).where(study_group.c.id == _GROUP).values(priority=bindparam("priority", type_=study_group.c.priority.type))
)
CLAIMED = Query(
    select(*(application.c[name] for name in ApplicationRow._fields))
    .where(
        application.c.group == _GROUP,
        application.c.benefit == "claimed",
        application.c.state.in_(("waitlisted", "offered", "submitted", "confirmed", "needs_info", "enrolled")),
    )
    .order_by(application.c.id)
    .limit(bindparam("limit")),
    ApplicationRow,
)
"""Whose family said that it will show a paper, and has not yet."""
