"""The catalogue's way out: a workbook that the import takes back, and an empty one to fill in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.services.importing.known import Catalogue
from bot.services.importing.layout import SHEETS, Column, Sheet
from bot.services.importing.rows import SYSTEMS
from bot.services.importing.vocabulary import WEEKDAYS
from storage import catalogue_import as storage
from storage.catalogue import LessonRow
from storage.database import Database, Tx
from storage.files import Files

CHUNK: Final = 500
"""Rows read at a time."""
YEAR: Final = 12
"""Months."""
PICTURES: Final = "pictures"
"""The folder beside the workbook that its pictures are put into."""
_ENDINGS: Final = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
_CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001 (a workbook's property, the same in every export: equal catalogues are equal files)
_NOT_WRITTEN: Final = {"ages", "free", "lessons"}
"""Columns that only people write: the export says the same in others."""
Values = dict[str, Any]


def _written(sheet: Sheet) -> list[Column]:
    """The columns of a sheet that an export has."""
    skipped = _NOT_WRITTEN | ({"organisation"} if sheet.noun == "group" else {"programme"} if sheet.noun == "timetable" else set())
    return [column for column in sheet.columns if column.field not in skipped]


class _Workbook:
    """A workbook whose sheets have their headings, explained, frozen and wide enough. Raises `OSError` where it cannot be written."""

    def __init__(self, path: Path) -> None:
        with path.open("ab"):  # the library would find out at its end, with an error and temporary files of its own
            pass
        self._book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        self._book.set_properties({"created": _CREATED})
        self._heading = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._required = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#FFF2CC"})
        self._example = self._book.add_format({"italic": True, "font_color": "#7F7F7F"})
        self._text = self._book.add_format({"num_format": "@"})

    def sheet(self, sheet: Sheet, columns: list[Column]) -> Worksheet:
        """Begin a sheet. Every column but numbers is text: a spreadsheet makes no dates of «7–10» and keeps leading zeros."""
        made: Worksheet = self._book.add_worksheet(sheet.title)
        for at, column in enumerate(columns):
            made.set_column(at, at, _width(column), None if column.kind in {"whole", "decimal"} else self._text)
            made.write_string(0, at, column.title, self._required if column.required else self._heading)
            made.write_comment(0, at, _explained(column), {"width": 320, "height": 120, "author": "Kruzhok"})
        made.freeze_panes(1, 2)
        return made

    def row(self, sheet: Worksheet, at: int, columns: list[Column], values: Values, look: Format | None = None) -> None:
        """Write one row; a value that is not there leaves its cell empty."""
        for number, column in enumerate(columns):
            value = values.get(column.field)
            if value is None or value == "":
                continue
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(at, number, value, look)
            else:
                sheet.write_string(at, number, str(value), look or self._text)

    def example(self, sheet: Worksheet, columns: list[Column]) -> None:
        """The example row, in grey."""
        self.row(sheet, 1, columns, {column.field: column.example for column in columns}, self._example)

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


def _width(column: Column) -> float:
    return {"prose": 60, "title": 36, "text": 28, "list": 28, "site": 28, "reference": 22, "lessons": 30}.get(column.kind, 14)


def _explained(column: Column) -> str:
    parts = ["Обязательный столбец." if column.required else "", column.meaning]
    if column.words:
        parts.append("Можно: " + ", ".join(said[0].lower() for said in column.words.values()) + ".")
    if column.example:
        parts.append(f"Например: {column.example}")
    return "\n".join(filter(None, parts))


def write_template(path: Path) -> None:
    """Write the empty layout: every sheet and column with its explanation, and one grey example row to write over.

    Raises `OSError` where the file cannot be written.
    """
    book = _Workbook(path)
    for sheet in SHEETS:
        columns = list(sheet.columns)
        book.example(book.sheet(sheet, columns), columns)
    book.close()


async def export_file(database: Database, path: Path, *, now: Callable[[], datetime], files: Path) -> int:
    """Write the whole catalogue in the layout of the import; how many rows there are.

    Pictures are copied into the folder `pictures` beside the file. Raises `OSError` where the file cannot be written.
    """
    sheets, kept = await database.read(_everything, now=now()), Files(files)
    return await asyncio.to_thread(_write, path, sheets, kept)


def _write(path: Path, sheets: dict[str, list[Values]], files: Files) -> int:
    book, total = _Workbook(path), 0
    for sheet in SHEETS:
        columns = _written(sheet)
        made = book.sheet(sheet, columns)
        for at, values in enumerate(sheets[sheet.noun], 1):
            if (digest := values.get("picture")) is not None:
                values["picture"] = _picture(path.parent, values["code"], digest, files)
            book.row(made, at, columns, values)
        total += len(sheets[sheet.noun])
    book.close()
    return total


def _picture(folder: Path, code: str, digest: str, files: Files) -> str | None:
    """Put a copy of a picture beside the workbook; its name there, or `None` where the file is lost."""
    try:
        content = files.read(digest)
    except FileNotFoundError:
        return None
    ending = next((ending for magic, ending in _ENDINGS.items() if content.startswith(magic)), "")
    name = f"{PICTURES}/{''.join(sign if sign.isalnum() or sign in '-_.' else '-' for sign in code)}{ending}"
    (folder / PICTURES).mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return name


async def _everything(tx: Tx) -> dict[str, list[Values]]:
    """All rows of all sheets, as cells."""
    known = await Catalogue.load(tx)
    found: dict[str, list[Values]] = {}
    for noun in storage.TABLES:
        found[noun] = [_cells(noun, row, known) for row in await _rows(tx, noun, sorted(known.of[noun].code))]
    names = known.of["settlement"].code
    found["road"] = [
        {"a": names[a], "b": names[b], "kilometres": kilometres, "note": note} for (a, b), (kilometres, note) in sorted(known.roads.items())
    ]
    found["timetable"] = [
        _lesson(lesson, known)
        for groups in _chunks(sorted(known.of["group"].code))
        for lesson in await tx.all(storage.LESSONS, groups=groups)
    ]
    return found


def _chunks(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]


async def _rows(tx: Tx, noun: str, numbers: list[int]) -> list[Values]:
    found = list[Values]()
    for chunk in _chunks(numbers):
        found += sorted(await tx.all(storage.ROWS[noun], ids=chunk), key=lambda row: int(row["id"]))
    return found


def _cells(noun: str, row: Values, known: Catalogue) -> Values:
    """A row of a table as the cells of its sheet."""
    sheet = next(sheet for sheet in SHEETS if sheet.noun == noun)
    numbers = known.of[noun].numbers.get(row["id"], {})
    row |= {system: numbers.get(system) for system in SYSTEMS}
    if noun == "programme":
        row["payment"] = [way for way in ("free", "certificate", "paid") if row[way]]
    zone = ZoneInfo("UTC")
    if noun == "group":
        zone = ZoneInfo(known.zone(known.of["programme"].owner[row["programme"]] or 0, row["settlement"]))
    return {column.field: _cell(column, row.get(column.field), known, zone) for column in _written(sheet)}


def _cell(column: Column, value: Any, known: Catalogue, zone: ZoneInfo) -> Any:  # noqa: PLR0911 (one kind of column a line)
    if value is None:
        return None
    match column.kind:
        case "reference":
            return known.of[column.field].code[value]
        case "one_of":
            return (column.words or {})[value][0].lower()
        case "some_of":
            return "; ".join((column.words or {})[each][0].lower() for each in value)
        case "yes_no":
            return "да" if value else "нет"
        case "list" | "languages":
            return "; ".join(value)
        case "age":
            return f"{value // YEAR}" if value % YEAR == 0 else f"{value} мес."
        case "day":
            return _day(value)
        case "moment":
            return _moment(value, zone)
    return value


def _day(value: date) -> str:
    return f"{value:%d.%m.%Y}"


def _moment(value: datetime, zone: ZoneInfo) -> str:
    return f"{(value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone):%d.%m.%Y %H:%M}"


def _clock(minutes: int | None) -> str | None:
    return None if minutes is None else f"{minutes // 60}:{minutes % 60:02}"


def _lesson(lesson: LessonRow, known: Catalogue) -> Values:
    return {
        "group": known.of["group"].code[lesson.group],
        "weekdays": WEEKDAYS[str(lesson.weekday)][0] if lesson.weekday else None,
        "day": _day(lesson.day) if lesson.day else None,
        "last_day": _day(lesson.last_day) if lesson.last_day else None,
        "starts": _clock(lesson.starts),
        "ends": _clock(lesson.ends),
        "weeks": {"odd": "нечётные", "even": "чётные", "month": "раз в месяц"}.get(lesson.weeks),
        "place": lesson.place,
    }
