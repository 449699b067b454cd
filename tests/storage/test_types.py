"""Values come back as they went in, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, func, insert, select

from storage.database import Database, Query, Tx
from tests.storage.club import thing
from tests.storage.conftest import NOW

COLUMNS = [name for name in thing.c.keys() if name != "id"]  # noqa: SIM118  it is no dict
PUT = Query(insert(thing).values(id=bindparam("id"), **{name: bindparam(name) for name in COLUMNS}))
GET = Query(select(*(thing.c[name] for name in COLUMNS)).where(thing.c.id == bindparam("id")))
EMPTY = Query(select(func.count()).where(*(thing.c[name].is_(None) for name in COLUMNS if name != "plain")), int)
ORDER = Query(select(thing.c.id).where(thing.c.at >= bindparam("since")).order_by(thing.c.at), int)
AVERAGES = Query(select(func.avg(thing.c.number), func.sum(thing.c.number), func.avg(thing.c.id)))

MOSCOW = timezone(timedelta(hours=3))
VALUES: list[tuple[str, Any]] = [
    ("at", datetime(2026, 9, 1, 7, 0, tzinfo=UTC)),
    ("at", datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ("at", datetime(1970, 1, 1, tzinfo=UTC)),
    ("day", date(2017, 5, 5)),
    ("flag", True),
    ("flag", False),
    ("number", 68.970683),
    ("number", -0.1),
    ("number", 12.0),
    ("words", "Ёлка, ҙур ʻoʻzbekʼ 🤖 '\"; DROP TABLE thing; -- $1 :name %s"),
    ("words", ""),
    ("facts", {"группа": "12", "много": [1, 2.5, None, True, {"в": []}], "": ""}),
    ("facts", {}),
    ("facts", []),
    ("facts", "текст"),
    ("facts", 0),
    ("plain", {"z": 1, "a": 2}),
]


@pytest.mark.parametrize(("column", "value"), VALUES)
async def test_round_trip(database: Database, column: str, value: Any) -> None:
    async def work(tx: Tx) -> Any:
        await tx.run(PUT, **{**dict.fromkeys(COLUMNS), "id": 1, column: value})
        return await tx.one(GET, id=1)

    got = dict(zip(COLUMNS, await database.turn(work, now=NOW), strict=True))[column]
    assert (got, type(got)) == (value, type(value))
    if isinstance(value, datetime):
        assert got.tzinfo is UTC
    if isinstance(value, dict):
        assert list(got) == list(value)


async def test_none_is_null(database: Database) -> None:
    """Of JSON too: IS NULL finds it."""

    async def work(tx: Tx) -> int | None:
        await tx.run(PUT, **{**dict.fromkeys(COLUMNS), "id": 1})
        return await tx.one(EMPTY)

    assert await database.turn(work, now=NOW) == 1


async def test_instants_are_kept_in_utc_and_sort_as_time(database: Database) -> None:
    instants = [
        datetime(2026, 9, 1, 9, 59, tzinfo=MOSCOW),
        datetime(2026, 9, 1, 7, 0, tzinfo=UTC),
        datetime(2026, 9, 1, 10, 0, 0, 1, tzinfo=MOSCOW),
        datetime(2026, 9, 1, 7, 0, 1, tzinfo=UTC),
    ]

    async def work(tx: Tx) -> list[int]:
        rows = [{**dict.fromkeys(COLUMNS), "id": number, "at": at} for number, at in enumerate(instants)]
        await tx.many(PUT, reversed(rows))
        return await tx.all(ORDER, since=datetime(2026, 9, 1, 10, 0, tzinfo=MOSCOW))

    assert await database.turn(work, now=NOW) == [1, 2, 3]


async def test_a_naive_datetime_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="naive"):
        await database.turn(lambda tx: tx.run(PUT, **{**dict.fromkeys(COLUMNS), "id": 1, "at": NOW.replace(tzinfo=None)}), now=NOW)


async def test_json_has_text_keys(database: Database) -> None:
    """The standard library would write {1: …} and read {"1": …}."""
    with pytest.raises(TypeError, match="key"):
        await database.turn(lambda tx: tx.run(PUT, **{**dict.fromkeys(COLUMNS), "id": 1, "facts": {1: "x"}}), now=NOW)


async def test_sums_and_averages_are_numbers(database: Database) -> None:
    async def work(tx: Tx) -> Any:
        await tx.many(PUT, [{**dict.fromkeys(COLUMNS), "id": number, "number": number / 2} for number in (1, 2)])
        return await tx.one(AVERAGES)

    assert [float(value) for value in await database.turn(work, now=NOW)] == [0.75, 1.5, 1.5]
