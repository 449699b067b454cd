"""Groups as those see them who work there: all of an organisation, or a teacher's own; who is in them, and what was changed lately."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, exists, func, or_, select, update

from storage.catalogue import LessonRow
from storage.database import Query, upsert, within
from storage.enrolment import OF_GROUPS, GroupFacts
from storage.place import stands
from storage.schema import (
    application,
    application_change,
    attendance,
    audit,
    child,
    guardian,
    organisation,
    place,
    programme,
    settlement,
    staff,
    staff_group,
    study_group,
    timetable,
)
from storage.schema.enrolment import LIVE

_GROUP: Any = bindparam("group", type_=BigInteger)
_PERSON: Any = bindparam("person", type_=BigInteger)


class StaffGroup(NamedTuple):
    """A group with what is known of it besides the rules: where, who teaches, how many wait. `decides`: for the organisation.

    `queued` wait in the bot, `waiting` on the organisation's own list; `asked` wait for a decision; `lessons` are lines of its timetable.
    """

    facts: GroupFacts
    settlement_name: str | None
    address: str | None
    room: str | None
    teacher: str | None
    phone: str | None
    note: str | None
    preliminary: bool
    mode: str
    held: int
    waiting: int | None
    queued: int
    asked: int
    lessons: int
    decides: bool

    @property
    def free(self) -> int | None:
        """Places that a newcomer may take; `None` where the organisation does not say."""
        size, taken = self.facts.size, self.facts.taken
        return None if size is None or taken is None else max(0, size - taken - self.facts.kept - self.held)


def _counted(state: str) -> Any:
    return (
        select(func.count()).select_from(application).where(application.c.group == study_group.c.id, stands(application, state))
    ).scalar_subquery()


_NOW = or_(staff.c.until.is_(None), staff.c.until > bindparam("now"))
_decides = exists().where(staff.c.person == _PERSON, staff.c.role == "organisation", staff.c.organisation == programme.c.organisation, _NOW)
_teaches = exists().where(
    staff.c.person == _PERSON, staff.c.role == "teacher", staff_group.c.staff == staff.c.id, staff_group.c.group == study_group.c.id, _NOW
)
_OF_STAFF = (
    OF_GROUPS.add_columns(
        settlement.c.name,
        study_group.c.address,
        study_group.c.room,
        func.coalesce(study_group.c.teacher, programme.c.teacher),
        func.coalesce(programme.c.phone, organisation.c.phone),
        study_group.c.timetable_note,
        study_group.c.preliminary,
        study_group.c.mode,
        study_group.c.held,
        study_group.c.waiting,
        _counted("waitlisted"),
        _counted("submitted"),
        select(func.count()).select_from(timetable).where(timetable.c.group == study_group.c.id).scalar_subquery(),
        _decides,
    )
    .outerjoin(settlement, settlement.c.id == study_group.c.settlement)
    .where(~study_group.c.archived, or_(_decides, _teaches))
)
_WIDTH = len(GroupFacts._fields)


def _staff_group(*row: Any) -> StaffGroup:
    *more, decides = row[_WIDTH:]
    return StaffGroup._make((GroupFacts(*row[:_WIDTH]), *more, bool(decides)))


OF_STAFF = Query(
    _OF_STAFF.where(
        or_(study_group.c.ends.is_(None), study_group.c.ends >= bindparam("since")),
    )
    .order_by(programme.c.name, settlement.c.name, study_group.c.starts, study_group.c.id)
    .limit(bindparam("most")),
    _staff_group,
)
"""The groups that a person works with and that did not end before a day."""
ONE_OF_STAFF = Query(_OF_STAFF.where(study_group.c.id == _GROUP), _staff_group)


class BareProgramme(NamedTuple):
    """A published programme of an organisation without any group."""

    id: int
    name: str


BARE = Query(
    select(programme.c.id, programme.c.name)
    .where(
        programme.c.state != "archived",
        exists().where(staff.c.person == _PERSON, staff.c.role == "organisation", staff.c.organisation == programme.c.organisation, _NOW),
        ~exists().where(
            study_group.c.programme == programme.c.id,
            ~study_group.c.archived,
            or_(study_group.c.ends.is_(None), study_group.c.ends >= bindparam("since")),
        ),
    )
    .order_by(programme.c.name),
    BareProgramme,
)
"""Programmes that have no group which goes on: nobody can apply to them."""
LESSONS = Query(
    select(*(timetable.c[name] for name in LessonRow._fields))
    .where(within(timetable.c.group, "groups"))
    .order_by(timetable.c.group, timetable.c.weekday, timetable.c.day, timetable.c.starts),
    LessonRow,
)


class MemberRow(NamedTuple):
    """Somebody of a group, by name: with a seat, or waiting by a ticket. `change` is the last one, for `decide(seen=…)`."""

    id: int
    group: int
    state: str
    seat: int | None
    ticket: int | None
    family: int
    child: int
    name: str
    surname: str
    born: date
    change: int


_MEMBER = (
    select(
        *(application.c[name] for name in MemberRow._fields[:3]),
        place.c.seat,
        application.c.ticket,
        application.c.family,
        child.c.id,
        child.c.name,
        child.c.surname,
        child.c.born,
        select(func.max(application_change.c.id)).where(application_change.c.application == application.c.id).scalar_subquery(),
    )
    .join(child, child.c.id == application.c.child)
    .outerjoin(place, place.c.holder == application.c.id)
)
MEMBERS = Query(
    _MEMBER.where(application.c.group == _GROUP, application.c.state.in_(LIVE))
    .order_by(place.c.seat.is_(None), place.c.seat, application.c.ticket, application.c.id)
    .limit(bindparam("most")),
    MemberRow,
)
"""Who holds a place in a group by seat, then who waits, in the order of tickets."""
MEMBER = Query(_MEMBER.where(application.c.id == bindparam("application")), MemberRow)


class PupilRow(NamedTuple):
    """A child that an organisation has or had an application of."""

    child: int
    name: str
    surname: str
    born: date


PUPILS = Query(
    select(child.c.id, child.c.name, child.c.surname, child.c.born)
    .where(
        within(child.c.born, "days"),
        ~child.c.gone,
        exists().where(
            application.c.child == child.c.id,
            application.c.group == study_group.c.id,
            study_group.c.programme == programme.c.id,
            programme.c.organisation == bindparam("organisation"),
        ),
    )
    .order_by(child.c.id),
    PupilRow,
)
"""The children of an organisation that were born on some days."""


class ListedRow(NamedTuple):
    """An application as coordinators list it; a guardian's name and telephone are the first known."""

    id: int
    group: int
    surname: str
    name: str
    born: date
    settlement: str | None
    school: str | None
    grade: int | None
    grade_year: int | None
    shift: int | None
    certificate: str | None
    guardian: str | None
    phone: str | None
    programme: str
    group_name: str
    state: str
    created: datetime
    ticket: int | None
    seat: int | None
    benefit: str | None


