"""the inbox"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STAFF, ACCOUNT = sa.text("staff_id IS NOT NULL"), sa.text("account_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "inbox_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(staff_id IS NULL) <> (account_id IS NULL)",
            name=op.f("ck_inbox_messages_one_recipient"),
        ),
        sa.CheckConstraint("link = '' OR link ~ '^/[a-z]'", name=op.f("ck_inbox_messages_link")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_messages")),
    )
    index = op.create_index
    index(
        "uq_inbox_messages_staff",
        "inbox_messages",
        ["staff_id", "key"],
        unique=True,
        postgresql_where=STAFF,
    )
    index(
        "uq_inbox_messages_account",
        "inbox_messages",
        ["account_id", "key"],
        unique=True,
        postgresql_where=ACCOUNT,
    )
    index(
        "ix_inbox_messages_staff",
        "inbox_messages",
        ["staff_id", "created_at", "id"],
        postgresql_where=STAFF,
    )
    index(
        "ix_inbox_messages_account",
        "inbox_messages",
        ["account_id", "created_at", "id"],
        postgresql_where=ACCOUNT,
    )
    index("ix_inbox_messages_created_at", "inbox_messages", ["created_at"])


def downgrade() -> None:
    op.drop_table("inbox_messages")
