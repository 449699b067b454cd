"""From a file to tables of plain cells: a child process opens it (`parse.py`), this module reads what the child says."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.model.text import Text, _
from bot.services.importing.words import spaced

Cell = str | int | float | bool | dict[str, str] | None
"""A cell as the child prints it; a date or time is `{"at": iso}`."""

PATIENCE: Final = 120
"""Seconds of real time that the child has: twice its processor time, for a busy machine."""
MOST_BYTES: Final = 256 << 20
"""What the child may say in all."""
LONGEST_LINE: Final = 16 << 20
KNOWN_ENDINGS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt", ".json"})

_PROBLEMS: Final = {
    "absent": _("There is no such file."),
    "empty": _("The file is empty."),
    "large": _("The file is too big: at most 50 MB, and 400 MB when unpacked."),
    "rows": _("The file is too long: at most 200 000 rows a sheet."),
    "password": _("The file is locked with a password. Save it without one."),
    "damaged": _("The file is damaged. Open it in a spreadsheet program and save it again."),
    "web": _("This is a web page, though its name says otherwise. Open it in a spreadsheet program and save it as XLSX."),
    "json": _("The JSON in the file is broken off or has a mistake."),
    "unknown": _("The file is neither a spreadsheet nor a text table. XLSX, CSV and ПФДО answers in JSON can be read."),
    "none": _("There is no table in this folder: XLSX, CSV or JSON."),
    "slow": _("The file takes too long to read. It may be damaged."),
}


class Unreadable(Exception):
    """The whole file cannot be read: nothing was changed. `words` say why in one sentence."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.words: Text = _PROBLEMS[problem]


@dataclass(slots=True)
class Raw:
    """A sheet as it stands in the file: its name, and its rows with the numbers that a person sees beside them."""

    name: str
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)


@dataclass(slots=True)
class Contents:
    """What a file, or a folder of files, holds: tables and answers of ПФДО's API. Pictures are looked up from `folder`."""

    folder: Path
    tables: list[Raw] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


async def contents(path: Path) -> Contents:
    """Read a file, or every table in a folder. Raises `Unreadable`."""
    folder, files = _files(path)
    found = Contents(folder)
    for file in files:
        async for line in _lines(file):
            match line:
                case str(name):
                    found.tables.append(Raw(spaced(name)))
                case [int(number), list(cells)]:
                    found.tables[-1].rows.append((number, cells))
                case {"answer": answer}:
                    found.answers.append(answer)
    return found


def _files(path: Path) -> tuple[Path, list[Path]]:
    """The folder that pictures are looked up from, and the files to open. Raises `Unreadable`."""
    if path.is_file():
        return path.resolve().parent, [path.resolve()]
    if not path.is_dir():
        raise Unreadable("absent")
    files = sorted(file.resolve() for file in path.iterdir() if file.suffix.lower() in KNOWN_ENDINGS and file.is_file())
    if not files:
        raise Unreadable("none")
    return path.resolve(), files


async def _lines(path: Path) -> AsyncIterator[Any]:
    """What the child says of one file, without its last word. Raises `Unreadable`."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(Path(__file__).with_name("parse.py")),
        str(path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=LONGEST_LINE,
        env={},
    )
    assert child.stdout is not None  # noqa: S101 (a pipe was asked for)
    heard, last = 0, None
    try:
        async with asyncio.timeout(PATIENCE):
            while line := await child.stdout.readline():
                if (heard := heard + len(line)) > MOST_BYTES:
                    raise Unreadable("large")
                last = json.loads(line)
                if isinstance(last, dict) and ("end" in last or "problem" in last):
                    break
                yield last
    except TimeoutError:
        raise Unreadable("slow") from None
    except ValueError:  # a line longer than the limit
        raise Unreadable("large") from None
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
    if not isinstance(last, dict) or "end" not in last:
        # Without a last word the child was stopped by its limits: memory, as a rule.
        raise Unreadable(last["problem"] if isinstance(last, dict) and last.get("problem") in _PROBLEMS else "large")
