"""Enrolment: the facts that its rules are checked by, under the locks that keep them true, and who works for an organisation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, case, exists, func, literal, or_, select, update

from storage.database import Query, within
from storage.place import unfilled_kept, unfilled_quotas
from storage.schema import (
    application,
    bundle,
    child,
    consent,
    guardian,
    municipality,
    organisation,
    phase,
    place,
    programme,
    quota,
    road,
    staff,
    study_group,
    timetable,
)
from storage.schema.enrolment import LIVE

_GROUP: Any = bindparam("group", type_=BigInteger)


class GroupFacts(NamedTuple):
    """A group and what decides about enrolling in it. Ages are months; `offer_hours` are waking hours, the other terms days.

    `unfilled` are the places, kept for transfers or reserved for a category, that nobody has taken yet: a newcomer without a right to them
    cannot. `quotas`, `bundles`, `phased` say whether there is anything of the kind to look for.
    """

    id: int
    name: str
    size: int | None
    taken: int | None
    kept: int
    entry: str
    starts: date | None
    ends: date | None
    enrolment_from: datetime | None
    enrolment_to: datetime | None
    locked: bool
    archived: bool
    settlement: int | None
    age_min: int | None
    age_max: int | None
    programme: int
    programme_name: str
    direction: str
    state: str
    free: bool
    certificate: bool
    paid: bool
    organisation: int
    organisation_name: str
    act: str
    door: str
    decision_days: int
    papers_days: int
    offer_hours: int
    organisation_archived: bool
    municipality_name: str
    zone: str
    places_per_child: int
    priority: list[str] | None
    year: int | None
    follows: int | None
    quotas: bool
    bundles: bool
    phased: bool
    unfilled: int

    @property
    def special(self) -> bool:
        """Whether its queue has more to it than tickets: kept or reserved places, a published priority, entries of several children."""
        return bool(self.kept or self.quotas or self.priority or self.bundles)


OF_GROUPS = (
    select(
        *(study_group.c[name] for name in GroupFacts._fields[:11]),
        study_group.c.archived,
        study_group.c.settlement,
        case(
            (and_(study_group.c.age_min.is_(None), study_group.c.age_max.is_(None)), programme.c.age_min), else_=study_group.c.age_min
        ).label("lowest"),
        case(
            (and_(study_group.c.age_min.is_(None), study_group.c.age_max.is_(None)), programme.c.age_max), else_=study_group.c.age_max
        ).label("highest"),
        programme.c.id,
        programme.c.name,
        programme.c.direction,
        programme.c.state,
        programme.c.free,
        programme.c.certificate,
        programme.c.paid,
        organisation.c.id,
        organisation.c.name,
        organisation.c.act,
        organisation.c.door,
        organisation.c.decision_days,
        organisation.c.papers_days,
        organisation.c.offer_hours,
        organisation.c.archived,
        municipality.c.name,
        municipality.c.zone,
        municipality.c.places_per_child,
        study_group.c.priority,
        study_group.c.year,
        study_group.c.follows,
        exists().where(quota.c.group == study_group.c.id).label("quotas"),
        exists().where(bundle.c.group == study_group.c.id, bundle.c.together).label("bundles"),
        exists().where(phase.c.group == study_group.c.id).label("phased"),
        (unfilled_kept(study_group) + unfilled_quotas(study_group)).label("unfilled"),
    )
    .select_from(study_group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
)
"""The columns of `GroupFacts`, of whatever groups."""
_FACTS = OF_GROUPS.where(study_group.c.id == _GROUP)
FACTS = Query(_FACTS, GroupFacts)
LOCK = Query(_FACTS.with_for_update(of=study_group, key_share=True), GroupFacts)
"""The same under the group's lock, as it is now. Whoever takes several takes groups before children, each in ascending id.

