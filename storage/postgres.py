"""PostgreSQL: the same statements on asyncpg's pool, READ COMMITTED."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy import URL

from storage.query import POSTGRESQL
from storage.transaction import Guarded, IntegrityError, Overtaken, Tx, Unavailable, Work

T = TypeVar("T")

POOL = 10
"""Connections, at most. More than a server's cores gain nothing."""
TRIES = 3
"""How often a turn that met a deadlock runs."""
TIMEOUT = 60.0
"""Seconds for one statement, or for a free connection: a dead network must not hold a turn for ever."""

_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"
_BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"  # one snapshot for all of its statements, as on SQLite
_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, Overtaken)
_AWAY = (
    OSError,  # TimeoutError is one
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(error.message) from None  # its DETAIL quotes the row: personal data, not for a log
    except asyncpg.DataError as error:
        raise type(error)(str(error).split(": ", 1)[0]) from None  # what follows quotes the value, which may be what somebody typed
    except _AWAY as error:
        if isinstance(error, ValueError):  # an InterfaceError too, but of a setting that makes no sense
            raise
        raise Unavailable(str(error) or type(error).__name__) from error


class PostgresTx(Tx):
    """A transaction on one of the pool's connections."""

    dialect = POSTGRESQL

    def __init__(self, db: PoolConnectionProxy[asyncpg.Record], now: datetime, *, readonly: bool) -> None:
        super().__init__(now, readonly=readonly)
        self._db = db
        self.busy = False
        """Whether it waits for the database now."""

    async def begin(self) -> None:
        """Open the transaction."""
        await self._say(_BEGIN_READ if self.readonly else _BEGIN)

    async def commit(self) -> None:
        """Close it. `RuntimeError` where an error inside was passed over in silence: the server then undoes it, and calls that success."""
        self.check_whole()
        status = await self._ask(self._db.execute, "COMMIT")
        if status != "COMMIT":
            raise RuntimeError("nothing was kept: a statement failed, and its error was passed over")

    async def rollback(self) -> None:
        """Undo it. A lost connection has undone it already."""
        with suppress(Unavailable):
            await self._say("ROLLBACK")

    async def _fetch(self, sql: str, values: list[Any]) -> Iterable[Iterable[Any]]:
        rows: list[asyncpg.Record] = await self._ask(self._db.fetch, sql, *values)
        return rows

    async def _run(self, sql: str, values: list[Any]) -> int:
        status = await self._ask(self._db.execute, sql, *values)
        return int(status.rpartition(" ")[2])  # "INSERT 0 1", "UPDATE 3"

    async def _many(self, sql: str, rows: list[list[Any]]) -> None:
        await self._ask(self._db.executemany, sql, rows)

    async def _say(self, *statements: str) -> None:
        await self._ask(self._db.execute, "; ".join(statements))

    async def _ask(self, method: Callable[..., Awaitable[Any]], sql: str, *values: Any) -> Any:
        """Wait for the server, and tell its errors in our words. A context manager around each statement would cost a tenth of it."""
        self.busy = True
        try:
            return await method(sql, *values)
        except Exception:
            with _translated():
                raise
        finally:
            self.busy = False


class PostgresDatabase:
    """A server and the pool of connections to it."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: URL) -> PostgresDatabase:
        """Connect to the server that the SQLAlchemy URL names; its query part goes to asyncpg (`?ssl=require`)."""
        options: Any = POSTGRESQL.create_connect_args(url)[1]
        with _translated():
            pool = await asyncpg.create_pool(
                **options,
                min_size=1,
                max_size=POOL,
                init=_init,
                reset=_keep,
                command_timeout=TIMEOUT,
                statement_cache_size=512,
                max_cached_statement_lifetime=0,
                server_settings={"application_name": "kruzhok", "timezone": "UTC"},
            )
        return cls(pool)

    async def turn(self, work: Work[T], *, now: datetime) -> T:
        """Run `work` in a transaction that may write; see `Database.turn`."""
        for _ in range(TRIES - 1):
            try:
                return await self._once(work, now, readonly=False)
            except _AGAIN:  # this transaction gives way to another: everything of it is undone
                continue
        return await self._once(work, now, readonly=False)

    async def read(self, work: Work[T], *, now: datetime) -> T:
        """Run `work` in a transaction that reads; see `Database.read`."""
        return await self._once(work, now, readonly=True)

    async def close(self) -> None:
        """Let the transactions that run finish, then close every connection."""
        await self._pool.close()

    async def _once(self, work: Work[T], now: datetime, *, readonly: bool) -> T:
        if self._pool.is_closing():
            raise RuntimeError("the database is closed")
        with _translated():
            db = await self._pool.acquire(timeout=TIMEOUT)
        try:
            tx = PostgresTx(db, now, readonly=readonly)
            try:
                await tx.begin()
                result = await Guarded(work, tx, lambda: tx.busy)
                await tx.commit()
            except BaseException:
                await tx.rollback()
                raise
            return result
        finally:
            await self._pool.release(db)


async def _init(db: asyncpg.Connection[asyncpg.Record]) -> None:
    """The values of JSON parameters are text already (`storage.query`); results are read here, as on SQLAlchemy's own connections."""
    await db.set_type_codec("json", encoder=str.encode, decoder=orjson.loads, schema="pg_catalog", format="binary")


async def _keep(_db: asyncpg.Connection[asyncpg.Record]) -> None:
    """Save the round trip that asyncpg spends on resetting a connection: nothing here says SET, LISTEN or takes a session's lock."""
