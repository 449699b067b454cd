"""Reading the catalogue: programmes, groups, timetables, organisations and settlements."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, exists, func, or_, select

from storage.database import Query, upsert, within
from storage.place import unfilled_kept, unfilled_quotas
from storage.schema import (
    external_id,
    favourite,
    municipality,
    organisation,
    phase,
    programme,
    quota,
    road,
    settlement,
    study_group,
    timetable,
)


class ProgrammeRow(NamedTuple):
    """A programme with its organisation, as a card needs it."""

    id: int
    name: str
    announce: str | None
    direction: str
    level: str
    type: str
    age_min: int | None
    age_max: int | None
    free: bool
    certificate: bool
    paid: bool
    price: int | None
    price_per: str | None
    other_costs: str | None
    conditions: str | None
    bring: str | None
    equipment: str | None
    medical: bool
    adapted: bool
    languages: list[str]
    teacher: str | None
    phone: str | None
    page: str | None
    picture: str | None
    organisation: int
    organisation_name: str
    organisation_kind: str
    act: str
    door: str
    certificate_unit: str
    zone: str


PROGRAMME = Query(
    select(
        *(programme.c[name] for name in ProgrammeRow._fields[:24]),
        organisation.c.id,
        organisation.c.name,
        organisation.c.kind,
        organisation.c.act,
        organisation.c.door,
        municipality.c.certificate_unit,
        municipality.c.zone,
    )
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .where(
        programme.c.id == bindparam("programme"),
        programme.c.state == "published",
        ~organisation.c.archived,
        within(organisation.c.kind, "kinds"),
    ),
    ProgrammeRow,
)


class GroupRow(NamedTuple):
    """A group with the name of its settlement.

    `kept` are the kept and reserved places that nobody has taken yet; `for_all`: from when everybody may apply, where there are phases.
    """

    id: int
    programme: int
    name: str
    mode: str
    settlement: int | None
    settlement_name: str | None
    address: str | None
    room: str | None
    latitude: float | None
    longitude: float | None
    age_min: int | None
    age_max: int | None
    teacher: str | None
    size: int | None
    taken: int | None
    kept: int
    held: int
    waiting: int | None
    size_min: int | None
    starts: date | None
    ends: date | None
    timetable_note: str | None
    entry: str
    entry_note: str | None
    enrolment_from: datetime | None
    enrolment_to: datetime | None
    locked: bool
    year: int | None
    priority: list[str] | None
    quotas: bool
    phased: bool
    for_all: datetime | None
    follows: int | None
    guests: int
    taken_on: date | None


_GROUP_COLUMNS = (
    *(study_group.c[name] for name in GroupRow._fields[:5]),
    settlement.c.name,
    *(study_group.c[name] for name in GroupRow._fields[6:15]),
    (unfilled_kept(study_group) + unfilled_quotas(study_group)).label("kept"),
    *(study_group.c[name] for name in GroupRow._fields[16:29]),
    exists().where(quota.c.group == study_group.c.id).label("quotas"),
    exists().where(phase.c.group == study_group.c.id).label("phased"),
    select(func.min(phase.c.opens)).where(phase.c.group == study_group.c.id, phase.c.who == "all").scalar_subquery().label("for_all"),
    study_group.c.follows,
    study_group.c.guests,
    study_group.c.taken_on,
)
GROUPS = Query(
    select(*_GROUP_COLUMNS)
    .outerjoin(settlement, settlement.c.id == study_group.c.settlement)
    .where(
        within(study_group.c.programme, "programmes"),
        ~study_group.c.archived,
        or_(study_group.c.ends.is_(None), study_group.c.ends >= bindparam("today")),
    )
    .order_by(study_group.c.programme, study_group.c.starts, study_group.c.id),
    GroupRow,
)
"""The groups of some programmes that are not over."""
PROGRAMME_OF = Query(select(study_group.c.programme).where(study_group.c.id == bindparam("group")), int)

GROUP = Query(
    select(*_GROUP_COLUMNS)
    .outerjoin(settlement, settlement.c.id == study_group.c.settlement)
    .where(study_group.c.id == bindparam("group")),
    GroupRow,
)
"""One group, whether or not it is over."""


class LessonRow(NamedTuple):
    """A line of a group's timetable: weekly (`weekday`) or dated (`day` to `last_day`); minutes after local midnight."""

    group: int
    weekday: int | None
    day: date | None
    last_day: date | None
    starts: int | None
    ends: int | None
    weeks: str
    place: str | None


LESSONS = Query(
    select(*(timetable.c[name] for name in LessonRow._fields))
    .join(study_group, study_group.c.id == timetable.c.group)
    .where(within(study_group.c.programme, "programmes"))
    .order_by(timetable.c.group, timetable.c.weekday, timetable.c.day, timetable.c.starts),
    LessonRow,
)

EXTERNAL = Query(
    select(external_id.c.system, external_id.c.value).where(external_id.c.noun == "programme", external_id.c.id == bindparam("programme")),
    lambda system, value: (str(system), str(value)),
)


