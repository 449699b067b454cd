"""Accounts and the persons behind them: who wrote, and which tab they have open."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, func, insert, select, update

from storage.database import Query
from storage.schema import account, event, person, session
from storage.session import COLUMNS


class Arrival(NamedTuple):
    """Everything that a turn must know before it begins, in one read: account, person, the event seen before, the tab it speaks to."""

    account: int
    person: int
    became: int | None
    language: str | None
    settlement: int | None
    reachable: bool
    used: datetime
    focus: str | None
    asked: str | None
    seen: str | None
    seen_address: str | None
    token: str | None
    owner: int | None
    address: str | None
    answers: dict[str, str] | None
    came_from: str | None
    needed_by: str | None
    asking: str | None
    ended: str | None
    touched: datetime | None


_ARRIVE = (
    select(
        account.c.id,
        account.c.person,
        person.c.became,
        person.c.language,
        person.c.settlement,
        account.c.reachable,
        account.c.used,
        account.c.focus,
        account.c.asked,
        event.c.state,
        event.c.address,
        *COLUMNS,
    )
    .select_from(account)
    .join(person, person.c.id == account.c.person)
    .outerjoin(event, and_(event.c.channel == account.c.channel, event.c.key == bindparam("key")))
    .outerjoin(session, session.c.token == func.coalesce(bindparam("token", type_=session.c.token.type), account.c.focus))
    .where(account.c.channel == bindparam("channel"), account.c.user == bindparam("user"))
)

ARRIVE = Query(_ARRIVE.with_for_update(of=person, key_share=True), Arrival)
"""Read an arrival by channel, user, event key and token, and lock the person (PostgreSQL): one turn of a person at a time.

Who became another person while this turn waited for the lock is read as such: the turn then looks again. `NO KEY UPDATE`: another's
turn may meanwhile write rows that refer to the person (news of an application), and does not wait for it.
"""

NEW_PERSON = Query(insert(person).values(language=bindparam("language"), created=bindparam("now")).returning(person.c.id), int)
NEW_ACCOUNT = Query(
    insert(account)
    .values(person=bindparam("person"), channel=bindparam("channel"), user=bindparam("user"), used=bindparam("now"))
    .returning(account.c.id),
    int,
)
FOCUS = Query(
    update(account).where(account.c.id == bindparam("account")).values(focus=bindparam("focus"), used=bindparam("now"), reachable=True),
    tuple,
)
ASKED = Query(update(account).where(account.c.id == bindparam("account")).values(asked=bindparam("message")), tuple)
REACHABLE = Query(update(account).where(account.c.id == bindparam("account")).values(reachable=bindparam("reachable")), tuple)
SPEAK = Query(update(person).where(person.c.id == bindparam("person")).values(language=bindparam("language")), tuple)
SETTLE = Query(update(person).where(person.c.id == bindparam("person")).values(settlement=bindparam("settlement")), tuple)


class Address(NamedTuple):
    """Where a person can be reached: one of their accounts."""

    account: int
    person: int
    channel: str
    user: str
    language: str | None
    reachable: bool


_WHERE_TO: Any = select(account.c.id, account.c.person, account.c.channel, account.c.user, person.c.language, account.c.reachable).join(
    person, person.c.id == account.c.person
)

_became = person.alias("became")
_NOW = func.coalesce(
    select(_became.c.became).where(_became.c.id == bindparam("person")).scalar_subquery(), bindparam("person", type_=BigInteger)
)
ADDRESSES = Query(_WHERE_TO.where(account.c.person == _NOW).order_by(account.c.used.desc(), account.c.id), Address)
"""The accounts of a person, or of whom they became, the one used last first."""
