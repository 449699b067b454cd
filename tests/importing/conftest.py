"""Small catalogues to import, written as people write them, and the databases they go into."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
import xlsxwriter

from bot.services.importing import Report, import_file
from storage import migrate
from storage.database import Database, open_database

NOW = datetime(2026, 8, 24, 5, tzinfo=UTC)
Sheets = dict[str, list[list[Any]]]
"""Rows by the names of their sheets; the first row has the headings."""

DISTRICT: Sheets = {
    "Муниципалитеты": [["Код", "Название", "Часовой пояс"], ["okrug", "Ивняковский муниципальный округ", "Asia/Yekaterinburg"]],
    "Населённые пункты": [
        ["Код", "Вид", "Название", "Где", "Другие названия", "Жителей"],
        ["ivnyaki", "п.", "Ивняки", "в Ивняках", "Ивняк", 9400],
        ["beryozovka", "с.", "Берёзовка", "в Берёзовке", None, 2100],
    ],
    "Дороги": [["Откуда", "Куда", "Километров"], ["ivnyaki", "с. Березовка", 14]],
    "Организации": [
        ["Код", "Название", "Собственность", "Населённый пункт", "Адрес", "Телефон"],
        ["dom", "Дом творчества", "муниципальная", "Ивняки", "ул. Садовая, 12", "8 (00000) 2-15-40"],
    ],
    "Программы": [
        ["Код", "Организация", "Название", "Направленность", "Возраст", "Оплата", "Цена", "Описание", "Виды деятельности"],
        [
            "robot",
            "dom",
            "Робототехника «Шестерня»",
            "техническая",
            "7–10",
            "сертификат",
            "4200 в год",
            "Собираем роботов.",
            "робототехника",
        ],
        ["chess", "Дом творчества", "Шахматы", "Физкультурно-спортивная", "6–14", "бесплатно", None, "Думаем вперёд.", None],
    ],
    "Группы": [
        ["Код", "Программа", "Название", "Населённый пункт", "Мест всего", "Занято", "Начало занятий", "Когда", "Запись с"],
        ["robot-1", "robot", "Группа 1", "Берёзовка", 12, 9, "15.09.2026", "вт, чт 16:00–17:30", "01.09.2026 10:00"],
        ["chess-1", "Шахматы", None, None, 15, 10, datetime(2026, 9, 1), None, None],  # noqa: DTZ001 (a spreadsheet's day)
    ],
    "Расписание": [["Группа", "Дни недели", "Начало", "Конец"], ["chess-1", "пн, ср", "14.00", "1500"]],
}


class Load(Protocol):
    """Imports a file."""

    def __call__(self, path: Path, *, dry_run: bool = False) -> Coroutine[Any, Any, Report]: ...


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty, migrated database, on SQLite and on PostgreSQL."""
    await asyncio.to_thread(migrate, database_url)
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Load:
    """Import a file into the test's database."""

    async def run(path: Path, *, dry_run: bool = False) -> Report:
        return await import_file(database, path, now=lambda: NOW, files=tmp_path / "kept", dry_run=dry_run)

    return run


@pytest.fixture
def book(tmp_path: Path) -> Callable[[Sheets], Path]:
    """Write sheets as a workbook."""

    def write(sheets: Sheets, name: str = "catalogue.xlsx") -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as made:
            for title, rows in sheets.items():
                sheet = made.add_worksheet(title)
                for at, row in enumerate(rows):
                    for column, value in enumerate(row):
                        if value is not None:
                            sheet.write(at, column, value)
        return path

    return write
