"""Secrets: one-time tokens with a term, stored hashed."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from storage.database import Query
from storage.schema import secret

KEEP = Query(
    insert(secret).values(
        digest=bindparam("digest"),
        purpose=bindparam("purpose"),
        person=bindparam("person"),
        facts=bindparam("facts"),
        until=bindparam("until"),
    ),
    tuple,
)


class SecretRow(NamedTuple):
    """What a used secret carried."""

    person: int | None
    facts: dict[str, Any]


USE = Query(
    update(secret)
    .where(
        secret.c.digest == bindparam("digest"),
        secret.c.purpose == bindparam("purpose"),
        secret.c.used.is_(None),
        secret.c.until >= bindparam("now"),
    )
    .values(used=bindparam("now", type_=secret.c.used.type))
    .returning(secret.c.person, secret.c.facts),
    SecretRow,
)
"""Use a secret up: the second use finds nothing."""
LOOK = Query(
    select(secret.c.person, secret.c.facts).where(
        secret.c.digest == bindparam("digest"),
        secret.c.purpose == bindparam("purpose"),
        secret.c.used.is_(None),
        secret.c.until >= bindparam("now"),
    ),
    SecretRow,
)
"""What an unused secret carries, without using it."""
PURPOSE = Query(
    select(secret.c.purpose).where(secret.c.digest == bindparam("digest"), secret.c.used.is_(None), secret.c.until >= bindparam("now")),
    str,
)
"""What an unused code is for."""
LOCK = Query(
    select(secret.c.person, secret.c.facts)
    .where(
        secret.c.digest == bindparam("digest"),
        secret.c.purpose == bindparam("purpose"),
        secret.c.used.is_(None),
        secret.c.until >= bindparam("now"),
    )
    .with_for_update(),
    SecretRow,
)
"""What an unused secret carries, which nobody else changes meanwhile."""
NOTE = Query(
    update(secret)
    .where(secret.c.digest == bindparam("digest"))
    .values(facts=bindparam("facts"), used=bindparam("used", type_=secret.c.used.type)),
    tuple,
)
"""Write down how often a code was tried in vain; `used` burns it."""
SWEEP = Query(delete(secret).where(secret.c.until < bindparam("before")), tuple)


class OpenRow(NamedTuple):
    """An unused secret by its id."""

    id: int
    digest: str
    person: int | None
    facts: dict[str, Any]


_OPEN = select(secret.c.id, secret.c.digest, secret.c.person, secret.c.facts).where(
    secret.c.purpose == bindparam("purpose"), secret.c.used.is_(None), secret.c.until >= bindparam("now")
)
OPEN = Query(_OPEN.where(secret.c.id == bindparam("secret")).with_for_update(), OpenRow)
FIND = Query(_OPEN.where(secret.c.digest == bindparam("digest")).with_for_update(), OpenRow)
"""An unused secret by its id or by its words, which nobody else changes meanwhile."""
FORGET = Query(
    delete(secret).where(secret.c.person == bindparam("person"), secret.c.purpose == bindparam("purpose"), secret.c.used.is_(None)), tuple
)
"""Forget somebody's unused secrets of one purpose: the newest one alone works."""
