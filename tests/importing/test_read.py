"""Files of every make are read by a child process, or refused with one sentence."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from bot.services.importing import Unreadable, parse, read
from tests.importing.conftest import DISTRICT, Load, Sheets

TABLE = "Код;Название;Широта\nр-1;«Ёлочка»;57,9\n"
ROWS = [(1, ["Код", "Название", "Широта"]), (2, ["р-1", "«Ёлочка»", "57,9"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
async def test_csv_of_every_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "таблица.csv"
    text = TABLE.replace(";", separator).replace("57,9", '"57,9"')
    path.write_text(text, encoding)
    (raw,) = (await read.contents(path)).tables
    assert (raw.name, raw.rows) == ("таблица", ROWS)


async def test_a_workbook_keeps_its_addresses(book: Callable[[Sheets], Path]) -> None:
    path = book({"Лист": [[], [None, None, "Код"], [], [None, None, "a", 5, 5.5]]})
    (raw,) = (await read.contents(path)).tables
    assert raw.rows == [(2, [None, None, "Код", None, None]), (4, [None, None, "a", 5, 5.5])]


async def test_a_sheets_name_commands_no_terminal(tmp_path: Path, book: Callable[[Sheets], Path]) -> None:
    path = tmp_path / "named.xlsx"
    with zipfile.ZipFile(book({"NAME": [["a"]]})) as found, zipfile.ZipFile(path, "w") as made:
        for name in found.namelist():
            made.writestr(name, found.read(name).replace(b"NAME", b"X&#27;[2J&#x202e;Y") if name == "xl/workbook.xml" else found.read(name))
    assert [table.name for table in (await read.contents(path)).tables] == ["X[2JY"]


async def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(TABLE)
    (tmp_path / "a.json").write_text('{"data": []}')
    (tmp_path / "заметки.docx").write_bytes(b"not ours")
    found = await read.contents(tmp_path)
    assert ([raw.name for raw in found.tables], found.answers, found.folder) == (["b"], [{"data": []}], tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.csv", b"", "empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "unknown"),
        ("page.xls", "<html><table><tr><td>Код".encode(), "web"),
        ("torn.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "damaged"),
        ("answer.json", b'{"data": [', "json"),
        ("deep.json", b"[" * 200_000, "json"),
        ("control.txt", b"a;b\n\x01\x02;c\n", "unknown"),
    ],
)
async def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable) as why:
        await read.contents(path)
    assert why.value.words == Unreadable(problem).words


async def test_nothing_there(tmp_path: Path) -> None:
    for path, problem in ((tmp_path / "нет.xlsx", "absent"), (tmp_path, "none")):
        with pytest.raises(Unreadable) as why:
            await read.contents(path)
        assert why.value.words == Unreadable(problem).words


async def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as entry:
        for _ in range(parse.LARGEST_UNPACKED // (4 << 20) + 1):
            entry.write(bytes(4 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(Unreadable) as why:
        await read.contents(path)
    assert why.value.words == Unreadable("large").words


async def test_two_far_cells_that_span_the_whole_sheet_do_not_take_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Программы")
        sheet.write(0, 0, "Код")
        sheet.write(1_048_575, 16_383, "далеко")
    with pytest.raises(Unreadable) as why:
        await read.contents(path)
    assert why.value.words == Unreadable("large").words


async def test_a_child_that_is_slow_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "PATIENCE", 0.001)
    path = tmp_path / "b.csv"
    path.write_text(TABLE)
    with pytest.raises(Unreadable) as why:
        await read.contents(path)
    assert why.value.words == Unreadable("slow").words


def test_limits_of_rows_and_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Код;Название\n" + "a;b\n" * 10)
    monkeypatch.setattr(parse, "MOST_ROWS", 5)
    with pytest.raises(parse.Unreadable, match="rows"):
        list(parse.lines(path))
    monkeypatch.setattr(parse, "LARGEST_FILE", 5)
    with pytest.raises(parse.Unreadable, match="large"):
        list(parse.lines(path))


async def test_an_unreadable_file_changes_nothing(load: Load, book: Callable[[Sheets], Path], tmp_path: Path) -> None:
    await load(book(DISTRICT))
    path = tmp_path / "torn.xlsx"
    path.write_bytes(book(DISTRICT).read_bytes()[:4000])
    with pytest.raises(Unreadable):
        await load(path)
    assert (await load(book(DISTRICT))).changes == 0
