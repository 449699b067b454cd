"""A transaction as services see it: they read and write through it, and never begin or commit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Generator, Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy.engine import Dialect

from storage.query import Compiled, Query

T = TypeVar("T")

Work = Callable[["Tx"], Awaitable[T]]
"""What runs inside a transaction. It awaits nothing but its `Tx`: no network, no sleep."""

_WAITED = "a transaction waited for something that is not its database: no network, no sleep and no lock inside a turn"
_REFUSED = "a statement was refused, and nothing else may follow it but rollback_to_mark(): where a conflict is expected, ask ON CONFLICT"


class IntegrityError(Exception):
    """A rule of the schema refused the statement: UNIQUE, FOREIGN KEY, CHECK or NOT NULL.

    The transaction may go on only after `rollback_to_mark`: PostgreSQL accepts nothing else, so nothing else is accepted on SQLite either.
    Where a conflict is expected, say `on_conflict_do_nothing` and look at the rows touched.
    """


class Unavailable(Exception):
    """The database cannot be used now: locked by another process, the disk full, the server away. Nothing of the turn was kept."""


class Overtaken(Exception):
    """Another turn changed a row after this one read it (PostgreSQL): nothing of this one was kept, and it is run anew."""


class Tx(ABC):
    """One transaction: everything in it counts or nothing does."""

    dialect: ClassVar[Dialect]

    def __init__(self, now: datetime, *, readonly: bool) -> None:
        if now.tzinfo is None:
            raise ValueError(f"a naive datetime is no instant: {now!r}")
        self.now = now.astimezone(UTC)
        """The turn's one instant, aware, UTC."""
        self.wrote = False
        """Whether anything was inserted, updated or deleted (and not taken back to the mark)."""
        self.readonly = readonly
        self._marked = self._opened = self._wrote_before = self._refused = False

    async def all(self, query: Query[T], /, **values: Any) -> list[T]:
        """Every row, in the statement's order."""
        made = query.on(self.dialect)
        given = made.values(values)
        if made.writes or self._refused:
            await self._prepare_to_write(made)
        try:
            return made.rows(await self._fetch(made.sql, given))
        except IntegrityError:
            self._refused = True
            raise

    async def one(self, query: Query[T], /, **values: Any) -> T | None:
        """The first row, or None."""
        rows = await self.all(query, **values)
        return rows[0] if rows else None

    async def run(self, query: Query[Any], /, **values: Any) -> int:
        """An INSERT, UPDATE or DELETE without RETURNING; the number of rows touched."""
        made = _without_rows(query.on(self.dialect))
        given = made.values(values)
        await self._prepare_to_write(made)
        try:
            return await self._run(made.sql, given)
        except IntegrityError:
            self._refused = True
            raise

    async def many(self, query: Query[Any], rows: Iterable[dict[str, Any]], /) -> None:
        """The same INSERT, UPDATE or DELETE for each of `rows`."""
        made = _without_rows(query.on(self.dialect))
        given = [made.values(row) for row in rows]
        await self._prepare_to_write(made)
        try:
            await self._many(made.sql, given)
        except IntegrityError:
            self._refused = True
            raise

    def mark(self) -> None:
        """Remember this point. The savepoint is opened by the first write after it: a page that only reads pays nothing."""
        if self._marked:
            raise RuntimeError("the transaction is marked already: marks do not nest")
        self._marked, self._wrote_before = True, self.wrote

    async def rollback_to_mark(self) -> None:
        """Take back what was written since the mark, and the mark."""
        if self._unmark():
            await self._say("ROLLBACK TO SAVEPOINT mark", "RELEASE SAVEPOINT mark")
            self._refused = False
        self.wrote = self._wrote_before

    async def release_mark(self) -> None:
        """Keep what was written since the mark, and forget the mark."""
        self.check_whole()
        if self._unmark():
            await self._say("RELEASE SAVEPOINT mark")

    def _unmark(self) -> bool:
        if not self._marked:
            raise RuntimeError("the transaction is not marked")
        opened, self._marked, self._opened = self._opened, False, False
        return opened

    def check_whole(self) -> None:
        """Raise `RuntimeError` where work passed over a refused statement in silence: it may not be committed."""
        if self._refused:
            raise RuntimeError(_REFUSED)

    async def _prepare_to_write(self, made: Compiled) -> None:
        self.check_whole()
        if self.readonly:
            raise RuntimeError(f"a read does not write:\n{made.sql}")
        if self._marked and not self._opened:
            await self._say("SAVEPOINT mark")
            self._opened = True
        self.wrote = True

    @abstractmethod
    async def _fetch(self, sql: str, values: list[Any]) -> Iterable[Iterable[Any]]: ...

    @abstractmethod
    async def _run(self, sql: str, values: list[Any]) -> int: ...

    @abstractmethod
    async def _many(self, sql: str, rows: list[list[Any]]) -> None: ...

    @abstractmethod
    async def _say(self, *statements: str) -> None: ...


def _without_rows(made: Compiled) -> Compiled:
    if made.returns:
        raise TypeError(f"it returns rows, read them with all() or one():\n{made.sql}")
    return made


def drive(work: Work[T], tx: Tx) -> T:
    """Run `work` from start to end in one step, without an event loop: the database it awaits answers at once.

    `RuntimeError` where it waited for anything else; it is stopped there.
    """
    steps = work(tx).__await__()
    try:
        steps.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    except RuntimeError as error:
        if str(error) == "no running event loop":  # asyncio's own words, from sleep() and its like
            raise RuntimeError(_WAITED) from error
        raise
    steps.close()
    raise RuntimeError(_WAITED)


class Guarded(Generic[T]):
    """Await `work` in the event loop under the same rule that `drive` holds: it may wait only while `busy()`, that is for its database."""

    def __init__(self, work: Work[T], tx: Tx, busy: Callable[[], bool]) -> None:
        self._work, self._tx, self._busy = work, tx, busy

    def __await__(self) -> Generator[Any, Any, T]:
        steps = self._work(self._tx).__await__()
        step: Callable[[Any], Any] = steps.send
        given: Any = None
        while True:
            try:
                awaited = step(given)
            except StopIteration as done:
                result: T = done.value
                return result
            if not self._busy():
                steps.close()
                raise RuntimeError(_WAITED)
            try:
                step, given = steps.send, (yield awaited)
            except BaseException as error:  # noqa: BLE001  it is passed in, as `yield from` would
                step, given = steps.throw, error
