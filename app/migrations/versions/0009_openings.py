"""records held open"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "openings",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("group_code", sa.String(length=14), nullable=True),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('visit', 'verify', 'service', 'emergency', 'other')",
            name=op.f("ck_openings_purpose"),
        ),
        sa.CheckConstraint(
            "purpose <> 'other' OR reason_sealed IS NOT NULL", name=op.f("ck_openings_reason")
        ),
        sa.CheckConstraint("closes_at > opened_at", name=op.f("ck_openings_closes_at")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_openings_staff_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_openings_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_openings_division_code")
        ),
        sa.ForeignKeyConstraint(
            ["group_code"], ["divisions.code"], name=op.f("fk_openings_group_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
    )
    op.create_index("ix_openings_closes_at", "openings", ["closes_at"])


def downgrade() -> None:
    op.drop_table("openings")
