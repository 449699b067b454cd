"""Finding programmes: one statement for each shape of a search, built when it is first needed and kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Float, Select, and_, bindparam, case, distinct, func, literal, or_, select

from bot.model.wanted import WEEKEND, WORKDAYS
from storage.database import Query, within
from storage.place import unfilled_kept, unfilled_quotas
from storage.schema import organisation, programme, road, study_group
from storage.search import found, matching


@dataclass(frozen=True, slots=True)
class Shape:
    """Which conditions a search has: their values are given at the call under the same names."""

    settlements: bool = False
    ages: bool = False
    direction: bool = False
    free: bool = False
    notpaid: bool = False
    remote: bool = False
    visiting: bool = False
    places: bool = False
    parts: bool = False
    weekend: bool = False
    weekdays: bool = False
    organisation: bool = False
    words: bool = False


def free_places() -> ColumnElement[Any]:
    """Places that a newcomer may take; NULL where the organisation does not say."""
    return study_group.c.size - study_group.c.taken - unfilled_kept(study_group) - unfilled_quotas(study_group) - study_group.c.held


REMOTE, UNKNOWN = 900.0, 500.0
"""Where lessons at a distance and places without a known road stand in the order, in kilometres."""
WIDE = 9999
"""Months that stand for «no upper limit of age»."""


_GROUP = study_group.c
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "settlements": or_(within(_GROUP.settlement, "settlements"), _GROUP.mode == "remote"),
    "ages": and_(
        func.coalesce(_GROUP.age_min, programme.c.age_min, 0) <= bindparam("age_to"),
        # An upper limit of «10 лет» takes a child of ten years and eleven months.
        func.coalesce(_GROUP.age_max, programme.c.age_max, WIDE) + 11 >= bindparam("age_from"),
    ),
    "direction": programme.c.direction == bindparam("direction"),
    "organisation": programme.c.organisation == bindparam("organisation"),
    "free": programme.c.free,
    "notpaid": or_(programme.c.free, programme.c.certificate),
    "remote": _GROUP.mode == "remote",
    "visiting": _GROUP.mode == "visiting",
    "places": free_places() > 0,
    "weekdays": _GROUP.weekdays.bitwise_and(bindparam("weekdays")) != 0,
}
_TIMES: dict[str, ColumnElement[bool]] = {
    "parts": and_(_GROUP.day_parts.bitwise_and(bindparam("parts")) != 0, _GROUP.weekdays.bitwise_and(WORKDAYS) != 0),
    "weekend": _GROUP.weekdays.bitwise_and(WEEKEND) != 0,
}
"""Times of day are alternatives of one another."""


def _conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """What every programme of a list fulfils, then what this search asks for."""
    shown = [
        programme.c.state == "published",
        ~_GROUP.archived,
        ~organisation.c.archived,
        within(organisation.c.kind, "kinds"),
        or_(_GROUP.ends.is_(None), _GROUP.ends >= bindparam("today")),
    ]
    times = [clause for name, clause in _TIMES.items() if getattr(shape, name)]
    return [*shown, *(clause for name, clause in _CONDITIONS.items() if getattr(shape, name)), *([or_(*times)] if times else [])]


def _from(shape: Shape, *columns: Any, ranked: bool = False) -> Any:
    """A SELECT over programmes and their groups that fit; where `ranked`, with the column `rank` of how well the words fit."""

    def build(dialect: Any) -> Select[Any]:
        hits = found(dialect) if ranked and shape.words else None
        rank = [] if not ranked else [hits.c.rank.label("rank") if hits is not None else literal(0).label("rank")]
        made = (
            select(*columns, *rank)
            .select_from(study_group)
            .join(programme, programme.c.id == study_group.c.programme)
            .join(organisation, organisation.c.id == programme.c.organisation)
            .where(*_conditions(shape))
        )
        if hits is not None:
            return made.join(hits, hits.c.programme == programme.c.id)
        return made.where(programme.c.id.in_(matching(dialect))) if shape.words else made

    return build


@lru_cache(maxsize=512)
def counting(shape: Shape) -> Query[int]:
    """How many programmes fit."""
    return Query(_from(shape, func.count(distinct(programme.c.id))), int)


@lru_cache(maxsize=512)
def by_settlement(shape: Shape) -> Query[tuple[int, int]]:
    """How many programmes fit in each settlement that has any (lessons at a distance apart)."""
    build = _from(shape, study_group.c.settlement, func.count(distinct(programme.c.id)))
    return Query(
        lambda dialect: (
            build(dialect).where(study_group.c.settlement.is_not(None), study_group.c.mode != "remote").group_by(study_group.c.settlement)
        ),
        lambda place, number: (int(place), int(number)),
    )


@lru_cache(maxsize=512)
def by_direction(shape: Shape) -> Query[tuple[str, int]]:
    """How many programmes fit in each direction that has any."""
    build = _from(shape, programme.c.direction, func.count(distinct(programme.c.id)))
    return Query(lambda dialect: build(dialect).group_by(programme.c.direction), lambda name, number: (str(name), int(number)))


class FoundRow(NamedTuple):
    """A programme of a result list and the nearest of its groups that fit."""

    id: int
    name: str
    organisation: str
    group: int
    kilometres: float | None


@lru_cache(maxsize=512)
def listing(shape: Shape, *, home: bool) -> Query[FoundRow]:
    """The programmes that fit, in the order of fit.

    By the words, then nearest first, those with free places before those without, those made for fewer ages before those for all.
    """
    group = study_group.c
    remote, unknown, none = literal(REMOTE, Float), literal(UNKNOWN, Float), literal(0.0, Float)
    far: ColumnElement[Any] = case((group.mode == "remote", remote), else_=func.coalesce(road.c.kilometres, unknown) if home else unknown)
    near: ColumnElement[Any] = case((group.settlement == bindparam("home"), none), else_=far) if home else far
    at = func.row_number().over(
        partition_by=programme.c.id,
        order_by=(near, case((free_places() > 0, 0), (free_places().is_(None), 1), else_=2), group.id),
    )
    order = case((free_places() > 0, 0), (free_places().is_(None), 1), else_=2)
    span = func.coalesce(group.age_max, programme.c.age_max, WIDE) - func.coalesce(group.age_min, programme.c.age_min, 0)
    build = _from(
        shape,
        programme.c.id.label("id"),
        programme.c.name.label("name"),
        organisation.c.name.label("organisation"),
        group.id.label("group"),
        near.label("near"),
        order.label("places"),
        span.label("span"),
        at.label("at"),
        ranked=True,
    )

    def whole(dialect: Any) -> Any:
        inner = build(dialect)
        if home:
            here: BindParameter[int] = bindparam("home")
            inner = inner.outerjoin(
                road,
                or_(and_(road.c.a == here, road.c.b == group.settlement), and_(road.c.b == here, road.c.a == group.settlement)),
            )
        each = inner.subquery()
        return (
            select(each.c.id, each.c.name, each.c.organisation, each.c.group, each.c.near)
            .where(each.c["at"] == 1)
            .order_by(each.c.rank.desc(), each.c.near, each.c.places, each.c.span, each.c.name, each.c.id)
            .limit(bindparam("most"))
            .offset(bindparam("skip"))
        )

    return Query(whole, FoundRow)
