"""unusual packs and lookups"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE, AFTER = "'many', 'hours', 'strange'", "'many', 'hours', 'strange', 'packs', 'lookups'"


def upgrade() -> None:
    _allow(AFTER)
    op.alter_column("audit_flags", "households", new_column_name="counted")


def downgrade() -> None:
    op.alter_column("audit_flags", "counted", new_column_name="households")
    op.execute("DELETE FROM audit_flags WHERE rule IN ('packs', 'lookups')")
    _allow(BEFORE)


def _allow(rules: str) -> None:
    op.drop_constraint(op.f("ck_audit_flags_rule"), "audit_flags")
    op.create_check_constraint(op.f("ck_audit_flags_rule"), "audit_flags", f"rule IN ({rules})")
