"""A catalogue goes in: taken once, unchanged the second time, changed where it changed."""

from __future__ import annotations

import asyncio
import copy
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.language import Languages, Reader
from bot.model.text import Text
from bot.services.importing import Line, Outcome, Report
from bot.services.importing.rows import Note
from storage import catalogue_import as storage
from storage import search
from storage.database import Database, Query, Tx
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


def message(note: Note) -> str:
    assert isinstance(note.text, Text)
    return note.text.message


def said(report: Report) -> list[str]:
    return [f"{line.row} {line.outcome.value} {line.notes}" for line in report.lines]


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
    days = {row["taken_on"] for row in after["group"] if row["taken"] is not None}
    assert days == {NOW.astimezone(ZoneInfo("Asia/Yekaterinburg")).date()}, "a number from outside carries its date"


async def test_a_bad_row_stops_only_what_hangs_on_it(load: Load, book: Book, database: Database) -> None:
    sheets = copy.deepcopy(DISTRICT)
    sheets["Программы"][1][3] = "магическая"
    report = await load(book(sheets))
    refused = [line for line in report.lines if line.outcome is Outcome.REFUSED]
    assert [line.row for line in refused] == ["Программы!2", "Группы!2"]
    assert [line.notes[-1].cell for line in refused] == ["Программы!D2", "Группы!B2"]
    assert [row["code"] for row in (await everything(database))["programme"]] == ["chess"]


def rows(report: Report, sheet: str) -> list[Line]:
    return [line for line in report.lines if line.row.startswith(sheet)]


async def test_dirty_cards(load: Load, book: Book, database: Database, tmp_path: Path) -> None:
    sheets = copy.deepcopy(DISTRICT)
    heads = sheets["Программы"][0]
    sheets["Программы"] += [
        ["carving", "dom", 'РЕЗЬБА ПО ДЕРЕВУ "Стружка"', "социально-педагогическая", "9–14", "бесплатно"],
        ["lego", "dom", "Лего  конструирование", "техническая", "60–84", "платно", "1 500 ₽ в месяц"],
        ["dogs", "dom", "Юный кинолог", "естественнонаучная", "10–15", "бесплатно"],
    ]
    assert len(heads) >= 7
    sheets["Группы"][0] += ["Адрес", "Конец занятий"]
    sheets["Группы"] += [
        ["lego-1", "lego", "Группа 1", "Берёзовка", 10, 2, None, None, None, "ул. Мира, 5, тел. 8 (00000) 2-15-40", None],
        ["dogs-1", "dogs", "Группа 1", "Берёзовка", 10, 2, "01.09.2025", None, None, None, "31.05.2026"],
    ]
    report = await load(book(sheets))
    assert report.refused == 0, said(report)
    told = "\n".join(shown(report, tmp_path))
    assert "60–84 are months: 5–7 years old" in told
    assert "the lessons ended on 31 May 2026" in told
    notes = {(note.cell, message(note)) for line in report.lines for note in line.notes}
    assert ("Программы!C4", "quotation marks put right") in notes
    assert ("Программы!C4", "capitals made small: “{value}”") in notes
    assert ("Программы!D4", "{old} → {new}") in notes
    assert ("Программы!C5", "needless spaces removed") in notes
    assert ("Программы!E5", "{ages} are months: {years:age}") in notes
    assert ("Группы!J4", "the telephone taken out of the address: {phone}") in notes
    assert ("Группы!K5", "the lessons ended on {day:fullday}: the group is kept, and not shown") in notes
    cards = {row["code"]: row for row in (await everything(database))["programme"]}
    assert (cards["carving"]["name"], cards["carving"]["direction"]) == ("Резьба по дереву «Стружка»", "social")
    assert (cards["lego"]["name"], cards["lego"]["age_min"], cards["lego"]["age_max"]) == ("Лего конструирование", 60, 84)
    assert (cards["lego"]["price"], cards["lego"]["price_per"], cards["lego"]["paid"]) == (1500, "month", True)
    groups = {row["code"]: row for row in (await everything(database))["group"]}
    assert groups["lego-1"]["address"] == "ул. Мира, 5"


def shown(report: Report, folder: Path) -> list[str]:
    """The report as a person reads it, in English."""
    languages, reader = Languages(folder, "en"), Reader("en", personal=True, address=str)
    return [languages.say(words, reader) for words in (*report.told(everything=True), report.summary())]


