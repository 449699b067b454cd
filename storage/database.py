"""A database as the program sees it: it runs work in transactions, on SQLite or PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import make_url

from storage.postgres import PostgresDatabase
from storage.query import Query, upsert, within
from storage.sqlite import SqliteDatabase
from storage.transaction import IntegrityError, Overtaken, Tx, Unavailable, Work

__all__ = ["Database", "IntegrityError", "Overtaken", "Query", "Tx", "Unavailable", "Work", "open_database", "upsert", "within"]

T = TypeVar("T")


class Database(Protocol):
    """Runs work in transactions. `now` is the transaction's one instant, aware; it comes from a clock, never from the database.

    Work awaits nothing but its `Tx`: anything else fails at once with `RuntimeError`, on both databases. It runs with its caller's context
    variables. What it raises is raised here, and nothing of it is kept; `Unavailable` says that the database itself failed.
    """

    async def turn(self, work: Work[T], *, now: datetime) -> T:
        """Run `work` in a transaction that may write, and return its result after COMMIT.

        SQLite: on the writer's thread; turns that wait together commit together, each fails alone. A caller that is cancelled does not
        stop its turn. PostgreSQL: READ COMMITTED; after a deadlock, or `Overtaken`, the work is run anew, three times at most, so it must
        not leave traces outside its transaction. A cancelled caller's turn is undone, unless it was committing.
        """
        ...

    async def read(self, work: Work[T], *, now: datetime) -> T:
        """Run `work` in a transaction that only reads, on one snapshot: it does not wait for writers, nor they for it."""
        ...

    async def close(self) -> None:
        """Let what runs finish, and close every connection. Nothing may be asked of the database after it."""
        ...


async def open_database(url: str) -> Database:
    """Open the database that a SQLAlchemy URL names: `sqlite+aiosqlite:///kruzhok.db` or `postgresql+asyncpg://user@host/name`.

    The tables must be there already: `storage.migrate` makes them. Raises `ValueError` for another kind of URL, and `Unavailable` or the
    driver's own error where the database cannot be opened.
    """
    parts = make_url(url)
    if parts.drivername == "sqlite+aiosqlite":
        if not parts.database or parts.database == ":memory:" or parts.database.startswith("file:"):
            raise ValueError("SQLite needs a file of its own: the writer and the readers are several connections")
        return await SqliteDatabase.open(parts.database)
    if parts.drivername == "postgresql+asyncpg":
        return await PostgresDatabase.open(parts)
    raise ValueError(f"a database is sqlite+aiosqlite:///… or postgresql+asyncpg://…, not {parts.drivername}")
