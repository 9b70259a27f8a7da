"""Tables of the staff: accounts, grants, sessions, second factors, failed sign-ins."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import digests
from app.kernel.db import Base, Numbered


class TokenKind(StrEnum):
    SESSION = "session"
    API = "api"


class GrantState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"


class ResetState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


class Staff(Numbered, Base):
    """A member of staff who signs in with a password and, where the role asks, a second factor.

    `role` is the main one. `totp_last_step` is the last time step a code was taken for, so that
    none is taken twice; `totp_shown_at` is when that was.
    """

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(
            "(totp_sealed IS NULL) = (totp_enrolled_at IS NULL)", name="totp_enrolled_at"
        ),
        Index("ix_staff_division_code", "division_code"),
    )

    username: Mapped[str] = mapped_column(String(50), unique=True)
    full_name: Mapped[str] = mapped_column(String(50), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str] = mapped_column(String(40))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_enrolled_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    totp_shown_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StaffGrant(Numbered, Base):
    """A permission at a division prefix, for one office or any, until a day or for good.

    Only an `active` one holds. `role` is the bundle it came with; nobody asks for their own or
    decides on it, and whoever asked does not decide. No asker or decider: the operator.
    """

    __tablename__ = "staff_grants"
    __table_args__ = (
        CheckConstraint("division_prefix ~ '^[0-9]{6,14}$'", name="division_prefix"),
        CheckConstraint("state IN ('pending', 'active', 'refused', 'ended')", name="state"),
        CheckConstraint("asked_by_id <> staff_id", name="not_for_oneself"),
        CheckConstraint(
            "decided_by_id <> staff_id AND decided_by_id <> asked_by_id", name="somebody_else"
        ),
        Index("ix_staff_grants_staff_id", "staff_id"),
        Index("ix_staff_grants_division_prefix", "division_prefix"),
        Index(
            "ix_staff_grants_pending",
            "division_prefix",
            postgresql_where=text("state = 'pending'"),
        ),
    )

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    permission: Mapped[str] = mapped_column(String(50))
    division_prefix: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    ends_on: Mapped[date | None]
    role: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(10), default=GrantState.ACTIVE)
    asked_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    asked_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]


class StaffToken(Base):
    """A token that was handed out, a browser's session or a program's; only its digest is kept.

    `passed` tells that the second factor was shown where one is asked for, `proved_at` when it was
    last shown in this session, `seen_at` its last sign of life.
    """

    __tablename__ = "staff_tokens"
    __table_args__ = (
        CheckConstraint("kind IN ('session', 'api')", name="kind"),
        UniqueConstraint("id"),
        Index("ix_staff_tokens_staff_id", "staff_id"),
        Index("ix_staff_tokens_expires_at", "expires_at"),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False))
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(10))
    device: Mapped[str] = mapped_column(String(40), default="")
    passed: Mapped[bool]
    proved_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class RecoveryCode(Numbered, Base):
    """A code that stands in once for a lost second factor; only its keyed digest is kept."""

    __tablename__ = "staff_recovery_codes"
    __table_args__ = (UniqueConstraint("staff_id", "digest"),)

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None]


class FactorReset(Numbered, Base):
    """A lost second factor: one person asks once identity is proved, another one decides.

    `asked_as` is the administration of whoever asked; the other one decides.
    """

    __tablename__ = "staff_factor_resets"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'approved', 'refused')", name="state"),
        CheckConstraint("asked_by_id <> staff_id", name="not_for_oneself"),
        CheckConstraint(
            "decided_by_id <> staff_id AND decided_by_id <> asked_by_id", name="somebody_else"
        ),
        Index(
            "uq_staff_factor_resets_pending",
            "staff_id",
            unique=True,
            postgresql_where=text("state = 'pending'"),
        ),
    )

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(10), default=ResetState.PENDING)
    proof: Mapped[str] = mapped_column(String(200))
    asked_as: Mapped[str] = mapped_column(String(50))
    asked_by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]


class Pause(Base):
    """Failed tries of one account, one address or one second factor, and until when it rests.

    `mark` is a keyed digest of the name or address that was tried, whether it exists or not.
    """

    __tablename__ = "staff_pauses"
    __table_args__ = (
        CheckConstraint("kind IN ('account', 'address', 'code')", name="kind"),
        Index("ix_staff_pauses_failed_at", "failed_at"),
    )

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime]
    until: Mapped[datetime]


class WechatBinding(Base):
    """The WeChat a member of staff signs in with, until twelve hours after the last code."""

    __tablename__ = "staff_wechat"
    __table_args__ = (
        {
            "info": {
                digests.INFO: digests.Digests(
                    source="staff_wechat",
                    link="staff_id",
                    sealed="openid_sealed",
                    name="staff_openid",
                    digest="openid_digest",
                    key="openid_key",
                )
            }
        },
    )

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"), primary_key=True)
    openid_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    openid_key: Mapped[str] = mapped_column(String(40))
    openid_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    bound_at: Mapped[datetime]
