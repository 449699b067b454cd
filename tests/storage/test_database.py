"""Transactions, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, func, insert, select

from storage.database import Database, IntegrityError, Query, Tx, Work, open_database
from tests.storage.club import AMONG, CLOSE, NAMES, NEW, RENAME, SEATS, Stop, add, adding, club, take_lowest_seat
from tests.storage.conftest import NOW

NEW_RETURNED = Query(insert(club).values(id=bindparam("club"), name="again", seats=1).returning(club.c.id), int)


def names(tx: Tx) -> Awaitable[list[str]]:
    return tx.all(NAMES)


async def test_a_turn_is_kept_whole_and_seen_by_readers(database: Database) -> None:
    async def found_two(tx: Tx) -> str:
        await add(tx, 1)
        await add(tx, 2)
        return "done"

    assert await database.turn(found_two, now=NOW) == "done"
    assert await database.read(names, now=NOW) == ["club 1", "club 2"]


@pytest.mark.parametrize("error", [ValueError("no"), Stop("no")])
async def test_a_turn_that_raises_leaves_nothing(database: Database, error: BaseException) -> None:
    async def fail(tx: Tx) -> None:
        await add(tx, 1)
        raise error

    with pytest.raises(type(error), match="no"):
        await database.turn(fail, now=NOW)
    assert await database.read(names, now=NOW) == []


async def test_now_is_the_callers_instant_in_utc(database: Database) -> None:
    async def now(tx: Tx) -> datetime:
        return tx.now

    moscow = timezone(timedelta(hours=3))
    assert (await database.turn(now, now=NOW.astimezone(moscow))).tzinfo is UTC
    assert await database.read(now, now=NOW.astimezone(moscow)) == NOW
    for begin in (database.turn, database.read):
        with pytest.raises(ValueError, match="naive"):
            await begin(now, now=NOW.replace(tzinfo=None))


async def test_run_counts_the_rows_touched(database: Database) -> None:
    another = select(club.c.id + 10, club.c.name + " again", club.c.seats).cte("another")
    copy = Query(insert(club).from_select(["id", "name", "seats"], select(another)))

    async def work(tx: Tx) -> list[int]:
        await tx.many(NEW, [{"club": number, "name": str(number), "seats": 0} for number in (1, 2, 3)])
        return [
            await tx.run(RENAME, club=1, name="one"),
            await tx.run(RENAME, club=9, name="nine"),
            await tx.run(copy),
            await tx.run(CLOSE, clubs=[2, 3, 12, 13, 99]),
            await tx.run(CLOSE, clubs=[]),
        ]

    assert await database.turn(work, now=NOW) == [1, 0, 3, 4, 0]
    assert await database.read(names, now=NOW) == ["one", "one again"]


async def test_one_is_the_first_row_or_none(database: Database) -> None:
    async def work(tx: Tx) -> tuple[str | None, str | None]:
        await add(tx, 2)
        await add(tx, 1)
        return await tx.one(NAMES), await tx.one(AMONG, clubs=[7])

    assert await database.turn(work, now=NOW) == ("club 1", None)


async def test_a_read_does_not_write(database: Database) -> None:
    with pytest.raises(RuntimeError, match="a read does not write"):
        await database.read(adding(1), now=NOW)


async def test_what_returns_rows_is_not_run(database: Database) -> None:
    with pytest.raises(TypeError, match="returns rows"):
        await database.turn(lambda tx: tx.run(NAMES), now=NOW)


async def test_a_mark_takes_back_what_followed_it_and_nothing_before(database: Database) -> None:
    async def work(tx: Tx) -> list[bool]:
        seen = [tx.wrote]
        tx.mark()
        await add(tx, 1)
        seen.append(tx.wrote)
        await tx.rollback_to_mark()
        seen.append(tx.wrote)
        await add(tx, 2)
        tx.mark()
        await tx.rollback_to_mark()  # nothing was written since: nothing was opened
        tx.mark()
        await add(tx, 3)
        await tx.rollback_to_mark()
        tx.mark()
        await add(tx, 4)
        await tx.release_mark()
        return [*seen, tx.wrote]

    assert await database.turn(work, now=NOW) == [False, True, False, True]
    assert await database.read(names, now=NOW) == ["club 2", "club 4"]


async def test_marks_do_not_nest(database: Database) -> None:
    async def twice(tx: Tx) -> None:
        tx.mark()
        tx.mark()

    async def never(tx: Tx) -> None:
        await tx.release_mark()

    for work, words in ((twice, "already"), (never, "not marked")):
        with pytest.raises(RuntimeError, match=words):
            await database.turn(work, now=NOW)


async def test_a_refused_statement_may_be_taken_back_to_the_mark(database: Database) -> None:
    async def work(tx: Tx) -> list[str]:
        await add(tx, 1)
        tx.mark()
        with pytest.raises(IntegrityError):
            await add(tx, 1)
        await tx.rollback_to_mark()
        await add(tx, 2)
        return await tx.all(NAMES)

    assert await database.turn(work, now=NOW) == ["club 1", "club 2"]


async def test_a_refused_statement_is_not_passed_over(database: Database) -> None:
    async def go_on(tx: Tx) -> None:
        with pytest.raises(IntegrityError):
            await add(tx, 1, seats=-1)
        await tx.all(NAMES)

    async def end(tx: Tx) -> None:
        await add(tx, 1)
        with pytest.raises(IntegrityError):
            await tx.many(NEW, [{"club": 2, "name": "club 1", "seats": 0}])

    async def return_rows(tx: Tx) -> None:
        await add(tx, 1)
        with pytest.raises(IntegrityError):
            await tx.all(NEW_RETURNED, club=1)

    for work in (go_on, end, return_rows):
        with pytest.raises(RuntimeError, match="refused"):
            await database.turn(work, now=NOW)
    assert await database.read(names, now=NOW) == []


async def test_a_refusal_does_not_quote_the_row(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused:
        await database.turn(adding(1, name="Мария Орлова", seats=-1), now=NOW)
    assert "Орлова" not in str(refused.value)


async def sleep(_tx: Tx) -> None:
    await asyncio.sleep(0.001)


async def step_aside(_tx: Tx) -> None:
    await asyncio.sleep(0)


async def wait_for_another_task(_tx: Tx) -> None:
    await asyncio.get_running_loop().create_task(asyncio.sleep(0.001))


@pytest.mark.parametrize("work", [sleep, step_aside, wait_for_another_task])
async def test_a_transaction_waits_for_nothing_else(database: Database, work: Callable[[Tx], Awaitable[None]]) -> None:
    async def write_and_wait(tx: Tx) -> None:
        await add(tx, 1)
        await work(tx)

    with pytest.raises(RuntimeError, match="waited for something"):
        await database.turn(write_and_wait, now=NOW)
    with pytest.raises(RuntimeError, match="waited for something"):
        await database.read(work, now=NOW)
    assert await database.read(names, now=NOW) == []


async def test_work_runs_with_the_callers_context(database: Database) -> None:
    language = ContextVar("language", default="en")

    async def speak(_tx: Tx) -> str:
        return language.get()

    async def speak_as(name: str) -> list[str]:
        language.set(name)
        return [await database.turn(speak, now=NOW), await database.read(speak, now=NOW)]

    spoken = await asyncio.gather(*(speak_as(name) for name in ("ru", "tt", "ba")))
    assert spoken == [["ru", "ru"], ["tt", "tt"], ["ba", "ba"]]


async def test_a_read_stands_on_one_snapshot(database: Database) -> None:
    await database.turn(adding(1), now=NOW)

    async def look_twice(tx: Tx) -> list[int]:
        return [len(await tx.all(NAMES)) for _ in range(300)]

    async def write() -> None:
        for number in range(2, 12):
            await database.turn(adding(number), now=NOW)

    seen, _ = await asyncio.gather(database.read(look_twice, now=NOW), write())
    assert len(set(seen)) == 1
    assert len(await database.read(names, now=NOW)) == 11


async def test_two_hundred_want_a_hundred_and_twenty_seats(database: Database) -> None:
    await database.turn(adding(1, seats=120), now=NOW)

    def enrolling(child: int) -> Work[int | None]:
        return lambda tx: take_lowest_seat(tx, child)

    got = await asyncio.gather(*(database.turn(enrolling(child), now=NOW) for child in range(200)))
    assert sorted(number for number in got if number is not None) == list(range(1, 121))
    assert got.count(None) == 80
    taken = await database.read(lambda tx: tx.all(SEATS), now=NOW)
    assert [number for number, _ in taken] == list(range(1, 121))


async def test_reads_and_turns_go_on_together(database: Database) -> None:
    counting = Query(select(func.count()).select_from(club), int)

    async def read() -> int | None:
        return await database.read(lambda tx: tx.one(counting), now=NOW)

    done = await asyncio.gather(*(database.turn(adding(number), now=NOW) for number in range(60)), *(read() for _ in range(60)))
    assert all(count is None or 0 <= count <= 60 for count in done)
    assert await read() == 60


async def test_a_closed_database_says_so(database_url: str) -> None:
    database = await open_database(database_url)
    await database.close()
    for begin in (database.turn, database.read):
        with pytest.raises(RuntimeError, match="closed"):
            await begin(names, now=NOW)


@pytest.mark.parametrize("url", ["mysql+aiomysql://localhost/x", "sqlite:///x.db", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite needs a file|a database is"):
        await open_database(url)
