"""Times to come at: to bring the originals of papers to an organisation, or to the selection of a group; and who comes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, and_, bindparam, case, cast, delete, exists, func, insert, literal, or_, select, update

from storage.database import Query
from storage.schema import application, booking, child, delivery, guardian, municipality, organisation, programme, slot, study_group
from storage.schema.enrolment import LIVE

_SLOT: Any = bindparam("slot", type_=BigInteger)
_ONE: Any = bindparam("application", type_=BigInteger)
_KIND: Any = bindparam("kind")
_OF: Any = bindparam("of", type_=BigInteger)

_comes = booking.alias("comes")
_TAKEN = (
    select(func.count())
    .select_from(_comes)
    .join(application, application.c.id == _comes.c.application)
    .where(_comes.c.slot == slot.c.id, application.c.state.in_(LIVE))
    .correlate(slot)
    .scalar_subquery()
)


class SlotRow(NamedTuple):
    """A time, and how many seats of it are taken by those whose application is going on. `zone` is the organisation's."""

    id: int
    organisation: int
    group: int | None
    kind: str
    starts: datetime
    minutes: int
    seats: int
    place: str | None
    closed: bool
    zone: str
    taken: int

    @property
    def free(self) -> int:
        """Seats that may be booked."""
        return 0 if self.closed else max(0, self.seats - self.taken)

    @property
    def of(self) -> int:
        """The group of a selection, else the organisation."""
        return self.group or self.organisation


_ROW = (
    select(*(slot.c[name] for name in SlotRow._fields[:9]), municipality.c.zone, _TAKEN.label("taken"))
    .join(organisation, organisation.c.id == slot.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
)
ONE = Query(_ROW.where(slot.c.id == _SLOT), SlotRow)
LOCK = Query(select(slot.c.id).where(slot.c.id == _SLOT).with_for_update(key_share=True), int)
"""Nobody else books, leaves or closes this time until the transaction ends; several are locked in ascending id."""
_THEIRS = and_(
    slot.c.kind == _KIND,
    or_(and_(slot.c.kind == "papers", slot.c.organisation == _OF), and_(slot.c.kind == "selection", slot.c.group == _OF)),
)
BETWEEN = Query(
    _ROW.where(_THEIRS, slot.c.starts >= bindparam("since"), slot.c.starts < bindparam("until")).order_by(slot.c.starts, slot.c.id), SlotRow
)
"""The times of an organisation (`papers`), or of a group (`selection`)."""
MAKE = Query(
    insert(slot)
    .values({name: bindparam(name) for name in ("organisation", "group", "kind", "starts", "minutes", "seats", "place")})
    .returning(slot.c.id),
    int,
)
LOCK_ORGANISATION = Query(
    select(organisation.c.id).where(organisation.c.id == bindparam("organisation")).with_for_update(key_share=True), int
)
"""Whoever makes times of an organisation does it alone: they are compared with those that are there."""
ZONE = Query(
    select(municipality.c.zone)
    .select_from(organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .where(organisation.c.id == bindparam("organisation")),
    str,
)
CLOSE = Query(update(slot).where(slot.c.id == _SLOT).values(closed=True))

_OVER = select(application.c.id).where(application.c.state.not_in(LIVE))
FORGET_OVER = Query(delete(booking).where(booking.c.slot == _SLOT, booking.c.application.in_(_OVER)))
"""Give back the seats of those whose application has ended."""
_taken, _next = booking.alias("taken"), booking.alias("next")
_lowest_free = case(
    (~exists().where(_taken.c.slot == _SLOT, _taken.c.seat == 1), 1),
    else_=select(func.min(_taken.c.seat) + 1)
    .where(_taken.c.slot == _SLOT, ~exists().where(_next.c.slot == _SLOT, _next.c.seat == _taken.c.seat + 1))
    .scalar_subquery(),
)
_booked = select(func.count()).select_from(booking).where(booking.c.slot == _SLOT).scalar_subquery()
TAKE = Query(
    insert(booking)
    .from_select(
        ["slot", "seat", "kind", "application", "at"],
        select(slot.c.id, _lowest_free, slot.c.kind, _ONE, bindparam("now", type_=booking.c.at.type)).where(
            slot.c.id == _SLOT, ~slot.c.closed, _booked < slot.c.seats
        ),
    )
    .returning(booking.c.seat),
    int,
)
"""Take the lowest free seat of a time; no row where there is none, or it was closed."""
LEAVE = Query(delete(booking).where(booking.c.application == _ONE, booking.c.kind == _KIND))
MINE = Query(_ROW.join(booking, booking.c.slot == slot.c.id).where(booking.c.application == _ONE, booking.c.kind == _KIND), SlotRow)
"""The time that an application has booked."""
CAME = Query(update(booking).where(booking.c.slot == _SLOT, booking.c.application == _ONE).values(came=bindparam("came")))


class ComerRow(NamedTuple):
    """Somebody who comes at a time."""

    slot: int
    application: int
    name: str
    surname: str
    born: date
    programme_name: str
    came: bool | None


COMERS = Query(
    select(booking.c.slot, application.c.id, child.c.name, child.c.surname, child.c.born, programme.c.name, booking.c.came)
    .select_from(booking)
    .join(slot, slot.c.id == booking.c.slot)
    .join(application, application.c.id == booking.c.application)
    .join(child, child.c.id == application.c.child)
    .join(study_group, study_group.c.id == application.c.group)
    .join(programme, programme.c.id == study_group.c.programme)
    .where(
        _THEIRS,
        slot.c.starts >= bindparam("since"),
        slot.c.starts < bindparam("until"),
        or_(application.c.state.in_(LIVE), booking.c.came.is_not(None)),
    )
    .order_by(slot.c.starts, slot.c.id, booking.c.seat),
    ComerRow,
)
BOOKED = Query(select(booking.c.application).where(booking.c.slot == _SLOT).order_by(booking.c.seat), int)


class SoonRow(NamedTuple):
    """A guardian who is to be reminded of a time."""

    slot: int
    application: int
    person: int


_KEY = (
    literal("slot:")
    .concat(cast(slot.c.id, String))
    .concat(":")
    .concat(cast(application.c.id, String))
    .concat(":")
    .concat(cast(guardian.c.person, String))
)
SOON = Query(
    select(slot.c.id, application.c.id, guardian.c.person)
    .select_from(slot)
    .join(booking, booking.c.slot == slot.c.id)
    .join(application, application.c.id == booking.c.application)
    .join(guardian, and_(guardian.c.family == application.c.family, guardian.c.role != "follower"))
    .join(organisation, organisation.c.id == slot.c.organisation)
    .join(municipality, municipality.c.id == organisation.c.municipality)
    .where(
        municipality.c.zone == bindparam("zone"),
        slot.c.starts >= bindparam("since"),
        slot.c.starts < bindparam("until"),
        booking.c.at < bindparam("evening"),
        application.c.state.in_(LIVE),
        ~exists().where(delivery.c.key == _KEY),
    )
    .order_by(slot.c.id, application.c.id, guardian.c.person)
    .limit(bindparam("most")),
    SoonRow,
)
"""Whom to remind the evening before: who booked before that evening, and was not reminded of this time yet."""
