"""A query is a Core statement built once at import and run as text on the driver itself.

Building and caching statements is what makes SQLAlchemy dear in a bot's turn, not SQL: so a statement is compiled once for each
dialect, and a call only puts its values in and makes its rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import signature
from itertools import starmap
from typing import Any, Generic, TypeVar, overload

import orjson
from sqlalchemy import ARRAY, BindParameter, Boolean, ColumnElement, Float, Numeric, TableClause, Text, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import asyncpg as postgresql_asyncpg
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

T = TypeVar("T")

_READS = re.compile(r"\s*(SELECT|VALUES|WITH(?!.*\b(INSERT|UPDATE|DELETE)\b))\b", re.IGNORECASE | re.DOTALL)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _from_json(value: str | float) -> Any:
    """SQLite keeps a JSON text that is a number, and nothing else, as a number: a column of the type JSON prefers them."""
    return orjson.loads(value) if isinstance(value, str) else value


SQLITE: Dialect = sqlite.dialect(paramstyle="qmark", json_serializer=_json, json_deserializer=_from_json)
POSTGRESQL: Dialect = postgresql_asyncpg.dialect(json_serializer=_json, json_deserializer=orjson.loads)  # type: ignore[no-untyped-call]


class Compiled:
    """A statement's text for one dialect, how values go into it and how its rows come out."""

    def __init__(self, statement: Any, row: Callable[..., Any], dialect: Dialect) -> None:
        made: SQLCompiler = statement.compile(dialect=dialect)
        if any(bind.required for bind in made.post_compile_params):
            raise TypeError(f"a list that is given at the call is written within(column, name), not .in_():\n{made}")
        required = {name for name in made.positiontup or () if made.binds[name].required}
        expanded = made.construct_expanded_state(dict.fromkeys(required))
        names = expanded.positiontup or ()
        types = {name: bind.type for name, bind in made.binds.items()}
        for origin, parts in expanded.parameter_expansion.items():
            types.update(dict.fromkeys(parts, types[origin]))
        columns = [column.type.dialect_impl(dialect) for column in getattr(statement, "exported_columns", ())]
        self.sql: str = expanded.statement
        self.writes = _READS.match(self.sql) is None
        """Whether it may change rows."""
        self.returns = bool(columns)
        self._row = row
        self._required = required
        self._fixed = {name: expanded.parameters[name] for name in names if name not in required}
        self._optional = {name for name in self._fixed if name in made.binds and not made.binds[name].unique}
        self._puts = [(name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in names]
        self._reads = [(at, read) for at, column in enumerate(columns) if (read := _reader(column, dialect))]
        if columns and row is not tuple:
            _check_fits(row, len(columns), self.sql)

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The driver's positional values. `TypeError` where a parameter is missing or unknown."""
        if given.keys() != self._required:
            missing, unknown = self._required - given.keys(), given.keys() - self._required - self._optional
            if missing or unknown:
                raise TypeError(f"missing parameters {sorted(missing)}, unknown {sorted(unknown)}:\n{self.sql}")
        if self._fixed:
            given = {**self._fixed, **given}
        return [put(given[name]) if put else given[name] for name, put in self._puts]

    def rows(self, fetched: Iterable[Iterable[Any]]) -> list[Any]:
        """Make of the driver's rows what the query promised."""
        if self._reads:
            fetched = changed = [list(raw) for raw in fetched]
            for at, read in self._reads:
                for row in changed:
                    row[at] = read(row[at])
        return list(map(tuple, fetched)) if self._row is tuple else list(starmap(self._row, fetched))


class Query(Generic[T]):
    """A Core statement with `bindparam`s, and what each of its rows becomes.

    Built once, at a module's top level. `statement` may be a function of the dialect where the dialects need different ones (an upsert,
    see `upsert`). `row` is called with a row's columns in order: a NamedTuple, `int`, a function; `tuple` keeps them as they are, and
    suits statements without rows. A `row` that cannot take that many columns raises `TypeError` when it is first compiled.
    """

    @overload
    def __init__(self: Query[tuple[Any, ...]], statement: Any) -> None: ...
    @overload
    def __init__(self, statement: Any, row: Callable[..., T]) -> None: ...
    def __init__(self, statement: Any, row: Callable[..., Any] = tuple) -> None:
        self._statement, self._row = statement, row
        self._on: dict[str, Compiled] = {}

    def on(self, dialect: Dialect) -> Compiled:
        """Compile it for `dialect`, once."""
        made = self._on.get(dialect.name)
        if made is None:
            statement = self._statement if hasattr(self._statement, "compile") else self._statement(dialect)
            made = self._on[dialect.name] = Compiled(statement, self._row, dialect)
        return made


def upsert(dialect: Dialect, table: TableClause) -> Any:
    """The dialect's own `insert(table)`, which has `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def within(column: ColumnElement[Any], values: str | BindParameter[Any]) -> ColumnElement[bool]:
    """`column` is one of a list given at the call, in one parameter: the statement's text does not depend on how many there are.

    `values` is the parameter, or its name. An empty list matches nothing.
    """
    listed = bindparam(values, type_=Listed(column.type)) if isinstance(values, str) else values
    return _Within(column, listed)


class Listed(TypeDecorator[Sequence[Any]]):
    """A list of values of `item`'s type as one parameter: JSON text on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, `item[]` elsewhere."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.item))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """Turn the values into the dialect's list."""
        if value is None or dialect.name != "sqlite":
            return value if value is None else list(value)
        put = self.item.dialect_impl(dialect).bind_processor(dialect)
        return _json([put(item) for item in value] if put else list(value))


class _Within(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "within"

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002  the base's signature
        """Stand as it is: SQLAlchemy would write a boolean as `… = 1` on SQLite, and that would use no index."""
        return self


@compiles(_Within, "sqlite")
def _within_sqlite(element: _Within, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  compiled parts, no values


@compiles(_Within, "postgresql")
def _within_postgresql(element: _Within, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY ({values})"


def _reader(column: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes the driver's value the column's, where it is not already."""
    if (
        isinstance(column, (Numeric, Float)) and dialect.name == "postgresql"
    ):  # SQLAlchemy's own wants to see the server's type first: none here
        return None if column.asdecimal else _float
    return column.result_processor(dialect, None)


def _float(value: Any) -> float | None:
    return value if value is None else float(value)


def _check_fits(row: Callable[..., Any], columns: int, sql: str) -> None:
    try:
        takes = signature(row)
    except ValueError:  # int, str and their like do not tell
        return
    try:
        takes.bind(*range(columns))
    except TypeError as error:
        raise TypeError(f"{row!r} does not take {columns} columns ({error}):\n{sql}") from None
