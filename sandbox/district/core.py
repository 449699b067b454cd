"""What of the district was thought up by hand: places, organisations and 25 programmes, read from `core/` and `bank/`.

The files hold what the cells of a catalogue say (`docs/import.md`), in nested form: a programme has its groups, a group its lessons.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import cos, inf, radians
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
"""A table of one of the files: a field's name and what its cell says."""

HERE = Path(__file__).parent
PROGRAMMES = ("01-09", "10-18", "19-25", "dirty")
MIDDLE = (57.895, 57.2337)
"""Where the middle of Lazorye is said to be: latitude and longitude of a real forest, since every point of the Earth is somewhere."""
DEGREE = 111_320
"""Metres in a degree of latitude."""


@dataclass(frozen=True, slots=True)
class District:
    """All there is in the files of `core/`."""

    municipalities: list[Entry]
    settlements: list[Entry]
    roads: list[Entry]
    organisations: list[Entry]
    programmes: list[Entry]

    def settlement(self, code: str) -> Entry:
        """A settlement by its code; `KeyError` for a code that nobody has."""
        return _by_code(self.settlements, code)

    def organisation(self, code: str) -> Entry:
        """An organisation by its code; `KeyError` for a code that nobody has."""
        return _by_code(self.organisations, code)


def _by_code(entries: list[Entry], code: str) -> Entry:
    for entry in entries:
        if entry["code"] == code:
            return entry
    raise KeyError(code)


def read(name: str) -> dict[str, list[Entry]]:
    """One of the files, by its path in this folder without `.toml`."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def core() -> District:
    """The district as it was thought up."""
    places = read("core/places")
    return District(
        places["municipality"],
        places["settlement"],
        places["road"],
        read("core/organisations")["organisation"],
        [programme for name in PROGRAMMES for programme in read(f"core/{name}")["programme"]],
    )


def point(metres: Iterable[float]) -> tuple[float, float]:
    """Latitude and longitude of a point so many metres east and north of the middle of Lazorye."""
    east, north = metres
    return round(MIDDLE[0] + north / DEGREE, 5), round(MIDDLE[1] + east / DEGREE / cos(radians(MIDDLE[0])), 5)


def ways(district: District) -> Iterator[tuple[str, str, float, str]]:
    """The way between any two settlements: their codes, kilometres along the roads, and what is said of a road that goes straight there.

    Floyd and Warshall's shortest paths; a table of all pairs spares whoever reads the catalogue from knowing the roads.
    """
    codes = [settlement["code"] for settlement in district.settlements]
    straight = {frozenset((road["a"], road["b"])): road for road in district.roads}
    far = {frozenset(pair): inf for pair in combinations(codes, 2)} | {pair: road["kilometres"] for pair, road in straight.items()}
    for between in codes:
        for pair in far:
            if between not in pair:
                one, other = pair
                far[pair] = min(far[pair], far[frozenset((one, between))] + far[frozenset((between, other))])
    for a, b in combinations(codes, 2):
        pair = frozenset((a, b))
        yield a, b, far[pair], straight.get(pair, {}).get("note", "")
