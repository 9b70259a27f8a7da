"""what lets go of packs and visits is found without reading every visit"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_visits_pack_id",
        "visits",
        ["pack_id"],
        postgresql_where=sa.text("pack_id IS NOT NULL"),
    )
    op.create_index("ix_waiting_messages_pack_id", "waiting_messages", ["pack_id"])
    op.create_index("ix_waiting_messages_other_visit_id", "waiting_messages", ["other_visit_id"])


def downgrade() -> None:
    op.drop_index("ix_waiting_messages_other_visit_id", table_name="waiting_messages")
    op.drop_index("ix_waiting_messages_pack_id", table_name="waiting_messages")
    op.drop_index("ix_visits_pack_id", table_name="visits")
