"""Deliveries: a link that the bot opens for somebody by itself, once."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal_column, null, or_, select, update

from storage.database import Query, upsert, within
from storage.schema import delivery


def _add(dialect: Any) -> Any:
    return (
        upsert(dialect, delivery)
        .values(
            {
                "person": bindparam("person"),
                "link": bindparam("link"),
                "due": bindparam("due"),
                "key": bindparam("key"),
                "class": bindparam("kind"),
            }
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )


ADD = Query(_add, tuple)
"""Plan a delivery; the same key again plans nothing."""


class DeliveryRow(NamedTuple):
    """A claimed delivery."""

    id: int
    person: int
    link: str
    due: Any
    kind: str
    tries: int


_DUE = (
    select(delivery.c.id)
    .where(
        literal_column("state IN ('waiting', 'sending')"),  # in the index's own words: a partial one answers only to them
        or_(delivery.c.state == "waiting", delivery.c.lease_until < bindparam("now")),
        delivery.c.due <= bindparam("now"),
    )
    .order_by(delivery.c.due, delivery.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
CLAIM = Query(
    update(delivery)
    .where(delivery.c.id.in_(_DUE.scalar_subquery()))
    .values(state="sending", owner=bindparam("owner"), lease_until=bindparam("until"), tries=delivery.c.tries + 1)
    .returning(delivery.c.id, delivery.c.person, delivery.c.link, delivery.c.due, delivery.c["class"], delivery.c.tries),
    DeliveryRow,
)
"""Take the one delivery that is due longest: one row, one send, settled."""
SETTLE = Query(
    update(delivery)
    .where(delivery.c.id == bindparam("delivery"), delivery.c.owner == bindparam("owner"), delivery.c.state == "sending")
    .values(
        state=bindparam("state", type_=delivery.c.state.type),
        reason=bindparam("reason", type_=delivery.c.reason.type),
        account=bindparam("account", type_=delivery.c.account.type),
        message=bindparam("message", type_=delivery.c.message.type),
    ),
    tuple,
)
SWEEP = Query(delivery.delete().where(delivery.c.state.not_in(("waiting", "sending")), delivery.c.due < bindparam("before")), tuple)
"""Forget deliveries that were settled long ago: nobody plans them under the same key any more."""
PUT_OFF = Query(
    update(delivery)
    .where(delivery.c.id == bindparam("delivery"), delivery.c.owner == bindparam("owner"), delivery.c.state == "sending")
    .values(state="waiting", due=bindparam("due", type_=delivery.c.due.type), owner=null(), lease_until=null(), tries=delivery.c.tries - 1),
    tuple,
)
WITHDRAW = Query(
    update(delivery)
    .where(within(delivery.c.key, "keys"), delivery.c.state == "waiting")
    .values(state="withdrawn", reason=bindparam("reason", type_=delivery.c.reason.type)),
    tuple,
)
"""Send no more what was not sent yet."""
