"""Tables of the staff: accounts, grants, tokens."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class TokenKind(StrEnum):
    SESSION = "session"
    API = "api"


class Staff(Numbered, Base):
    """A member of staff who signs in with a password."""

    __tablename__ = "staff"

    username: Mapped[str] = mapped_column(String(50), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(40))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StaffGrant(Numbered, Base):
    """A permission at a division prefix, for one office or any, until a day or for good."""

    __tablename__ = "staff_grants"
    __table_args__ = (
        CheckConstraint("division_prefix ~ '^[0-9]{6,14}$'", name="division_prefix"),
        Index("ix_staff_grants_staff_id", "staff_id"),
        Index("ix_staff_grants_division_prefix", "division_prefix"),
    )

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    permission: Mapped[str] = mapped_column(String(50))
    division_prefix: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    ends_on: Mapped[date | None]


class StaffToken(Base):
    """A token that was handed out; only its digest is kept."""

    __tablename__ = "staff_tokens"
    __table_args__ = (
        CheckConstraint("kind IN ('session', 'api')", name="kind"),
        Index("ix_staff_tokens_staff_id", "staff_id"),
        Index("ix_staff_tokens_expires_at", "expires_at"),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
