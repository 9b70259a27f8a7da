"""drafts, their texts, reviews, comments and exceptions; how items end, expire and are replaced"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OLD, NEW = "withdrawn_at IS NULL", "withdrawn_at IS NULL AND superseded_by_id IS NULL"
FEEDS = {
    "ix_items_feed": ["division_code"],
    "ix_items_topic_feed": ["division_code", "topic_code"],
}


def upgrade() -> None:
    op.add_column("items", sa.Column("ended_as", sa.String(10)))
    op.add_column("items", sa.Column("expires_on", sa.Date()))
    op.add_column("items", sa.Column("superseded_by_id", sa.BigInteger()))
    op.add_column(
        "items",
        sa.Column("urgent_until_reviewed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("items", "urgent_until_reviewed", server_default=None)
    op.add_column("items", sa.Column("catalogue_entry_id", sa.BigInteger()))
    op.execute("UPDATE items SET ended_as = 'withdrawn' WHERE withdrawn_at IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_items_ended_as"),
        "items",
        "(withdrawn_at IS NULL) = (ended_as IS NULL) AND ended_as IN ('withdrawn', 'expired')",
    )
    op.create_foreign_key(
        op.f("fk_items_superseded_by_id"), "items", "items", ["superseded_by_id"], ["id"]
    )
    _feeds(NEW)
    op.create_index(
        "ix_items_expires_on",
        "items",
        ["expires_on"],
        postgresql_where=sa.text("withdrawn_at IS NULL AND expires_on IS NOT NULL"),
    )
    op.create_index(
        "ix_items_withdrawn",
        "items",
        ["division_code", sa.text("withdrawn_at DESC")],
        postgresql_where=sa.text("withdrawn_at IS NOT NULL"),
    )
    _drafts()
    _texts_and_reviews()


def _feeds(where: str) -> None:
    for name, columns in FEEDS.items():
        op.drop_index(name, table_name="items")
        op.create_index(
            name,
            "items",
            [*columns, sa.text("published_at DESC"), sa.text("id DESC")],
            postgresql_where=sa.text(where),
        )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("topic_code", sa.String(length=40), nullable=False),
        sa.Column("catalogue_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("supersedes_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body_markdown", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("formed_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("locked_hash", sa.String(length=64), nullable=True),
        sa.Column("exception_reason", sa.String(length=300), nullable=False),
        sa.Column("urgent_reason", sa.String(length=300), nullable=False),
        sa.Column("urgent_by_id", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.String(length=50), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (item_id IS NOT NULL)", name=op.f("ck_drafts_published_item")
        ),
        sa.CheckConstraint(
            "(urgent_by_id IS NULL) = (urgent_reason = '')", name=op.f("ck_drafts_urgent")
        ),
        sa.CheckConstraint(
            "state <> 'scheduled' OR (locked_hash IS NOT NULL AND publish_at IS NOT NULL)",
            name=op.f("ck_drafts_locked"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'discarded') OR corrects_id IS NULL OR note <> ''",
            name=op.f("ck_drafts_noted"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'first_review', 'second_review', 'final_review', 'scheduled', 'published', 'discarded')",
            name=op.f("ck_drafts_state"),
        ),
        sa.CheckConstraint(
            "corrects_id IS NULL OR supersedes_id IS NULL", name=op.f("ck_drafts_one_purpose")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_drafts_author_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["items.id"], name=op.f("fk_drafts_corrects_id")),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_drafts_division_code")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_drafts_item_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_drafts_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["items.id"], name=op.f("fk_drafts_supersedes_id")
        ),
        sa.ForeignKeyConstraint(["topic_code"], ["topics.code"], name=op.f("fk_drafts_topic_code")),
        sa.ForeignKeyConstraint(
            ["urgent_by_id"], ["staff.id"], name=op.f("fk_drafts_urgent_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_author", "drafts", ["author_id", "id"], unique=False)
    op.create_index(
        "ix_drafts_desk",
        "drafts",
        ["state", "division_code", "id"],
        unique=False,
        postgresql_where=sa.text("state NOT IN ('published', 'discarded')"),
    )
    op.create_index(
        "ix_drafts_due",
        "drafts",
        ["publish_at"],
        unique=False,
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_index(
        "ix_drafts_item_id",
        "drafts",
        ["item_id"],
        unique=False,
        postgresql_where=sa.text("item_id IS NOT NULL"),
    )
    op.create_index(
        "ix_drafts_late",
        "drafts",
        ["division_code", "id"],
        unique=False,
        postgresql_where=sa.text("urgent_by_id IS NOT NULL AND reviewed_late_at IS NULL"),
    )


def _texts_and_reviews() -> None:
    op.create_table(
        "draft_overrides",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_name", sa.String(length=50), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["drafts.id"],
            name=op.f("fk_draft_overrides_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_draft_overrides_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_overrides")),
    )
    op.create_index(
        "uq_draft_overrides_passage",
        "draft_overrides",
        ["draft_id", "text_hash", "kind", "begins", "ends"],
        unique=True,
    )
    op.create_table(
        "draft_reviews",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("text_number", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False),
        sa.Column("reviewer_name", sa.String(length=50), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "step IN ('first_review', 'second_review', 'final_review')",
            name=op.f("ck_draft_reviews_step"),
        ),
        sa.CheckConstraint(
            "verdict IN ('pass', 'return', 'late_pass', 'late_return')",
            name=op.f("ck_draft_reviews_verdict"),
        ),
        sa.CheckConstraint(
            "verdict NOT LIKE '%return' OR words <> ''",
            name=op.f("ck_draft_reviews_return_with_words"),
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_reviews_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["staff.id"], name=op.f("fk_draft_reviews_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_reviews")),
    )
    op.create_index(
        "ix_draft_reviews_reviewer_id", "draft_reviews", ["reviewer_id", "id"], unique=False
    )
    op.create_index(
        "uq_draft_reviews_person",
        "draft_reviews",
        ["draft_id", "text_number", "reviewer_id"],
        unique=True,
        postgresql_where=sa.text("verdict LIKE '%pass'"),
    )
    op.create_index(
        "uq_draft_reviews_step",
        "draft_reviews",
        ["draft_id", "text_number", "step"],
        unique=True,
        postgresql_where=sa.text("verdict LIKE '%pass'"),
    )
    op.create_table(
        "draft_texts",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body_markdown", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("kept_by_id", sa.BigInteger(), nullable=False),
        sa.Column("kept_by", sa.String(length=50), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_texts_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["staff.id"], name=op.f("fk_draft_texts_kept_by_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_draft_texts")),
    )
    op.create_table(
        "draft_comments",
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["draft_reviews.id"],
            name=op.f("fk_draft_comments_review_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comments")),
    )
    op.create_index("ix_draft_comments_review_id", "draft_comments", ["review_id"], unique=False)


def downgrade() -> None:
    for table in ("draft_overrides", "draft_comments", "draft_reviews", "draft_texts", "drafts"):
        op.drop_table(table)
    op.drop_index("ix_items_withdrawn", table_name="items")
    op.drop_index("ix_items_expires_on", table_name="items")
    _feeds(OLD)
    for column in (
        "catalogue_entry_id",
        "urgent_until_reviewed",
        "superseded_by_id",
        "expires_on",
        "ended_as",
    ):
        op.drop_column("items", column)
