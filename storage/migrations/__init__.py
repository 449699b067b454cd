"""The database's way from empty to today: forward only, everything that is missing in one transaction, or nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

T = TypeVar("T")

_ONE_AT_A_TIME = 0x6B72757A686F6B
"""The number of PostgreSQL's advisory lock that a migration holds; any number that nobody else uses will do."""
_WAIT = 30
"""Seconds to wait for another process that writes to the SQLite file, perhaps migrating it too."""


def migrate(url: str, to: str = "head") -> list[str]:
    """Bring the database that a SQLAlchemy URL names to the revision `to`, and return the revisions applied, in order.

    An absent SQLite file is made. It blocks, and may be called with or without a running event loop. Raises `alembic.util.CommandError`
    where the database stands at a revision that this program does not know: a newer program has been there.
    """
    applied: list[str] = []

    def upgrade(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
        config = _config()
        config.attributes.update(connection=connection, on_version_apply=lambda step, **_: applied.extend(step.up_revision_ids))
        command.upgrade(config, to)
        if connection.dialect.name == "sqlite" and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
            raise RuntimeError(f"the migration would leave a row of {broken[0]} that refers to nothing in {broken[2]}")

    in_transaction(url, upgrade)
    return applied


def revision_state(url: str) -> tuple[str | None, str]:
    """The revision at which the database stands (None: empty, or no file yet), and the newest one that this program knows.

    Raises `OSError` where no file can be made, and the driver's own error where the database cannot be opened.
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("storage/migrations/versions is empty")
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and not (file := Path(parts.database or "")).exists():
        if not os.access(folder := file.absolute().parent, os.W_OK | os.X_OK):
            raise OSError(f"no file can be made in the folder {folder}")
        return None, head
    return in_transaction(url, lambda connection: MigrationContext.configure(connection).get_current_revision()), head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def in_transaction(url: str, work: Callable[[Connection], T]) -> T:
    """Run `work` on a connection of SQLAlchemy's own, in a thread of its own: an event loop may be running in this one."""
    with ThreadPoolExecutor(1, "migration") as thread:
        return thread.submit(lambda: asyncio.run(_run(url, work))).result()


async def _run(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": _WAIT})
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _begin_nothing_by_itself)
        event.listen(engine.sync_engine, "begin", _begin)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _begin_nothing_by_itself(connection: Any, _record: Any) -> None:
    """Let transactions begin where SQLAlchemy says so. Foreign keys stay off, SQLite's default: a table may be rebuilt."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
