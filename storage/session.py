"""Sessions: a tab with the answers given in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select

from storage.database import Query, upsert
from storage.schema import session


class SessionRow(NamedTuple):
    """A session as it is stored; see `bot.conversation.session`."""

    token: str
    person: int
    address: str
    answers: dict[str, str]
    came_from: str | None
    needed_by: str | None
    asking: str | None
    ended: str | None
    touched: datetime


COLUMNS = tuple(session.c[name] for name in SessionRow._fields)
LOAD = Query(select(*COLUMNS).where(session.c.token == bindparam("token")), SessionRow)

_CHANGING = ("answers", "asking", "ended", "touched")
_ALL = ("token", "person", "address", "came_from", "needed_by", *_CHANGING)


def _save(dialect: Any) -> Any:
    row = upsert(dialect, session).values({name: bindparam(name, type_=session.c[name].type) for name in _ALL})
    was = bindparam("was", type_=session.c.touched.type)
    return row.on_conflict_do_update(
        index_elements=["token"], set_={name: row.excluded[name] for name in _CHANGING}, where=session.c.touched == was
    )


SAVE = Query(_save, tuple)
"""Write a session, new or old. No row is touched where it was not touched last at `was`: another turn has changed it since it was read."""

_HOARDERS = select(session.c.person).group_by(session.c.person).having(func.count() > bindparam("most"))
_NUMBERED = (
    select(session.c.token, func.row_number().over(partition_by=session.c.person, order_by=session.c.touched.desc()).label("at"))
    .where(session.c.person.in_(_HOARDERS))
    .subquery()
)
SWEEP_MANY = Query(
    delete(session).where(session.c.token.in_(select(_NUMBERED.c.token).where(_NUMBERED.c["at"] > bindparam("most")))), tuple
)
"""Forget the oldest sessions of whoever has more than `most`."""
SWEEP = Query(delete(session).where(session.c.touched < bindparam("before")), tuple)
"""Forget sessions that nobody touched since: 90 days (design: what an old button gets)."""
