"""Tables of the packs that stand on devices: numbers and times, no personal value."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class Pack(Base):
    """What one cadre took along of one village, until when, and when its device last asked.

    `heir_staff_id` is the successor who may send what the device still holds.
    """

    __tablename__ = "packs"
    __table_args__ = (
        CheckConstraint("households BETWEEN 1 AND 200", name="households"),
        Index("ix_packs_staff_id", "staff_id", "prepared_at"),
        Index("ix_packs_division_code", "division_code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    heir_staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    households: Mapped[int]
    prepared_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(50), default="")
    last_contact_at: Mapped[datetime | None]
    wiped_at: Mapped[datetime | None]


class PackHousehold(Base):
    """A household in a pack."""

    __tablename__ = "pack_households"
    __table_args__ = (Index("ix_pack_households_household_id", "household_id"),)

    pack_id: Mapped[UUID] = mapped_column(ForeignKey("packs.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("households.id"), primary_key=True
    )
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))


class PackOpening(Base):
    """A plate that was opened without signal, told by the device afterwards; once each."""

    __tablename__ = "pack_openings"
    __table_args__ = (Index("ix_pack_openings_pack_id", "pack_id"),)

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("packs.id"))
    household_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("households.id"))
    opened_at: Mapped[datetime]
    received_at: Mapped[datetime]
