"""Readers of cells that hold numbers: counts, degrees, prices, ages, and the numbers that officials give."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.model.text import Text, _
from bot.services.importing import when
from bot.services.importing.cells import Notes, shown, text_of, unlike
from bot.services.importing.layout import Column
from bot.services.importing.read import Cell
from bot.services.importing.texts import spellings
from bot.services.importing.vocabulary import PRICE_PER
from bot.services.importing.words import plain, spaced


def _number(cell: Cell, kind: Text, notes: Notes) -> float:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    found = re.fullmatch(r"([-+]?\d[\d ]{0,15}(?:[.,]\d{1,12})?)(\D*)", spaced(text_of(cell)))
    if not found or isinstance(cell, (bool, dict)):
        raise unlike(kind, cell)
    value = float(found[1].replace(" ", "").replace(",", "."))
    if found[2].strip():
        notes.append(_("“{value}” read as {number}").format(value=shown(cell), number=text_of(value)))
    return value


def whole(cell: Cell, column: Column, notes: Notes) -> int:
    """A count, from 0 to the column's limit."""
    kind = _("a whole number from 0 to {most}").format(most=column.limit)
    value = _number(cell, kind, notes)
    if not 0 <= value <= column.limit or value != int(value):
        raise unlike(kind, cell)
    return int(value)


def decimal(cell: Cell, column: Column, notes: Notes) -> float:
    """A measure: degrees of latitude and longitude may be negative, kilometres may not."""
    low = -column.limit if column.field in {"latitude", "longitude"} else 0
    kind = _("a number from {least} to {most}").format(least=low, most=column.limit)
    value = float(_number(cell, kind, notes))
    if not low <= value <= column.limit:
        raise unlike(kind, cell)
    return round(value, 7)


@dataclass(frozen=True, slots=True)
class Price:
    """Whole roubles, and what they are paid for where the same cell says so."""

    roubles: int | None
    per: str | None


_PER: Final = spellings(PRICE_PER)


def price(cell: Cell, column: Column, notes: Notes) -> Price:
    """A price in whole roubles; part of a rouble is rounded up."""
    kind = _("a price in roubles")
    said = plain(text_of(cell))
    if said.startswith(("бесплатн", "нет")):
        return Price(None, None)
    found = re.fullmatch(r"(\d[\d ]{0,15}(?:[.,]\d{1,2})?) ?(?:руб(?:лей|ля|ль)?\.?|р\.?|₽)? ?/? ?(.*?)\.?", said)
    if not found or (found[2] and found[2] not in _PER):
        raise unlike(kind, cell)
    exact = float(found[1].replace(" ", "").replace(",", "."))
    roubles = -int(-exact // 1)
    if roubles > column.limit:
        raise unlike(kind, cell)
    if roubles != exact:
        notes.append(_("kopecks rounded up: {price:money}").format(price=roubles))
    return Price(roubles or None, _PER.get(found[2]))


@dataclass(frozen=True, slots=True)
class Age:
    """A bound as it was written: `months` where the unit is certain, else a bare `number` of years or months."""

    number: float
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Ages:
    """Both bounds of one cell."""

    low: Age | None
    high: Age | None


_AGE: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?) ?\+? ?(лет|год(?:а|у)?|г\.?|л\.?|мес(?:яц(?:ев|а)?|\.)?)?(?: ?(\d{1,2}) ?мес[а-я.]*)?")
_UNIT: Final = r"(лет|годам?|года|мес[а-я.]*)?"


def age(cell: Cell, _column: Column, _notes: Notes) -> Age:
    """One bound of an age."""
    return _bound(plain(text_of(cell)), cell)


def _bound(said: str, cell: Cell, unit: str = "") -> Age:
    found = _AGE.fullmatch(said.strip())
    if not found:
        raise unlike(_("an age"), cell)
    number, unit = float(found[1].replace(",", ".")), found[2] or unit
    if unit.startswith("мес"):
        return Age(number, round(number))
    if unit or found[3] or number % 1:
        return Age(number, round(number * 12) + int(found[3] or 0))
    return Age(number)


def ages(cell: Cell, _column: Column, notes: Notes) -> Ages:
    """Both bounds of an age: «7–10», «6,5–9 лет», «от 14», «60–84 мес.»."""
    if isinstance(cell, dict) and (at := when.day(cell.get("at", ""))) and at.day < at.month:
        notes.append(_("the spreadsheet had made a date of {low}–{high}").format(low=at.day, high=at.month))
        return Ages(Age(at.day), Age(at.month))
    said = re.sub(r"\bвозраст\b:?|\bдет(?:и|ей)\b", "", plain(text_of(cell))).strip(" .")
    if found := re.fullmatch(rf"(?:от |с )?(.+?) ?(?:-| до | по ) ?(.+?) ?{_UNIT}", said):
        unit = found[3] or ""
        return Ages(_bound(found[1], cell, unit), _bound(found[2], cell, unit))
    if found := re.fullmatch(r"(?:от|с|старше) (.+)|(.+?) ?(?:\+|и старше)", said):
        return Ages(_bound(found[1] or found[2], cell), None)
    if found := re.fullmatch(r"(?:до|младше) (.+)", said):
        return Ages(None, _bound(found[1], cell))
    one = _bound(said, cell)
    return Ages(one, one)


def _digits(cell: Cell, lengths: tuple[int, ...], valid: Callable[[str], bool], kind: Text, notes: Notes) -> str:
    digits = re.sub(r"[\s-]", "", text_of(cell))
    if digits.isdecimal() and digits.isascii():
        for length in lengths:
            whole = digits.zfill(length)
            # A spreadsheet drops leading zeros; two at most, and only where the control digit agrees.
            if length - 2 <= len(digits) <= length and valid(whole):
                if whole != digits:
                    notes.append(_("leading zero restored: {value}").format(value=whole))
                return whole
    raise unlike(kind, cell)


def _control(digits: str, weights: tuple[int, ...]) -> bool:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10 == int(digits[len(weights)])


_INN10: Final = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn(cell: Cell, _column: Column, notes: Notes) -> str:
    """A taxpayer's number of ten digits (organisations) or twelve (people)."""

    def valid(inn: str) -> bool:
        """Control digits by the tax service's rule: one of ten digits, two of twelve."""
        if len(inn) == 10:
            return _control(inn, _INN10)
        return _control(inn, (7, *_INN10)) and _control(inn, (3, 7, *_INN10))

    return _digits(cell, (10, 12), valid, _("an INN (its control digit differs)"), notes)


def ogrn(cell: Cell, _column: Column, notes: Notes) -> str:
    """A state registration number of thirteen digits, or fifteen for an entrepreneur."""

    def valid(ogrn: str) -> bool:
        """The last digit is that of the remainder by 11 (of a person's OGRNIP: by 13)."""
        return int(ogrn[:-1]) % (len(ogrn) - 2) % 10 == int(ogrn[-1])

    return _digits(cell, (13, 15), valid, _("an OGRN (its control digit differs)"), notes)


def oktmo(cell: Cell, _column: Column, notes: Notes) -> str:
    """A code of the classifier of municipal territories: 8 digits, 11 for a settlement."""
    return _digits(cell, (8, 11), lambda oktmo: int(oktmo) > 0, _("an OKTMO: 8 or 11 digits"), notes)
