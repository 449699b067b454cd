"""How a group takes people in besides its queue: reserved places, phases, slots of a selection, guests, and what papers it wants."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from storage.schema.table import identity, metadata, reference, table
from storage.types import Json, UtcDateTime

quota = Table(
    "quota",
    metadata,
    Column("group", BigInteger, ForeignKey("study_group.id", ondelete="CASCADE"), primary_key=True),
    Column("category", String(20), primary_key=True),
    Column("seats", Integer, nullable=False),
    CheckConstraint("seats >= 0", name="seats"),
)
"""Places of a group that are reserved for a published category."""

phase = table(
    "phase",
    identity(),
    reference("group", "study_group", index=True, on_delete="CASCADE"),
    Column("who", String(10), nullable=False),
    Column("opens", UtcDateTime, nullable=False),
    Column("closes", UtcDateTime),
    Column("categories", Json),
    CheckConstraint("who IN ('continuing', 'category', 'all')", name="who"),
)
"""A phase of an intake: who may apply from when until when (domain: continuing pupils, then published categories, then everybody)."""

slot = table(
    "slot",
    identity(),
    reference("organisation", "organisation", index=True),
    reference("group", "study_group", null=True, index=True, on_delete="CASCADE"),
    Column("kind", String(9), nullable=False),
    Column("starts", UtcDateTime, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("seats", Integer, nullable=False),
    Column("place", String(500)),
    Column("closed", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("kind IN ('papers', 'selection')", name="kind"),
    CheckConstraint("minutes > 0", name="minutes"),
    CheckConstraint("seats > 0", name="seats"),
)
"""A time to bring the originals, or to come to a selection of one group."""

booking = Table(
    "booking",
    metadata,
    Column("slot", BigInteger, ForeignKey("slot.id", ondelete="CASCADE"), primary_key=True),
    Column("seat", Integer, primary_key=True),
    Column("kind", String(9), nullable=False),
    reference("application", "application"),
    Column("at", UtcDateTime, nullable=False),
    Column("came", Boolean),
    UniqueConstraint("application", "kind"),
    CheckConstraint("seat >= 1", name="seat"),
)
"""Who comes in a slot: like a place, a seat has one holder, whatever the code does."""

selection = Table(
    "selection",
    metadata,
    Column("group", BigInteger, ForeignKey("study_group.id", ondelete="CASCADE"), primary_key=True),
    Column("published", UtcDateTime, nullable=False),
    Column("appeal_until", Date, nullable=False),
    reference("by", "person", null=True),
)
"""The list of a selection, published by number, and until when its result may be appealed."""

visit = table(
    "visit",
    identity(),
    reference("group", "study_group", index=True),
    reference("child", "child", index=True),
    reference("person", "person"),
    Column("day", Date, nullable=False),
    Column("seat", Integer),
    Column("state", String(9), nullable=False, server_default=text("'booked'")),
    Column("created", UtcDateTime, nullable=False),
    UniqueConstraint("group", "day", "seat"),
    CheckConstraint("state IN ('booked', 'came', 'missed', 'cancelled', 'stays', 'leaves')", name="state"),
)
"""A first visit without papers; `seat` is the guest place of that lesson, given back when it is cancelled."""

attendance = Table(
    "attendance",
    metadata,
    Column("application", BigInteger, ForeignKey("application.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("came", Boolean, nullable=False),
    reference("by", "person"),
    Column("at", UtcDateTime, nullable=False),
)
"""Who came to a lesson, as the teacher marked it."""

paper = table(
    "paper",
    identity(),
    reference("organisation", "organisation", index=True),
    reference("programme", "programme", null=True, index=True, on_delete="CASCADE"),
    Column("name", String(200), nullable=False),
    Column("days", Integer),
    Column("original", Boolean, nullable=False, server_default=text("true")),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
)
"""A paper that an organisation wants, for all its programmes or for one, so many `days` after the confirmation (else its own term)."""

paper_shown = Table(
    "paper_shown",
    metadata,
    Column("application", BigInteger, ForeignKey("application.id"), primary_key=True),
    Column("paper", BigInteger, ForeignKey("paper.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    reference("by", "person"),
)

paper_request = table(
    "paper_request",
    identity(),
    reference("application", "application", index=True),
    Column("kind", String(7), nullable=False),
    reference("person", "person"),
    Column("created", UtcDateTime, nullable=False),
    Column("ready", UtcDateTime),
    reference("by", "person", null=True),
    CheckConstraint("kind IN ('study', 'payment')", name="kind"),
)
"""A request for a справка об обучении or об оплате, and when it was ready to be fetched."""
Index(
    "ix_paper_request_open",
    paper_request.c.application,
    paper_request.c.kind,
    unique=True,
    sqlite_where=paper_request.c.ready.is_(None),
    postgresql_where=paper_request.c.ready.is_(None),
)

requisites = Table(
    "requisites",
    metadata,
    Column("organisation", BigInteger, ForeignKey("organisation.id"), primary_key=True),
    Column("payee", String(160), nullable=False),
    Column("inn", String(12), nullable=False),
    Column("kpp", String(9)),
    Column("account", String(20), nullable=False),
    Column("bank", String(200), nullable=False),
    Column("bik", String(9), nullable=False),
    Column("correspondent", String(20)),
    Column("budget_code", String(20)),
    Column("oktmo", String(11)),
    Column("head", String(200)),
)
"""Where a family pays to, and who signs: what a payment's QR code and the papers need (ГОСТ Р 56042)."""
