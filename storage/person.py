"""What is kept about a person, and how it is erased."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, null, select, update

from storage.database import Query
from storage.schema import child, consent, delivery, favourite, guardian, job, person, secret, session

FAVOURITES = Query(select(func.count()).select_from(favourite).where(favourite.c.person == bindparam("person")), int)
_OTHER = guardian.alias()
_ALONE = select(guardian.c.family).where(
    guardian.c.person == bindparam("person"),
    guardian.c.role == "guardian",
    ~select(_OTHER.c.family)
    .where(_OTHER.c.family == guardian.c.family, _OTHER.c.person != guardian.c.person, _OTHER.c.role != "follower")
    .exists(),
)
"""The families that nobody else answers for: their children are forgotten with the person."""
TAKE_BACK = Query(
    update(consent).where(consent.c.person == bindparam("person"), consent.c.withdrawn.is_(None)).values(withdrawn=bindparam("now"))
)
FORGET = (
    Query(update(person).where(person.c.id == bindparam("person")).values(language=None, settlement=None)),
    Query(delete(favourite).where(favourite.c.person == bindparam("person"))),
    Query(delete(session).where(session.c.person == bindparam("person"))),
    Query(delete(secret).where(secret.c.person == bindparam("person"))),
    TAKE_BACK,
    Query(
        update(child)
        .where(child.c.family.in_(_ALONE))
        .values(name="", surname="", settlement=null(), certificate=null(), person=null(), gone=True)
    ),
    Query(update(guardian).where(guardian.c.person == bindparam("person")).values(name=null(), phone=null())),
    Query(
        update(delivery)
        .where(delivery.c.person == bindparam("person"), delivery.c.state == "waiting")
        .values(state="withdrawn", reason="the person asked to be forgotten")
    ),
    Query(delete(delivery).where(delivery.c.person == bindparam("person"), delivery.c.state.in_(("sent", "failed", "skipped")))),
    Query(delete(job).where(job.c.person == bindparam("person"), job.c.state.in_(("finished", "failed")))),
)
"""One statement for each table that knows something about a person."""
