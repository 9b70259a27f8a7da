"""files that belong to what is published, and what uses them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("storage_key", sa.String(length=64), nullable=False),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("uploaded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_by", sa.String(length=50), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "kind IN ('image', 'office', 'pdf', 'text')", name=op.f("ck_attachments_kind")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_attachments_sha256")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_attachments_withdrawn_with_reason"),
        ),
        sa.CheckConstraint(
            "(kind = 'image') = (width IS NOT NULL)", name=op.f("ck_attachments_image_width")
        ),
        sa.CheckConstraint(
            "(width IS NULL) = (height IS NULL)", name=op.f("ck_attachments_image_size")
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_attachments_division_code")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["staff.id"], name=op.f("fk_attachments_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    index = op.create_index
    index("ix_attachments_division_code", "attachments", ["division_code", sa.text("id DESC")])
    index("ix_attachments_storage_key", "attachments", ["storage_key"])
    index(
        "ix_attachments_unpublished",
        "attachments",
        ["uploaded_at"],
        postgresql_where=sa.text("published_at IS NULL"),
    )
    index("ix_attachments_uploaded_by_id", "attachments", ["uploaded_by_id"])
    op.create_table(
        "attachment_uses",
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("used_by", sa.String(length=60), nullable=False),
        sa.CheckConstraint("used_by ~ '^[a-z_]+:[0-9]+$'", name=op.f("ck_attachment_uses_used_by")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_attachment_uses_attachment_id")
        ),
        sa.PrimaryKeyConstraint("attachment_id", "used_by", name=op.f("pk_attachment_uses")),
    )
    index("ix_attachment_uses_used_by", "attachment_uses", ["used_by"])


def downgrade() -> None:
    op.drop_table("attachment_uses")
    op.drop_table("attachments")