class OrganisationRow(NamedTuple):
    """An organisation as its own page shows it."""

    id: int
    name: str
    full_name: str | None
    kind: str
    act: str
    door: str
    licence: str | None
    settlement_name: str | None
    address: str | None
    latitude: float | None
    longitude: float | None
    phone: str | None
    email: str | None
    site: str | None


ORGANISATION = Query(
    select(
        organisation.c.id,
        organisation.c.name,
        organisation.c.full_name,
        organisation.c.kind,
        organisation.c.act,
        organisation.c.door,
        organisation.c.licence,
        settlement.c.name,
        organisation.c.address,
        organisation.c.latitude,
        organisation.c.longitude,
        organisation.c.phone,
        organisation.c.email,
        organisation.c.site,
    )
    .outerjoin(settlement, settlement.c.id == organisation.c.settlement)
    .where(organisation.c.id == bindparam("organisation"), ~organisation.c.archived, within(organisation.c.kind, "kinds")),
    OrganisationRow,
)


CLUB = Query(select(organisation.c.id).where(organisation.c.code == bindparam("code"), ~organisation.c.archived), int)
"""The organisation with this code."""


class SettlementRow(NamedTuple):
    """A settlement with the names people give it."""

    id: int
    kind: str | None
    name: str
    where: str | None
    whence: str | None
    other_names: list[str]
    latitude: float | None
    longitude: float | None
    population: int | None


SETTLEMENTS = Query(
    select(*(settlement.c[name] for name in SettlementRow._fields))
    .where(~settlement.c.archived)
    .order_by(func.coalesce(settlement.c.population, 0).desc(), settlement.c.name),
    SettlementRow,
)
"""All settlements, the largest first."""
SETTLEMENT = Query(
    select(*(settlement.c[name] for name in SettlementRow._fields)).where(
        settlement.c.id == bindparam("settlement"), ~settlement.c.archived
    ),
    SettlementRow,
)


class RoadRow(NamedTuple):
    """How far another settlement is by road."""

    settlement: int
    kilometres: float


ROADS = Query(
    select(road.c.b, road.c.kilometres)
    .where(road.c.a == bindparam("settlement"))
    .union_all(select(road.c.a, road.c.kilometres).where(road.c.b == bindparam("settlement"))),
    RoadRow,
)
"""The roads from a settlement, which are the same in both directions."""


class VisitRow(NamedTuple):
    """A visit of a mobile programme to a village."""

    programme: int
    programme_name: str
    organisation_name: str
    settlement_name: str | None
    age_min: int | None
    age_max: int | None
    day: date | None
    last_day: date | None
    starts: int | None
    ends: int | None
    note: str | None
    size: int | None
    taken: int | None
    size_min: int | None


VISITS = Query(
    select(
        programme.c.id,
        programme.c.name,
        organisation.c.name,
        settlement.c.name,
        func.coalesce(study_group.c.age_min, programme.c.age_min),
        func.coalesce(study_group.c.age_max, programme.c.age_max),
        timetable.c.day,
        timetable.c.last_day,
        timetable.c.starts,
        timetable.c.ends,
        study_group.c.timetable_note,
        study_group.c.size,
        study_group.c.taken,
        study_group.c.size_min,
    )
    .select_from(study_group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .outerjoin(settlement, settlement.c.id == study_group.c.settlement)
    .outerjoin(
        timetable, and_(timetable.c.group == study_group.c.id, func.coalesce(timetable.c.last_day, timetable.c.day) >= bindparam("today"))
    )
    .where(
        study_group.c.mode == "visiting",
        ~study_group.c.archived,
        programme.c.state == "published",
        ~organisation.c.archived,
        within(organisation.c.kind, "kinds"),
        or_(study_group.c.ends.is_(None), study_group.c.ends >= bindparam("today")),
    )
    .order_by(timetable.c.day, programme.c.name, settlement.c.name),
    VisitRow,
)
"""Who comes to the villages, from today on."""

ZONE = Query(select(municipality.c.zone).where(~municipality.c.archived).order_by(municipality.c.id).limit(1), str)
COUNT = Query(
    select(func.count())
    .select_from(programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .where(programme.c.state == "published", ~organisation.c.archived, within(organisation.c.kind, "kinds")),
    int,
)
"""How many programmes of some kinds of organisation there are."""


def _keep(dialect: object) -> object:
    row = upsert(dialect, favourite).values(person=bindparam("person"), programme=bindparam("programme"), at=bindparam("now"))  # type: ignore[arg-type]
    return row.on_conflict_do_nothing(index_elements=["person", "programme"])


KEEP = Query(_keep)
"""Make a programme a favourite; twice is once."""
DROP = Query(favourite.delete().where(favourite.c.person == bindparam("person"), favourite.c.programme == bindparam("programme")))
IS_FAVOURITE = Query(
    select(favourite.c.programme).where(favourite.c.person == bindparam("person"), favourite.c.programme == bindparam("programme")),
    int,
)
FAVOURITES = Query(
    select(programme.c.id, programme.c.name, organisation.c.name)
    .join(favourite, favourite.c.programme == programme.c.id)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .where(favourite.c.person == bindparam("person"), programme.c.state == "published", within(organisation.c.kind, "kinds"))
    .order_by(favourite.c.at.desc(), programme.c.id),
    lambda number, name, club: (int(number), str(name), str(club)),
)
