"""A cell as it was read, as a person sees it, and how one says that it cannot be understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.model.text import Words, _
from bot.services.importing.layout import Column
from bot.services.importing.read import Cell
from bot.services.importing.words import spaced

Notes = list[Words]
"""What was mended, in words."""
Reader = Callable[[Cell, Column, Notes], Any]


class Misread(Exception):
    """A cell that cannot be understood; `text` says why in one sentence."""

    def __init__(self, text: Words) -> None:
        super().__init__(text)
        self.text = text


def text_of(cell: Cell) -> str:
    """A cell's text: a number without the point that a spreadsheet adds, a date by its ISO form."""
    if isinstance(cell, dict):
        return cell.get("at", "")
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def shown(cell: Cell) -> str:
    """A cell shortened, to name it in a sentence."""
    return shortened(spaced(text_of(cell)))


def shortened(text: str, most: int = 60) -> str:
    """At most so many characters, the last an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def unlike(kind: Words, cell: Cell) -> Misread:
    """The cell is not what its column holds."""
    return Misread(_("“{value}” is not {kind}").format(value=shown(cell), kind=kind))


def fitting(text: str, column: Column, notes: Notes) -> str | None:
    """The text within its column's limit: a long one is shortened, but a name that is too long is refused."""
    if len(text) <= column.limit or not column.limit:
        return text or None
    if column.required:
        raise Misread(_("too long: {length} characters, at most {most}").format(length=len(text), most=column.limit))
    notes.append(_("shortened to {most} characters").format(most=column.limit))
    return text[: column.limit - 1].rsplit(" ", 1)[0] + "…"
