"""Families, consents, applications, places and staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0004"
down_revision = "0003"

LIVE = "state IN ('submitted', 'needs_info', 'confirmed', 'enrolled', 'waitlisted', 'offered', 'invited', 'admitted', 'reserve')"
STATE = (
    "state IN ('submitted', 'needs_info', 'confirmed', 'enrolled', 'completed', 'left', 'waitlisted', 'offered', 'invited', 'admitted', "
    "'reserve', 'not_admitted', 'declined', 'withdrawn', 'lapsed')"
)


def upgrade() -> None:
    op.create_table(
        "family",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("noun_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_audit_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_audit_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_organisation"), ["organisation"], unique=False)

    op.create_table(
        "child",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("family", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("surname", sa.String(length=100), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("settlement", sa.BigInteger(), nullable=True),
        sa.Column("certificate", sa.String(length=10), nullable=True),
        sa.Column("person", sa.BigInteger(), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("gone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["family"], ["family.id"], name=op.f("fk_child_family")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_child_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["settlement"], ["settlement.id"], name=op.f("fk_child_settlement"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_family"), ["family"], unique=False)

    op.create_table(
        "consent_text",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("organisation", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_consent_text_organisation")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent_text")),
    )
    op.create_table(
        "guardian",
        sa.Column("family", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=12), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('guardian', 'apart', 'follower')", name=op.f("ck_guardian_role")),
        sa.ForeignKeyConstraint(["family"], ["family.id"], name=op.f("fk_guardian_family")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_guardian_person")),
        sa.PrimaryKeyConstraint("family", "person", name=op.f("pk_guardian")),
    )
    with op.batch_alter_table("guardian", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guardian_person"), ["person"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("organisation", sa.BigInteger(), nullable=True),
        sa.Column("municipality", sa.BigInteger(), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("role IN ('organisation', 'municipality', 'region', 'observer')", name=op.f("ck_staff_role")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_staff_given_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.id"], name=op.f("fk_staff_municipality")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_staff_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_staff_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_person"), ["person"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.BigInteger(), nullable=True),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("organisation", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("given", UtcDateTime(), nullable=False),
        sa.Column("withdrawn", UtcDateTime(), nullable=True),
        sa.CheckConstraint("purpose IN ('application', 'news', 'survey', 'partner')", name=op.f("ck_consent_purpose")),
        sa.ForeignKeyConstraint(["digest"], ["consent_text.digest"], name=op.f("fk_consent_digest")),
        sa.ForeignKeyConstraint(["family"], ["family.id"], name=op.f("fk_consent_family")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_consent_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_consent_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_person"), ["person"], unique=False)
        batch_op.create_index(
            "ix_consent_standing",
            ["person", "purpose", "organisation"],
            unique=True,
            sqlite_where=sa.text("withdrawn IS NULL"),
            postgresql_where=sa.text("withdrawn IS NULL"),
        )

    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("family", sa.BigInteger(), nullable=False),
        sa.Column("child", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("financing", sa.String(length=11), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("papers_by", sa.Date(), nullable=True),
        sa.Column("offered", UtcDateTime(), nullable=True),
        sa.Column("offer_until", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=True),
        sa.Column("act", sa.String(length=100), nullable=True),
        sa.Column("disputed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reviewed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("passed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("changed", UtcDateTime(), nullable=False),
        sa.CheckConstraint("financing IN ('free', 'certificate', 'paid')", name=op.f("ck_application_financing")),
        sa.CheckConstraint(
            STATE,
            name=op.f("ck_application_state"),
        ),
        sa.ForeignKeyConstraint(["child"], ["child.id"], name=op.f("fk_application_child")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_application_created_by")),
        sa.ForeignKeyConstraint(["family"], ["family.id"], name=op.f("fk_application_family")),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_application_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("group", "ticket", name=op.f("uq_application_group_ticket")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_child"), ["child"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_family"), ["family"], unique=False)
        batch_op.create_index("ix_application_group_state", ["group", "state"], unique=False)
        batch_op.create_index(
            "ix_application_live",
            ["child", "group"],
            unique=True,
            sqlite_where=sa.text(
                "state IN ('submitted', 'needs_info', 'confirmed', 'enrolled', 'waitlisted', 'offered', 'invited', 'admitted', 'reserve')"
            ),
            postgresql_where=sa.text(
                "state IN ('submitted', 'needs_info', 'confirmed', 'enrolled', 'waitlisted', 'offered', 'invited', 'admitted', 'reserve')"
            ),
        )
        batch_op.create_index(
            "ix_application_waiting",
            ["group", "ticket"],
            unique=False,
            sqlite_where=sa.text("state = 'waitlisted'"),
            postgresql_where=sa.text("state = 'waitlisted'"),
        )
        batch_op.create_index(
            "ix_application_moved",
            ["group", "changed"],
            unique=False,
            sqlite_where=sa.text("changed > created"),
            postgresql_where=sa.text("changed > created"),
        )
        batch_op.create_index(
            "ix_application_offer",
            ["offer_until"],
            unique=False,
            sqlite_where=sa.text("state = 'offered'"),
            postgresql_where=sa.text("state = 'offered'"),
        )

    op.create_table(
        "application_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=7), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=True),
        sa.CheckConstraint("actor IN ('family', 'staff', 'clock', 'import')", name=op.f("ck_application_change_actor")),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name=op.f("fk_application_change_application")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_application_change_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("application_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_change_application"), ["application"], unique=False)

    op.create_table(
        "place",
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("holder", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("seat >= 1", name=op.f("ck_place_seat")),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_place_group")),
        sa.ForeignKeyConstraint(["holder"], ["application.id"], name=op.f("fk_place_holder")),
        sa.PrimaryKeyConstraint("group", "seat", name=op.f("pk_place")),
        sa.UniqueConstraint("holder", name=op.f("uq_place_holder")),
    )
    for name, default in (("decision_days", "7"), ("papers_days", "14"), ("offer_hours", "24")):
        op.add_column("organisation", sa.Column(name, sa.Integer(), server_default=sa.text(default), nullable=False))
    op.add_column("municipality", sa.Column("places_per_child", sa.Integer(), server_default=sa.text("3"), nullable=False))
    op.add_column("study_group", sa.Column("held", sa.Integer(), server_default=sa.text("0"), nullable=False))
