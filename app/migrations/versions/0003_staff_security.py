"""second factor, sessions, approved grants"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _widen_staff()
    _widen_grants()
    _widen_tokens()
    op.create_table(
        "staff_recovery_codes",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_codes_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery_codes")),
        sa.UniqueConstraint(
            "staff_id", "digest", name=op.f("uq_staff_recovery_codes_staff_id_digest")
        ),
    )
    op.create_table(
        "staff_factor_resets",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proof", sa.String(length=200), nullable=False),
        sa.Column("asked_as", sa.String(length=50), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'refused')",
            name=op.f("ck_staff_factor_resets_state"),
        ),
        sa.CheckConstraint(
            "asked_by_id <> staff_id", name=op.f("ck_staff_factor_resets_not_for_oneself")
        ),
        sa.CheckConstraint(
            "decided_by_id <> staff_id AND decided_by_id <> asked_by_id",
            name=op.f("ck_staff_factor_resets_somebody_else"),
        ),
        *_persons("staff_factor_resets", "staff_id", "asked_by_id", "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_factor_resets")),
    )
    op.create_index(
        "uq_staff_factor_resets_pending",
        "staff_factor_resets",
        ["staff_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "staff_pauses",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('account', 'address', 'code')", name=op.f("ck_staff_pauses_kind")
        ),
        sa.PrimaryKeyConstraint("kind", "mark", name=op.f("pk_staff_pauses")),
    )
    op.create_index("ix_staff_pauses_failed_at", "staff_pauses", ["failed_at"])
    op.create_table(
        "staff_wechat",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("openid_digest", sa.LargeBinary(), nullable=False),
        sa.Column("openid_key", sa.String(length=40), nullable=False),
        sa.Column("openid_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("bound_at", MOMENT, nullable=False),
        *_persons("staff_wechat", "staff_id"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_wechat")),
        sa.UniqueConstraint("openid_digest", name=op.f("uq_staff_wechat_openid_digest")),
    )


def _persons(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], ["staff.id"], name=op.f(f"fk_{table}_{column}"))
        for column in columns
    ]


def _widen_staff() -> None:
    op.add_column(
        "staff", sa.Column("full_name", sa.String(length=50), nullable=False, server_default="")
    )
    op.add_column(
        "staff",
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.add_column("staff", sa.Column("division_code", sa.String(length=14), nullable=True))
    op.add_column("staff", sa.Column("organisation_id", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("totp_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("totp_enrolled_at", MOMENT, nullable=True))
    op.add_column("staff", sa.Column("totp_last_step", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("totp_shown_at", MOMENT, nullable=True))
    # An account belongs to the widest place it was granted anything at.
    op.execute(
        "UPDATE staff SET division_code = coalesce("
        "(SELECT min(division_prefix) FROM staff_grants WHERE staff_id = staff.id),"
        " (SELECT min(code) FROM divisions))"
    )
    op.alter_column("staff", "division_code", nullable=False)
    op.alter_column("staff", "full_name", server_default=None)
    op.alter_column("staff", "must_change_password", server_default=None)
    op.create_foreign_key(
        op.f("fk_staff_division_code"), "staff", "divisions", ["division_code"], ["code"]
    )
    op.create_foreign_key(
        op.f("fk_staff_organisation_id"), "staff", "organisations", ["organisation_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_staff_totp_enrolled_at"),
        "staff",
        "(totp_sealed IS NULL) = (totp_enrolled_at IS NULL)",
    )
    op.create_index("ix_staff_division_code", "staff", ["division_code"])


def _widen_grants() -> None:
    op.add_column(
        "staff_grants", sa.Column("role", sa.String(length=40), nullable=False, server_default="")
    )
    op.add_column(
        "staff_grants",
        sa.Column("state", sa.String(length=10), nullable=False, server_default="active"),
    )
    op.alter_column("staff_grants", "role", server_default=None)
    op.alter_column("staff_grants", "state", server_default=None)
    for who, when in (
        ("asked_by_id", "asked_at"),
        ("decided_by_id", "decided_at"),
        ("ended_by_id", "ended_at"),
    ):
        op.add_column("staff_grants", sa.Column(who, sa.BigInteger(), nullable=True))
        op.add_column("staff_grants", sa.Column(when, MOMENT, nullable=True))
        op.create_foreign_key(
            op.f(f"fk_staff_grants_{who}"), "staff_grants", "staff", [who], ["id"]
        )
    op.create_check_constraint(
        op.f("ck_staff_grants_state"),
        "staff_grants",
        "state IN ('pending', 'active', 'refused', 'ended')",
    )
    op.create_check_constraint(
        op.f("ck_staff_grants_not_for_oneself"), "staff_grants", "asked_by_id <> staff_id"
    )
    op.create_check_constraint(
        op.f("ck_staff_grants_somebody_else"),
        "staff_grants",
        "decided_by_id <> staff_id AND decided_by_id <> asked_by_id",
    )
    op.create_index(
        "ix_staff_grants_pending",
        "staff_grants",
        ["division_prefix"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    # Who was administrator manages accounts from now on; whatever reads records is asked for anew.
    op.execute(
        "INSERT INTO staff_grants (staff_id, permission, division_prefix, ends_on, role, state)"
        " SELECT DISTINCT staff_id, 'identity.accounts', division_prefix, ends_on, 'admin',"
        " 'active' FROM staff_grants"
        " WHERE permission = 'operations.jobs' AND organisation_id IS NULL"
    )


def _widen_tokens() -> None:
    # Whoever holds a token of before has shown no second factor: all sign in anew.
    op.execute("DELETE FROM staff_tokens")
    op.add_column(
        "staff_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
    )
    op.create_unique_constraint(op.f("uq_staff_tokens_id"), "staff_tokens", ["id"])
    op.add_column("staff_tokens", sa.Column("device", sa.String(length=40), nullable=False))
    op.add_column("staff_tokens", sa.Column("passed", sa.Boolean(), nullable=False))
    op.add_column("staff_tokens", sa.Column("proved_at", MOMENT, nullable=True))
    op.add_column("staff_tokens", sa.Column("seen_at", MOMENT, nullable=False))


def downgrade() -> None:
    for table in (
        "staff_wechat",
        "staff_pauses",
        "staff_factor_resets",
        "staff_recovery_codes",
    ):
        op.drop_table(table)
    for column in ("seen_at", "proved_at", "passed", "device", "id"):
        op.drop_column("staff_tokens", column)
    # What was not approved, or holds no more, did not exist before.
    op.execute(
        "DELETE FROM staff_grants WHERE state <> 'active' OR permission = 'identity.accounts'"
    )
    op.drop_index("ix_staff_grants_pending", table_name="staff_grants")
    for name in ("somebody_else", "not_for_oneself", "state"):
        op.drop_constraint(op.f(f"ck_staff_grants_{name}"), "staff_grants", type_="check")
    for column in (
        "ended_at",
        "ended_by_id",
        "decided_at",
        "decided_by_id",
        "asked_at",
        "asked_by_id",
        "state",
        "role",
    ):
        op.drop_column("staff_grants", column)
    op.drop_index("ix_staff_division_code", table_name="staff")
    op.drop_constraint(op.f("ck_staff_totp_enrolled_at"), "staff", type_="check")
    for column in (
        "totp_shown_at",
        "totp_last_step",
        "totp_enrolled_at",
        "totp_sealed",
        "organisation_id",
        "division_code",
        "must_change_password",
        "full_name",
    ):
        op.drop_column("staff", column)
