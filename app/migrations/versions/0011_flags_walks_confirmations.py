"""unusual packs and lookups, checks in portions, who showed who they are in which session"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE, AFTER = "'many', 'hours', 'strange'", "'many', 'hours', 'strange', 'packs', 'lookups'"


def upgrade() -> None:
    _allow(AFTER)
    op.alter_column("audit_flags", "households", new_column_name="counted")
    op.create_table(
        "audit_walks",
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standing_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_walks")),
    )
    op.create_table(
        "binding_confirmations",
        sa.Column("binding_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["binding_id"],
            ["household_bindings.id"],
            name=op.f("fk_binding_confirmations_binding_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["villager_sessions.id"],
            name=op.f("fk_binding_confirmations_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("binding_id", "session_id", name=op.f("pk_binding_confirmations")),
    )
    op.create_index("ix_binding_confirmations_session_id", "binding_confirmations", ["session_id"])


def downgrade() -> None:
    op.drop_table("binding_confirmations")
    op.drop_table("audit_walks")
    op.alter_column("audit_flags", "counted", new_column_name="households")
    op.execute("DELETE FROM audit_flags WHERE rule IN ('packs', 'lookups')")
    _allow(BEFORE)


def _allow(rules: str) -> None:
    op.drop_constraint(op.f("ck_audit_flags_rule"), "audit_flags")
    op.create_check_constraint(op.f("ck_audit_flags_rule"), "audit_flags", f"rule IN ({rules})")
