"""A club with a few seats: tables, queries and turns for the tests of transactions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from storage.database import Query, Tx, Work, within
from storage.types import Json, UtcDateTime

metadata = MetaData()
club = Table(
    "club",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(40), nullable=False, unique=True),
    Column("seats", Integer, CheckConstraint("seats >= 0"), nullable=False),
)
seat = Table(
    "seat",
    metadata,
    Column("club", ForeignKey("club.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("child", Integer, nullable=False, unique=True),
)
late = Table(
    "late", metadata, Column("id", Integer, primary_key=True), Column("club", ForeignKey("club.id", deferrable=True, initially="DEFERRED"))
)
"""Its rows are checked at COMMIT only: the way to make one fail."""
thing = Table(
    "thing",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime),
    Column("day", Date),
    Column("flag", Boolean),
    Column("number", Float),
    Column("words", String(200)),
    Column("facts", Json),
    Column("plain", JSON),
)

NEW = Query(insert(club).values(id=bindparam("club"), name=bindparam("name"), seats=bindparam("seats")))
NAMES = Query(select(club.c.name).order_by(club.c.id), str)
AMONG = Query(select(club.c.name).where(within(club.c.id, "clubs")).order_by(club.c.id), str)
RENAME = Query(update(club).where(club.c.id == bindparam("club")).values(name=bindparam("name")))
CLOSE = Query(delete(club).where(within(club.c.id, "clubs")))
LOCK = Query(select(club.c.seats).where(club.c.id == bindparam("club")).with_for_update(), int)
HIGHEST = Query(select(func.coalesce(func.max(seat.c.number), 0)).where(seat.c.club == bindparam("club")), int)
TAKE = Query(insert(seat).values(club=bindparam("club"), number=bindparam("number"), child=bindparam("child")))
SEATS = Query(select(seat.c.number, seat.c.child).order_by(seat.c.number), tuple)
ADD_LATE = Query(insert(late).values(id=bindparam("id"), club=bindparam("club")))
SLEEP = Query(select(func.pg_sleep(bindparam("seconds", type_=Float))), str)
"""PostgreSQL only."""


class Stop(BaseException):
    """Not an error, and must pass all the same: the kernel's `Pending` is such."""


async def add(tx: Tx, number: int, **values: Any) -> None:
    """Found a club."""
    await tx.run(NEW, **{"club": number, "name": f"club {number}", "seats": 1, **values})


def adding(number: int, **values: Any) -> Work[None]:
    """A turn that founds a club."""
    return lambda tx: add(tx, number, **values)


async def take_lowest_seat(tx: Tx, child: int) -> int | None:
    """What enrolment does: lock the club, look, take the next seat. None where all are taken."""
    seats = await tx.one(LOCK, club=1)
    taken = await tx.one(HIGHEST, club=1)
    if seats is None or taken is None or taken >= seats:
        return None
    await tx.run(TAKE, club=1, number=taken + 1, child=child)
    return taken + 1
