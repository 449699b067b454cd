"""A club on each database; the tables are made once for all tests, and emptied for each."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from storage import migrate, sqlite
from storage.database import open_database
from storage.schema import metadata
from tests.enrolment.club import Club

Fresh = Callable[[Path], str]
"""Gives the URL of a database with empty tables, on SQLite as a new file in a folder."""


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power is cut here: nothing waits for the disk."""
    monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "synchronous = OFF"))


@pytest.fixture(scope="session")
def fresh_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """Copies of one migrated file."""
    template = tmp_path_factory.mktemp("enrolment") / "template.db"
    migrate(f"sqlite+aiosqlite:///{template}")

    def fresh(folder: Path) -> str:
        shutil.copy(template, folder / "club.db")
        return f"sqlite+aiosqlite:///{folder / 'club.db'}"

    return fresh


@pytest.fixture(scope="session")
def fresh_postgres(postgres_server: str) -> Iterator[Fresh]:
    """One migrated database, emptied each time."""
    name = f"kruzhok_enrolment_{os.getpid()}"
    url = urlsplit(postgres_server)._replace(path=f"/{name}").geturl()
    asyncio.run(_execute(postgres_server, f'CREATE DATABASE "{name}"'))
    migrate(url)

    def fresh(_folder: Path) -> str:
        asyncio.run(_execute(url, f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE"))
        return url

    yield fresh
    asyncio.run(_execute(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(url: str, command: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(command)
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with empty tables: the test runs once on SQLite and once on PostgreSQL."""
    fresh: Fresh = request.getfixturevalue("fresh_sqlite" if request.param == "sqlite" else "fresh_postgres")
    return fresh(tmp_path)


@pytest.fixture
async def club(database_url: str) -> AsyncIterator[Club]:
    """A founded club."""
    club = Club(await open_database(database_url))
    await club.found()
    yield club
    await club.database.close()
