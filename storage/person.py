"""What is kept about a person, and how it is erased."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, delete, exists, func, insert, null, or_, select, update

from storage.database import Query, within
from storage.enquiry import FORGET_OPEN, FORGET_TEXTS
from storage.schema import (
    application,
    application_change,
    booking,
    call_request,
    child,
    consent,
    delivery,
    enquiry,
    enquiry_message,
    favourite,
    guardian,
    job,
    objection,
    person,
    programme,
    secret,
    session,
    staff,
    study_group,
    visit,
)

_PERSON: Any = bindparam("person", type_=BigInteger)
FAVOURITES = Query(select(func.count()).select_from(favourite).where(favourite.c.person == _PERSON), int)
_OTHER = guardian.alias()
_ALONE = select(guardian.c.family).where(
    guardian.c.person == _PERSON,
    guardian.c.role == "guardian",
    ~select(_OTHER.c.family)
    .where(_OTHER.c.family == guardian.c.family, _OTHER.c.person != guardian.c.person, _OTHER.c.role != "follower")
    .exists(),
)
"""The families that nobody else answers for: their children are forgotten with the person."""


class BirthRow(NamedTuple):
    """A child and its birthday."""

    id: int
    family: int
    born: date


CHILDREN_ALONE = Query(select(child.c.id, child.c.family, child.c.born).where(child.c.family.in_(_ALONE)).order_by(child.c.id), BirthRow)
"""The children whom nobody else answers for, those that were removed too."""
ERASE_CHILD = Query(
    update(child)
    .where(child.c.id == bindparam("child"))
    .values(
        name="",
        surname="",
        born=bindparam("year", type_=child.c.born.type),
        settlement=null(),
        certificate=null(),
        certificate_kind=null(),
        school=null(),
        grade=null(),
        grade_year=null(),
        shift=null(),
        person=null(),
        gone=True,
    )
)
"""Of a child only the year of birth stays, for the counts of the past: the row itself holds the history of its applications."""
_WAS_ENROLLED = exists().where(application_change.c.application == application.c.id, application_change.c.state == "enrolled")
_CHILDREN: Any = within(application.c.child, "children")
_OVER = select(application.c.id).where(_CHILDREN, ~_WAS_ENROLLED)
BLANK_APPLICATIONS = Query(update(application).where(application.c.id.in_(_OVER)).values(comment=null()))
BLANK_CHANGES = Query(update(application_change).where(application_change.c.application.in_(_OVER)).values(why=null()))
"""What was written about applications that led to no order: of those that did the organisation keeps the record, by law."""
LEAVE_SLOTS = Query(delete(booking).where(booking.c.application.in_(_OVER)))
FORGET_CALLS = Query(delete(call_request).where(within(call_request.c.child, "children")))
CANCEL_VISITS = Query(
    update(visit).where(within(visit.c.child, "children"), visit.c.state == "booked").values(state="cancelled", seat=null())
)

_MINE = select(enquiry.c.id).where(enquiry.c.person == _PERSON)
TAKE_BACK = Query(update(consent).where(consent.c.person == _PERSON, consent.c.withdrawn.is_(None)).values(withdrawn=bindparam("now")))
END_ROLES = Query(update(staff).where(staff.c.person == _PERSON, staff.c.until.is_(None)).values(until=bindparam("now")))
DATED = (TAKE_BACK, END_ROLES)
"""Those of `FORGET` that write down when."""
FORGET = (
    Query(update(person).where(or_(person.c.id == _PERSON, person.c.became == _PERSON)).values(language=None, settlement=None)),
    Query(delete(favourite).where(favourite.c.person == _PERSON)),
    Query(delete(session).where(session.c.person == _PERSON)),
    Query(delete(secret).where(secret.c.person == _PERSON)),
    TAKE_BACK,
    Query(update(child).where(child.c.person == _PERSON).values(person=null())),
    Query(delete(guardian).where(guardian.c.family.in_(_ALONE), guardian.c.person != _PERSON)),
    Query(delete(guardian).where(guardian.c.person == _PERSON)),
    Query(update(objection).where(objection.c.person == _PERSON).values(text=null())),
    FORGET_TEXTS,
    FORGET_OPEN,
    END_ROLES,
    Query(update(staff).where(staff.c.person == _PERSON).values(name=null())),
    Query(
        update(delivery)
        .where(delivery.c.person == _PERSON, delivery.c.state == "waiting")
        .values(state="withdrawn", reason="the person asked to be forgotten")
    ),
    Query(delete(delivery).where(delivery.c.person == _PERSON, delivery.c.state.in_(("sent", "failed", "skipped")))),
    Query(delete(job).where(job.c.person == _PERSON, job.c.state.in_(("finished", "failed")))),
)
"""One statement for each table that knows something about a person; the families that nobody else answers for before their guardians."""
STAYS = {
    "account": "the messenger sends its number with every event; without the row the next word would make a new person",
    "application": "the organisation's record, about a child that has no name any more",
    "application_change": "that record's history: who of the family did something is a number without a name",
    "attendance": "a mark of the staff: who made it is a number without a name",
    "audit": "what the staff did: codes and numbers, never a name",
    "consent": "the proof of what was agreed to, and when it was taken back",
    "paper_request": "the organisation's record of a paper that was asked for",
    "paper_shown": "a mark of the staff: who made it is a number without a name",
    "selection": "who published a list is a number without a name",
    "visit": "a place at a lesson that is over, of a child that has no name any more",
}
"""Tables that refer to a person and stay, and why."""


class TakenBack(NamedTuple):
    """A consent that was taken back, whose data are to be deleted now."""

    id: int
    person: int
    organisation: int


_again = consent.alias("again")
TO_ERASE = Query(
    select(consent.c.id, consent.c.person, consent.c.organisation)
    .where(
        consent.c.purpose == "application",
        consent.c.withdrawn <= bindparam("before", type_=consent.c.withdrawn.type),
        consent.c.erased.is_(None),
        consent.c.organisation.is_not(None),
    )
    .order_by(consent.c.withdrawn, consent.c.id)
    .limit(bindparam("limit")),
    TakenBack,
)
ERASED = Query(update(consent).where(consent.c.id == bindparam("consent")).values(erased=bindparam("now")))
_guardians = select(_OTHER.c.person).where(
    _OTHER.c.role != "follower",
    _OTHER.c.family.in_(select(guardian.c.family).where(guardian.c.person == _PERSON, guardian.c.role == "guardian")),
)
STANDING_IN_FAMILY = Query(
    select(_again.c.person).where(
        _again.c.purpose == "application",
        _again.c.organisation == bindparam("organisation"),
        _again.c.withdrawn.is_(None),
        or_(_again.c.person == _PERSON, _again.c.person.in_(_guardians)),
    ),
    int,
)
"""Who of a family, the person included, agreed to applications to an organisation and has not taken it back."""


class OverRow(NamedTuple):
    """An application that is over and led to no order, with its child."""

    id: int
    state: str
    child: int
    family: int
    born: date


_TO = (
    select(application.c.id, application.c.state, child.c.id, child.c.family, child.c.born)
    .join(child, child.c.id == application.c.child)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .where(
        programme.c.organisation == bindparam("organisation"),
        or_(
            child.c.family.in_(select(guardian.c.family).where(guardian.c.person == _PERSON, guardian.c.role == "guardian")),
            child.c.person == _PERSON,
        ),
        child.c.name != "",
        ~_WAS_ENROLLED,
    )
    .order_by(application.c.id)
)
APPLICATIONS_TO = Query(_TO, OverRow)
"""A family's applications to one organisation that led to no order."""
NAMELESS = Query(
    insert(child)
    .values(family=bindparam("family"), name="", surname="", born=bindparam("born"), created=bindparam("now"), gone=True)
    .returning(child.c.id),
    int,
)
"""A child without a name, whose only fact is the year of birth: it takes an application's place in an organisation's records."""
OF_NOBODY = Query(update(application).where(application.c.id == bindparam("application")).values(child=bindparam("child")))
FORGET_CALLS_TO = Query(
    delete(call_request).where(
        within(call_request.c.child, "children"),
        call_request.c.group.in_(
            select(study_group.c.id)
            .join(programme, programme.c.id == study_group.c.programme)
            .where(programme.c.organisation == bindparam("organisation"))
        ),
    )
)
BLANK_QUESTIONS_TO = Query(
    update(enquiry_message)
    .where(
        enquiry_message.c.enquiry.in_(_MINE.where(enquiry.c.organisation == bindparam("organisation"))),
        enquiry_message.c.side == "asker",
    )
    .values(text="")
)
