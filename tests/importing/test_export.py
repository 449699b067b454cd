"""What goes out comes in again: exports and templates are files of the import."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.services.export import export_file, write_template
from bot.services.importing import Outcome, import_file, read
from bot.services.importing.layout import SHEETS
from bot.services.importing.rows import tables
from storage import migrate
from storage.database import Database, open_database
from tests.importing.conftest import DISTRICT, NOW, Load, Sheets
from tests.importing.test_import import everything, said

Book = Callable[[Sheets], Path]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"drawn"


def district(folder: Path) -> Sheets:
    sheets = copy.deepcopy(DISTRICT)
    (folder / "robot.png").write_bytes(PICTURE)
    sheets["Программы"][0] += ["Картинка", "Языки занятий", "Уровень", "Как проходит", "Код в Навигаторе"]
    sheets["Программы"][1] += ["robot.png", "русский; татарский", "стартовый", "очно; сетевая", "7731"]
    sheets["Программы"].append(["piano", "dom", "Фортепиано", "художественная", "6,5–9", "бесплатно"])
    sheets["Группы"].append(["piano-1", "piano", "Вечер", None, 4, 0, "01.09.2026", "12–14 октября 2026 14:30–17:30; сб 11:00 раз в месяц"])
    sheets["Дороги"][0].append("Примечание")
    sheets["Дороги"][1].append("паром")
    return sheets


def without_ids(there: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    codes = {(noun, row["id"]): row["code"] for noun, rows in there.items() for row in rows if "id" in row}
    named = {"a": "settlement", "b": "settlement"}
    return {
        noun: [
            {
                name: codes.get((named.get(name, name), value), value) if isinstance(value, int) else value
                for name, value in row.items()
                if name != "id"
            }
            for row in rows
        ]
        for noun, rows in there.items()
    }


async def test_an_export_changes_nothing_and_fills_an_empty_database_equally(
    load: Load, book: Book, database: Database, tmp_path: Path
) -> None:
    await load(book(district(tmp_path)))
    there = await everything(database)
    out = tmp_path / "out"
    out.mkdir()
    total = await export_file(database, out / "export.xlsx", now=lambda: NOW, files=tmp_path / "kept")
    assert (out / "pictures" / "robot.png").read_bytes() == PICTURE
    again = await load(out / "export.xlsx")
    assert {line.outcome for line in again.lines} == {Outcome.UNCHANGED}, said(again)
    assert (len(again.lines), again.remarks) == (total, [])
    assert not any(line.notes for line in again.lines), said(again)

    url = f"sqlite+aiosqlite:///{tmp_path / 'other.db'}"
    await asyncio.to_thread(migrate, url)
    other = await open_database(url)
    try:
        report = await import_file(other, out / "export.xlsx", now=lambda: NOW, files=tmp_path / "kept too")
        assert {line.outcome for line in report.lines} == {Outcome.NEW}, said(report)
        assert without_ids(await everything(other)) == without_ids(there)
    finally:
        await other.close()


async def test_equal_catalogues_are_equal_files(load: Load, book: Book, database: Database, tmp_path: Path) -> None:
    await load(book(DISTRICT))
    for name in ("one.xlsx", "two.xlsx"):
        await export_file(database, tmp_path / name, now=lambda: NOW, files=tmp_path / "kept")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


async def test_a_template_has_every_column_and_its_example_is_not_taken(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    made = (await read.contents(path)).tables
    assert [raw.name for raw in made] == [sheet.title for sheet in SHEETS]
    assert [raw.rows[0][1] for raw in made] == [[column.title for column in sheet.columns] for sheet in SHEETS]
    found = tables(made)
    assert found.total == 0
    assert [remark.cell for remark in found.remarks] == [f"{sheet.title}!2" for sheet in SHEETS]
    assert (await load(path)).lines == []
