"""Tables of the divisions: the codes, the names they bore and when, and what was merged."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class Level(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    GROUP = "group"


CODE_LENGTHS = {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12, Level.GROUP: 14}
"""How many digits a code has at each level (GB/T 10114, and two more digits for a group)."""

NAME_LENGTH = 100


class Division(Base):
    """A code that was ever given to a place; it is never deleted and never means another place."""

    __tablename__ = "divisions"
    __table_args__ = (
        CheckConstraint("code ~ '^[0-9]+$'", name="digits"),
        CheckConstraint(
            "CASE level WHEN 'county' THEN length(code) = 6 AND parent_code IS NULL"
            " WHEN 'township' THEN length(code) = 9"
            " AND parent_code IS NOT DISTINCT FROM left(code, 6)::varchar"
            " WHEN 'village' THEN length(code) = 12"
            " AND parent_code IS NOT DISTINCT FROM left(code, 9)::varchar"
            " WHEN 'group' THEN length(code) = 14"
            " AND parent_code IS NOT DISTINCT FROM left(code, 12)::varchar"
            " ELSE false END",
            name="level",
        ),
        Index("ix_divisions_prefix", "code", postgresql_ops={"code": "varchar_pattern_ops"}),
    )

    code: Mapped[str] = mapped_column(String(14), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"), index=True)
    level: Mapped[str] = mapped_column(String(8))


class DivisionVersion(Numbered, Base):
    """A name and the days it held: from `valid_from` up to, not including, `valid_to`.

    The row without an end is today's; a code without such a row has vanished. A name replaced on
    the day it began keeps its row with both dates equal: it held on no day.
    """

    __tablename__ = "division_versions"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="order"),
        CheckConstraint("name <> '' AND short_name <> ''", name="named"),
        Index(
            "uq_division_versions_open",
            "division_code",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index("ix_division_versions_code", "division_code", "id"),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    short_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class DivisionMerger(Base):
    """A village that became part of another; `applied_at` is empty until its date has come."""

    __tablename__ = "division_mergers"
    __table_args__ = (
        CheckConstraint("old_code <> new_code", name="two"),
        CheckConstraint("length(old_code) = 12 AND length(new_code) = 12", name="villages"),
        CheckConstraint("left(old_code, 6) = left(new_code, 6)", name="county"),
        Index("ix_division_mergers_new_code", "new_code"),
        Index(
            "ix_division_mergers_waiting",
            "effective_on",
            postgresql_where=text("applied_at IS NULL"),
        ),
    )

    old_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    new_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    effective_on: Mapped[date]
    applied_at: Mapped[datetime | None]
