"""Tables of the working days: what departs from Monday to Friday, and which years are complete."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class Source(StrEnum):
    PACKAGE = "package"
    EDITED = "edited"


class Holiday(Base):
    """A day that is not what its weekday says: a holiday, or a weekend that is worked."""

    __tablename__ = "holidays"
    __table_args__ = (CheckConstraint("source IN ('package', 'edited')", name="source"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(8))
    changed_by: Mapped[str] = mapped_column(String(50))
    changed_at: Mapped[datetime]


class HolidayYear(Base):
    """A year whose notice on holidays stands in the table whole; others are assumed."""

    __tablename__ = "holiday_years"
    __table_args__ = (CheckConstraint("year BETWEEN 2000 AND 2200", name="year"),)

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(8))
    changed_by: Mapped[str] = mapped_column(String(50))
    changed_at: Mapped[datetime]
