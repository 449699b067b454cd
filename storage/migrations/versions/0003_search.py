"""Full text over programmes: what each is found by, in stems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE programme_search USING fts5 "
            "(title, tags, body, tokenize = 'unicode61 remove_diacritics 0', prefix = '3 4 5')"
        )
        # bm25 saturates: only such weights let a word in a title outweigh the same word many times in a text
        op.execute("INSERT INTO programme_search (programme_search, rank) VALUES ('rank', 'bm25(1000.0, 30.0, 1.0)')")
        return
    op.create_table(
        "programme_search",
        sa.Column("programme", sa.BigInteger(), nullable=False),
        sa.Column("words", TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["programme"], ["programme.id"], name=op.f("fk_programme_search_programme"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("programme", name=op.f("pk_programme_search")),
    )
    op.create_index("ix_programme_search_words", "programme_search", ["words"], postgresql_using="gin")
