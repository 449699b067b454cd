"""Queries: what they compile to, what they take and give, and that each one of the product's is sound on both databases."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest
from sqlalchemy import bindparam, func, insert, select, text, update

import storage
from storage import migrate
from storage.database import Database, Query, Tx, upsert, within
from storage.query import POSTGRESQL, SQLITE
from tests.storage.club import NAMES, NEW, SEATS, add, club, seat, thing
from tests.storage.conftest import NOW

AMONG_OPEN = Query(select(club.c.name).where(club.c.seats > 0, within(club.c.id, "clubs")), str)
BOTH = pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL], ids=lambda dialect: dialect.name)


def every_query() -> Iterator[tuple[str, Query[Any]]]:
    """The queries that stand at the top of storage's modules, by name."""
    for module in pkgutil.iter_modules(storage.__path__, "storage."):
        for name, value in vars(importlib.import_module(module.name)).items():
            for number, query in enumerate(value if isinstance(value, tuple) else (value,)):
                if isinstance(query, Query):
                    yield f"{module.name}.{name}[{number}]", query


def test_every_query_is_understood_by_sqlite(tmp_path: Path) -> None:
    migrate(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    db = sqlite3.connect(tmp_path / "empty.db")
    wrong = {}
    for name, query in every_query():
        try:
            made = query.on(SQLITE)
            db.execute(f"EXPLAIN {made.sql}", [None] * made.sql.count("?"))
        except (sqlite3.Error, TypeError) as error:
            wrong[name] = error
    db.close()
    assert wrong == {}


async def test_every_query_is_understood_by_postgresql(postgres: str) -> None:
    migrate(postgres)
    db = await asyncpg.connect(postgres.replace("+asyncpg", ""))
    wrong = {}
    for name, query in every_query():
        try:
            await db.prepare(query.on(POSTGRESQL).sql)
        except (asyncpg.PostgresError, TypeError) as error:
            wrong[name] = error
    await db.close()
    assert wrong == {}


def test_there_are_queries_to_try() -> None:
    assert len(dict(every_query())) > 20


@BOTH
def test_a_query_is_compiled_once(dialect: Any) -> None:
    assert NAMES.on(dialect) is NAMES.on(dialect)


@BOTH
def test_missing_and_unknown_parameters_are_named(dialect: Any) -> None:
    with pytest.raises(TypeError, match=r"missing parameters \['seats'\], unknown \['places'\]"):
        NEW.on(dialect).values({"club": 1, "name": "x", "places": 3})


@BOTH
def test_a_default_may_be_given_or_left(dialect: Any) -> None:
    made = Query(select(club.c.name).where(club.c.seats >= bindparam("least", 3), club.c.id == bindparam("club")), str).on(dialect)
    assert sorted(made.values({"club": 8})) == [3, 8]
    assert sorted(made.values({"club": 8, "least": 5})) == [5, 8]


@BOTH
def test_one_parameter_may_stand_twice(dialect: Any) -> None:
    made = Query(select(club.c.id).where(club.c.id == bindparam("n"), club.c.seats == bindparam("n")), int).on(dialect)
    assert made.values({"n": 4}) == [4] * (2 if dialect is SQLITE else 1)


@BOTH
def test_a_row_must_take_what_the_statement_gives(dialect: Any) -> None:
    class Two(NamedTuple):
        name: str
        seats: int

    Query(select(club.c.name, club.c.seats), Two).on(dialect)
    for row in (Two, lambda name: name):
        with pytest.raises(TypeError, match="does not take 3 columns"):
            Query(select(club.c.name, club.c.seats, club.c.id), row).on(dialect)


@BOTH
def test_a_list_of_the_call_is_not_written_in(dialect: Any) -> None:
    with pytest.raises(TypeError, match="within"):
        Query(select(club.c.id).where(club.c.id.in_(bindparam("ids", expanding=True))), int).on(dialect)


@BOTH
@pytest.mark.parametrize(
    ("statement", "writes"),
    [
        (select(club), False),
        (select(select(club).cte()), False),
        (select(club).with_for_update(), False),
        (text("values (1)"), False),
        (insert(club), True),
        (update(club).values(seats=1).returning(club.c.id), True),
        (text("with gone as (delete from club returning id) select id from gone"), True),
        (text("vacuum"), True),
    ],
)
def test_what_writes(dialect: Any, statement: Any, *, writes: bool) -> None:
    assert Query(statement).on(dialect).writes is writes


def test_a_lock_is_kept_on_postgresql_and_dropped_on_sqlite() -> None:
    locked = Query(select(club.c.id).with_for_update(skip_locked=True), int)
    assert locked.on(POSTGRESQL).sql.endswith("FOR UPDATE SKIP LOCKED")
    assert "UPDATE" not in locked.on(SQLITE).sql


async def test_lists(database: Database) -> None:
    fixed = Query(select(club.c.id).where(club.c.name.in_(["club 1", "club 3"]), club.c.id > bindparam("above")), int)
    by_name = Query(select(club.c.id).where(within(club.c.name, "names")).order_by(club.c.id), int)
    neither = Query(select(club.c.id).where(~within(club.c.name, "names")).order_by(club.c.id), int)

    async def work(tx: Tx) -> list[list[int]]:
        for number in (1, 2, 3):
            await add(tx, number)
        return [
            await tx.all(fixed, above=1),
            await tx.all(by_name, names=["club 2", "club 3", 'it\'s "quoted", {odd}']),
            await tx.all(by_name, names=()),
            await tx.all(neither, names=["club 2"]),
        ]

    assert await database.turn(work, now=NOW) == [[3], [2, 3], [], [1, 3]]


def test_a_list_uses_an_index(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "plan.db")
    db.execute("CREATE TABLE club (id INTEGER PRIMARY KEY, name TEXT, seats INTEGER)")
    made = AMONG_OPEN.on(SQLITE)
    plan = " ".join(str(row[3]) for row in db.execute(f"EXPLAIN QUERY PLAN {made.sql}", made.values({"clubs": [1, 2]})))
    db.close()
    assert "SEARCH club USING INTEGER PRIMARY KEY" in plan


async def test_an_upsert(database: Database) -> None:
    def statement(dialect: Any) -> Any:
        row = upsert(dialect, club).values(id=bindparam("club"), name=bindparam("name"), seats=bindparam("seats"))
        return row.on_conflict_do_update(index_elements=["id"], set_={"seats": row.excluded.seats}).returning(club.c.name, club.c.seats)

    save = Query(statement, tuple)

    async def work(tx: Tx) -> list[Any]:
        return [await tx.one(save, club=1, name=name, seats=seats) for name, seats in (("a", 1), ("b", 2))]

    assert await database.turn(work, now=NOW) == [("a", 1), ("a", 2)]


async def test_rows_as_they_are(database: Database) -> None:
    both = Query(select(func.count(), func.coalesce(func.sum(seat.c.number), 0)))
    assert await database.read(lambda tx: tx.all(both), now=NOW) == [(0, 0)]
    assert await database.read(lambda tx: tx.all(SEATS), now=NOW) == []


async def test_what_a_lambda_makes(database: Database) -> None:
    shout = Query(select(thing.c.words), lambda words: f"{words}!")
    put = Query(insert(thing).values(id=1, words=bindparam("words")))

    async def work(tx: Tx) -> str | None:
        await tx.run(put, words="ах")
        return await tx.one(shout)

    assert await database.turn(work, now=NOW) == "ах!"
