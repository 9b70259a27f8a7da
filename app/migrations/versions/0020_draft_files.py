"""files of drafts and items, what was found in each, exceptions for places in files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

PASSAGE = ["draft_id", "text_hash", "kind", "begins", "ends"]


def upgrade() -> None:
    op.create_table(
        "draft_files",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_files_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_draft_files_attachment_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "attachment_id", name=op.f("pk_draft_files")),
    )
    op.create_index("uq_draft_files_position", "draft_files", ["draft_id", "position"], unique=True)
    op.create_index("ix_draft_files_attachment_id", "draft_files", ["attachment_id"])
    op.create_table(
        "item_files",
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name=op.f("fk_item_files_attachment_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_files_item_id")),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_item_files")),
    )
    op.create_index("uq_item_files_position", "item_files", ["item_id", "position"], unique=True)
    op.create_table(
        "file_scans",
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.String(length=64), nullable=False),
        sa.Column("findings", JSONB(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_file_scans_attachment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_file_scans")),
    )
    for table, column, kind in (
        ("draft_texts", "files", sa.Text()),
        ("draft_overrides", "file_sha256", sa.String(64)),
        ("draft_overrides", "part", sa.String(200)),
    ):
        op.add_column(table, sa.Column(column, kind, nullable=False, server_default=""))
        op.alter_column(table, column, server_default=None)
    _passages([*PASSAGE, "file_sha256", "part"])


def _passages(columns: list[str]) -> None:
    op.drop_index("uq_draft_overrides_passage", table_name="draft_overrides")
    op.create_index("uq_draft_overrides_passage", "draft_overrides", columns, unique=True)


def downgrade() -> None:
    op.execute("DELETE FROM draft_overrides WHERE file_sha256 <> ''")
    _passages(PASSAGE)
    op.drop_column("draft_overrides", "part")
    op.drop_column("draft_overrides", "file_sha256")
    op.drop_column("draft_texts", "files")
    for table in ("file_scans", "item_files", "draft_files"):
        op.drop_table(table)
