"""Cells become values: each kind of column has a reader that takes what people write, mends what is certain and says how.

A reader is `(cell, column, notes) → value`. An empty cell never comes here. What was mended is appended to `notes` in words; what cannot
be understood raises `Misread` with a sentence. Checks across cells are in `rows.py`.
"""

from __future__ import annotations

import math
import re
import zoneinfo
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from bot.model.text import _
from bot.services.importing import numbers, texts, when
from bot.services.importing.cells import Misread, Notes, Reader, fitting, shortened, shown, text_of, unlike
from bot.services.importing.layout import Column, Kind
from bot.services.importing.read import Cell
from bot.services.importing.words import plain, spaced

LONGEST: Final = 1000
"""Characters of a cell that is no text: nothing sensible is longer, and patterns stay quick."""
_LONG: Final = frozenset({"text", "prose", "title", "list"})


def read(cell: Cell, column: Column, notes: Notes) -> Any:
    """The value of a cell that is not empty; `None` where nothing is left of it. Raises `Misread`."""
    if isinstance(cell, float) and not math.isfinite(cell):
        raise unlike(_("a number"), cell)
    if isinstance(cell, str) and len(cell) > LONGEST and column.kind not in _LONG:
        raise Misread(_("too long: {length} characters, at most {most}").format(length=len(cell), most=LONGEST))
    return _READERS[column.kind](cell, column, notes)


def _moment_value(cell: Cell) -> str | float:
    """What `when` reads: a number as it is, anything else as text."""
    return cell if isinstance(cell, (int, float)) and not isinstance(cell, bool) else text_of(cell)


def _day(cell: Cell, _column: Column, _notes: Notes) -> date:
    found = when.day(_moment_value(cell))
    if found is None:
        raise unlike(_("a date, such as 15.09.2026"), cell)
    return found


def _moment(cell: Cell, column: Column, _notes: Notes) -> datetime:
    found = when.moment(_moment_value(cell))
    if found is None:
        raise unlike(_("a date with a time, such as 01.09.2026 10:00"), cell)
    return when.joined(*found, end=column.field.endswith("_to"))


def _clock(cell: Cell, _column: Column, notes: Notes) -> int:
    found = when.clock(_moment_value(cell))
    if found is None:
        raise unlike(_("a time, such as 9:00"), cell)
    if isinstance(cell, (int, float)) or (isinstance(cell, str) and ":" not in cell):
        notes.append(_("“{value}” read as {at:time}").format(value=shown(cell), at=found))
    return found


def _weekdays(cell: Cell, _column: Column, _notes: Notes) -> list[int]:
    found = when.weekdays(_moment_value(cell))
    if found is None:
        raise unlike(_("days of the week, such as “вт, чт”"), cell)
    return found


def _lessons(cell: Cell, _column: Column, _notes: Notes) -> list[when.Lesson]:
    found = when.lessons(text_of(cell))
    if found is None:
        raise Misread(_("timetable not understood"))
    return found


_OFFSETS: Final = {
    2: "Europe/Kaliningrad", 3: "Europe/Moscow", 4: "Europe/Samara", 5: "Asia/Yekaterinburg", 6: "Asia/Omsk", 7: "Asia/Krasnoyarsk",
    8: "Asia/Irkutsk", 9: "Asia/Yakutsk", 10: "Asia/Vladivostok", 11: "Asia/Magadan", 12: "Asia/Kamchatka",
}  # fmt: skip
"""Russian zones by their hours from UTC (the law on the calculation of time, 107-FZ); none of them has summer time."""
MOSCOW: Final = 3


@cache
def _zones() -> set[str]:
    return zoneinfo.available_timezones()