def _of_guardian(column: Any) -> Any:
    return (
        select(column)
        .where(guardian.c.family == application.c.family, guardian.c.role == "guardian", column.is_not(None))
        .order_by(guardian.c.since, guardian.c.person)
        .limit(1)
        .scalar_subquery()
    )


_LISTED = (
    select(
        application.c.id,
        application.c.group,
        child.c.surname,
        child.c.name,
        child.c.born,
        settlement.c.name,
        child.c.school,
        child.c.grade,
        child.c.grade_year,
        child.c.shift,
        child.c.certificate,
        _of_guardian(guardian.c.name),
        _of_guardian(guardian.c.phone),
        programme.c.name,
        study_group.c.name,
        application.c.state,
        application.c.created,
        application.c.ticket,
        place.c.seat,
        application.c.benefit,
    )
    .select_from(application)
    .join(child, child.c.id == application.c.child)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .outerjoin(settlement, settlement.c.id == child.c.settlement)
    .outerjoin(place, place.c.holder == application.c.id)
    .where(application.c.state.in_(LIVE))
    .order_by(programme.c.name, application.c.group, place.c.seat.is_(None), place.c.seat, application.c.ticket, application.c.id)
    .limit(bindparam("most"))
)
LISTED = Query(_LISTED.where(within(application.c.group, "groups")), ListedRow)
"""The applications of some groups that are going on, as a list for a spreadsheet."""
CONTACT = Query(
    select(_of_guardian(guardian.c.name), _of_guardian(guardian.c.phone)).where(application.c.id == bindparam("application")),
    lambda name, phone: (name, phone),
)
"""Whom to call about an application, and where, as far as it is known."""

