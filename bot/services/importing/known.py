"""Who is who: what the catalogue has already, and what this file has brought, found by code, by a foreign number or by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from bot.model.text import _
from bot.services.importing.cells import Misread
from bot.services.importing.rows import SYSTEMS, Row
from bot.services.importing.words import plain
from storage import catalogue_import as storage
from storage.database import Tx

LIKE: Final = 80
"""Per cent of likeness from which a name may be a mistyped one."""
GIVEN: Final = "n-"
"""Codes that we give to rows that bring none begin so; when the file brings one later, it takes their place."""
_KIND: Final = re.compile(r"(?:с|д|п|г|х|пос|дер|пгт|рп|ст|сл|аул|село|деревня|поселок|город|хутор|станица|слобода)\.? (?=\w)")
"""What may stand before a settlement's name in a reference: «с. Берёзовка»."""

_ABSENT: Final = {
    "municipality": _("there is no municipality “{name}”"),
    "settlement": _("there is no settlement “{name}”"),
    "organisation": _("there is no organisation “{name}”"),
    "programme": _("there is no programme “{name}”"),
    "group": _("there is no group “{name}”"),
}
_FALLEN: Final = {
    "municipality": _("the municipality “{name}” was not taken: {where}"),
    "settlement": _("the settlement “{name}” was not taken: {where}"),
    "organisation": _("the organisation “{name}” was not taken: {where}"),
    "programme": _("the programme “{name}” was not taken: {where}"),
    "group": _("the group “{name}” was not taken: {where}"),
}
WHOSE: Final = {"settlement": "municipality", "organisation": "municipality", "programme": "organisation", "group": "programme"}
"""The field that says whose a row is: two of one name are told apart by it."""


def given_code(noun: str, owner: str, name: str) -> str:
    """The code of a row that brings none: the same for the same name of the same owner, so that a repeated import meets it again."""
    return GIVEN + blake2b("\n".join((noun, owner, plain(name))).encode(), digest_size=6).hexdigest()


