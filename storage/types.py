"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Json = JSON(none_as_null=True)
"""What JSON can say, keys are strings. None is NULL, not the text `null`: IS NULL finds it."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC.

    SQLite keeps it as ISO text of one fixed width: it sorts as it reads, a person with `sqlite3` can read it too, and Python reads it
    faster than it makes a datetime of an integer (0.18 against 0.49 µs). PostgreSQL keeps a `timestamptz`. A naive datetime is refused:
    nobody knows which hour it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text of 32 characters on SQLite, the native type elsewhere."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn an aware instant into what the dialect stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a naive datetime has no place in storage: {value!r}"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what the dialect stored into an aware UTC instant."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)
