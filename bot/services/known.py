"""What is known about somebody, in an order that can be read: for the file that they may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from storage import known as table
from storage.database import Tx
from storage.known import MOST

__all__ = ["MOST", "Chapter", "known"]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rows of one table: each is its filled columns by name; a reference to something with a name is that name."""

    noun: str
    rows: tuple[dict[str, Any], ...]


async def known(tx: Tx, person: int) -> list[Chapter]:
    """Everything that is stored about a person and the children they answer for; tables without anything are left out."""
    made = list[Chapter]()
    for noun, query in table.KNOWN.items():
        rows = await tx.all(query, person=person)
        if rows:
            made.append(Chapter(noun, tuple(rows)))
    names = {column: await _names(tx, column, made) for column in table.NAMES}
    return [Chapter(each.noun, tuple(_readable(row, names) for row in each.rows)) for each in made]


async def _names(tx: Tx, column: str, chapters: Iterable[Chapter]) -> dict[int, str]:
    ids = {row[column] for chapter in chapters for row in chapter.rows if row.get(column) is not None}
    return dict(await tx.all(table.NAMES[column], ids=sorted(ids))) if ids else {}


def _readable(row: dict[str, Any], names: dict[str, dict[int, str]]) -> dict[str, Any]:
    return {
        name: names[name].get(value, value) if name in names else value
        for name, value in row.items()
        if value not in (None, "", [], {}) and value is not False
    }
