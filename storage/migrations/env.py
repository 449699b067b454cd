"""Alembic's doorway: `storage.migrations.migrate` comes through it, and a developer who drafts the next revision.

    alembic -x url=sqlite+aiosqlite:///draft.db revision --autogenerate --rev-id 0006 -m "Remember what"

needs a database at the newest revision (`migrate` makes one); read and mend what it drafts. There is no way back: a revision has no
`downgrade`.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from storage import schema
from storage.migrations import in_transaction
from storage.search import TABLE
from storage.types import UtcDateTime


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """The search's tables are the dialects' own: the metadata do not know them (nor what SQLite's FTS5 keeps beside its table)."""
    return not (kind == "table" and (name or "").startswith(TABLE))


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types by their names."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from storage.types import UtcDateTime")
        return "UtcDateTime()"
    return False


def run(connection: Connection) -> None:
    """Run whatever Alembic was asked for, in the transaction that `connection` is in."""
    context.configure(
        connection=connection,
        target_metadata=schema.metadata,
        include_name=include_name,
        render_item=render_item,
        render_as_batch=True,  # SQLite alters a table by rebuilding it
        compare_server_default=True,
        on_version_apply=context.config.attributes.get("on_version_apply"),
    )
    context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    in_transaction(context.get_x_argument(as_dictionary=True)["url"], run)
