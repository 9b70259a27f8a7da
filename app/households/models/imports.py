"""Tables of the rosters that are brought in: each import, its households until it is over, and
what a village's columns were said to hold.

A household's row is what a worker resumes by; its values are sealed, and gone when it is over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class RosterImport(Numbered, Base):
    """A roster that was uploaded for a village, and how far it has come.

    `mapping` holds numbers of columns and words of fields; what a heading says may be somebody's
    name where the header was not found, so headings and samples stand in `layout_sealed` alone.
    `households` and `done` are of the step in hand: reading, or importing.
    """

    __tablename__ = "roster_imports"
    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded', 'reading', 'planned', 'importing', 'done', 'discarded')",
            name="state",
        ),
        Index("ix_roster_imports_division_code", "division_code", "id"),
        # Two at once in a village would number their households alike.
        Index(
            "uq_roster_imports_running",
            "division_code",
            unique=True,
            postgresql_where=text("state = 'importing'"),
        ),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    state: Mapped[str] = mapped_column(String(10))
    file_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    layout_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    households: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    has_refused_file: Mapped[bool] = mapped_column(default=False)
    fault: Mapped[str | None] = mapped_column(String(300))
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    created_by: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime]
    started_by: Mapped[str | None] = mapped_column(String(50))
    started_by_id: Mapped[int | None] = mapped_column(BigInteger)
    finished_at: Mapped[datetime | None]


class RosterHousehold(Numbered, Base):
    """A household of a roster: what is to be done with it, and whether that is done."""

    __tablename__ = "roster_households"
    __table_args__ = (
        CheckConstraint("outcome IN ('add', 'change', 'leave', 'refuse')", name="outcome"),
        Index("uq_roster_households_number", "import_id", "number", unique=True),
        Index("ix_roster_households_outcome", "import_id", "outcome", "number"),
        Index(
            "ix_roster_households_waiting",
            "import_id",
            "number",
            postgresql_where=text("NOT is_done"),
        ),
    )

    import_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("roster_imports.id", ondelete="CASCADE")
    )
    number: Mapped[int]  # its place in the file, from 1
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    outcome: Mapped[str] = mapped_column(String(10))
    is_done: Mapped[bool] = mapped_column(default=False)
    payload_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class RosterHeading(Base):
    """What a heading was last said to hold in a village; the heading itself only as a digest."""

    __tablename__ = "roster_headings"

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    field: Mapped[str] = mapped_column(String(40))
