"""A migrated, open database of each kind, and a small club's tables that the tests may break."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import migrate
from storage.database import Database, open_database
from storage.migrations import in_transaction
from storage.sqlite import SqliteDatabase
from tests.storage.club import metadata

NOW = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with the product's tables and the club's."""
    migrate(database_url)
    in_transaction(database_url, metadata.create_all)
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def sqlite_path(tmp_path: Path) -> Path:
    """A SQLite file with the club's tables."""
    path = tmp_path / "club.db"
    in_transaction(f"sqlite+aiosqlite:///{path}", metadata.create_all)
    return path


@pytest.fixture
async def sqlite(sqlite_path: Path) -> AsyncIterator[SqliteDatabase]:
    """The club's tables on SQLite."""
    opened = await SqliteDatabase.open(str(sqlite_path))
    yield opened
    await opened.close()
