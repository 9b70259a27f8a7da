"""Tables of the records that are held open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class Opening(Numbered, Base):
    """A household's record that one member of staff holds open for a purpose, for ten minutes.

    Ids and a purpose alone: it is read before any scope is open, so it stands outside the wall.
    The reason behind the purpose `other` is sealed at `Place("openings", row, "reason")`. Rows
    are deleted a day after they closed; what was looked at stands in the ledger.
    """

    __tablename__ = "openings"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('visit', 'verify', 'service', 'emergency', 'other')", name="purpose"
        ),
        CheckConstraint("purpose <> 'other' OR reason_sealed IS NOT NULL", name="reason"),
        CheckConstraint("closes_at > opened_at", name="closes_at"),
        Index("ix_openings_closes_at", "closes_at"),
    )

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    household_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("households.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    group_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"))
    purpose: Mapped[str] = mapped_column(String(10))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
