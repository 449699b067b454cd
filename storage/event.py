"""Events already taken: the same one delivered twice changes nothing twice."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, select, update

from storage.database import Query, upsert
from storage.schema import account, event, person


def _take(dialect: Any) -> Any:
    values: dict[str, Any] = {name: bindparam(name) for name in ("channel", "key", "account", "address", "state")}
    row = upsert(dialect, event).values(values | {"at": bindparam("now")})
    taken = {name: row.excluded[name] for name in ("account", "address", "state", "at")}
    return row.on_conflict_do_update(index_elements=["channel", "key"], set_=taken, where=event.c.state == "trying")


TAKE = Query(_take, tuple)
"""Remember an event and where it led; a try that was counted before it becomes this."""
SHOWN = Query(
    update(event)
    .where(event.c.channel == bindparam("channel"), event.c.key == bindparam("key"), event.c.state == "taken")
    .values(state="shown", message=bindparam("message")),
    tuple,
)


def _attempt(dialect: Any) -> Any:
    row = upsert(dialect, event).values(
        channel=bindparam("channel"), key=bindparam("key"), address="", state="trying", stops=1, at=bindparam("now")
    )
    return row.on_conflict_do_update(
        index_elements=["channel", "key"], set_={"stops": event.c.stops + 1}, where=event.c.state == "trying"
    ).returning(event.c.stops)


def _fail(dialect: Any) -> Any:
    row = upsert(dialect, event).values(
        channel=bindparam("channel"), key=bindparam("key"), account=bindparam("account"), address="", state="failed", at=bindparam("now")
    )
    return row.on_conflict_do_update(index_elements=["channel", "key"], set_={"state": "failed"})


def _leave(dialect: Any) -> Any:
    row = upsert(dialect, event).values(
        channel=bindparam("channel"),
        key=bindparam("key"),
        account=bindparam("account"),
        address=bindparam("address"),
        state="taken",
        at=bindparam("now"),
    )
    return row.on_conflict_do_nothing(index_elements=["channel", "key"])


LEAVE = Query(_leave, tuple)
"""The program ends before the screen of this event was shown: it is to be shown after the next start."""

FAIL = Query(_fail, tuple)
"""A turn raised: the event counts as taken, and changed nothing."""
ATTEMPT = Query(_attempt, int)
"""Before an event that may have stopped the program: count the tries. No row comes back where it was taken already."""

FORGET = Query(
    delete(event).where(event.c.channel == bindparam("channel"), event.c.key == bindparam("key"), event.c.state == "trying"), tuple
)
ASIDE = Query(update(event).where(event.c.channel == bindparam("channel"), event.c.key == bindparam("key")).values(state="aside"), tuple)


class Unshown(NamedTuple):
    """An event whose turn was committed and whose screen was not shown before the program stopped."""

    key: str
    account: int
    person: int
    channel: str
    user: str
    asked: str | None
    language: str | None
    settlement: int | None
    address: str


UNSHOWN = Query(
    select(
        event.c.key,
        account.c.id,
        account.c.person,
        account.c.channel,
        account.c.user,
        account.c.asked,
        person.c.language,
        person.c.settlement,
        event.c.address,
    )
    .join(account, account.c.id == event.c.account)
    .join(person, and_(person.c.id == account.c.person))
    .where(event.c.channel == bindparam("channel"), event.c.state == "taken", event.c.at >= bindparam("since"))
    .order_by(event.c.id),
    Unshown,
)
SWEEP = Query(delete(event).where(event.c.at < bindparam("before")), tuple)
"""Forget events after 48 hours: Telegram keeps an update for 24."""
