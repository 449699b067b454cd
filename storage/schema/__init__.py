"""The tables: what a conversation keeps, and what the club knows.

Ids are 64-bit, given by the database and never used again: an old link must not open another"s page. All times are UTC.
"""

from __future__ import annotations

from storage.schema.catalogue import (
    DIRECTIONS,
    KINDS,
    LEVELS,
    external_id,
    favourite,
    municipality,
    organisation,
    programme,
    road,
    settlement,
    study_group,
    timetable,
)
from storage.schema.conversation import account, channel, delivery, event, file, job, live, media, person, secret, session, wording
from storage.schema.enrolment import application, application_change, audit, child, consent, consent_text, family, guardian, place, staff
from storage.schema.table import metadata

__all__ = [
    "DIRECTIONS",
    "KINDS",
    "LEVELS",
    "account",
    "application",
    "application_change",
    "audit",
    "channel",
    "child",
    "consent",
    "consent_text",
    "delivery",
    "event",
    "external_id",
    "family",
    "favourite",
    "file",
    "guardian",
    "job",
    "live",
    "media",
    "metadata",
    "municipality",
    "organisation",
    "person",
    "place",
    "programme",
    "road",
    "secret",
    "session",
    "settlement",
    "staff",
    "study_group",
    "timetable",
    "wording",
]
