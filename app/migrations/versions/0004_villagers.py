"""villagers' accounts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gateway_tokens",
        sa.Column("app_id", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forced_on", sa.Date(), nullable=True),
        sa.Column("forced", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_tokens")),
        sa.UniqueConstraint("app_id", name=op.f("uq_gateway_tokens_app_id")),
    )
    op.create_table(
        "villagers",
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_villagers")),
    )
    op.create_table(
        "villager_identities",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "kind IN ('wechat', 'mini', 'union', 'phone')",
            name=op.f("ck_villager_identities_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["villagers.id"], name=op.f("fk_villager_identities_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_villager_identities")),
        sa.UniqueConstraint(
            "account_id", "kind", name=op.f("uq_villager_identities_account_id_kind")
        ),
    )
    op.create_table(
        "villager_identity_indexes",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=10), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["villager_identities.id"],
            name=op.f("fk_villager_identity_indexes_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("kind", "digest", name=op.f("pk_villager_identity_indexes")),
    )
    op.create_index(
        "ix_villager_identity_indexes_identity_id", "villager_identity_indexes", ["identity_id"]
    )
    op.create_table(
        "villager_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("kind IN ('web', 'mini')", name=op.f("ck_villager_sessions_kind")),
        sa.CheckConstraint(
            "way IN ('wechat', 'mini', 'phone')", name=op.f("ck_villager_sessions_way")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["villagers.id"], name=op.f("fk_villager_sessions_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_villager_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_villager_sessions_digest")),
    )
    op.create_index("ix_villager_sessions_account_id", "villager_sessions", ["account_id"])
    op.create_index("ix_villager_sessions_expires_at", "villager_sessions", ["expires_at"])
    op.create_table(
        "phone_codes",
        sa.Column("challenge_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("phone_digest", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.String(length=100), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["villagers.id"], name=op.f("fk_phone_codes_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_codes")),
        sa.UniqueConstraint("challenge_digest", name=op.f("uq_phone_codes_challenge_digest")),
    )
    op.create_index("ix_phone_codes_phone_digest", "phone_codes", ["phone_digest", "created_at"])
    op.create_index(
        "ix_phone_codes_address_digest", "phone_codes", ["address_digest", "created_at"]
    )
    op.create_index("ix_phone_codes_created_at", "phone_codes", ["created_at"])
    op.create_index("ix_phone_codes_account_id", "phone_codes", ["account_id"])


def downgrade() -> None:
    for table in (
        "phone_codes",
        "villager_sessions",
        "villager_identity_indexes",
        "villager_identities",
        "villagers",
        "gateway_tokens",
    ):
        op.drop_table(table)
