"""Tables become rows of the catalogue's nouns: headings are recognised, each cell is read, what one cell says for two is put apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from bot.model.text import Words, _
from bot.services.importing.ages import span
from bot.services.importing.cells import Misread, Notes, shown, text_of
from bot.services.importing.layout import SHEETS, Column, Sheet
from bot.services.importing.mend import phone_in, read
from bot.services.importing.numbers import Ages, Price
from bot.services.importing.read import Cell, Raw
from bot.services.importing.words import plain

HEADINGS_WITHIN: Final = 10
"""Rows at the top of a sheet among which the headings are looked for: a title and a date may stand above them."""
FEWEST_HEADINGS: Final = 2
SYSTEMS: Final = ("navigator", "pfdo", "epgu")
_NOTHING: Final = frozenset(
    {"", "-", "н/д", "нет данных", "не указано", "не указан", "неизвестно", "не известно", "null", "none", "nan", "{}", "[]"}
)
_DISPENSABLE_KINDS: Final = frozenset(
    {"email", "site", "inn", "ogrn", "oktmo", "phone", "picture", "decimal", "price", "languages", "lessons", "list"}
)
_DISPENSABLE: Final = frozenset({"level", "type", "population", "children", "waiting", "certificate_nominal", "kept"})
"""Fields and kinds that a row can do without: where such a cell cannot be read, the row is taken without it, and the report says so."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say about a cell: `cell` is its address, as «Программы!D17»."""

    cell: str
    text: Words


@dataclass(slots=True)
class Row:
    """One row of a file. `values` has the fields that the file has columns for: an empty cell is `None`, a missing column is no key.

    References are the texts that stand in the file. `refused` says why the row is not taken.
    """

    sheet: Sheet
    table: str
    number: int
    columns: dict[str, int]
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    refused: Note | None = None

    def at(self, name: str = "") -> str:
        """The address of a field's cell, or of the row where the file has no such column."""
        column = self.columns.get(name)
        return f"{self.table}!{_letters(column)}{self.number}" if column is not None else f"{self.table}!{self.number}"

    def note(self, name: str, text: Words) -> None:
        """Say something about a field's cell."""
        self.notes.append(Note(self.at(name), text))

    def refuse(self, name: str, text: Words) -> None:
        """Refuse the row because of a field's cell; the first reason stays."""
        self.refused = self.refused or Note(self.at(name), text)

    @property
    def title(self) -> str:
        """What the row is about, in its own words."""
        for name in ("name", "group", "programme", "a", "code", *SYSTEMS):
            if isinstance(said := self.values.get(name), str):
                return said
        return ""


@dataclass(slots=True)
class Tables:
    """All rows of a file by noun, in the file's order; and what of it was not understood at all."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {sheet.noun: [] for sheet in SHEETS})
    columns: dict[str, set[str]] = field(default_factory=lambda: {sheet.noun: set() for sheet in SHEETS})
    """Fields that the file has columns for, by noun; empty for a noun the file does not speak of."""
    remarks: list[Note] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.rows.values()))


def _letters(column: int) -> str:
    """A column's letters, as a spreadsheet shows them: 0 → A, 27 → AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@cache
def _headings(noun: str) -> dict[str, str]:
    """Every heading a sheet's columns are known by, plain, with its field; titles win over other names."""
    sheet = next(sheet for sheet in SHEETS if sheet.noun == noun)
    known = {plain(also): column.field for column in sheet.columns for also in column.also}
    known |= {column.field: column.field for column in sheet.columns}
    return known | {plain(column.title): column.field for column in sheet.columns}


def _heading(cell: Cell) -> str:
    return plain(shown(cell)).strip(" *:.") if isinstance(cell, str) else ""


def _matches(sheet: Sheet, cells: list[Cell]) -> dict[str, int]:
    """Which fields of a sheet a row of headings names, with their columns; the first of two equal headings counts."""
    found = dict[str, int]()
    for at, cell in enumerate(cells):
        if (name := _headings(sheet.noun).get(_heading(cell))) is not None:
            found.setdefault(name, at)
    return found


def _recognised(raw: Raw) -> tuple[Sheet, int, dict[str, int]] | None:
    """Which sheet a table is, which of its rows has the headings, and where its columns are."""
    named = next((sheet for sheet in SHEETS if plain(raw.name) in {plain(name) for name in (sheet.title, sheet.noun, *sheet.also)}), None)
    best: tuple[int, int, dict[str, int]] = (0, 0, {})
    sheets = list[Sheet]()
    for at, (_number, cells) in enumerate(raw.rows[:HEADINGS_WITHIN]):
        for sheet in [named] if named else SHEETS:
            found = _matches(sheet, cells)
            # Only where the name tells the sheet may one column be enough.
            if len(found) < (1 if named else FEWEST_HEADINGS) or len(found) < best[0]:
                continue
            if len(found) > best[0]:
                best, sheets = (len(found), at, found), [sheet]
            elif at == best[1]:
                sheets.append(sheet)
    return (sheets[0], best[1], best[2]) if len(sheets) == 1 else None


