"""What is kept about a person, and how it is erased."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, select, update

from storage.database import Query
from storage.schema import delivery, favourite, job, person, secret, session

FAVOURITES = Query(select(func.count()).select_from(favourite).where(favourite.c.person == bindparam("person")), int)
FORGET = (
    Query(update(person).where(person.c.id == bindparam("person")).values(language=None, settlement=None)),
    Query(delete(favourite).where(favourite.c.person == bindparam("person"))),
    Query(delete(session).where(session.c.person == bindparam("person"))),
    Query(delete(secret).where(secret.c.person == bindparam("person"))),
    Query(
        update(delivery)
        .where(delivery.c.person == bindparam("person"), delivery.c.state == "waiting")
        .values(state="withdrawn", reason="the person asked to be forgotten")
    ),
    Query(delete(delivery).where(delivery.c.person == bindparam("person"), delivery.c.state.in_(("sent", "failed", "skipped")))),
    Query(delete(job).where(job.c.person == bindparam("person"), job.c.state.in_(("finished", "failed")))),
)
"""One statement for each table that knows something about a person."""