async def test_every_refusal_names_its_cell_and_its_reason(load: Load, book: Book, tmp_path: Path) -> None:
    sheets = copy.deepcopy(DISTRICT)
    sheets["Программы"] += [
        [None, "dom", None, "техническая", "7–10", "бесплатно"],
        ["x-1", "Нет такой", "Кружок", "техническая", "7–10", "бесплатно"],
        ["robot", "dom", "Ещё один", "техническая", "7–10", "бесплатно"],
        ["x-2", "dom", "Кружок", "техническая", "18–36", "бесплатно"],
    ]
    sheets["Группы"] += [
        ["g-1", "robot", "Г", "Берёзовка", 8, 2, "31.06.2026"],
        ["g-2", "x-1", "Г", "Берёзовка", 8, 2],
        ["g-3", "robot", "Г", "Атлантида", 8, 2],
    ]
    sheets["Расписание"] += [["g-1", "пн", "9:00", "10:00"], ["robot-1", "пн", "10:00", "9:00"], ["robot-1", None, "9:00", None]]
    sheets["Дороги"] += [["Ивняки", "Ивняки", 3], ["beryozovka", "ivnyaki", 15]]
    report = await load(book(sheets))
    refused = {line.notes[-1].cell: message(line.notes[-1]) for line in report.lines if line.outcome is Outcome.REFUSED}
    assert refused == {
        "Дороги!B3": "a road from a settlement to itself",
        "Дороги!B4": "repeats {where}",
        "Программы!C4": "“{heading}” is empty",
        "Программы!B5": "there is no organisation “{name}”",
        "Программы!A6": "repeats {where}",
        "Программы!E7": "{ages}: years or months? Write “{ages} лет” or “{ages} мес.”",
        "Группы!G4": "“{value}” is not {kind}",
        "Группы!B5": "the programme “{name}” was not taken: {where}",
        "Группы!D6": "there is no settlement “{name}”",
        "Расписание!A3": "the group “{name}” was not taken: {where}",
        "Расписание!D4": "the lesson ends before it begins",
        "Расписание!B5": "neither days of the week nor a date",
    }
    assert len(report.lines) == sum(len(sheet) - 1 for sheet in sheets.values())
    told = shown(report, tmp_path)
    assert "Программы!4 “—”: not taken\n· Программы!C4: “Название” is empty" in told
    assert told[-1].endswith("12 rows were not taken.")


async def test_rows_without_codes_are_known_by_their_names(load: Load, book: Book, database: Database) -> None:
    sheets = {title: [row[1:] if rows[0][0] == "Код" else row for row in rows] for title, rows in DISTRICT.items()}
    sheets["Программы"][1][0] = "Дом творчества"
    sheets["Группы"][1][0] = "Робототехника «Шестерня»"
    sheets["Дороги"][1] = ["Ивняк", "с. Березовка", 14]
    sheets["Расписание"][1][0] = "Группа 1"
    sheets["Расписание"][0].append("Программа")
    sheets["Расписание"][1].append("шахматы")
    first = await load(book(sheets))
    assert {line.outcome for line in first.lines} == {Outcome.NEW}, said(first)
    there = await everything(database)
    assert (await load(book(sheets))).changes == 0
    # Codes that come later take the place of those that were given.
    named = await load(book(DISTRICT))
    assert {line.outcome for line in named.lines} <= {Outcome.CHANGED, Outcome.UNCHANGED}, said(named)
    after = await everything(database)
    assert [row["id"] for row in after["programme"]] == [
        next(old["id"] for old in there["programme"] if old["name"] == row["name"]) for row in after["programme"]
    ]


async def test_foreign_numbers_tell_rows_and_are_kept(load: Load, book: Book, database: Database) -> None:
    sheets = copy.deepcopy(DISTRICT)
    sheets["Программы"][0].append("Код в Навигаторе")
    sheets["Программы"][1].append(7731)
    await load(book(sheets))
    sheets["Программы"] = [["Код в Навигаторе", "Название"], [7731, "Робототехника «Шестерёнка»"]]
    report = await load(book(sheets))
    assert [line.outcome for line in rows(report, "Программы")] == [Outcome.CHANGED], said(report)
    names = {row["code"]: row["name"] for row in (await everything(database))["programme"]}
    assert names == {"robot": "Робототехника «Шестерёнка»", "chess": "Шахматы"}