def tables(raws: list[Raw]) -> Tables:
    """Read every table of a file."""
    made = Tables()
    for raw in raws:
        if not raw.rows:
            continue
        recognised = _recognised(raw)
        if recognised is None:
            made.remarks.append(Note(raw.name, _("this sheet was not recognised by its name or headings, and is left out")))
            continue
        sheet, at, columns = recognised
        taken = set(columns.values())
        for column, cell in enumerate(raw.rows[at][1]):
            if column not in taken and cell is not None:
                address = f"{raw.name}!{_letters(column)}{raw.rows[at][0]}"
                made.remarks.append(Note(address, _("the column “{heading}” is not known, and is left out").format(heading=shown(cell))))
        made.columns[sheet.noun] |= set(columns)
        made.rows[sheet.noun] += _rows(sheet, raw, at + 1, columns, made.remarks)
    return made


def _rows(sheet: Sheet, raw: Raw, start: int, columns: dict[str, int], remarks: list[Note]) -> Iterator[Row]:
    for number, cells in raw.rows[start:]:
        given = {name: cells[at] if at < len(cells) else None for name, at in columns.items()}
        if all(map(_empty, given.values())):
            continue
        if _is_example(sheet, given):
            remarks.append(Note(f"{raw.name}!{number}", _("the example of the template, left out")))
            continue
        row = Row(sheet, raw.name, number, columns)
        fill(row, given)
        yield row


def _is_example(sheet: Sheet, given: dict[str, Cell]) -> bool:
    """Whether a row is the template's own example, left where it was."""
    return len(given) == len(sheet.columns) and all(text_of(cell) == sheet.column(name).example for name, cell in given.items())


def _empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and plain(cell) in _NOTHING)


def fill(row: Row, given: dict[str, Cell]) -> None:
    """Read the cells of a row into its values; what they say together is put in order last."""
    for name, cell in given.items():
        column = row.sheet.column(name)
        if _empty(cell):
            row.values[name] = None
            if column.required:
                row.refuse(name, _("“{heading}” is empty").format(heading=column.title))
            continue
        notes: Notes = []
        try:
            row.values[name] = read(cell, column, notes)
            for text in notes:
                row.note(name, text)
        except Misread as why:
            _misread(row, column, cell, why)
    put_in_order(row)


def _misread(row: Row, column: Column, cell: Cell, why: Misread) -> None:
    if column.kind == "lessons":
        # Words that no grid can hold are still worth showing to a parent.
        row.values["lessons"] = None
        if not row.values.get("timetable_note"):
            row.values["timetable_note"] = shown(cell)
        row.note(column.field, _("the timetable was not understood: shown in words as it is"))
    elif not column.required and (column.kind in _DISPENSABLE_KINDS or column.field in _DISPENSABLE):
        row.note(column.field, _("{why}: left out").format(why=why.text))
    else:
        row.refuse(column.field, why.text)


def put_in_order(row: Row) -> None:
    """Split and join what the layout lets people write in different ways: ages, price, payment, a telephone in an address."""
    values = row.values
    _order_ages(row)
    if isinstance(price := values.get("price"), Price):
        values["price"] = price.roubles
        if price.per and not values.get("price_per"):
            values["price_per"] = price.per
    if "payment" in values:
        ways = values.pop("payment") or []
        values |= {way: way in ways for way in ("free", "certificate", "paid")}
    if (address := values.get("address")) and (apart := phone_in(address)):
        values["address"] = apart[0] or None
        if row.sheet.noun == "organisation" and not values.get("phone"):
            values["phone"] = apart[1]
            row.note("address", _("the telephone moved out of the address: {phone}").format(phone=apart[1]))
        else:
            row.note("address", _("the telephone taken out of the address: {phone}").format(phone=apart[1]))


def _order_ages(row: Row) -> None:
    values, notes = row.values, Notes()
    both = values.pop("ages", None)
    low, high = values.get("age_min"), values.get("age_max")
    if isinstance(both, Ages):
        low, high = low or both.low, high or both.high
        where = "ages"
        values["age_min"] = values["age_max"] = None
    else:
        where = "age_min" if "age_min" in values else "age_max"
        if "ages" in row.columns:
            values.setdefault("age_min", None)
            values.setdefault("age_max", None)
    if low is None and high is None:
        return
    try:
        months = span(low, high, notes)
    except Misread as why:
        row.refuse(where, why.text)
        return
    for bound, value in zip(("age_min", "age_max"), months, strict=True):
        if bound in values:
            values[bound] = value
    for text in notes:
        row.note(where, text)
