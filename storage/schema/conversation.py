"""The conversation's own tables: people, their tabs, and what was taken and shown."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.schema.table import identity, metadata, reference, table
from storage.types import Json, UtcDateTime

person = table(
    "person",
    identity(),
    Column("language", String(16)),
    reference("settlement", "settlement", null=True, on_delete="SET NULL"),
    Column("created", UtcDateTime, nullable=False),
    reference("became", "person", null=True),
)
"""`became` is the person that this one was found to be: their accounts, families and roles are there now."""

account = table(
    "account",
    identity(),
    reference("person", "person", index=True),
    Column("channel", String(40), nullable=False),
    Column("user", String(40), nullable=False),
    Column("reachable", Boolean, nullable=False, server_default=text("true")),
    Column("used", UtcDateTime, nullable=False),
    Column("focus", String(9)),
    Column("asked", String(40)),
    UniqueConstraint("channel", "user"),
)

session = Table(
    "session",
    metadata,
    Column("token", String(9), primary_key=True),
    reference("person", "person", index=True),
    Column("address", String(64), nullable=False),
    Column("answers", Json, nullable=False),
    Column("came_from", String(64)),
    Column("needed_by", String(9)),
    Column("asking", String(40)),
    Column("ended", String(64)),
    Column("touched", UtcDateTime, nullable=False, index=True),
)

event = table(
    "event",
    identity(),
    Column("channel", String(40), nullable=False),
    Column("key", String(64), nullable=False),
    reference("account", "account", null=True),
    Column("address", String(80), nullable=False),
    Column("message", String(40)),
    Column("state", String(8), nullable=False),
    Column("stops", Integer, nullable=False, server_default=text("0")),
    Column("at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("channel", "key"),
    CheckConstraint("state IN ('trying', 'taken', 'shown', 'failed', 'aside')", name="state"),
)

channel = Table(
    "channel",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("position", String(64)),
    Column("owner", String(32)),
    Column("lease_until", UtcDateTime),
)

delivery = table(
    "delivery",
    identity(),
    reference("person", "person"),
    reference("account", "account", null=True),
    Column("link", String(64), nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    Column("class", String(8), nullable=False),
    Column("state", String(9), nullable=False, server_default=text("'waiting'")),
    Column("reason", String(200)),
    Column("message", String(40)),
    Column("lease_until", UtcDateTime),
    Column("owner", String(32)),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("class IN ('reply', 'urgent', 'offer', 'reminder', 'bulk')", name="class"),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'skipped', 'withdrawn')", name="state"),
)
_UNSENT = delivery.c.state.in_(("waiting", "sending"))
Index("ix_delivery_unsent", delivery.c.due, delivery.c.id, sqlite_where=_UNSENT, postgresql_where=_UNSENT)

job = table(
    "job",
    identity(),
    Column("kind", String(40), nullable=False),
    reference("person", "person", null=True),
    Column("facts", Json, nullable=False),
    Column("state", String(8), nullable=False, server_default=text("'waiting'")),
    Column("done", BigInteger, nullable=False, server_default=text("0")),
    Column("total", BigInteger),
    Column("outcome", Json),
    Column("lease_until", UtcDateTime),
    Column("owner", String(32)),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("created", UtcDateTime, nullable=False),
    CheckConstraint("state IN ('waiting', 'running', 'finished', 'failed')", name="state"),
)

_UNDONE = job.c.state.in_(("waiting", "running"))
Index("ix_job_undone", job.c.id, sqlite_where=_UNDONE, postgresql_where=_UNDONE)

live = table(
    "live",
    identity(),
    reference("account", "account", on_delete="CASCADE"),
    Column("message", String(40), nullable=False),
    Column("link", String(64), nullable=False),
    reference("job", "job", index=True, on_delete="CASCADE"),
    Column("shown", Integer, nullable=False, server_default=text("-1")),
    UniqueConstraint("account", "message"),
)

media = Table(
    "media",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("reference", String(255), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

file = Table(
    "file",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

secret = table(
    "secret",
    identity(),
    Column("digest", String(64), nullable=False, unique=True),
    Column("purpose", String(20), nullable=False),
    reference("person", "person", null=True),
    Column("facts", Json, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
    Column("used", UtcDateTime),
)

wording = Table(
    "wording",
    metadata,
    Column("noun", String(20), primary_key=True),
    Column("id", BigInteger, primary_key=True),
    Column("field", String(20), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("text", Text, nullable=False),
)
