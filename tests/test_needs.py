"""What a test does without PostgreSQL or a browser: it skips and says so, and in CI it fails."""

from __future__ import annotations

import asyncpg
import pytest

from tests.needs import missing


def test_elsewhere_it_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^needs a telescope: look at the sky$"):
        missing("a telescope", "look at the sky")


def test_in_ci_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"^needs a telescope: look at the sky$"):
        missing("a telescope", "look at the sky")


async def test_each_test_has_an_empty_database_of_its_own(postgres: str, postgres_server: str) -> None:
    assert postgres != postgres_server
    connection = await asyncpg.connect(postgres.replace("+asyncpg", ""))
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.close()
