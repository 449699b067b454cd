"""How groups take people in: reserved places, phases, slots, guests, papers; twins and ranked wishes; teachers; questions to people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0005"
down_revision = "0004"

NEW_ON_APPLICATIONS = {
    "source": "source IN ('family', 'pupil', 'staff', 'import')",
    "benefit": "benefit IN ('claimed', 'checked')",
}
NEW_ON_CHILDREN = {"certificate_kind": "certificate_kind IN ('account', 'funds')", "shift": "shift IN (1, 2)"}
ROLES = "role IN ('teacher', 'organisation', 'board', 'municipality', 'region', 'observer')"


def upgrade() -> None:
    _ties()
    _places()
    _papers()
    _office()
    _applications()
    _people()
    _catalogue()
    _quick()


def _check(table: str, **rules: str) -> tuple[sa.CheckConstraint, ...]:
    """Named checks that a table of SQLite gets while it is rebuilt."""
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items())


def _add_checks(table: str, **rules: str) -> None:
    """The new ones where the table is not rebuilt."""
    if op.get_bind().dialect.name == "postgresql":
        for name, rule in rules.items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)


KEPT = {"sqlite_autoincrement": True}


def _places() -> None:
    op.create_table(
        "quota",
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_quota_seats")),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_quota_group"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group", "category", name=op.f("pk_quota")),
    )

    op.create_table(
        "phase",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=10), nullable=False),
        sa.Column("opens", UtcDateTime(), nullable=False),
        sa.Column("closes", UtcDateTime(), nullable=True),
        sa.Column("categories", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("who IN ('continuing', 'category', 'all')", name=op.f("ck_phase_who")),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_phase_group"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("phase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phase_group"), ["group"], unique=False)

    op.create_table(
        "slot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("starts", UtcDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=True),
        sa.Column("closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("kind IN ('papers', 'selection')", name=op.f("ck_slot_kind")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_slot_minutes")),
        sa.CheckConstraint("seats > 0", name=op.f("ck_slot_seats")),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_slot_group"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_slot_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_group"), ["group"], unique=False)
        batch_op.create_index(batch_op.f("ix_slot_organisation"), ["organisation"], unique=False)

    op.create_table(
        "booking",
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.CheckConstraint("seat >= 1", name=op.f("ck_booking_seat")),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name=op.f("fk_booking_application")),
        sa.ForeignKeyConstraint(["slot"], ["slot.id"], name=op.f("fk_booking_slot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slot", "seat", name=op.f("pk_booking")),
        sa.UniqueConstraint("application", "kind", name=op.f("uq_booking_application_kind")),
    )

    op.create_table(
        "selection",
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("published", UtcDateTime(), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_selection_by")),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_selection_group"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group", name=op.f("pk_selection")),
    )

    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("child", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=9), server_default=sa.text("'booked'"), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('booked', 'came', 'missed', 'cancelled', 'stays', 'leaves')", name=op.f("ck_visit_state")),
        sa.ForeignKeyConstraint(["child"], ["child.id"], name=op.f("fk_visit_child")),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_visit_group")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_visit_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("group", "day", "seat", name=op.f("uq_visit_group_day_seat")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_child"), ["child"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_group"), ["group"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name=op.f("fk_attendance_application")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_attendance_by")),
        sa.PrimaryKeyConstraint("application", "day", name=op.f("pk_attendance")),
    )


def _papers() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation", sa.BigInteger(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("original", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_paper_organisation")),
        sa.ForeignKeyConstraint(["programme"], ["programme.id"], name=op.f("fk_paper_programme"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_organisation"), ["organisation"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_programme"), ["programme"], unique=False)

    op.create_table(
        "paper_shown",
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("paper", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name=op.f("fk_paper_shown_application")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_paper_shown_by")),
        sa.ForeignKeyConstraint(["paper"], ["paper.id"], name=op.f("fk_paper_shown_paper")),
        sa.PrimaryKeyConstraint("application", "paper", name=op.f("pk_paper_shown")),
    )

    op.create_table(
        "paper_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("ready", UtcDateTime(), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('study', 'payment')", name=op.f("ck_paper_request_kind")),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name=op.f("fk_paper_request_application")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_paper_request_by")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_paper_request_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_request")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("paper_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_request_application"), ["application"], unique=False)
        batch_op.create_index(
            "ix_paper_request_open",
            ["application", "kind"],
            unique=True,
            sqlite_where=sa.text("ready IS NULL"),
            postgresql_where=sa.text("ready IS NULL"),
        )

    op.create_table(
        "requisites",
        sa.Column("organisation", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.String(length=160), nullable=False),
        sa.Column("inn", sa.String(length=12), nullable=False),
        sa.Column("kpp", sa.String(length=9), nullable=True),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("bank", sa.String(length=200), nullable=False),
        sa.Column("bik", sa.String(length=9), nullable=False),
        sa.Column("correspondent", sa.String(length=20), nullable=True),
        sa.Column("budget_code", sa.String(length=20), nullable=True),
        sa.Column("oktmo", sa.String(length=11), nullable=True),
        sa.Column("head", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_requisites_organisation")),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_requisites")),
    )


def _ties() -> None:
    op.create_table(
        "bundle",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_bundle_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundle_group"), ["group"], unique=False)

    op.create_table(
        "ranking",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("child", sa.BigInteger(), nullable=False),
        sa.Column("rest", sa.String(length=5), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.CheckConstraint("rest IN ('keep', 'lower', 'leave')", name=op.f("ck_ranking_rest")),
        sa.ForeignKeyConstraint(["child"], ["child.id"], name=op.f("fk_ranking_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ranking_child"), ["child"], unique=False)

    op.create_table(
        "staff_group",
        sa.Column("staff", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_staff_group_group")),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_staff_group_staff")),
        sa.PrimaryKeyConstraint("staff", "group", name=op.f("pk_staff_group")),
    )
    with op.batch_alter_table("staff_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_group_group"), ["group"], unique=False)


def _office() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("organisation", sa.BigInteger(), nullable=False),
        sa.Column("programme", sa.BigInteger(), nullable=True),
        sa.Column("application", sa.BigInteger(), nullable=True),
        sa.Column("child", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=8), server_default=sa.text("'open'"), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("asked", UtcDateTime(), nullable=False),
        sa.Column("answer_by", UtcDateTime(), nullable=False),
        sa.Column("reminded", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("remind", UtcDateTime(), nullable=True),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True),
        sa.Column("claimed", UtcDateTime(), nullable=True),
        sa.Column("closed", UtcDateTime(), nullable=True),
        sa.Column("reported", UtcDateTime(), nullable=True),
        sa.Column("reported_by", sa.BigInteger(), nullable=True),
        sa.Column("reviewed", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'claimed', 'answered', 'closed')", name=op.f("ck_enquiry_state")),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name=op.f("fk_enquiry_application")),
        sa.ForeignKeyConstraint(["child"], ["child.id"], name=op.f("fk_enquiry_child")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_enquiry_claimed_by")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_enquiry_organisation")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_enquiry_person")),
        sa.ForeignKeyConstraint(["programme"], ["programme.id"], name=op.f("fk_enquiry_programme")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_enquiry_reported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_child"), ["child"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_person"), ["person"], unique=False)
        batch_op.create_index(
            "ix_enquiry_remind",
            ["remind"],
            unique=False,
            sqlite_where=sa.text("remind IS NOT NULL"),
            postgresql_where=sa.text("remind IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_enquiry_waiting",
            ["organisation", "answer_by"],
            unique=False,
            sqlite_where=sa.text("state IN ('open', 'claimed')"),
            postgresql_where=sa.text("state IN ('open', 'claimed')"),
        )

    op.create_table(
        "enquiry_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("enquiry", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=True),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.CheckConstraint("side IN ('asker', 'staff', 'centre')", name=op.f("ck_enquiry_message_side")),
        sa.ForeignKeyConstraint(["enquiry"], ["enquiry.id"], name=op.f("fk_enquiry_message_enquiry")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_enquiry_message_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_message")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("enquiry_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_message_enquiry"), ["enquiry"], unique=False)

    op.create_table(
        "call_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("child", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("done", UtcDateTime(), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_call_request_by")),
        sa.ForeignKeyConstraint(["child"], ["child.id"], name=op.f("fk_call_request_child")),
        sa.ForeignKeyConstraint(["group"], ["study_group.id"], name=op.f("fk_call_request_group")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_call_request_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_request")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("call_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_request_child"), ["child"], unique=False)

    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("created", UtcDateTime(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=True),
        sa.Column("closed", UtcDateTime(), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["application"], ["application.id"], name=op.f("fk_objection_application")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_objection_by")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_objection_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_application"), ["application"], unique=False)


def _applications() -> None:
    with op.batch_alter_table("application", table_args=_check("application", **NEW_ON_APPLICATIONS), table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=6), server_default=sa.text("'family'"), nullable=False))
        batch_op.add_column(sa.Column("category", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("benefit", sa.String(length=7), nullable=True))
        batch_op.add_column(sa.Column("bundle", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("ranking", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("instead_of", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("leaves", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("leave_asked", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("outside_state", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("outside_number", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("outside_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("draft", sa.String(length=12), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_application_bundle"), "bundle", ["bundle"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_application_ranking"), "ranking", ["ranking"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_application_instead_of"), "application", ["instead_of"], ["id"])
    _add_checks("application", **NEW_ON_APPLICATIONS)


def _people() -> None:
    with op.batch_alter_table("child", table_args=_check("child", **NEW_ON_CHILDREN), table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("certificate_kind", sa.String(length=7), nullable=True))
        batch_op.add_column(sa.Column("school", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("grade", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("grade_year", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("shift", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("became", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_child_became"), "child", ["became"], ["id"])
    _add_checks("child", **NEW_ON_CHILDREN)
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased", UtcDateTime(), nullable=True))
    with op.batch_alter_table("person", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("became", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_person_became"), "person", ["became"], ["id"])
    with op.batch_alter_table("staff", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.drop_constraint(op.f("ck_staff_role"), type_="check")
        batch_op.create_check_constraint(op.f("ck_staff_role"), ROLES)


def _catalogue() -> None:
    with op.batch_alter_table("municipality", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("teen_applies", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    with op.batch_alter_table("organisation", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("answer_days", sa.Integer(), server_default=sa.text("1"), nullable=False))
    with op.batch_alter_table("study_group", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("taken_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("guests", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("priority", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("year", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("follows", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_study_group_follows"), "study_group", ["follows"], ["id"])


def _quick() -> None:
    """What a worker takes up next is found without a look at what is done."""
    op.drop_index("ix_delivery_waiting", "delivery")
    for name, table, columns, where in (
        ("ix_application_bundle", "application", ["bundle"], "bundle IS NOT NULL"),
        ("ix_application_instead_of", "application", ["instead_of"], "instead_of IS NOT NULL"),
        ("ix_application_leaves", "application", ["leaves"], "leaves IS NOT NULL"),
        ("ix_application_ranking", "application", ["ranking"], "ranking IS NOT NULL"),
        ("ix_delivery_unsent", "delivery", ["due", "id"], "state IN ('waiting', 'sending')"),
        ("ix_job_undone", "job", ["id"], "state IN ('waiting', 'running')"),
        ("ix_consent_to_erase", "consent", ["withdrawn"], "withdrawn IS NOT NULL AND erased IS NULL"),
    ):
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
