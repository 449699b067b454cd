"""The SQLite writer when things go wrong, and what it costs when they go well."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage import sqlite as module
from storage.database import IntegrityError, Tx, Unavailable, Work
from storage.sqlite import SqliteDatabase
from tests.storage.club import ADD_LATE, NAMES, Stop, add, adding
from tests.storage.conftest import NOW


async def names(database: SqliteDatabase) -> list[str]:
    return await database.read(lambda tx: tx.all(NAMES), now=NOW)


async def test_of_twenty_waiting_turns_four_fail_alone(sqlite: SqliteDatabase) -> None:
    def turn(number: int) -> Work[int]:
        return lambda tx: numbered(tx, number)

    async def numbered(tx: Tx, number: int) -> int:
        await add(tx, number, seats=-1 if number == 7 else 1)
        if number == 3:
            raise ValueError(number)
        if number == 11:
            raise Stop
        if number == 15:
            await asyncio.sleep(1)
        return number

    waiting = (sqlite.turn(turn(number), now=NOW) for number in range(20))
    done = await asyncio.gather(*waiting, return_exceptions=True)
    failed = {number: type(error) for number, error in enumerate(done) if isinstance(error, BaseException)}
    assert failed == {3: ValueError, 7: IntegrityError, 11: Stop, 15: RuntimeError}
    assert await names(sqlite) == [f"club {number}" for number in range(20) if number not in failed]


async def test_turns_that_wait_together_commit_together(sqlite: SqliteDatabase) -> None:
    said: list[str] = []
    await _on_the_writer(sqlite, lambda db: db.set_trace_callback(said.append))
    await asyncio.gather(*(sqlite.turn(adding(number), now=NOW) for number in range(100)))
    assert said.count("COMMIT") == 2  # 64 and 36
    assert len(await names(sqlite)) == 100


async def test_a_commit_that_wrote_nothing_costs_no_sync(sqlite: SqliteDatabase, sqlite_path: Path) -> None:
    await sqlite.turn(adding(1), now=NOW)
    log = sqlite_path.with_name("club.db-wal")
    before = log.stat()

    async def change_your_mind(tx: Tx) -> None:
        await tx.all(NAMES)
        tx.mark()
        await tx.rollback_to_mark()

    for _ in range(10):
        await sqlite.turn(change_your_mind, now=NOW)
    assert (log.stat().st_size, log.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


async def test_a_failing_commit_fails_its_whole_batch_and_nothing_else(sqlite: SqliteDatabase) -> None:
    async def doom(tx: Tx) -> None:
        await tx.run(ADD_LATE, id=1, club=99)

    waiting = [sqlite.turn(adding(number), now=NOW) for number in range(5)]
    done = await asyncio.gather(*waiting, sqlite.turn(doom, now=NOW), return_exceptions=True)
    assert [type(outcome) for outcome in done] == [Unavailable] * 6
    assert "FOREIGN KEY" in str(done[0])
    assert await names(sqlite) == []
    await sqlite.turn(adding(7), now=NOW)
    assert await names(sqlite) == ["club 7"]


async def test_a_transaction_lost_in_mid_batch_leaves_no_row(sqlite: SqliteDatabase) -> None:
    async def lose(tx: Tx) -> None:
        await tx._say("ROLLBACK")  # as SQLite itself does when a disk is full or breaks

    before, after = ([sqlite.turn(adding(number), now=NOW) for number in some] for some in ((1, 2), (3, 4)))
    done = await asyncio.gather(*before, sqlite.turn(lose, now=NOW), *after, return_exceptions=True)
    assert [type(outcome) for outcome in done] == [Unavailable] * 5
    assert await names(sqlite) == []


async def test_a_full_disk_fails_the_batch_and_the_writer_goes_on(sqlite: SqliteDatabase) -> None:
    pages = await _on_the_writer(sqlite, lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await _on_the_writer(sqlite, lambda db: db.execute(f"PRAGMA max_page_count = {pages}"))

    async def much(tx: Tx) -> None:
        for number in range(1000):
            await add(tx, number, name=f"{number} {'x' * 500}")

    with pytest.raises(Unavailable, match="full"):
        await sqlite.turn(much, now=NOW)
    await _on_the_writer(sqlite, lambda db: db.execute("PRAGMA max_page_count = 1000000"))
    await sqlite.turn(adding(1), now=NOW)
    assert await names(sqlite) == ["club 1"]


async def test_another_processs_lock_is_waited_for_then_reported(sqlite_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PRAGMAS", (*module.PRAGMAS, "busy_timeout = 50"))
    database = await SqliteDatabase.open(str(sqlite_path))
    other = sqlite3.connect(sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        await database.turn(adding(1), now=NOW)
    assert await names(database) == []  # readers do not mind
    other.execute("ROLLBACK")
    other.close()
    await database.turn(adding(2), now=NOW)
    assert await names(database) == ["club 2"]
    await database.close()


async def test_a_cancelled_caller_does_not_stop_its_turn_or_the_writer(sqlite: SqliteDatabase) -> None:
    started, may_end = threading.Event(), threading.Event()

    async def slow(tx: Tx) -> None:
        started.set()
        assert may_end.wait(5)
        await add(tx, 1)

    caller = asyncio.create_task(sqlite.turn(slow, now=NOW))
    assert await asyncio.to_thread(started.wait, 5)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    may_end.set()
    await sqlite.turn(adding(2), now=NOW)
    assert await names(sqlite) == ["club 1", "club 2"]


async def test_the_next_batch_gathers_while_one_is_written(sqlite: SqliteDatabase) -> None:
    """A turn that comes during a write neither waits for a timer nor is lost."""
    for number in range(0, 30, 3):
        await asyncio.gather(*(sqlite.turn(adding(at), now=NOW) for at in range(number, number + 3)))
    assert len(await names(sqlite)) == 30


async def test_closing_writes_what_waits(sqlite_path: Path) -> None:
    database = await SqliteDatabase.open(str(sqlite_path))
    waiting = [asyncio.create_task(database.turn(adding(number), now=NOW)) for number in range(10)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*waiting) == [None] * 10
    with sqlite3.connect(sqlite_path) as db:
        assert db.execute("SELECT count(*) FROM club").fetchone() == (10,)
    db.close()
    assert not sqlite_path.with_name("club.db-wal").exists()


async def test_a_stopped_loop_leaves_nobody_waiting(sqlite: SqliteDatabase) -> None:
    async def wait(tx: Tx) -> None:
        assert may_end.wait(5)
        await add(tx, 1)

    may_end = threading.Event()
    written = asyncio.create_task(sqlite.turn(wait, now=NOW))
    await asyncio.sleep(0.05)
    waiting = asyncio.create_task(sqlite.turn(adding(2), now=NOW))
    await asyncio.sleep(0)
    assert sqlite._writer._leader is not None
    sqlite._writer._leader.cancel()
    done = await asyncio.wait_for(asyncio.gather(written, waiting, return_exceptions=True), 1)
    assert [type(outcome) for outcome in done] == [asyncio.CancelledError] * 2
    may_end.set()
    await sqlite.turn(adding(3), now=NOW)
    assert await names(sqlite) == ["club 1", "club 3"]


async def test_the_file_is_kept_as_the_design_says(sqlite: SqliteDatabase) -> None:
    async def pragmas(tx: Tx) -> dict[str, int | str]:
        wanted = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete", "temp_store", "cache_size", "query_only")
        return {name: tx._db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}  # type: ignore[attr-defined]

    written = await sqlite.turn(pragmas, now=NOW)
    assert written == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
        "temp_store": 2,
        "cache_size": -20000,
        "query_only": 0,
    }
    assert await sqlite.read(pragmas, now=NOW) == {**written, "query_only": 1}


async def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="unable to open"):
        await SqliteDatabase.open(str(tmp_path / "nowhere" / "x.db"))


async def _on_the_writer(database: SqliteDatabase, work: Callable[[sqlite3.Connection], Any]) -> Any:
    writer = database._writer
    return await asyncio.get_running_loop().run_in_executor(writer._thread, work, writer._db)
