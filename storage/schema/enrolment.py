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
    Column("certificate_kind", String(7)),
    Column("school", String(200)),
    Column("grade", Integer),
    Column("grade_year", Integer),
    Column("shift", Integer),
    reference("person", "person", null=True, on_delete="SET NULL"),
    reference("became", "child", null=True),
    Column("created", UtcDateTime, nullable=False),
    Column("gone", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("certificate_kind IN ('account', 'funds')", name="certificate_kind"),
    CheckConstraint("shift IN (1, 2)", name="shift"),
)
"""`person` is the pupil's own account, from 14 on. `grade` was the class in the school year that began in `grade_year`.
`certificate_kind`: сертификат учёта or персонифицированного финансирования. `became` is the child that this double was merged into."""

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
    Column("erased", UtcDateTime),
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

bundle = table(
    "bundle",
    identity(),
    reference("group", "study_group", index=True),
    Column("together", Boolean, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)
"""Twins or friends with one entry in a group: all `together` or none, else whoever fits."""

ranking = table(
    "ranking",
    identity(),
    reference("child", "child", index=True),
    Column("rest", String(5), nullable=False),
    Column("created", UtcDateTime, nullable=False),
    CheckConstraint("rest IN ('keep', 'lower', 'leave')", name="rest"),
)
"""Ranked wishes of a child: what becomes of the others once one is taken: all kept, only the lower ones left, or all left."""

_TO_ERASE = consent.c.withdrawn.is_not(None) & consent.c.erased.is_(None)
Index("ix_consent_to_erase", consent.c.withdrawn, sqlite_where=_TO_ERASE, postgresql_where=_TO_ERASE)

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
    Column("source", String(6), nullable=False, server_default=text("'family'")),
    Column("category", String(20)),
    Column("benefit", String(7)),
    reference("bundle", "bundle", null=True),
    reference("ranking", "ranking", null=True),
    Column("rank", Integer),
    reference("instead_of", "application", null=True),
    Column("leaves", Date),
    Column("leave_asked", UtcDateTime),
    Column("outside_state", String(40)),
    Column("outside_number", String(64)),
    Column("outside_at", UtcDateTime),
    Column("draft", String(12)),
    CheckConstraint("source IN ('family', 'pupil', 'staff', 'import')", name="source"),
    CheckConstraint("benefit IN ('claimed', 'checked')", name="benefit"),
    CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name="state"),
    CheckConstraint("financing IN ('free', 'certificate', 'paid')", name="financing"),
    UniqueConstraint("group", "ticket"),
)
"""`ticket` is the order of a queue (in a selection group: of the reserve), drawn once.

`passed` is not to have the place that is free now (the family let it go, or the staff decided so) and keeps its turn for the next one.
`reviewed` was looked through by the staff already: once a place is accepted it is confirmed. `source` says who applied.
`category` is the published category by which it comes first or holds a reserved place; `benefit`: the family will show a paper, or did.
`bundle` ties twins or friends in one queue together, `ranking` the ranked wishes of one child. `instead_of` is the application whose
place it gives up (a transfer, a continuing pupil). `leave_asked`, `leaves`: when the family asked to leave, and from which day on it does.
`outside_*` is how it stands in the region's own system, and when that was known. `draft` is what the board of a selection has written
down and not published yet: an action, which nobody but its staff sees.
"""
_LIVE = application.c.state.in_(LIVE)
Index("ix_application_live", application.c.child, application.c.group, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
for _tie in ("bundle", "ranking", "instead_of", "leaves"):
    _tied = application.c[_tie].is_not(None)
    Index(f"ix_application_{_tie}", application.c[_tie], sqlite_where=_tied, postgresql_where=_tied)
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
    Column("digest", Boolean, nullable=False, server_default=text("true")),
    CheckConstraint("role IN ('teacher', 'organisation', 'board', 'municipality', 'region', 'observer')", name="role"),
)
"""A `teacher` sees the groups of `staff_group`; a `board` decides selections; above the organisation there are only counts.

`digest`: in the morning they read how much waits."""

staff_group = Table(
    "staff_group",
    metadata,
    Column("staff", BigInteger, ForeignKey("staff.id"), primary_key=True),
    Column("group", BigInteger, ForeignKey("study_group.id"), primary_key=True, index=True),
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
