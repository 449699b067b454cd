"""SQLite: one writer thread on which whole turns run and commit together, and a few readers beside it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

import aiosqlite

from storage.query import SQLITE
from storage.transaction import IntegrityError, Tx, Unavailable, Work, drive

T = TypeVar("T")

PRAGMAS = (
    "journal_mode = WAL",  # readers do not wait for the writer
    "synchronous = FULL",  # an accepted application survives a power cut
    "foreign_keys = ON",
    "busy_timeout = 5000",  # milliseconds: the command line may be importing
    "secure_delete = ON",  # erased answers are overwritten
    "temp_store = MEMORY",
    "cache_size = -20000",  # KiB for each connection
)
BATCH = 64
"""Turns that commit together, at most."""
READERS = 2
"""Connections that only read, each with a thread: a long search does not hold up a page; more would wait for each other in Python."""

_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}


def connect(path: str, *pragmas: str) -> sqlite3.Connection:
    """Open the file with the product's pragmas, and `pragmas` after them; transactions begin only where we say BEGIN."""
    try:
        db = sqlite3.connect(path, isolation_level=None, cached_statements=512)
        for pragma in (*PRAGMAS, *pragmas):
            db.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        raise _translated(error) from error
    return db


class SqliteTx(Tx):
    """A transaction on a connection of this thread: awaiting it never waits."""

    dialect = SQLITE

    def __init__(self, db: sqlite3.Connection, now: datetime, *, readonly: bool) -> None:
        super().__init__(now, readonly=readonly)
        self._db = db

    async def _fetch(self, sql: str, values: list[Any]) -> Iterable[Iterable[Any]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _translated(error) from error

    async def _run(self, sql: str, values: list[Any]) -> int:
        try:
            touched = self._db.execute(sql, values).rowcount
            # Python counts only what begins with INSERT, UPDATE or DELETE: not what begins with WITH
            return touched if touched >= 0 else int(self._db.execute("SELECT changes()").fetchone()[0])
        except sqlite3.Error as error:
            raise _translated(error) from error

    async def _many(self, sql: str, rows: list[list[Any]]) -> None:
        try:
            self._db.executemany(sql, rows)
        except sqlite3.Error as error:
            raise _translated(error) from error

    async def _say(self, *statements: str) -> None:
        for statement in statements:
            self._db.execute(statement)


def _translated(error: sqlite3.Error) -> Exception:
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(str(error))
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)  # an extended code has its family in the low byte
    return Unavailable(str(error)) if code & 0xFF in _UNAVAILABLE else error


