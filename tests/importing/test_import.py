"""A catalogue goes in: taken once, unchanged the second time, changed where it changed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.services.importing import Outcome
from storage import catalogue_import as storage
from storage.database import Database, Tx
from tests.importing.conftest import DISTRICT, NOW, Load, Sheets

Book = Callable[[Sheets], Path]


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    async def work(tx: Tx) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for noun, query in storage.ALL_NAMED.items():
            ids = [row.id for row in await tx.all(query)]
            found[noun] = sorted(await tx.all(storage.ROWS[noun], ids=ids), key=lambda row: str(row["code"]))
        groups = [row["id"] for row in found["group"]]
        found["timetable"] = [dict(zip(row._fields, row, strict=True)) for row in await tx.all(storage.LESSONS, groups=groups)]
        return found

    return await database.read(work, now=NOW)


def said(report: Any) -> list[str]:
    return [
        f"{line.row} {line.outcome.value} {[(note.cell, note.text.message, note.text.values) for note in line.notes]}"
        for line in report.lines
    ]


async def test_a_whole_district_goes_in_and_the_same_file_changes_nothing(load: Load, book: Book, database: Database) -> None:
    path = book(DISTRICT)
    first = await load(path)
    assert {line.outcome for line in first.lines} == {Outcome.NEW}, said(first)
    assert len(first.lines) == 1 + 2 + 1 + 1 + 2 + 2 + 1
    there = await everything(database)
    group = next(row for row in there["group"] if row["code"] == "robot-1")
    assert group["enrolment_from"].isoformat() == "2026-09-01T05:00:00+00:00"
    assert (group["size"], group["taken"], group["starts"].isoformat()) == (12, 9, "2026-09-15")
    chess = next(row for row in there["group"] if row["code"] == "chess-1")
    assert (chess["name"], chess["address"]) == ("Группа 1", "ул. Садовая, 12")
    assert [(row["weekday"], row["starts"], row["ends"]) for row in there["timetable"] if row["group"] == chess["id"]] == [
        (1, 840, 900),
        (3, 840, 900),
    ]
    second = await load(path)
    assert {line.outcome for line in second.lines} == {Outcome.UNCHANGED}, said(second)
    assert await everything(database) == there


async def test_a_dry_run_says_the_same_and_writes_nothing(load: Load, book: Book, database: Database) -> None:
    path = book(DISTRICT)
    dry = await load(path, dry_run=True)
    assert not any((await everything(database)).values())
    assert said(dry) == said(await load(path))


async def test_a_file_of_two_columns_updates_places_only(load: Load, book: Book, database: Database, tmp_path: Path) -> None:
    await load(book(DISTRICT))
    before = await everything(database)
    update = tmp_path / "места.csv"
    update.write_text("Код;Занято\nrobot-1;11\nchess-1;10\n", "cp1251")
    report = await load(update)
    assert [line.outcome for line in report.lines] == [Outcome.CHANGED, Outcome.UNCHANGED], said(report)
    after = await everything(database)
    changed = next(row for row in before["group"] if row["code"] == "robot-1")
    changed["taken"] = 11
    assert after == before


async def test_a_bad_row_stops_only_what_hangs_on_it(load: Load, book: Book, database: Database) -> None:
    sheets = copy.deepcopy(DISTRICT)
    sheets["Программы"][1][3] = "магическая"
    report = await load(book(sheets))
    refused = [line for line in report.lines if line.outcome is Outcome.REFUSED]
    assert [line.row for line in refused] == ["Программы!2", "Группы!2"]
    assert [line.notes[-1].cell for line in refused] == ["Программы!D2", "Группы!B2"]
    assert [row["code"] for row in (await everything(database))["programme"]] == ["chess"]
