"""What some tests need from the machine: a PostgreSQL server, a browser. Without it they skip and say so; in CI they fail."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import asyncpg
import pytest

POSTGRES = "KRUZHOK_TEST_POSTGRES"
"""The variable that names a PostgreSQL server whose user may create databases, as a SQLAlchemy URL."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PREFIX = "needs "
_numbers = count(1)


def missing(what: str, remedy: str) -> NoReturn:
    """End the test: the machine lacks `what`, and `remedy` says how to give it. A skip, but a failure where CI is set."""
    sentence = f"{_PREFIX}{what}: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The SQLAlchemy URL of the test server's own database, `postgresql+asyncpg://…/test`."""
    return os.environ.get(POSTGRES) or missing("PostgreSQL", f"set {POSTGRES}=postgresql+asyncpg://user@127.0.0.1:5432/test")


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The SQLAlchemy URL of a new, empty PostgreSQL database, dropped after the test."""
    name = f"kruzhok_{os.getpid()}_{next(_numbers)}"
    asyncio.run(_execute(postgres_server, f'CREATE DATABASE "{name}"'))
    yield urlsplit(postgres_server)._replace(path=f"/{name}").geturl()
    asyncio.run(_execute(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of a new, empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    url: str = request.getfixturevalue("postgres")
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome that can run headless."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None) or missing("Chromium", "install it, for example apt-get install chromium")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the very end what was not tried, and why."""
    reasons = Counter(
        reason
        for report in terminalreporter.stats.get("skipped", ())
        if isinstance(report.longrepr, tuple) and (reason := report.longrepr[2].removeprefix("Skipped: ")).startswith(_PREFIX)
    )
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"NOT TRIED: {tests} {'test' if tests == 1 else 'tests'} — {reason}", yellow=True, bold=True)


async def _execute(url: str, command: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(command)
    finally:
        await connection.close()
