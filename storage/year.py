"""The year's turn: a group as it is, its copy for the next year, and who continues in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, insert, select, update

from storage.database import Query
from storage.schema import application, study_group, timetable
from storage.schema.enrolment import LIVE

_GROUP: Any = bindparam("group", type_=BigInteger)
_NAMES = [column.name for column in study_group.c if column.name != "id"]


def _as_dict(*values: Any) -> dict[str, Any]:
    return dict(zip(_NAMES, values, strict=True))


_made: Callable[..., dict[str, Any]] = _as_dict
GROUP = Query(select(*(study_group.c[name] for name in _NAMES)).where(study_group.c.id == _GROUP), _made)
"""All columns of a group, as a dictionary."""
NEW_GROUP = Query(
    insert(study_group).values({name: bindparam(name, type_=study_group.c[name].type) for name in _NAMES}).returning(study_group.c.id), int
)
_LESSON = [column.name for column in timetable.c if column.name not in {"id", "group", "day", "last_day"}]
COPY_LESSONS = Query(
    insert(timetable).from_select(
        ["group", *_LESSON],
        select(bindparam("new", type_=BigInteger), *(timetable.c[name] for name in _LESSON)).where(
            timetable.c.group == _GROUP, timetable.c.weekday.is_not(None)
        ),
    )
)
"""Weekly lessons; dated ones belong to their year."""
ARCHIVE = Query(update(study_group).where(study_group.c.id == _GROUP).values(archived=True))


class FollowerRow(NamedTuple):
    """The group of the next year."""

    id: int
    name: str
    starts: date | None
    year: int | None


FOLLOWER = Query(
    select(study_group.c.id, study_group.c.name, study_group.c.starts, study_group.c.year)
    .where(study_group.c.follows == _GROUP, ~study_group.c.archived)
    .order_by(study_group.c.id)
    .limit(1),
    FollowerRow,
)


class PupilRow(NamedTuple):
    """An enrolled child's application and family."""

    id: int
    family: int


PUPILS = Query(
    select(application.c.id, application.c.family)
    .where(application.c.group == _GROUP, application.c.state == "enrolled")
    .order_by(application.c.id)
    .limit(bindparam("limit")),
    PupilRow,
)
CONTINUED = Query(
    select(application.c.id).where(application.c.instead_of == bindparam("application"), application.c.state.in_(LIVE)).limit(1), int
)
"""The application by which a child continues, while it is going on."""