async def test_an_import_that_was_cut_short_is_finished_by_repeating_it(load: Load, book: Book, database: Database) -> None:
    path, turns = book(DISTRICT), 0
    whole = database.turn

    async def tearing(work: Any, *, now: Any) -> Any:
        nonlocal turns
        turns += 1
        if turns == 4:
            raise KeyboardInterrupt
        return await whole(work, now=now)

    database.turn = tearing  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        await load(path)
    database.turn = whole  # type: ignore[method-assign]
    report = await load(path)
    assert {Outcome.NEW, Outcome.UNCHANGED} == {line.outcome for line in report.lines}
    assert (await load(path)).changes == 0


async def test_a_picture_is_kept_by_its_digest_and_a_bad_one_is_said(load: Load, book: Book, database: Database, tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"drawn"
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "robot.png").write_bytes(picture)
    (tmp_path / "pictures" / "chess.png").write_bytes(b"GIF89a")
    sheets = copy.deepcopy(DISTRICT)
    for row, cell in zip(sheets["Программы"], ["Картинка", "pictures/robot.png", "pictures/chess.png"], strict=True):
        row.append(cell)
    sheets["Программы"].append(["spy", "dom", "Тайна", "техническая", "7–10", "бесплатно", None, None, None, "../../etc/passwd"])
    report = await load(book(sheets))
    assert [line.outcome for line in rows(report, "Программы")] == [Outcome.NEW] * 3
    digest = hashlib.sha256(picture).hexdigest()
    assert {row["code"]: row["picture"] for row in (await everything(database))["programme"]} == {
        "robot": digest,
        "chess": None,
        "spy": None,
    }
    assert (tmp_path / "kept" / digest).read_bytes() == picture
    assert [message(note) for line in rows(report, "Программы") for note in line.notes] == [
        "“{name}” is neither PNG nor JPEG",
        "the picture “{name}” lies outside the catalogue's folder",
    ]
    assert (await load(book(sheets))).changes == 0


async def test_programmes_are_found_by_words_after_an_import(load: Load, book: Book, database: Database) -> None:
    await load(book(DISTRICT))

    async def find(*words: str) -> list[int]:
        query = Query(search.matching, int)
        return await database.read(lambda tx: tx.all(query, words=search.match(words)), now=NOW)

    robots = await find("роботы")
    assert len(robots) == 1
    assert len(await find("творчества")) == 2
    sheets = copy.deepcopy(DISTRICT)
    sheets["Организации"][1][1] = "Центр Орбита"
    sheets["Программы"][2][1] = "dom"
    await load(book(sheets))
    assert len(await find("орбита")) == 2
    assert await find("роботы") == robots


async def test_timetables_are_replaced_whole(load: Load, book: Book, database: Database) -> None:
    await load(book(DISTRICT))
    sheets = {"Расписание": [["Группа", "Дни недели", "Начало", "Конец"], ["robot-1", "сб", "10:00", "13:00"]]}
    report = await load(book(sheets))
    assert [line.outcome for line in report.lines] == [Outcome.CHANGED]
    there = await everything(database)
    robot = next(row["id"] for row in there["group"] if row["code"] == "robot-1")
    assert [(row["weekday"], row["starts"]) for row in there["timetable"] if row["group"] == robot] == [(6, 600)]
    assert sum(row["group"] != robot for row in there["timetable"]) == 2


