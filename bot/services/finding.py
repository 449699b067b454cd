"""Finding programmes by place, age, direction, wishes and words, with the number that each further answer would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.model.wanted import TIMES, Ages, Direction, Wanted, Wish
from storage import catalogue as table
from storage import finding
from storage.database import Tx
from storage.search import match

NEAR = 15.0
"""Kilometres by road that count as «рядом» when a search is widened to the neighbours."""
AGE_STEPS = (Ages(3, 4), Ages(5, 6), Ages(7, 8), Ages(9, 10), Ages(11, 13), Ages(14, 17))
"""Spans of ages that buttons offer; a typed age is taken exactly."""


def shape(wanted: Wanted) -> finding.Shape:
    """Which conditions this search has."""
    return finding.Shape(
        settlements=bool(wanted.settlements),
        ages=wanted.ages is not None,
        direction=wanted.direction is not None,
        free=Wish.FREE in wanted.wishes,
        notpaid=Wish.NOT_PAID in wanted.wishes and Wish.FREE not in wanted.wishes,
        remote=Wish.REMOTE in wanted.wishes,
        visiting=Wish.VISITING in wanted.wishes,
        places=Wish.PLACES in wanted.wishes,
        parts=wanted.day_parts != 0,
        weekend=Wish.WEEKEND in wanted.wishes,
        weekdays=wanted.weekdays != 0,
        organisation=wanted.organisation is not None,
        words=bool(wanted.words),
    )


async def zone(tx: Tx) -> str:
    """The IANA zone of the district, Moscow's while there is none."""
    return await tx.one(table.ZONE) or "Europe/Moscow"


async def today(tx: Tx) -> date:
    """The day it is in the district."""
    return tx.now.astimezone(ZoneInfo(await zone(tx))).date()


def _values(wanted: Wanted, day: date) -> dict[str, Any]:
    made: dict[str, Any] = {"kinds": list(wanted.kinds), "today": day}
    form = shape(wanted)
    if form.settlements:
        made["settlements"] = list(wanted.settlements)
    if wanted.ages is not None:
        made["age_from"], made["age_to"] = wanted.ages.months
    if wanted.direction is not None:
        made["direction"] = str(wanted.direction)
    if form.organisation:
        made["organisation"] = wanted.organisation
    if form.parts:
        made["parts"] = wanted.day_parts
    if form.weekdays:
        made["weekdays"] = wanted.weekdays
    if form.words:
        made["words"] = match(list(wanted.words))
    return made


async def count(tx: Tx, wanted: Wanted) -> int:
    """How many programmes fit."""
    return await tx.one(finding.counting(shape(wanted)), **_values(wanted, await today(tx))) or 0


async def by_settlement(tx: Tx, wanted: Wanted) -> dict[int, int]:
    """How many programmes fit in each settlement, by its id; only those that have any."""
    anywhere = wanted.but(settlements=())
    return dict(await tx.all(finding.by_settlement(shape(anywhere)), **_values(anywhere, await today(tx))))


async def by_direction(tx: Tx, wanted: Wanted) -> dict[Direction, int]:
    """How many programmes fit in each direction; only those that have any."""
    any_direction = wanted.but(direction=None)
    rows = await tx.all(finding.by_direction(shape(any_direction)), **_values(any_direction, await today(tx)))
    return {Direction(name): number for name, number in rows}


async def by_ages(tx: Tx, wanted: Wanted) -> dict[Ages, int]:
    """How many programmes fit each span of ages; only those that have any."""
    numbers = {ages: await count(tx, wanted.but(ages=ages)) for ages in AGE_STEPS}
    return {ages: number for ages, number in numbers.items() if number}


async def by_wish(tx: Tx, wanted: Wanted, offered: Iterable[Wish]) -> dict[Wish, int]:
    """How many programmes each further wish would leave; only those that leave some, and not all. Times of day add to one another."""
    whole = await count(tx, wanted)
    found = dict[Wish, int]()
    for wish in offered:
        if wish in wanted.wishes:
            found[wish] = whole
            continue
        others = wanted.wishes.difference(TIMES) if wish in TIMES else wanted.wishes
        number = await count(tx, wanted.but(wishes=others | {wish}))
        if number and (number < whole or wanted.wishes.intersection(TIMES)):
            found[wish] = number
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """A programme of a result list with the nearest fitting group. `kilometres` is 0 at home and `None` where unknown."""

    programme: int
    name: str
    organisation: str
    group: table.GroupRow
    kilometres: float | None
    remote: bool


async def page(tx: Tx, wanted: Wanted, home: int | None, skip: int, most: int) -> list[Found]:
    """A page of the result list in the order of fit: nearest first, then those with free places, then by name."""
    day = await today(tx)
    values = {**_values(wanted, day), "skip": skip, "most": most}
    if home is not None:
        values["home"] = home
    rows = await tx.all(finding.listing(shape(wanted), home=home is not None), **values)
    groups = {group.id: group for group in await tx.all(table.GROUPS, programmes=[row.id for row in rows], today=day)}
    return [
        Found(
            row.id,
            row.name,
            row.organisation,
            groups[row.group],
            row.kilometres if row.kilometres is not None and row.kilometres < finding.UNKNOWN else None,
            groups[row.group].mode == "remote",
        )
        for row in rows
    ]


async def neighbours(tx: Tx, settlement: int, within: float = NEAR) -> dict[int, float]:
    """The settlements within some kilometres by road, the nearest first."""
    roads = await tx.all(table.ROADS, settlement=settlement)
    return {row.settlement: row.kilometres for row in sorted(roads, key=lambda row: row.kilometres) if row.kilometres <= within}


def without(wanted: Wanted) -> Mapping[str, Wanted]:
    """The search with one of its conditions dropped, by the name of the condition."""
    looser = dict[str, Wanted]()
    if wanted.settlements:
        looser["place"] = wanted.but(settlements=())
    if wanted.ages is not None:
        looser["age"] = wanted.but(ages=None)
    if wanted.direction is not None:
        looser["direction"] = wanted.but(direction=None)
    if wanted.wishes or wanted.weekdays:
        looser["wishes"] = wanted.but(wishes=frozenset(), weekdays=0)
    if wanted.words:
        looser["words"] = wanted.but(words=())
    return looser


async def what_excludes(tx: Tx, wanted: Wanted) -> dict[str, int]:
    """Where nothing fits: which single condition, when dropped, leaves how many programmes."""
    numbers = {name: await count(tx, looser) for name, looser in without(wanted).items()}
    return {name: number for name, number in numbers.items() if number}