def _zone(cell: Cell, _column: Column, notes: Notes) -> str:
    said = spaced(text_of(cell))
    if said in _zones():
        return said
    found = re.fullmatch(r"(utc|gmt|мск|msk)? ?(?:\+ ?(\d{1,2})(?::00)?)?", plain(said))
    if found and (found[1] or found[2]):
        hours = int(found[2] or 0) + (MOSCOW if found[1] in {"мск", "msk"} else 0)
        if hours in _OFFSETS:
            notes.append(_("{value} → {zone}").format(value=shown(cell), zone=_OFFSETS[hours]))
            return _OFFSETS[hours]
    raise unlike(_("a time zone, such as Asia/Yekaterinburg or UTC+5"), cell)


_PHONE: Final = re.compile(r"(?:\+7|\b8)[\s(-]*\d{3,5}[\s)-]*\d[\d\s-]{4,9}\d(?:,? ?(?:доб|вн)\.? ?\d{1,5})?")
FEWEST_DIGITS: Final = 5
"""A telephone number has at least these, even in a village."""


def _phone(cell: Cell, column: Column, notes: Notes) -> str | None:
    text = spaced(text_of(cell)).strip(" ,;.")
    digits = re.sub(r"\D", "", text)
    if len(digits) < FEWEST_DIGITS:
        raise unlike(_("a telephone number"), cell)
    if isinstance(cell, (int, float)):
        # A number cell has lost its plus and its spaces: 9001234567 or 89001234567.
        text = {10: f"+7{digits}", 11: f"+7{digits[1:]}"}.get(len(digits), digits)
        notes.append(_("“{value}” read as {number}").format(value=shown(cell), number=text))
    return fitting(text, column, notes)


def phone_in(address: str) -> tuple[str, str] | None:
    """An address that has a telephone number in it, taken apart: the address, the number."""
    found = _PHONE.search(address)
    if not found:
        return None
    rest = address[: found.start()] + address[found.end() :]
    rest = re.sub(
        r"\bт(?:ел(?:ефон)?)?[.:]*\s*(?=$|[,;.])|\(\s*\)",
        "",
        re.sub(r"\bт(?:ел(?:ефон)?)?[.:]*\s*$", "", rest.strip(" ,;.")),
        flags=re.IGNORECASE,
    )
    return re.sub(r"([,;]\s*){2,}", ", ", spaced(rest)).strip(" ,;"), spaced(found[0])


def _email(cell: Cell, _column: Column, _notes: Notes) -> str:
    text = spaced(text_of(cell)).removeprefix("mailto:").strip(" ,;")
    if not re.fullmatch(r"[^\s@,;<>]{1,64}@[^\s@,;<>]{1,120}\.[^\s@,;<>.]{2,15}", text):
        raise unlike(_("an e-mail address"), cell)
    return text


_ADDRESS: Final = re.compile(
    r"""https?://(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,9}(?:xn--[a-z\d-]{2,59}|[^\W\d_]{2,20})(?::\d{1,5})?(?:[/?#][^\s<>"]*)?""",
    re.IGNORECASE,
)


def _site(cell: Cell, column: Column, notes: Notes) -> str:
    text = spaced(text_of(cell)).strip(" ,;")
    if "://" not in text:
        text = f"https://{text}"
        notes.append(_("address completed: {value}").format(value=shortened(text)))
    if len(text) > column.limit or not _ADDRESS.fullmatch(text):
        raise unlike(_("an address on the web"), cell)
    return text


_READERS: Final[dict[Kind, Reader]] = {
    "text": texts.line,
    "prose": texts.prose,
    "title": texts.title,
    "code": texts.code,
    "reference": texts.reference,
    "picture": texts.reference,
    "list": texts.listed,
    "languages": texts.languages,
    "one_of": texts.one_of,
    "some_of": texts.some_of,
    "yes_no": texts.yes_no,
    "whole": numbers.whole,
    "decimal": numbers.decimal,
    "price": numbers.price,
    "age": numbers.age,
    "ages": numbers.ages,
    "oktmo": numbers.oktmo,
    "inn": numbers.inn,
    "ogrn": numbers.ogrn,
    "day": _day,
    "moment": _moment,
    "clock": _clock,
    "weekdays": _weekdays,
    "lessons": _lessons,
    "zone": _zone,
    "phone": _phone,
    "email": _email,
    "site": _site,
}
