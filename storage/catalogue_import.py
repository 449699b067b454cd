"""What an import asks of the catalogue: who is there already, rows to compare with, and the writes that bring them up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, Table, bindparam, delete, null, select, update

from storage.catalogue import LessonRow
from storage.database import Query, upsert, within
from storage.schema import external_id, file, municipality, organisation, programme, road, settlement, study_group, timetable

TABLES: Final[dict[str, Table]] = {
    "municipality": municipality,
    "settlement": settlement,
    "organisation": organisation,
    "programme": programme,
    "group": study_group,
}
"""The nouns that have a code, with their tables."""

_DERIVED: Final = {
    *("weekdays", "day_parts", "held"),
    *("places_per_child", "teen_applies"),
    *("decision_days", "papers_days", "offer_hours", "answer_days"),
    *("guests", "priority", "year", "follows"),
}
"""Columns that an import leaves alone: they follow from the timetable or from places, or the organisation sets them in the bot."""


class Named(NamedTuple):
    """A row's id and the ways to name it: its code, its name, and whose it is (a municipality, an organisation, a programme)."""

    id: int
    code: str
    name: str
    owner: int | None


class Known(NamedTuple):
    """An id in somebody's system and the row it is known as."""

    system: str
    noun: str
    value: str
    id: int


class Place(NamedTuple):
    """Where an organisation is: its groups are there unless they say otherwise."""

    id: int
    settlement: int | None
    address: str | None
    latitude: float | None
    longitude: float | None


class Searched(NamedTuple):
    """What of a programme is searched by words."""

    id: int
    name: str
    full_name: str | None
    announce: str | None
    activities: list[str]
    direction: str
    teacher: str | None
    organisation: str


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.c if column.name != "id" and column.name not in _DERIVED]


def _named(noun: str, owner: str | None) -> Query[Named]:
    table = TABLES[noun]
    return Query(select(table.c.id, table.c.code, table.c.name, table.c[owner] if owner else null()).order_by(table.c.id), Named)


def _as_dict(names: list[str]) -> Callable[..., dict[str, Any]]:
    return lambda *values: dict(zip(names, values, strict=True))


def _rows(table: Table, *, locked: bool) -> Query[dict[str, Any]]:
    names = ["id", *_columns(table)]
    rows = select(*(table.c[name] for name in names)).where(within(table.c.id, "ids")).order_by(table.c.id)
    return Query(rows.with_for_update() if locked else rows, _as_dict(names))


def _insert(table: Table) -> Query[Any]:
    names = _columns(table)

    def statement(dialect: Any) -> Any:
        row = upsert(dialect, table).values({name: bindparam(name, type_=table.c[name].type) for name in names})
        # Another import may have been quicker on PostgreSQL: its row stays, and the next import of this file compares with it.
        return row.on_conflict_do_nothing(index_elements=["code"])

    return Query(statement)


def _update(table: Table) -> Query[Any]:
    values = {table.c[name]: bindparam(f"new_{name}", type_=table.c[name].type) for name in _columns(table)}
    return Query(update(table).where(table.c.id == bindparam("which")).values(values))


def _by_code(table: Table) -> Query[tuple[str, int]]:
    return Query(select(table.c.code, table.c.id).where(within(table.c.code, "codes")), lambda code, number: (code, number))


COLUMNS: Final = {noun: _columns(table) for noun, table in TABLES.items()}
"""The columns that an import writes, by noun."""
ALL_NAMED: Final = {
    "municipality": _named("municipality", None),
    "settlement": _named("settlement", "municipality"),
    "organisation": _named("organisation", "municipality"),
    "programme": _named("programme", "organisation"),
    "group": _named("group", "programme"),
}
"""Everything there is of a noun, the oldest first."""
ROWS: Final = {noun: _rows(table, locked=False) for noun, table in TABLES.items()}
"""Whole rows by their ids, as dictionaries, in the order of their ids."""
LOCKED_ROWS: Final = {noun: _rows(table, locked=True) for noun, table in TABLES.items()}
"""The same, and nobody else changes them until the end of the transaction."""
INSERT: Final = {noun: _insert(table) for noun, table in TABLES.items()}
UPDATE: Final = {noun: _update(table) for noun, table in TABLES.items()}
"""Write all columns, as `new_<column>`, of the row `which`."""
IDS_BY_CODE: Final = {noun: _by_code(table) for noun, table in TABLES.items()}

