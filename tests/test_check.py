"""What `check` finds, and what every command asks of an installation before it begins."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import storage
from bot.check import RELEASED, Finding, Unusable, _messengers, check, require
from bot.config import Settings
from sandbox.telegram import TelegramEmulator
from sandbox.time import SandboxClock

NOWHERE = "http://127.0.0.1:9"
"""Nobody listens on the discard port."""


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settings(**values: object) -> Settings:
    """Settings of a test: what the environment holds does not matter."""
    return Settings.model_validate(values)


def found(given: Settings, subject: str) -> Finding:
    """What `check` says about one thing."""
    return next(finding for finding in check(given) if finding.subject == subject)


def test_a_new_place_lacks_nothing_but_a_token() -> None:
    assert [finding.subject for finding in check(settings()) if not finding.ok] == ["messengers"]
    assert not Path("kruzhok.db").exists()


def test_a_messenger_that_does_not_answer_is_told_beside_the_others() -> None:
    telegram = {"token": "123456:invented-invented-invented-invented", "api_url": NOWHERE}
    vk = {"token": "vk1.a.invented", "group_id": 7, "api_url": NOWHERE}
    wrong = {finding.subject for finding in check(settings(telegram=telegram, vk=vk)) if not finding.ok}
    assert wrong == {"telegram", "vk"}


async def test_a_messenger_says_who_we_are_and_what_its_policy_carries() -> None:
    async with TelegramEmulator(clock=SandboxClock(RELEASED)) as telegram:
        given = settings(telegram={"token": telegram.token, "api_url": telegram.url})
        (finding,) = await _messengers(given)
    assert finding.ok
    assert finding.text.startswith(f"@{telegram.username}, ")
    assert finding.text.endswith("; state institutions: off, private organisations: full, personal data: no")


def test_a_language_without_a_catalogue() -> None:
    assert not found(settings(language="xx"), "language").ok
    with pytest.raises(Unusable, match="xx"):
        require(settings(language="xx"))


def test_a_database_in_a_folder_that_is_missing() -> None:
    given = settings(database={"url": "sqlite+aiosqlite:///missing/kruzhok.db"})
    assert not found(given, "database").ok
    with pytest.raises(Unusable, match="no file can be made"):
        require(given)


def test_a_file_that_is_no_database() -> None:
    Path("kruzhok.db").write_text("A letter, and no database at all. " * 40, encoding="utf-8")
    with pytest.raises(Unusable, match=r"^database: it cannot be opened: file is not a database$"):
        require(settings())


def test_an_older_database_is_to_be_migrated_and_a_newer_one_is_refused() -> None:
    storage.migrate(settings().database.url, to="0001")
    old = found(settings(), "database")
    assert not old.ok
    assert "python -m bot migrate" in old.text
    require(settings())
    with sqlite3.connect("kruzhok.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    new = found(settings(), "database")
    assert not new.ok
    assert "newer" in new.text
    with pytest.raises(Unusable, match="9999"):
        require(settings())