The lock is `NO KEY UPDATE`, which PostgreSQL does not let wait for rows that only refer to the group; SQLite has one writer.
"""


class ChildRow(NamedTuple):
    """A child, and what the person who asks is to its family (`None`: nothing)."""

    id: int
    family: int
    name: str
    surname: str
    born: date
    settlement: int | None
    gone: bool
    role: str | None


_CHILD = (
    select(
        *(child.c[name] for name in ChildRow._fields[:7]),
        func.coalesce(guardian.c.role, case((child.c.person == bindparam("person"), literal("pupil")))),
    )
    .outerjoin(guardian, and_(guardian.c.family == child.c.family, guardian.c.person == bindparam("person")))
    .where(child.c.id == bindparam("child"))
)
CHILD = Query(_CHILD, ChildRow)
LOCK_CHILD = Query(_CHILD.with_for_update(of=child, key_share=True), ChildRow)
_standing = exists().where(
    consent.c.purpose == "application",
    consent.c.organisation == organisation.c.id,
    consent.c.withdrawn.is_(None),
)
PUPIL_MAY = Query(
    select(
        municipality.c.teen_applies,
        _standing.where(consent.c.person == bindparam("person")),
        _standing.where(consent.c.person == guardian.c.person, guardian.c.family == bindparam("family"), guardian.c.role == "guardian"),
    )
    .select_from(study_group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .where(study_group.c.id == _GROUP),
    tuple,
)
"""Whether the local rules let pupils apply to a group; whether the pupil agreed to it, and whether a guardian did."""
LOCK_CHILDREN = Query(select(child.c.id).where(within(child.c.id, "children")).order_by(child.c.id).with_for_update(key_share=True), int)
"""Children whose places are about to be counted: two groups must not give the last one that a child may hold at once."""


class LiveRow(NamedTuple):
    """An application of a child that is going on; `seat` where it holds a place."""

    id: int
    group: int
    state: str
    created: datetime
    programme_name: str
    seat: int | None


LIVE_OF_CHILD = Query(
    select(application.c.id, application.c.group, application.c.state, application.c.created, programme.c.name, place.c.seat)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .outerjoin(place, place.c.holder == application.c.id)
    .where(application.c.child == bindparam("child"), application.c.state.in_(LIVE))
    .order_by(application.c.id),
    LiveRow,
)


class BusyRow(NamedTuple):
    """A lesson of a group in which a child holds a place, and when that group runs."""

    programme_name: str
    weekday: int | None
    day: date | None
    last_day: date | None
    starts: int | None
    ends: int | None
    weeks: str
    group_starts: date | None
    group_ends: date | None


BUSY = Query(
    select(
        programme.c.name,
        timetable.c.weekday,
        timetable.c.day,
        timetable.c.last_day,
        timetable.c.starts,
        timetable.c.ends,
        timetable.c.weeks,
        study_group.c.starts,
        study_group.c.ends,
    )
    .select_from(place)
    .join(application, application.c.id == place.c.holder)
    .join(study_group, study_group.c.id == place.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .join(timetable, timetable.c.group == study_group.c.id)
    .where(application.c.child == bindparam("child"), place.c.group != _GROUP, timetable.c.starts.is_not(None))
    .order_by(programme.c.name, timetable.c.weekday, timetable.c.day, timetable.c.starts),
    BusyRow,
)


class AlternativeRow(NamedTuple):
    """A group that may suit a child instead, and the ages it takes."""

    id: int
    age_min: int | None
    age_max: int | None
    starts: date | None


_HOME: Any = bindparam("home", type_=BigInteger)
_lowest = func.coalesce(study_group.c.age_min, programme.c.age_min, 0)
_highest = func.coalesce(study_group.c.age_max, programme.c.age_max, 9999)
_REMOTE, _UNKNOWN, _HERE = 900.0, 500.0, 0.0
ALTERNATIVES = Query(
    select(
        study_group.c.id,
        func.coalesce(study_group.c.age_min, programme.c.age_min),
        func.coalesce(study_group.c.age_max, programme.c.age_max),
        study_group.c.starts,
    )
    .join(programme, programme.c.id == study_group.c.programme)
    .join(organisation, organisation.c.id == programme.c.organisation)
    .outerjoin(
        road,
        or_(and_(road.c.a == _HOME, road.c.b == study_group.c.settlement), and_(road.c.b == _HOME, road.c.a == study_group.c.settlement)),
    )
    .where(
        study_group.c.id != _GROUP,
        study_group.c.entry == "queue",
        ~study_group.c.archived,
        ~study_group.c.locked,
        programme.c.state == "published",
        ~organisation.c.archived,
        organisation.c.door != "elsewhere",
        within(organisation.c.kind, "kinds"),
        or_(study_group.c.ends.is_(None), study_group.c.ends >= bindparam("today")),
        or_(study_group.c.enrolment_from.is_(None), study_group.c.enrolment_from <= bindparam("now")),
        or_(study_group.c.enrolment_to.is_(None), study_group.c.enrolment_to >= bindparam("now")),
        _lowest <= bindparam("age_to"),
        _highest >= bindparam("age_from"),
        study_group.c.size
        - func.coalesce(study_group.c.taken, 0)
        - unfilled_kept(study_group)
        - unfilled_quotas(study_group)
        - study_group.c.held
        > 0,
        ~exists().where(application.c.child == bindparam("child"), application.c.group == study_group.c.id, application.c.state.in_(LIVE)),
    )
    .order_by(
        case((programme.c.id == bindparam("programme"), 0), else_=1),
        case(
            (study_group.c.settlement == _HOME, literal(_HERE)),
            (study_group.c.mode == "remote", literal(_REMOTE)),
            else_=func.coalesce(road.c.kilometres, literal(_UNKNOWN)),
        ),
        case((programme.c.direction == bindparam("direction"), 0), else_=1),
        study_group.c.id,
    )
    .limit(30),
    AlternativeRow,
)
"""Groups with places that are open now, the nearest first; whether a child's age fits exactly is for the caller to see."""

STAFF_NAME = Query(
    select(func.max(staff.c.name)).where(staff.c.person == bindparam("person"), staff.c.organisation == bindparam("organisation")),
    lambda name: name,
)
COUNT_OUTSIDE = Query(
    update(study_group)
    .where(study_group.c.id == _GROUP)
    .values(taken=bindparam("taken"), taken_on=bindparam("day", type_=study_group.c.taken_on.type))
)
"""Say how many are enrolled outside the bot, and since when that is known."""
RESIZE = Query(update(study_group).where(study_group.c.id == _GROUP).values(size=bindparam("size")))