@dataclass(slots=True)
class Things:
    """All there is of one noun."""

    by_code: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_alias: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By plain names; an alias serves references, but never tells who a row is."""
    code: dict[int, str] = field(default_factory=dict)
    name: dict[int, str] = field(default_factory=dict)
    owner: dict[int, int | None] = field(default_factory=dict)
    by_number: dict[tuple[str, str], int] = field(default_factory=dict)
    numbers: dict[int, dict[str, str]] = field(default_factory=dict)
    """Foreign numbers, `by_number` by (system, number), `numbers` by id and system."""
    guesses: dict[str, str | None] = field(default_factory=dict)
    fallen: dict[str, str] = field(default_factory=dict)
    """Codes and plain names of rows that this file has and that were refused, with the addresses of the rows."""

    def add(self, number: int, code: str, name: str, owner: int | None) -> None:
        """Take a row in, or its new code and name."""
        if (old := self.code.get(number)) is not None and old != code:
            self.by_code.pop(old, None)
        if (was := self.name.get(number)) is not None and plain(was) != plain(name):
            self.by_name[plain(was)].discard(number)
        self.by_code[code], self.code[number], self.owner[number], self.name[number] = number, code, owner, name
        self.by_name[plain(name)].add(number)

    def named(self, name: str, owner: int | None, *, alias: bool = False) -> set[int]:
        """Rows of a name; of one owner, where it is known."""
        found = (self.by_alias if alias else self.by_name).get(plain(name), set())
        return found if owner is None else {number for number in found if self.owner[number] == owner}

    def nearest(self, name: str) -> str | None:
        """The name that somebody may have meant by a mistyped one."""
        if name not in self.guesses:
            found = extractOne(plain(name), self.by_name.keys(), scorer=ratio, score_cutoff=LIKE)
            numbers = self.by_name[found[0]] if found else set[int]()
            self.guesses[name] = self.name[min(numbers)] if numbers else None
        return self.guesses[name]


@dataclass(slots=True)
class Catalogue:
    """What there is of every noun, and the few facts of it that other rows depend on."""

    of: dict[str, Things] = field(default_factory=lambda: {noun: Things() for noun in storage.TABLES})
    zones: dict[int, str] = field(default_factory=dict)
    """The time zone of each municipality."""
    places: dict[int, storage.Place] = field(default_factory=dict)
    """Where each organisation is."""
    roads: dict[tuple[int, int], tuple[float, str | None]] = field(default_factory=dict)

    @classmethod
    async def load(cls, tx: Tx) -> Catalogue:
        """Read what there is."""
        made = cls()
        for noun, query in storage.ALL_NAMED.items():
            for row in await tx.all(query):
                made.of[noun].add(*row)
        for known in await tx.all(storage.EXTERNALS):
            things = made.of[known.noun]
            things.by_number[known.system, known.value] = known.id
            things.numbers.setdefault(known.id, {})[known.system] = known.value
        for number, names in await tx.all(storage.OTHER_NAMES):
            made.also("settlement", number, names)
        for number, name in await tx.all(storage.FULL_NAMES):
            made.also("organisation", number, [name])
        made.zones = dict(await tx.all(storage.ZONES))
        made.places = {place.id: place for place in await tx.all(storage.PLACES)}
        made.roads = dict(await tx.all(storage.ROADS))
        return made

    def also(self, noun: str, number: int, names: Iterable[str]) -> None:
        """Further names that a row is referred to by."""
        for name in names:
            self.of[noun].by_alias[plain(name)].add(number)

    def zone(self, organisation: int, settlement: int | None) -> str:
        """The zone whose clock the lessons of a group follow: its settlement's, else its organisation's."""
        noun, number = ("settlement", settlement) if settlement is not None else ("organisation", organisation)
        municipality = self.of[noun].owner.get(number)
        return self.zones[municipality] if municipality is not None else "UTC"

    def refer(self, noun: str, said: str, owner: int | None = None) -> int:
        """The row that a reference means: by code, else by a foreign number as `pfdo:22987`, else by name.

        Raises `Misread` with a sentence that says why there is none.
        """
        things = self.of[noun]
        if (number := things.by_code.get(said)) is not None:
            return number
        system, _colon, foreign = said.partition(":")
        if (number := things.by_number.get((system, foreign))) is not None:
            return number
        bare = _KIND.sub("", plain(said), count=1) if noun == "settlement" else said
        for found in (things.named(said, owner), things.named(bare, owner), things.named(bare, owner, alias=True)):
            if len(found) == 1:
                return next(iter(found))
            if found:
                raise Misread(_("there are {number} named “{name}”: give the code").format(number=len(found), name=said))
        if (where := things.fallen.get(said) or things.fallen.get(plain(said))) is not None:
            raise Misread(_FALLEN[noun].format(name=said, where=where))
        absent = _ABSENT[noun].format(name=said)
        near = things.nearest(said)
        raise Misread(_("{why}; is it “{near}”?").format(why=absent, near=near) if near else absent)

    def only_municipality(self) -> int | None:
        """The municipality, where there is but one."""
        known = self.of["municipality"].code
        return next(iter(known)) if len(known) == 1 else None

    def meet(self, row: Row, owner: int | None) -> int | None:
        """The row of the catalogue that a row of the file is; `None` for a new one. Raises `Misread` where that is uncertain."""
        things, values = self.of[row.sheet.noun], row.values
        code, name = values.get("code"), values.get("name")
        numbers = {
            met for system in SYSTEMS if (value := values.get(system)) and (met := things.by_number.get((system, value))) is not None
        }
        if code and (met := things.by_code.get(code)) is not None:
            if numbers - {met}:
                raise Misread(_("the code and the foreign number belong to different rows"))
            return met
        if len(numbers) > 1:
            raise Misread(_("the foreign numbers belong to different rows"))
        found = numbers
        # Only a name that tells rows apart: among those of one owner.
        if not found and name and (owner is not None or row.sheet.noun == "municipality"):
            found = things.named(name, owner)
        if not found:
            return None
        if code:
            # A new code takes the place of one that we gave, never of another that somebody chose.
            mine = {number for number in found if things.code[number].startswith(GIVEN)}
            if numbers and not mine:
                raise Misread(_("the foreign number belongs to the row with the code “{code}”").format(code=things.code[next(iter(found))]))
            return next(iter(mine)) if len(mine) == 1 else None
        if len(found) > 1:
            raise Misread(_("there are {number} named “{name}”: give the code").format(number=len(found), name=name or ""))
        return next(iter(found))
