"""Sessions: a tab with the answers given in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select

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


LOAD = Query(
    select(
        session.c.token,
        session.c.person,
        session.c.address,
        session.c.answers,
        session.c.came_from,
        session.c.needed_by,
        session.c.asking,
        session.c.ended,
        session.c.touched,
    ).where(session.c.token == bindparam("token")),
    SessionRow,
)

_CHANGING = ("answers", "asking", "ended", "touched")
_ALL = ("token", "person", "address", "came_from", "needed_by", *_CHANGING)


def _save(dialect: Any) -> Any:
    row = upsert(dialect, session).values({name: bindparam(name, type_=session.c[name].type) for name in _ALL})
    return row.on_conflict_do_update(index_elements=["token"], set_={name: row.excluded[name] for name in _CHANGING})


SAVE = Query(_save, tuple)
"""Write a session, new or old."""

SWEEP = Query(delete(session).where(session.c.touched < bindparam("before")), tuple)
"""Forget sessions that nobody touched since: 90 days (design: what an old button gets)."""
