"""The conversation: persons, accounts, sessions, events, deliveries, jobs; and favourites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "channel",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=True),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel")),
    )
    op.create_table(
        "file",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_file")),
    )
    op.create_table(
        "media",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "digest", name=op.f("pk_media")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("settlement", sa.BigInteger(), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["settlement"], ["settlement.id"], name=op.f("fk_person_settlement"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("reachable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("used", UtcDateTime(), nullable=False),
        sa.Column("focus", sa.String(length=9), nullable=True),
        sa.Column("asked", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_account_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("channel", "user", name=op.f("uq_account_channel_user")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_account_person"), "account", ["person"])
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'finished', 'failed')", name=op.f("ck_job_state")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_job_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "secret",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("used", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_secret_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret")),
        sa.UniqueConstraint("digest", name=op.f("uq_secret_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_secret_until"), "secret", ["until"])
    op.create_table(
        "session",
        sa.Column("token", sa.String(length=9), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("came_from", sa.String(length=64), nullable=True),
        sa.Column("needed_by", sa.String(length=9), nullable=True),
        sa.Column("asking", sa.String(length=40), nullable=True),
        sa.Column("ended", sa.String(length=64), nullable=True),
        sa.Column("touched", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_session_person")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_person"), "session", ["person"])
    op.create_index(op.f("ix_session_touched"), "session", ["touched"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=True),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("class", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=9), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("message", sa.String(length=40), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("class IN ('reply', 'urgent', 'offer', 'reminder', 'bulk')", name=op.f("ck_delivery_class")),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'skipped', 'withdrawn')", name=op.f("ck_delivery_state")),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_delivery_account")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_delivery_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["due"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.String(length=80), nullable=False),
        sa.Column("message", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("stops", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('trying', 'taken', 'shown', 'failed', 'aside')", name=op.f("ck_event_state")),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_event_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("channel", "key", name=op.f("uq_event_channel_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"])
    op.create_table(
        "favourite",
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_favourite_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["programme"], ["programme.id"], name=op.f("fk_favourite_programme"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "programme", name=op.f("pk_favourite")),
    )
    op.create_table(
        "live",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("link", sa.String(length=64), nullable=False),
        sa.Column("job", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default=sa.text("-1"), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_live_account"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name=op.f("fk_live_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live")),
        sa.UniqueConstraint("account", "message", name=op.f("uq_live_account_message")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_live_job"), "live", ["job"])
