"""Questions to people: threads between one person and an organisation, who takes them, and what is late."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, exists, func, insert, null, or_, select, update

from storage.database import Query, within
from storage.schema import (
    application,
    child,
    consent,
    enquiry,
    enquiry_message,
    guardian,
    municipality,
    organisation,
    programme,
    staff,
    study_group,
)

_PERSON: Any = bindparam("person")
_NOW: Any = bindparam("now")
_NUMBER: Any = bindparam("enquiry")
_WAITS = enquiry.c.state.in_(("open", "claimed"))
"""States in which the organisation owes an answer."""


class AddresseeRow(NamedTuple):
    """An organisation that is asked."""

    id: int
    name: str
    phone: str | None
    kind: str
    answer_days: int
    zone: str


ADDRESSEE = Query(
    select(
        organisation.c.id,
        organisation.c.name,
        organisation.c.phone,
        organisation.c.kind,
        organisation.c.answer_days,
        municipality.c.zone,
    )
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .where(organisation.c.id == bindparam("organisation"), ~organisation.c.archived),
    AddresseeRow,
)
OFFERS = Query(
    select(programme.c.id).where(programme.c.id == bindparam("programme"), programme.c.organisation == bindparam("organisation")), int
)
"""Whether a programme is the organisation's own."""
PUPIL = Query(select(child.c.id, child.c.born).where(child.c.person == _PERSON, ~child.c.gone).order_by(child.c.id.desc()), tuple)
"""The child whose own account this is, and its birthday."""


class EnquiryRow(NamedTuple):
    """A thread as one person sees it: what they are to it stands in the last three columns."""

    id: int
    person: int
    organisation: int
    programme: int | None
    application: int | None
    child: int | None
    state: str
    created: datetime
    asked: datetime
    answer_by: datetime
    reminded: int
    claimed_by: int | None
    reported: datetime | None
    reviewed: datetime | None
    organisation_name: str
    organisation_phone: str | None
    organisation_kind: str
    answer_days: int
    municipality: int
    zone: str
    programme_name: str | None
    name: str | None
    surname: str | None
    born: date | None
    consented: bool
    claimer: str | None
    claimer_works: bool
    works: bool
    centre: bool
    reads: bool


def _works(person: Any) -> Any:
    """Whether somebody decides for the organisation of a thread today."""
    works = staff.alias()
    return (
        exists()
        .where(
            works.c.person == person,
            works.c.organisation == enquiry.c.organisation,
            works.c.role == "organisation",
            or_(works.c.until.is_(None), works.c.until > _NOW),
        )
        .correlate(enquiry)
    )


def _named(person: Any, of: Any) -> Any:
    """The name that somebody of the staff gave to an organisation, or `NULL`."""
    named = staff.alias()
    return (
        select(func.max(named.c.name))
        .where(named.c.person == person, named.c.organisation == of)
        .correlate(enquiry, enquiry_message)
        .scalar_subquery()
    )