FIELDS = ("room", "address", "teacher", "starts", "ends", "enrolment_from", "enrolment_to", "locked", "age_min", "age_max")
"""Columns of a group that its staff sets one by one."""
SET = {
    name: Query(update(study_group).where(study_group.c.id == _GROUP).values({name: bindparam("value", type_=study_group.c[name].type)}))
    for name in FIELDS
}
SET_NOTE = Query(
    update(study_group)
    .where(study_group.c.id == _GROUP)
    .values(timetable_note=bindparam("note", type_=study_group.c.timetable_note.type), preliminary=bindparam("preliminary"))
)
SET_PHONE = Query(
    update(programme).where(programme.c.id == bindparam("programme")).values(phone=bindparam("value", type_=programme.c.phone.type))
)
PUBLISH = Query(update(programme).where(programme.c.id == bindparam("programme"), programme.c.state == "draft").values(state="published"))
FAMILIES = Query(
    select(guardian.c.person)
    .join(application, application.c.family == guardian.c.family)
    .where(application.c.group == _GROUP, application.c.state.in_(LIVE), guardian.c.role != "follower")
    .distinct()
    .order_by(guardian.c.person),
    int,
)
"""Whom a change of a group's time or place concerns: the guardians of everybody who is in it or waits."""


class NoteRow(NamedTuple):
    """Something that the staff did, as the audit has it."""

    id: int
    at: datetime
    person: int | None
    action: str
    noun_id: int
    facts: dict[str, Any]


_NOTE = select(audit.c.id, audit.c.at, audit.c.person, audit.c.action, audit.c.noun_id, audit.c.facts).where(audit.c.noun == "group")
CHANGES = Query(
    _NOTE.where(audit.c.noun_id == _GROUP, audit.c.action == "moved", audit.c.at >= bindparam("since")).order_by(audit.c.id), NoteRow
)
"""Changes of a group's time and place since an instant."""
CHANGE = Query(_NOTE.where(audit.c.id == bindparam("note")), NoteRow)
LAST = Query(
    _NOTE.where(audit.c.noun_id == _GROUP, audit.c.person == _PERSON, audit.c.action == bindparam("action"))
    .order_by(audit.c.id.desc())
    .limit(1),
    NoteRow,
)
"""The last thing of a kind that somebody did with a group."""


def _marked(dialect: Any) -> Any:
    row = upsert(dialect, attendance).values({name: bindparam(name) for name in ("application", "day", "came", "by", "at")})
    return row.on_conflict_do_update(
        index_elements=["application", "day"], set_={name: getattr(row.excluded, name) for name in ("came", "by", "at")}
    )


MARK = Query(_marked)
"""Note whether somebody came on a day; the last mark counts."""
MARKED = Query(
    select(attendance.c.application, attendance.c.day, attendance.c.came)
    .join(application, application.c.id == attendance.c.application)
    .where(application.c.group == _GROUP)
    .order_by(attendance.c.day, attendance.c.application),
    lambda number, day, came: (int(number), day, bool(came)),
)
SOURCE = Query(update(application).where(application.c.id == bindparam("application")).values(source=bindparam("source")))
"""Who entered an application."""
SAME_CHILD = Query(
    select(application.c.id).where(application.c.group == _GROUP, application.c.child == bindparam("child"), application.c.state.in_(LIVE)),
    int,
)