@dataclass(frozen=True, slots=True)
class _Job:
    """A turn that waits for the writer, and the future its caller waits for."""

    work: Work[Any]
    now: datetime
    context: Context
    future: asyncio.Future[Any]

    def settle(self, outcome: _Outcome) -> None:
        if self.future.done():  # the caller was cancelled; the turn counts all the same
            return
        if outcome.error is None:
            self.future.set_result(outcome.result)
        else:
            self.future.set_exception(outcome.error)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a turn came to."""

    result: Any = None
    error: BaseException | None = None


class _Writer:
    """Turns that wait together commit together, each behind a savepoint of its own: the price of a sync is shared.

    No waiting time is added: while one batch is written, the next one gathers.
    """

    def __init__(self, db: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._db, self._thread = db, thread
        self._waiting: list[_Job] = []
        self._leader: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: str) -> _Writer:
        thread = ThreadPoolExecutor(1, "writer")
        try:
            return cls(await asyncio.get_running_loop().run_in_executor(thread, connect, path), thread)
        except BaseException:
            thread.shutdown(wait=False)
            raise

    async def turn(self, work: Work[T], now: datetime) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(work, now, copy_context(), future))
        if self._leader is None or self._leader.done():
            self._leader = asyncio.create_task(self._lead(), name="writer")
        return await future

    async def close(self) -> None:
        """Write what waits, then close the file on its own thread."""
        if self._leader is not None:
            await asyncio.wait([self._leader])
        await asyncio.get_running_loop().run_in_executor(self._thread, self._db.close)
        self._thread.shutdown()

    async def _lead(self) -> None:
        loop = asyncio.get_running_loop()
        batch: list[_Job] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                for job, outcome in zip(batch, await loop.run_in_executor(self._thread, self._write, batch), strict=True):
                    job.settle(outcome)
        finally:  # where the loop itself is being stopped, nobody waits for ever
            for job in (*batch, *self._waiting):
                job.future.cancel()
            self._waiting.clear()

    def _write(self, batch: list[_Job]) -> list[_Outcome]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            outcomes = [self._turn(job) for job in batch]
            self._db.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001  whatever it was, nobody's turn counts, and each of them is told
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            return [_Outcome(error=_unavailable(error)) for _ in batch]
        return outcomes

    def _turn(self, job: _Job) -> _Outcome:
        """Run one turn; a turn that fails takes only its own writes with it, unless the transaction itself is lost."""
        self._db.execute("SAVEPOINT turn")
        try:
            tx = SqliteTx(self._db, job.now, readonly=False)
            outcome = _Outcome(job.context.run(drive, job.work, tx))
            tx.check_whole()
        except Unavailable:
            raise
        except BaseException as error:  # noqa: BLE001  it is the caller's, of whatever kind
            outcome = _Outcome(error=error)
            self._db.execute("ROLLBACK TO SAVEPOINT turn")
        self._db.execute("RELEASE SAVEPOINT turn")
        return outcome


def _unavailable(error: BaseException) -> Unavailable:
    new = Unavailable(str(error))
    new.__cause__ = error
    return new


class _Reader(aiosqlite.Connection):
    """A connection that cannot write. A whole read runs on its thread in one hop, on one snapshot."""

    def __init__(self, path: str) -> None:
        super().__init__(lambda: connect(path, "query_only = ON"), iter_chunk_size=64)
        self._thread.daemon = True  # a program that stops on an error, unclosed, is not held up: there is nothing to lose here

    @classmethod
    async def open(cls, path: str) -> _Reader:
        reader = cls(path)
        await reader
        return reader

    async def read(self, work: Work[T], now: datetime) -> T:
        return cast("T", await self._execute(copy_context().run, self._read, work, now))  # type: ignore[no-untyped-call]

    def _read(self, work: Work[T], now: datetime) -> T:
        self._conn.execute("BEGIN")
        try:
            return drive(work, SqliteTx(self._conn, now, readonly=True))
        finally:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")


class SqliteDatabase:
    """A file, its writer and its readers."""

    def __init__(self, writer: _Writer, readers: Iterable[_Reader], connections: AsyncExitStack) -> None:
        self._writer, self._connections, self._closed = writer, connections, False
        self._free: asyncio.LifoQueue[_Reader] = asyncio.LifoQueue()
        for reader in readers:
            self._free.put_nowait(reader)

    @classmethod
    async def open(cls, path: str) -> SqliteDatabase:
        """Open the file at `path`, which is made where there is none."""
        async with AsyncExitStack() as opened:
            writer = await _Writer.open(path)  # first: it sets the journal's mode, for which it needs the file for itself
            opened.push_async_callback(writer.close)
            readers = []
            for _ in range(READERS):
                readers.append(await _Reader.open(path))
                opened.push_async_callback(readers[-1].close)
            return cls(writer, readers, opened.pop_all())

    async def turn(self, work: Work[T], *, now: datetime) -> T:
        """Run `work` in a transaction that may write; see `Database.turn`."""
        self._check_open()
        return await self._writer.turn(work, now)

    async def read(self, work: Work[T], *, now: datetime) -> T:
        """Run `work` in a transaction that reads; see `Database.read`."""
        self._check_open()
        reader = await self._free.get()
        try:
            return await reader.read(work, now)
        finally:
            self._free.put_nowait(reader)

    async def close(self) -> None:
        """Finish what was begun, then close every connection."""
        self._closed = True
        await self._connections.aclose()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("the database is closed")
