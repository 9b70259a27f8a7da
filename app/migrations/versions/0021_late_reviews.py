"""terms that an office sets: of late reviews, and who last changed those of the fund ledger"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SET = ("fund_categories", "fund_terms")


def upgrade() -> None:
    terms = op.create_table(
        "desk_terms",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=50), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "working_days BETWEEN 1 AND 30", name=op.f("ck_desk_terms_working_days")
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_desk_terms")),
    )
    op.bulk_insert(terms, [{"kind": "late_review", "working_days": 2}])
    for table in SET:
        op.add_column(table, sa.Column("changed_by", sa.String(length=50), nullable=True))
        op.add_column(table, sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in SET:
        op.drop_column(table, "changed_at")
        op.drop_column(table, "changed_by")
    op.drop_table("desk_terms")
