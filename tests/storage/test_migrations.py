"""Migrations: from an empty database and from each earlier revision to exactly the tables of `storage.schema`, on both databases."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, make_url, text

from storage import migrate, migrations, revision_state
from storage.migrations import in_transaction
from storage.schema import metadata
from storage.search import TABLE

REVISIONS = ["0001", "0002", "0003", "0004", "0005"]


def described(connection: Connection) -> dict[str, Any]:
    """What a database's tables are, in a form that two databases can be compared by."""
    seen = inspect(connection)
    tables = sorted(name for name in seen.get_table_names() if not name.startswith((TABLE, "alembic_", "sqlite_")))
    return {name: _table(seen, name) for name in tables} | {"autoincrement": _autoincrement(connection, tables)}


def _table(seen: Any, name: str) -> dict[str, Any]:
    kept = ("name", "type", "nullable", "default", "autoincrement")
    return {
        "columns": {column["name"]: {key: str(column.get(key)) for key in kept} for column in seen.get_columns(name)},
        "key": seen.get_pk_constraint(name),
        "foreign": sorted(map(repr, seen.get_foreign_keys(name))),
        "unique": sorted(map(repr, seen.get_unique_constraints(name))),
        "checks": sorted(map(repr, seen.get_check_constraints(name))),
        "indexes": sorted(re.sub(r" object at 0x\w+", "", repr({**index, **_where(index)})) for index in seen.get_indexes(name)),
    }


def _where(index: Any) -> dict[str, Any]:
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return {"dialect_options": options}


def _autoincrement(connection: Connection, tables: list[str]) -> list[str]:
    """The tables of SQLite that never use an id again."""
    if connection.dialect.name != "sqlite":
        return []
    made = {str(name): str(sql) for name, sql in connection.execute(text("SELECT name, sql FROM sqlite_master"))}
    return [name for name in tables if "AUTOINCREMENT" in made[name]]


def differences(connection: Connection) -> list[Any]:
    """What Alembic would still change."""
    options = {
        "compare_server_default": True,
        "include_name": lambda name, kind, _: not (kind == "table" and name.startswith(TABLE)),
        "target_metadata": metadata,
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_revisions_are_these_in_this_order() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert [revision.revision for revision in script.walk_revisions()][::-1] == REVISIONS
    assert script.get_heads() == REVISIONS[-1:]


@pytest.mark.parametrize("start", [None, *REVISIONS[:-1]])
def test_each_way_ends_at_the_schema(database_url: str, start: str | None) -> None:
    if start is not None:
        assert migrate(database_url, start)[-1] == start
    assert revision_state(database_url) == (start, REVISIONS[-1])
    ahead = REVISIONS if start is None else REVISIONS[REVISIONS.index(start) + 1 :]
    assert migrate(database_url) == ahead
    assert revision_state(database_url) == (REVISIONS[-1], REVISIONS[-1])
    assert migrate(database_url) == []
    assert in_transaction(database_url, differences) == []


def test_each_revision_is_one_step(database_url: str) -> None:
    for before, after in pairwise([None, *REVISIONS]):
        assert revision_state(database_url)[0] == before
        assert migrate(database_url, "+1") == [after]


def test_nothing_differs_that_alembic_does_not_compare(database_url: str, tmp_path: Path) -> None:
    """Checks, partial indexes, AUTOINCREMENT: what `create_all` makes of the schema, compared with what the migrations make."""
    migrate(database_url)
    migrated = in_transaction(database_url, described)
    if make_url(database_url).get_backend_name() == "sqlite":
        other = f"sqlite+aiosqlite:///{tmp_path / 'made.db'}"
    else:
        in_transaction(database_url, _empty)
        other = database_url
    in_transaction(other, metadata.create_all)
    made = in_transaction(other, described)
    assert migrated.keys() == made.keys()
    for name in made:
        assert migrated[name] == made[name], name


def _empty(connection: Connection) -> None:
    connection.execute(text("DROP SCHEMA public CASCADE"))
    connection.execute(text("CREATE SCHEMA public"))


def test_a_failed_migration_changes_nothing(database_url: str) -> None:
    migrate(database_url, "0001")
    in_transaction(database_url, lambda connection: connection.execute(text("CREATE TABLE live (other TEXT)")))
    with pytest.raises(Exception, match="live"):
        migrate(database_url)
    assert revision_state(database_url)[0] == "0001"
    tables = in_transaction(database_url, lambda connection: inspect(connection).get_table_names())
    assert "live" in tables
    assert "person" not in tables
    in_transaction(database_url, lambda connection: connection.execute(text("DROP TABLE live")))
    assert migrate(database_url) == REVISIONS[1:]


def test_two_processes_may_begin_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(3) as threads:
        applied = list(threads.map(migrate, [database_url] * 3))
    assert sorted(applied) == [[], [], REVISIONS]


def test_a_newer_programs_database_is_left_alone(database_url: str) -> None:
    migrate(database_url)
    in_transaction(database_url, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(CommandError, match="9999"):
        migrate(database_url)
    assert revision_state(database_url) == ("9999", REVISIONS[-1])


async def test_a_running_loop_does_not_matter(database_url: str) -> None:
    await asyncio.sleep(0)
    assert migrate(database_url) == REVISIONS


def test_asking_for_the_state_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "nothing.db"
    assert revision_state(f"sqlite+aiosqlite:///{path}") == (None, REVISIONS[-1])
    assert not path.exists()


def test_a_row_that_refers_to_nothing_stops_a_migration(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
    migrate(url, "0002")
    db = sqlite3.connect(tmp_path / "old.db")
    db.execute("INSERT INTO session (token, person, address, answers, touched) VALUES ('aaaaaaaaa', 7, 'home', '{}', '2026')")
    db.commit()
    db.close()
    with pytest.raises(RuntimeError, match="a row of session that refers to nothing in person"):
        migrate(url)
    assert revision_state(url)[0] == "0002"
