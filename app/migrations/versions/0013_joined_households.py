"""a household that ended because all its members joined another one names it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("households", sa.Column("joined_into_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_households_joined_into_id"),
        "households",
        "households",
        ["joined_into_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_column("households", "joined_into_id")
