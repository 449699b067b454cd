"""Which ages two bounds mean: years or months, and whether there is an upper bound at all."""

from __future__ import annotations

from typing import Final

from bot.model.text import _
from bot.services.importing.cells import Misread, Notes
from bot.services.importing.numbers import Age

YEAR: Final = 12
"""Months."""
_SURELY_MONTHS: Final = 24
"""A lower bound from here on counts months: nobody's club for children begins at 24 years."""
_NO_BOUND: Final = 61
"""An upper bound from here on, in years, says «for everybody»."""
_LAST_MONTH: Final = 21 * YEAR
_HALF_YEAR: Final = 6
"""Months in which ages are usually given: «18–36» may be such months, «14–35» may not."""


def span(low: Age | None, high: Age | None, notes: Notes) -> tuple[int | None, int | None]:
    """The bounds in months, `None` for an open one. Raises `Misread` where it is uncertain what they mean, or they contradict."""
    if any(bound is not None and bound.months is not None for bound in (low, high)):
        found = tuple(_as_years(bound) for bound in (low, high))
    else:
        found = _bare(low.number if low else None, high.number if high else None, notes)
    least, most = found
    if least is not None and most is not None and least > most:
        raise Misread(_("the lower age is above the upper one"))
    return least, most


def _as_years(bound: Age | None) -> int | None:
    if bound is None:
        return None
    return bound.months if bound.months is not None else round(bound.number * YEAR)


def _bare(low: float | None, high: float | None, notes: Notes) -> tuple[int | None, int | None]:
    """Bounds without a unit."""
    first, last = low if low is not None else high, high if high is not None else low
    if first is None or last is None or last < _SURELY_MONTHS:
        return _years(low), _years(high)
    if last > _LAST_MONTH:
        raise Misread(_("{ages} are neither years nor months of a child").format(ages=_said(low, high)))
    if (low is None or low < _SURELY_MONTHS) and last >= _NO_BOUND:
        notes.append(_("{ages}: no upper bound").format(ages=_said(low, high)))
        return _years(low), None
    if low is not None and low >= _SURELY_MONTHS:
        months = (round(low), round(high) if high is not None else None)
        notes.append(_("{ages} are months: {years:age}").format(ages=_said(low, high), years=months))
        return months
    if (first % _HALF_YEAR, last % _HALF_YEAR) == (0, 0):
        raise Misread(_("{ages}: years or months? Write “{ages} лет” or “{ages} мес.”").format(ages=_said(low, high)))
    return _years(low), _years(high)


def _years(number: float | None) -> int | None:
    return None if number is None else round(number * YEAR)


def _said(low: float | None, high: float | None) -> str:
    return "–".join(f"{number:g}" for number in (low, high) if number is not None)
