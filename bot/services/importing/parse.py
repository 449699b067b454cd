"""The child process that opens a stranger's file: within limits of memory and time it prints plain JSON lines, and touches nothing else.

Run by path (`python -I parse.py FILE`), so it imports nothing of ours and sees neither our settings nor our secrets. What it prints, one
JSON value a line: a string begins a table and is its name; `[row, [cells…]]` is a row of it (from 1, cells from column A); `{"answer": …}`
is a document of ПФДО's API; `{"problem": name}` says why the file cannot be read; `{"end": true}` is last, or the file was not read whole.
A date or time inside a cell is `{"at": "2026-09-15"}`, in ISO form.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

MEMORY = 768 << 20
"""Bytes of address space. A hundred thousand rows need about a third of it; a zip bomb ends here."""
SECONDS = 60
"""Seconds of processor time."""
LARGEST_FILE = 50 << 20
LARGEST_UNPACKED = 400 << 20
MOST_ROWS = 200_000
LONGEST_CELL = 32_767
"""Characters: Excel's own limit for a cell."""

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a spreadsheet's day has no zone)


class Unreadable(Exception):
    """The file cannot be read; its argument is the name of a problem that `read.py` has a sentence for."""


def lines(path: Path) -> Iterator[Any]:
    """All that a file holds, as described above. Raises `Unreadable`."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("empty")
    if size > LARGEST_FILE:
        raise Unreadable("large")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        yield from _workbook(path, zipped=head.startswith(b"PK"))
    else:
        text = _decoded(path.read_bytes())
        start = text.lstrip()[:1]
        if start == "<":
            raise Unreadable("web")
        yield from _answers(text) if start in {"{", "["} else _table(path.stem, text)


def _workbook(path: Path, *, zipped: bool) -> Iterator[Any]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum  # noqa: PLC0415 (a CSV needs none of it)

    try:
        if zipped:
            with zipfile.ZipFile(path) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                    raise Unreadable("large")
        with CalamineWorkbook.from_path(path) as book:
            for sheet in book.sheets_metadata:
                if sheet.typ is SheetTypeEnum.WorkSheet:
                    yield sheet.name
                    yield from _sheet(book.get_sheet_by_name(sheet.name))
    except PasswordError:
        raise Unreadable("password") from None
    except (CalamineError, zipfile.BadZipFile):
        raise Unreadable("damaged") from None


def _sheet(sheet: Any) -> Iterator[Any]:
    if sheet.start is None:
        return
    before = [None] * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise Unreadable("rows")
        cells = before + [_cell(value) for value in row]
        if any(cell is not None for cell in cells):
            yield [number, cells]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value[:LONGEST_CELL] or None
    if isinstance(value, datetime):
        return {"at": value.isoformat() if value.time() != time() else value.date().isoformat()}
    if isinstance(value, (date, time)):
        return {"at": value.isoformat()}
    if isinstance(value, timedelta):
        return _cell((_EPOCH + value).time())
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _decoded(content: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1251, in which Russian spreadsheets save CSV."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content:
        raise Unreadable("unknown")
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x01-\x08\x0e-\x1a]", text):
            break
        return text
    raise Unreadable("unknown")


def _table(name: str, text: str) -> Iterator[Any]:
    """A CSV, its separator told by the first line that has any outside quotes."""
    csv.field_size_limit(4 * LONGEST_CELL)
    separator = max(";\t,", key=_outside_quotes(text).count)
    yield name
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            if number > MOST_ROWS:
                raise Unreadable("rows")
            cells = [cell[:LONGEST_CELL] or None for cell in row]
            if any(cells):
                yield [number, cells]
    except csv.Error:
        raise Unreadable("damaged") from None


def _outside_quotes(text: str) -> str:
    for line in text.splitlines()[:10]:
        bare = re.sub(r'"[^"]*"', "", line)
        if re.search("[;\t,]", bare):
            return bare
    return ""


def _answers(text: str) -> Iterator[Any]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("json") from None
    for answer in whole if isinstance(whole, list) else [whole]:
        yield {"answer": answer}


def _confine() -> None:
    """Give this process little: memory, time, no files to write, no children's worth of descriptors."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (unknown to Windows)

    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(limit, (value, value))


def main(path: str) -> None:
    """Print what `path` holds."""

    def write(line: Any) -> None:
        # A lone surrogate, which JSON may spell, has no place in UTF-8.
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")

    try:
        for line in lines(Path(path)):
            write(line)
        write({"end": True})
    except Unreadable as problem:
        write({"problem": problem.args[0]})
    except MemoryError:
        write({"problem": "large"})


if __name__ == "__main__":
    _confine()
    main(sys.argv[1])