ZONES = Query(select(municipality.c.id, municipality.c.zone), lambda number, zone: (number, zone))
PLACES = Query(
    select(organisation.c.id, organisation.c.settlement, organisation.c.address, organisation.c.latitude, organisation.c.longitude), Place
)
OTHER_NAMES = Query(select(settlement.c.id, settlement.c.other_names), lambda number, names: (number, names))
FULL_NAMES = Query(
    select(organisation.c.id, organisation.c.full_name).where(organisation.c.full_name.is_not(None)), lambda number, name: (number, name)
)

EXTERNALS = Query(select(external_id.c.system, external_id.c.noun, external_id.c.value, external_id.c.id), Known)
FORGET_EXTERNAL = Query(
    delete(external_id).where(
        external_id.c.system == bindparam("system"), external_id.c.noun == bindparam("noun"), external_id.c.id == bindparam("id")
    )
)


def _external(dialect: Any) -> Any:
    row = upsert(dialect, external_id).values({name: bindparam(name) for name in ("system", "noun", "value", "id")})
    return row.on_conflict_do_update(index_elements=["system", "noun", "value"], set_={"id": row.excluded.id})


KEEP_EXTERNAL = Query(_external)

ROADS = Query(select(road.c.a, road.c.b, road.c.kilometres, road.c.note), lambda a, b, kilometres, note: ((a, b), (kilometres, note)))
"""Every road as ((a, b), (kilometres, note)); a < b, for a road is as long both ways."""


def _road(dialect: Any) -> Any:
    row = upsert(dialect, road).values({name: bindparam(name) for name in ("a", "b", "kilometres", "note")})
    return row.on_conflict_do_update(index_elements=["a", "b"], set_={"kilometres": row.excluded.kilometres, "note": row.excluded.note})


KEEP_ROAD = Query(_road)

_LESSON = [timetable.c[name] for name in LessonRow._fields]
LESSONS = Query(select(*_LESSON).where(within(timetable.c.group, "groups")).order_by(timetable.c.id), LessonRow)
LOCK_GROUPS = Query(select(study_group.c.id).where(within(study_group.c.id, "groups")).order_by(study_group.c.id).with_for_update(), int)
FORGET_LESSONS = Query(delete(timetable).where(within(timetable.c.group, "groups")))
INSERT_LESSON = Query(timetable.insert().values({column.name: bindparam(column.name, type_=column.type) for column in _LESSON}))
MARK_DAYS = Query(
    update(study_group)
    .where(study_group.c.id == bindparam("which"))
    .values(weekdays=bindparam("new_weekdays"), day_parts=bindparam("new_day_parts"))
)
"""Write a group's bits for finding by day and hour; see `study_group`."""

_FILE = ("digest", "name", "type", "size", "created")
KEEP_FILE = Query(
    lambda dialect: (
        upsert(dialect, file)
        .values({name: bindparam(name, type_=file.c[name].type) for name in _FILE})
        .on_conflict_do_nothing(index_elements=["digest"])
    )
)

_SEARCHED: Final[Select[Any]] = select(
    programme.c.id,
    programme.c.name,
    programme.c.full_name,
    programme.c.announce,
    programme.c.activities,
    programme.c.direction,
    programme.c.teacher,
    organisation.c.name,
).join_from(programme, organisation)
SEARCHED = Query(_SEARCHED.where(within(programme.c.id, "ids")), Searched)
PROGRAMMES_OF = Query(select(programme.c.id).where(within(programme.c.organisation, "organisations")), int)
