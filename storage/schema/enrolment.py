"""Families and their applications: children, consents, places, queues, offers; and the staff who decide."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.schema.table import identity, metadata, reference, table
from storage.types import Json, UtcDateTime

STATES = (
    "submitted",
    "needs_info",
    "confirmed",
    "enrolled",
    "completed",
    "left",
    "waitlisted",
    "offered",
    "invited",
    "admitted",
    "reserve",
    "not_admitted",
    "declined",
    "withdrawn",
    "lapsed",
)
"""The life-cycle of an application; see `bot.model.application`."""
LIVE = ("submitted", "needs_info", "confirmed", "enrolled", "waitlisted", "offered", "invited", "admitted", "reserve")
"""States in which an application is going on: one at a time per child and group."""

family = table("family", identity(), Column("created", UtcDateTime, nullable=False))

guardian = Table(
    "guardian",
    metadata,
    Column("family", BigInteger, ForeignKey("family.id"), primary_key=True),
    Column("person", BigInteger, ForeignKey("person.id"), primary_key=True, index=True),
    Column("role", String(8), nullable=False),
    Column("name", String(200)),
    Column("phone", String(12)),
    Column("since", UtcDateTime, nullable=False),
    CheckConstraint("role IN ('guardian', 'apart', 'follower')", name="role"),
)
"""`apart` is a guardian who lives apart: sees applications, not addresses or messages. A `follower` sees and changes nothing."""

child = table(
    "child",
    identity(),
    reference("family", "family", index=True),
    Column("name", String(100), nullable=False),
    Column("surname", String(100), nullable=False),
    Column("born", Date, nullable=False),
    reference("settlement", "settlement", null=True, on_delete="SET NULL"),
    Column("certificate", String(10)),
    reference("person", "person", null=True, on_delete="SET NULL"),
    Column("created", UtcDateTime, nullable=False),
    Column("gone", Boolean, nullable=False, server_default=text("false")),
)

consent_text = Table(
    "consent_text",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("purpose", String(12), nullable=False),
    reference("organisation", "organisation", null=True),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

consent = table(
    "consent",
    identity(),
    reference("person", "person", index=True),
    reference("family", "family", null=True),
    Column("purpose", String(12), nullable=False),
    reference("organisation", "organisation", null=True),
    Column("digest", String(64), ForeignKey("consent_text.digest"), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("given", UtcDateTime, nullable=False),
    Column("withdrawn", UtcDateTime),
    CheckConstraint("purpose IN ('application', 'news', 'survey', 'partner')", name="purpose"),
)
Index(
    "ix_consent_standing",
    consent.c.person,
    consent.c.purpose,
    consent.c.organisation,
    unique=True,
    sqlite_where=consent.c.withdrawn.is_(None),
    postgresql_where=consent.c.withdrawn.is_(None),
)

application = table(
    "application",
    identity(),
    reference("family", "family", index=True),
    reference("child", "child", index=True),
    reference("group", "study_group"),
    Column("state", String(12), nullable=False),
    Column("ticket", Integer),
    Column("created", UtcDateTime, nullable=False),
    reference("created_by", "person"),
    Column("financing", String(11)),
    Column("decide_by", Date),
    Column("papers_by", Date),
    Column("offered", UtcDateTime),
    Column("offer_until", UtcDateTime),
    Column("reason", String(20)),
    Column("comment", String(500)),
    Column("act", String(100)),
    Column("disputed", Boolean, nullable=False, server_default=text("false")),
    Column("reviewed", Boolean, nullable=False, server_default=text("false")),
    Column("passed", Boolean, nullable=False, server_default=text("false")),
    Column("changed", UtcDateTime, nullable=False),
    CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name="state"),
    CheckConstraint("financing IN ('free', 'certificate', 'paid')", name="financing"),
    UniqueConstraint("group", "ticket"),
)
"""`ticket` is the order of a queue (in a selection group: of the reserve), drawn once.

`passed` is not to have the place that is free now (the family let it go, or the staff decided so) and keeps its turn for the next one.
`reviewed` was looked through by the staff already: once a place is accepted it is confirmed.
"""
_LIVE = application.c.state.in_(LIVE)
Index("ix_application_live", application.c.child, application.c.group, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index("ix_application_group_state", application.c.group, application.c.state)
Index(
    "ix_application_waiting",
    application.c.group,
    application.c.ticket,
    sqlite_where=application.c.state == "waitlisted",
    postgresql_where=application.c.state == "waitlisted",
)
Index(
    "ix_application_moved",
    application.c.group,
    application.c.changed,
    sqlite_where=application.c.changed > application.c.created,
    postgresql_where=application.c.changed > application.c.created,
)
Index(
    "ix_application_offer",
    application.c.offer_until,
    sqlite_where=application.c.state == "offered",
    postgresql_where=application.c.state == "offered",
)

place = Table(
    "place",
    metadata,
    Column("group", BigInteger, ForeignKey("study_group.id"), primary_key=True),
    Column("seat", Integer, primary_key=True),
    Column("holder", BigInteger, ForeignKey("application.id"), nullable=False, unique=True),
    CheckConstraint("seat >= 1", name="seat"),
)
"""A place is a row: nobody can hold two, and no seat has two holders, whatever the code does."""

application_change = table(
    "application_change",
    identity(),
    reference("application", "application", index=True),
    Column("action", String(16), nullable=False),
    Column("from_state", String(12)),
    Column("state", String(12), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(7), nullable=False),
    reference("person", "person", null=True),
    Column("channel", String(40)),
    Column("why", String(500)),
    CheckConstraint("actor IN ('family', 'staff', 'clock', 'import')", name="actor"),
)

staff = table(
    "staff",
    identity(),
    reference("person", "person", index=True),
    Column("role", String(12), nullable=False),
    Column("name", String(200)),
    reference("organisation", "organisation", null=True, index=True),
    reference("municipality", "municipality", null=True),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    reference("given_by", "person", null=True),
    CheckConstraint("role IN ('organisation', 'municipality', 'region', 'observer')", name="role"),
)

audit = table(
    "audit",
    identity(),
    Column("at", UtcDateTime, nullable=False),
    reference("person", "person", null=True),
    Column("action", String(40), nullable=False),
    Column("noun", String(20), nullable=False),
    Column("noun_id", BigInteger, nullable=False),
    reference("organisation", "organisation", null=True, index=True),
    Column("facts", Json, nullable=False),
)
"""What the staff did; facts are codes and ids, never names."""
