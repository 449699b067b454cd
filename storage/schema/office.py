"""What people ask people: enquiries, calls that are asked for, objections that reach the municipal centre."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, String, text

from storage.schema.table import identity, reference, table
from storage.types import UtcDateTime

enquiry = table(
    "enquiry",
    identity(),
    reference("person", "person", index=True),
    reference("organisation", "organisation"),
    reference("programme", "programme", null=True),
    reference("application", "application", null=True),
    reference("child", "child", null=True, index=True),
    Column("state", String(8), nullable=False, server_default=text("'open'")),
    Column("created", UtcDateTime, nullable=False),
    Column("asked", UtcDateTime, nullable=False),
    Column("answer_by", UtcDateTime, nullable=False),
    Column("reminded", Integer, nullable=False, server_default=text("0")),
    Column("remind", UtcDateTime),
    reference("claimed_by", "person", null=True),
    Column("claimed", UtcDateTime),
    Column("closed", UtcDateTime),
    Column("reported", UtcDateTime),
    reference("reported_by", "person", null=True),
    Column("reviewed", UtcDateTime),
    CheckConstraint("state IN ('open', 'claimed', 'answered', 'closed')", name="state"),
)
"""A thread between one person and an organisation. `child` is the pupil's own where a pupil asks: its guardians read along.

It waits since `asked` until `answer_by`; `reminded` is how far the reminders of this waiting went (half of the time, the term, the centre),
and `remind` when the clock looks at it next.
`reported` opens it to the municipal centre, which has `reviewed` it then.
"""
Index(
    "ix_enquiry_waiting",
    enquiry.c.organisation,
    enquiry.c.answer_by,
    sqlite_where=enquiry.c.state.in_(("open", "claimed")),
    postgresql_where=enquiry.c.state.in_(("open", "claimed")),
)
Index(
    "ix_enquiry_remind",
    enquiry.c.remind,
    sqlite_where=enquiry.c.remind.is_not(None),
    postgresql_where=enquiry.c.remind.is_not(None),
)

enquiry_message = table(
    "enquiry_message",
    identity(),
    reference("enquiry", "enquiry", index=True),
    reference("person", "person", null=True),
    Column("side", String(6), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", String(2000), nullable=False),
    CheckConstraint("side IN ('asker', 'staff', 'centre')", name="side"),
)

call_request = table(
    "call_request",
    identity(),
    reference("child", "child", index=True),
    reference("group", "study_group"),
    reference("person", "person"),
    Column("created", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("done", UtcDateTime),
    reference("by", "person", null=True),
)
"""«Хотите заранее обсудить условия с педагогом?»: only that a call is wanted, never why; it is erased when its time is over."""

objection = table(
    "objection",
    identity(),
    reference("application", "application", index=True),
    reference("person", "person"),
    Column("created", UtcDateTime, nullable=False),
    Column("text", String(500)),
    Column("answer_by", Date, nullable=False),
    Column("answer", String(1000)),
    Column("closed", UtcDateTime),
    reference("by", "person", null=True),
)
"""«Это не мы»: a case that the family itself opened, so that the municipal centre may see whose it is (domain: a message to the centre)."""
