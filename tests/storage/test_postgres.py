"""What only a server does: deadlocks, lost connections, statements that run while a caller gives up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from traceback import format_exception

import asyncpg
import pytest
from sqlalchemy import Integer, bindparam, func, make_url, select

from storage.database import Query, Tx, Unavailable
from storage.migrations import in_transaction
from storage.postgres import PostgresDatabase
from tests.storage.club import LOCK, NAMES, RENAME, SLEEP, add, metadata
from tests.storage.conftest import NOW

DIVIDE = Query(select(1 / bindparam("by", type_=Integer)), tuple)

KILL = Query(select(func.pg_terminate_backend(func.pg_backend_pid())), bool)


@pytest.fixture
async def server(postgres: str) -> AsyncIterator[PostgresDatabase]:
    """The club's tables on PostgreSQL, with two clubs."""
    in_transaction(postgres, metadata.create_all)
    opened = await PostgresDatabase.open(make_url(postgres))

    async def two(tx: Tx) -> None:
        await add(tx, 1)
        await add(tx, 2)

    await opened.turn(two, now=NOW)
    yield opened
    await opened.close()


async def names(server: PostgresDatabase) -> list[str]:
    return await server.read(lambda tx: tx.all(NAMES), now=NOW)


async def test_a_deadlocked_turn_runs_again(server: PostgresDatabase) -> None:
    runs: list[str] = []

    async def rename(tx: Tx, name: str, first: int, then: int) -> None:
        runs.append(name)
        await tx.one(LOCK, club=first)
        await tx.one(SLEEP, seconds=0.3)
        await tx.one(LOCK, club=then)
        await tx.run(RENAME, club=then, name=name)

    await asyncio.gather(
        server.turn(lambda tx: rename(tx, "anna's", 1, 2), now=NOW), server.turn(lambda tx: rename(tx, "boris's", 2, 1), now=NOW)
    )
    assert len(runs) == 3
    assert await names(server) == ["boris's", "anna's"]


async def test_a_turn_is_not_run_for_ever(server: PostgresDatabase) -> None:
    runs: list[int] = []

    async def lose(_tx: Tx) -> None:
        runs.append(1)
        raise asyncpg.DeadlockDetectedError

    with pytest.raises(asyncpg.DeadlockDetectedError):
        await server.turn(lose, now=NOW)
    assert len(runs) == 3


async def test_an_error_passed_over_is_not_called_success(server: PostgresDatabase) -> None:
    async def careless(tx: Tx) -> None:
        await tx.run(RENAME, club=1, name="lost")
        with pytest.raises(asyncpg.DivisionByZeroError):
            await tx.one(DIVIDE, by=0)

    with pytest.raises(RuntimeError, match="nothing was kept"):
        await server.turn(careless, now=NOW)
    assert await names(server) == ["club 1", "club 2"]


async def test_a_cancelled_turn_is_undone_and_its_connection_used_again(server: PostgresDatabase) -> None:
    async def slow(tx: Tx) -> None:
        await tx.run(RENAME, club=1, name="half done")
        await tx.one(SLEEP, seconds=30.0)

    turns = [asyncio.create_task(server.turn(slow, now=NOW)) for _ in range(12)]
    await asyncio.sleep(0.3)
    for turn in turns:
        turn.cancel()
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in await asyncio.gather(*turns, return_exceptions=True))
    assert await asyncio.gather(*(names(server) for _ in range(20))) == [["club 1", "club 2"]] * 20


async def test_a_lost_connection_is_reported_and_replaced(server: PostgresDatabase) -> None:
    async def fall(tx: Tx) -> None:
        await tx.run(RENAME, club=1, name="lost")
        await tx.one(KILL)

    with pytest.raises(Unavailable):
        await server.turn(fall, now=NOW)
    assert await names(server) == ["club 1", "club 2"]


@pytest.mark.parametrize(("club", "name"), [("Masha", "x"), (1, "Masha\0")])
async def test_a_value_of_the_wrong_kind_is_the_callers_mistake_and_not_quoted(server: PostgresDatabase, club: object, name: str) -> None:
    with pytest.raises(asyncpg.DataError, match="invalid") as caught:
        await server.turn(lambda tx: tx.run(RENAME, club=club, name=name), now=NOW)
    assert "Masha" not in "".join(format_exception(caught.value))


async def test_nobody_at_the_address() -> None:
    with pytest.raises(Unavailable):
        await PostgresDatabase.open(make_url("postgresql+asyncpg://nobody@127.0.0.1:1/nothing"))


async def test_a_server_without_this_database(postgres_server: str) -> None:
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await PostgresDatabase.open(make_url(postgres_server).set(database="kruzhok_nothing"))


async def test_a_setting_that_makes_no_sense(postgres_server: str) -> None:
    with pytest.raises(ValueError, match="sslmode"):
        await PostgresDatabase.open(make_url(postgres_server).set(query={"ssl": "perhaps"}))
