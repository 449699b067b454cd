"""How a table is made here: names of its constraints, ids that are never used again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def identity() -> Column[int]:
    """A 64-bit id of the database's own, never reused (SQLite gives 64 bits to INTEGER PRIMARY KEY only)."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def reference(name: str, target: str, *, null: bool = False, index: bool = False, on_delete: str | None = None) -> Column[int]:
    """A column that names a row of another table by its id."""
    return Column(name, BigInteger, ForeignKey(f"{target}.id", ondelete=on_delete), nullable=null, index=index)


def table(name: str, *columns: SchemaItem) -> Table:
    """A table whose ids are never used again."""
    return Table(name, metadata, *columns, sqlite_autoincrement=True)
