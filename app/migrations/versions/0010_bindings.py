"""bindings, consents, corrections"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.kernel import scope

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "binding_attempts",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("phone_digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_attempts")),
    )
    op.create_index(
        "ix_binding_attempts_account_id", "binding_attempts", ["account_id", "at"], unique=False
    )
    op.create_index("ix_binding_attempts_at", "binding_attempts", ["at"])
    op.create_index(
        "ix_binding_attempts_phone_digest", "binding_attempts", ["phone_digest", "at"], unique=False
    )
    op.create_table(
        "consents",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["villagers.id"], name=op.f("fk_consents_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_account_id", "consents", ["account_id", "id"])
    op.create_index(
        "uq_consents_given",
        "consents",
        ["account_id", "purpose"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "notice_acceptances",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["villagers.id"], name=op.f("fk_notice_acceptances_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_acceptances")),
    )
    op.create_index(
        "uq_notice_acceptances_version",
        "notice_acceptances",
        ["account_id", "version"],
        unique=True,
    )
    op.create_table(
        "optional_details",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("consent_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["villagers.id"], name=op.f("fk_optional_details_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consents.id"],
            name=op.f("fk_optional_details_consent_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_optional_details")),
    )
    op.create_index(
        "uq_optional_details_field", "optional_details", ["account_id", "field"], unique=True
    )
    op.create_table(
        "household_bindings",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("door_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("granted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=20), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_household_bindings_ended")
        ),
        sa.CheckConstraint(
            "kind IN ('member', 'guardian', 'delegate')", name=op.f("ck_household_bindings_kind")
        ),
        sa.CheckConstraint(
            "state <> 'active' OR household_id IS NOT NULL AND (kind = 'delegate') = (person_id IS NULL) AND (kind = 'delegate') = (ends_on IS NOT NULL)",
            name=op.f("ck_household_bindings_active"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'active', 'refused', 'ended')",
            name=op.f("ck_household_bindings_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["villagers.id"], name=op.f("fk_household_bindings_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_household_bindings_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_household_bindings_division_code")
        ),
        sa.ForeignKeyConstraint(
            ["door_id"], ["doors.id"], name=op.f("fk_household_bindings_door_id")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["household_bindings.id"],
            name=op.f("fk_household_bindings_granted_by_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_household_bindings_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_household_bindings_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_bindings")),
    )
    op.create_index(
        "ix_household_bindings_account_id", "household_bindings", ["account_id", "id"], unique=False
    )
    op.create_index(
        "ix_household_bindings_granted_by_id", "household_bindings", ["granted_by_id"], unique=False
    )
    op.create_index(
        "ix_household_bindings_household_id",
        "household_bindings",
        ["household_id"],
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "ix_household_bindings_person_id",
        "household_bindings",
        ["person_id"],
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "ix_household_bindings_waiting",
        "household_bindings",
        ["division_code", "id"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "uq_household_bindings_active",
        "household_bindings",
        ["account_id", "household_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'active' AND kind <> 'guardian'"),
    )
    op.create_index(
        "uq_household_bindings_guardian",
        "household_bindings",
        ["account_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active' AND kind = 'guardian'"),
    )
    op.create_index(
        "uq_household_bindings_pending",
        "household_bindings",
        ["account_id", "kind", sa.text("coalesce(door_id, 0)"), sa.text("coalesce(person_id, 0)")],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "binding_invitations",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("granted_by_id", sa.BigInteger(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["household_bindings.id"],
            name=op.f("fk_binding_invitations_granted_by_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_binding_invitations_digest")),
    )
    op.create_index(
        "ix_binding_invitations_expires_at", "binding_invitations", ["expires_at"], unique=False
    )
    op.create_index(
        "ix_binding_invitations_granted_by_id",
        "binding_invitations",
        ["granted_by_id"],
    )
    op.create_table(
        "corrections",
        sa.Column("binding_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("division_code", sa.String(length=14), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("remark_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_corrections_answered")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'refused', 'withdrawn')",
            name=op.f("ck_corrections_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["villagers.id"], name=op.f("fk_corrections_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["staff.id"], name=op.f("fk_corrections_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["binding_id"],
            ["household_bindings.id"],
            name=op.f("fk_corrections_binding_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["divisions.code"], name=op.f("fk_corrections_division_code")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_corrections_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_corrections_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index("ix_corrections_binding_id", "corrections", ["binding_id", "id"])
    op.create_index(
        "ix_corrections_household_id", "corrections", ["household_id", "id"], unique=False
    )
    op.create_index(
        "ix_corrections_waiting",
        "corrections",
        ["division_code", "id"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_corrections_open",
        "corrections",
        ["household_id", sa.text("coalesce(person_id, 0)"), "field"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    for statement in scope.protect("corrections"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("corrections")
    op.drop_table("binding_invitations")
    op.drop_table("household_bindings")
    op.drop_table("optional_details")
    op.drop_table("notice_acceptances")
    op.drop_table("consents")
    op.drop_table("binding_attempts")