async def test_what_is_not_recognised_is_remarked(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Код;Название\na;b\n")
    report = await load(path)
    assert (report.lines, [remark.cell for remark in report.remarks]) == ([], ["x"])
    path.write_text("Программа;Организация;Направленность;Возраст;Оплата;Цвет стен\n")
    assert [remark.cell for remark in (await load(path)).remarks] == ["x!F1"]


async def test_two_imports_at_once_leave_one_catalogue(load: Load, book: Book, database: Database) -> None:
    path = book(DISTRICT)
    await asyncio.gather(load(path), load(path))
    report = await load(path)
    assert report.refused == 0, said(report)
    there = await everything(database)
    assert {noun: len(rows) for noun, rows in there.items()} == {
        "municipality": 1,
        "settlement": 2,
        "organisation": 1,
        "programme": 2,
        "group": 2,
        "timetable": 4,
    }
    assert (await load(path)).changes == 0


async def test_a_mistyped_name_is_guessed_aloud_and_an_organisation_may_be_nowhere(load: Load, book: Book) -> None:
    sheets = copy.deepcopy(DISTRICT)
    sheets["Группы"][1][3] = "Бирёзовка"
    sheets["Организации"].append(["far", "Дальняя школа", "муниципальная", "Атлантида"])
    report = await load(book(sheets))
    why = next(line.notes[-1].text for line in report.lines if line.row == "Группы!2")
    assert isinstance(why, Text)
    assert (why.message, why.values["near"]) == ("{why}; is it “{near}”?", "Берёзовка")
    assert [line.outcome for line in rows(report, "Организации")] == [Outcome.NEW, Outcome.NEW]


@pytest.mark.parametrize(
    ("cells", "field", "why"),
    [
        ({"Конец занятий": "01.09.2026"}, "Конец занятий", "the lessons end before they begin"),
        ({"Запись до": "31.08.2026"}, "Запись до", "enrolment ends before it begins"),
        ({"Занято": None, "Свободно": 13}, "Свободно", "more places are free than there are"),
        ({"Наберут от": 13}, "Наберут от", "the group starts from more children than it has places for"),
        ({"Возраст от": 11, "Возраст до": 7}, "Возраст от", "the lower age is above the upper one"),
    ],
)
async def test_a_row_that_contradicts_itself_is_refused(load: Load, book: Book, cells: dict[str, Any], field: str, why: str) -> None:
    sheets = copy.deepcopy(DISTRICT)
    row = dict(zip(sheets["Группы"][0], sheets["Группы"][1], strict=True)) | cells
    sheets["Группы"] = [list(row), list(row.values())]
    line = rows(await load(book(sheets)), "Группы")[0]
    assert (line.outcome, message(line.notes[-1])) == (Outcome.REFUSED, why)
    assert line.notes[-1].cell == f"Группы!{chr(ord('A') + list(row).index(field))}2"


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ({"Мест всего": None, "Занято": None, "Свободно": 4}, (4, 0)),
        ({"Занято": None, "Свободно": 4}, (12, 8)),
        ({"Занято": 13}, (12, 13)),
    ],
)
async def test_places_by_what_is_counted(load: Load, book: Book, database: Database, cells: dict[str, Any], kept: tuple[int, int]) -> None:
    sheets = copy.deepcopy(DISTRICT)
    row = dict(zip(sheets["Группы"][0], sheets["Группы"][1], strict=True)) | cells
    sheets["Группы"] = [list(row), list(row.values())]
    await load(book(sheets))
    group = next(row for row in (await everything(database))["group"] if row["code"] == "robot-1")
    assert (group["size"], group["taken"]) == kept


async def test_what_cannot_be_read_in_a_grid_is_shown_in_words(load: Load, book: Book, database: Database) -> None:
    sheets = copy.deepcopy(DISTRICT)
    sheets["Группы"][1][7] = "раз в две недели, как договоримся"
    await load(book(sheets))
    group = next(row for row in (await everything(database))["group"] if row["code"] == "robot-1")
    assert group["timetable_note"] == "раз в две недели, как договоримся"


async def test_codes_and_numbers_that_disagree_are_refused(load: Load, book: Book) -> None:
    sheets = copy.deepcopy(DISTRICT)
    sheets["Программы"][0] += ["Код в Навигаторе", "Код в ПФДО"]
    sheets["Программы"][1] += ["7731", None]
    sheets["Программы"][2] += ["7732", "55"]
    await load(book(sheets))
    names: list[Any] = ["Код", "Код в Навигаторе", "Код в ПФДО", "Название"]
    odd: dict[str, list[list[Any]]] = {
        "Программы": [names, ["robot", "7732", None, "А"], [None, "7731", "55", "Б"], ["new", "7731", None, "В"]]
    }
    report = await load(book(odd))
    assert [message(line.notes[-1]) for line in report.lines] == [
        "the code and the foreign number belong to different rows",
        "the foreign numbers belong to different rows",
        "the foreign number belongs to the row with the code “{code}”",
    ]
    renumbered: dict[str, list[list[Any]]] = {
        "Программы": [names, ["robot", "7740", None, "Робототехника «Шестерня»"], ["chess", None, None, "Шахматы"]]
    }
    assert [line.outcome for line in (await load(book(renumbered))).lines] == [Outcome.CHANGED, Outcome.CHANGED]
    assert (await load(book(renumbered))).changes == 0
