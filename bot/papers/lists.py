"""Lists of applications for spreadsheets: a workbook, and the CSV that Excel opens by a double click."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any, Final

import xlsxwriter

_CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001 (a workbook's property, the same in every file: equal lists are equal files)
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""
NARROWEST, WIDEST = 6, 40
"""Characters of a column."""


def roster_xlsx(facts: Mapping[str, Any]) -> bytes:
    """A workbook of `head` and `rows`, under the name `title`. Everything but whole numbers is text: no formulas, no links."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED, "title": facts["title"]})
    heading, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet()
    for at, name in enumerate(facts["head"]):
        longest = max((len(str(row[at] or "")) for row in facts["rows"]), default=0)
        sheet.set_column(at, at, min(WIDEST, max(NARROWEST, len(name), longest) + 2))
        sheet.write_string(0, at, name, heading)
    sheet.freeze_panes(1, 3)
    for at, row in enumerate(facts["rows"]):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(at + 1, column, value)
            elif value:
                sheet.write_string(at + 1, column, str(value), text)
    if facts["rows"]:
        sheet.autofilter(0, 0, len(facts["rows"]), len(facts["head"]) - 1)
    book.close()
    return made.getvalue()


def harmless(value: Any) -> Any:
    """A cell of a CSV that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


def roster_csv(facts: Mapping[str, Any]) -> bytes:
    """The same as CSV with semicolons, in UTF-8 with a byte order mark: so Russian Excel reads it without questions."""
    made = StringIO()
    write = csv.writer(made, delimiter=";", lineterminator="\r\n")
    write.writerow(facts["head"])
    write.writerows([harmless("" if value is None else value) for value in row] for row in facts["rows"])
    return made.getvalue().encode("utf-8-sig")