_CENTRE = exists().where(
    staff.c.person == _PERSON,
    staff.c.role == "municipality",
    staff.c.municipality == organisation.c.municipality,
    or_(staff.c.until.is_(None), staff.c.until > _NOW),
)
_about = child.alias("about")
_asks = child.alias("asks")
_READS = and_(
    enquiry.c.child.is_not(None),
    exists().where(guardian.c.family == _asks.c.family, guardian.c.person == _PERSON, guardian.c.role == "guardian").correlate(_asks),
)
_CONSENTED = exists().where(
    consent.c.purpose == "application",
    consent.c.organisation == enquiry.c.organisation,
    or_(consent.c.person == enquiry.c.person, consent.c.family == application.c.family),
    consent.c.withdrawn.is_(None),
)
_VIEW: Select[Any] = (
    select(
        *(enquiry.c[name] for name in EnquiryRow._fields[:14]),
        organisation.c.name,
        organisation.c.phone,
        organisation.c.kind,
        organisation.c.answer_days,
        organisation.c.municipality,
        municipality.c.zone,
        programme.c.name,
        _about.c.name,
        _about.c.surname,
        _about.c.born,
        _CONSENTED.label("consented"),
        _named(enquiry.c.claimed_by, enquiry.c.organisation).label("claimer"),
        _works(enquiry.c.claimed_by).label("claimer_works"),
        _works(_PERSON).label("works"),
        _CENTRE.label("centre"),
        _READS.label("reads"),
    )
    .select_from(enquiry)
    .join(organisation, organisation.c.id == enquiry.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .outerjoin(application, application.c.id == enquiry.c.application)
    .outerjoin(_about, _about.c.id == application.c.child)
    .outerjoin(_asks, _asks.c.id == enquiry.c.child)
    .outerjoin(study_group, study_group.c.id == application.c.group)
    .outerjoin(programme, programme.c.id == func.coalesce(enquiry.c.programme, study_group.c.programme))
)
VIEW = Query(_VIEW.where(enquiry.c.id == _NUMBER), EnquiryRow)
LOCK = Query(select(enquiry.c.id).where(enquiry.c.id == _NUMBER).with_for_update(), int)
"""Nobody else writes into this thread until the transaction ends. Read `VIEW` after it."""
STACK = Query(
    _VIEW.where(
        _WAITS,
        _works(_PERSON),
        or_(enquiry.c.claimed_by.is_(None), enquiry.c.claimed_by == _PERSON, ~_works(enquiry.c.claimed_by)),
        within(organisation.c.kind, "kinds"),
    )
    .order_by(enquiry.c.answer_by, enquiry.c.id)
    .limit(bindparam("most")),
    EnquiryRow,
)
"""What waits for somebody of the staff: nobody's, and their own, the oldest term first."""
MINE = Query(
    _VIEW.where(or_(enquiry.c.person == _PERSON, _READS))
    .order_by(case((enquiry.c.state == "closed", 1), else_=0), enquiry.c.asked.desc(), enquiry.c.id.desc())
    .limit(bindparam("most")),
    EnquiryRow,
)
"""A person's own threads and those of their children, open ones first."""
REPORTED = Query(
    _VIEW.where(enquiry.c.reported.is_not(None), enquiry.c.reviewed.is_(None), _CENTRE)
    .order_by(enquiry.c.reported, enquiry.c.id)
    .limit(100),
    EnquiryRow,
)
"""What families opened to the municipal centre of this person."""
UNANSWERED = Query(
    select(organisation.c.name, func.count())
    .select_from(enquiry)
    .join(organisation, organisation.c.id == enquiry.c.organisation)
    .where(_WAITS, enquiry.c.answer_by < _NOW, _CENTRE)
    .group_by(organisation.c.id, organisation.c.name)
    .order_by(func.count().desc(), organisation.c.name),
    tuple,
)
"""Overdue threads by organisation, for the centre: numbers only."""
COUNTS = Query(
    select(enquiry.c.organisation, func.count(), func.count(case((enquiry.c.answer_by < _NOW, 1))))
    .where(_WAITS, within(enquiry.c.organisation, "organisations"))
    .group_by(enquiry.c.organisation),
    tuple,
)
"""Of some organisations: threads that wait for an answer, and those of them whose term is over."""


class MessageRow(NamedTuple):
    """Something that was written. `name` is the one that a member of staff gave; a text is empty once its writer has erased themself."""

    id: int
    enquiry: int
    person: int | None
    side: str
    at: datetime
    text: str
    name: str | None


_MESSAGE = select(
    *(enquiry_message.c[name] for name in MessageRow._fields[:-1]),
    case((enquiry_message.c.side == "staff", _named(enquiry_message.c.person, enquiry.c.organisation)), else_=null()),
).join(enquiry, enquiry.c.id == enquiry_message.c.enquiry)
MESSAGES = Query(
    _MESSAGE.where(enquiry_message.c.enquiry == _NUMBER).order_by(enquiry_message.c.id.desc()).limit(bindparam("most")), MessageRow
)
"""What was written in a thread, the newest first."""
MESSAGE = Query(_MESSAGE.where(enquiry_message.c.id == bindparam("message")), MessageRow)
ADD = Query(
    insert(enquiry)
    .values(
        {
            name: bindparam(name)
            for name in ("person", "organisation", "programme", "application", "child", "created", "asked", "answer_by", "remind")
        }
    )
    .returning(enquiry.c.id),
    int,
)
SAY = Query(
    insert(enquiry_message)
    .values({name: bindparam(name) for name in ("enquiry", "person", "side", "at", "text")})
    .returning(enquiry_message.c.id),
    int,
)
OPEN_OF = Query(select(func.count()).select_from(enquiry).where(enquiry.c.person == _PERSON, _WAITS), int)
"""Of how many threads a person waits for the answer."""
SAID_SINCE = Query(
    select(func.count())
    .select_from(enquiry_message)
    .join(enquiry, enquiry.c.id == enquiry_message.c.enquiry)
    .where(enquiry.c.person == _PERSON, enquiry_message.c.side == "asker", enquiry_message.c.at > bindparam("since")),
    int,
)
CLAIM = Query(
    update(enquiry)
    .where(enquiry.c.id == _NUMBER, _WAITS, or_(enquiry.c.claimed_by.is_(None), ~_works(enquiry.c.claimed_by)))
    .values(state="claimed", claimed_by=_PERSON, claimed=_NOW)
)
"""Take a thread that nobody has, or whose claimant works there no more: of two at once one wins."""
GIVE_BACK = Query(
    update(enquiry)
    .where(enquiry.c.id == _NUMBER, enquiry.c.state == "claimed", enquiry.c.claimed_by == _PERSON)
    .values(state="open", claimed_by=null(), claimed=null())
)
ANSWERED = Query(
    update(enquiry).where(enquiry.c.id == _NUMBER).values(state="answered", remind=bindparam("remind", type_=enquiry.c.remind.type))
)
WAIT_AGAIN = Query(
    update(enquiry)
    .where(enquiry.c.id == _NUMBER)
    .values(
        state=bindparam("state", type_=enquiry.c.state.type),
        claimed_by=bindparam("claimed_by", type_=enquiry.c.claimed_by.type),
        asked=_NOW,
        answer_by=bindparam("answer_by", type_=enquiry.c.answer_by.type),
        reminded=0,
        remind=bindparam("remind", type_=enquiry.c.remind.type),
    )
)
"""The family has written into an answered thread: it waits anew."""
CLOSE = Query(
    update(enquiry).where(enquiry.c.id == _NUMBER, enquiry.c.state != "closed").values(state="closed", closed=_NOW, remind=null())
)
REPORT = Query(update(enquiry).where(enquiry.c.id == _NUMBER).values(reported=_NOW, reported_by=_PERSON, reviewed=null()))
REVIEW = Query(update(enquiry).where(enquiry.c.id == _NUMBER, enquiry.c.reviewed.is_(None)).values(reviewed=_NOW))
DUE = Query(select(enquiry.c.id).where(enquiry.c.remind <= _NOW).order_by(enquiry.c.remind, enquiry.c.id).limit(bindparam("most")), int)
"""Threads that the clock is to look at."""
REMINDED = Query(
    update(enquiry)
    .where(enquiry.c.id == _NUMBER)
    .values(reminded=bindparam("reminded", type_=enquiry.c.reminded.type), remind=bindparam("remind", type_=enquiry.c.remind.type))
)


def _who_works(place: str, role: str) -> Query[int]:
    """Who has a role at a place, an organisation or a municipality, now."""
    return Query(
        select(staff.c.person)
        .where(staff.c[place] == bindparam(place), staff.c.role == role, or_(staff.c.until.is_(None), staff.c.until > _NOW))
        .distinct()
        .order_by(staff.c.person),
        int,
    )


STAFF_OF, CENTRE_OF = _who_works("organisation", "organisation"), _who_works("municipality", "municipality")
GUARDIANS_OF = Query(
    select(guardian.c.person)
    .join(child, child.c.family == guardian.c.family)
    .where(child.c.id == bindparam("child"), guardian.c.role == "guardian")
    .order_by(guardian.c.person),
    int,
)
"""Who reads along where a pupil asks."""
FORGET_TEXTS = Query(update(enquiry_message).where(enquiry_message.c.person == _PERSON, enquiry_message.c.side == "asker").values(text=""))
"""What a person wrote is erased when they erase themself; that they wrote, and what was answered, stays."""
FORGET_OPEN = Query(update(enquiry).where(enquiry.c.person == _PERSON, enquiry.c.state != "closed").values(state="closed", remind=null()))
"""Nobody answers somebody who has erased themself."""
