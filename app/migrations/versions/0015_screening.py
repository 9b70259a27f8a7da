"""the word list that texts are screened by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("word", sa.String(length=50), nullable=False),
        sa.Column("replacement", sa.String(length=50), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.String(length=50), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('sensitive', 'wrong')", name=op.f("ck_screening_words_kind")),
        sa.CheckConstraint("word <> ''", name=op.f("ck_screening_words_word")),
        sa.CheckConstraint(
            "replacement = '' OR kind = 'wrong'", name=op.f("ck_screening_words_replacement")
        ),
        sa.CheckConstraint("replacement <> word", name=op.f("ck_screening_words_other_word")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_words")),
        sa.UniqueConstraint("word", name=op.f("uq_screening_words_word")),
    )


def downgrade() -> None:
    op.drop_table("screening_words")
