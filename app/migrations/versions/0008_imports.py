"""roster imports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.kernel import scope

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_imports",
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("layout_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("has_refused_file", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.String(length=300), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(length=50), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(length=50), nullable=True),
        sa.Column("started_by_id", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "state IN ('uploaded', 'reading', 'planned', 'importing', 'done', 'discarded')",
            name=op.f("ck_roster_imports_state"),
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_roster_imports_division_code")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_roster_imports_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
    )
    op.create_index("ix_roster_imports_division_code", "roster_imports", ["division_code", "id"])
    op.create_index(
        "uq_roster_imports_running",
        "roster_imports",
        ["division_code"],
        unique=True,
        postgresql_where=sa.text("state = 'importing'"),
    )
    op.create_table(
        "roster_households",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("payload_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('add', 'change', 'leave', 'refuse')",
            name=op.f("ck_roster_households_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_roster_households_division_code")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["roster_imports.id"],
            name=op.f("fk_roster_households_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_households")),
    )
    index = op.create_index
    index("uq_roster_households_number", "roster_households", ["import_id", "number"], unique=True)
    index("ix_roster_households_outcome", "roster_households", ["import_id", "outcome", "number"])
    index(
        "ix_roster_households_waiting",
        "roster_households",
        ["import_id", "number"],
        postgresql_where=sa.text("NOT is_done"),
    )
    op.create_table(
        "roster_headings",
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_roster_headings_division_code")
        ),
        sa.PrimaryKeyConstraint("division_code", "digest", name=op.f("pk_roster_headings")),
    )
    for statement in scope.protect("roster_households"):
        op.execute(statement)


def downgrade() -> None:
    for table in ("roster_headings", "roster_households", "roster_imports"):
        op.drop_table(table)
