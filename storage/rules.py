"""The rules of enrolment that an organisation and a municipality set themselves."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from storage.database import Query
from storage.schema import municipality, organisation


class ClubRules(NamedTuple):
    """Terms of an organisation: working days for a decision, days for papers, waking hours for an offer, working days for a question."""

    id: int
    name: str
    decision_days: int
    papers_days: int
    offer_hours: int
    answer_days: int


class LocalRules(NamedTuple):
    """Rules of a municipality."""

    id: int
    name: str
    places_per_child: int
    teen_applies: bool


CLUB = Query(select(*(organisation.c[name] for name in ClubRules._fields)).where(organisation.c.id == bindparam("place")), ClubRules)
LOCAL = Query(select(*(municipality.c[name] for name in LocalRules._fields)).where(municipality.c.id == bindparam("place")), LocalRules)
SET_CLUB = Query(
    update(organisation).where(organisation.c.id == bindparam("place")).values({name: bindparam(name) for name in ClubRules._fields[2:]})
)
SET_LOCAL = Query(
    update(municipality).where(municipality.c.id == bindparam("place")).values({name: bindparam(name) for name in LocalRules._fields[2:]})
)
