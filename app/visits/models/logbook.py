"""Tables of visits and of the needs (诉求) they bring, all behind row-level security.

A column `X_sealed` is encrypted at `Place(table, row, "X")`. Nothing here counts: there is no
place, photo, duration or score of a visit (国办函〔2026〕12号).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered

TABLES = ("visits", "visit_changes", "needs", "need_events", "waiting_messages")
"""Behind row-level security."""


class Visit(Numbered, Base):
    """A visit as it was logged; `client_id` is made where it is written, so it arrives once.

    `revision` names the version that stands; a device tells by it what it has seen.
    """

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint("source IN ('console', 'offline')", name="source"),
        Index("ix_visits_household_id", "household_id", "visited_on"),
        Index("ix_visits_staff_id", "staff_id"),
        Index("ix_visits_division_code", "division_code"),
        Index("ix_visits_pack_id", "pack_id", postgresql_where=text("pack_id IS NOT NULL")),
    )

    client_id: Mapped[UUID] = mapped_column(unique=True)
    revision: Mapped[UUID]
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    household_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("households.id"))
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    staff_name: Mapped[str] = mapped_column(String(50))
    purpose: Mapped[str] = mapped_column(String(10))
    visited_on: Mapped[date]
    met_person_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    met_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    notes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    source: Mapped[str] = mapped_column(String(10))
    pack_id: Mapped[UUID | None] = mapped_column(ForeignKey("packs.id"))
    logged_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]


class VisitChange(Numbered, Base):
    """A version of a visit that no longer stands, with who put another in its place."""

    __tablename__ = "visit_changes"
    __table_args__ = (
        Index("ix_visit_changes_visit_id", "visit_id", "id"),
        Index("ix_visit_changes_division_code", "division_code"),
    )

    visit_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("visits.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    revision: Mapped[UUID]
    before_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    staff_name: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime]


class Need(Numbered, Base):
    """What a household asks for, with who follows it up and until when.

    `row_version` lets a form notice that someone else moved it meanwhile.
    """

    __tablename__ = "needs"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'in_progress', 'done', 'declined')", name="state"),
        Index("ix_needs_household_id", "household_id", "id"),
        Index("ix_needs_visit_id", "visit_id"),
        Index("ix_needs_owner_staff_id", "owner_staff_id", "due_on"),
        Index("ix_needs_division_code", "division_code"),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    household_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("households.id"))
    visit_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("visits.id"))
    category: Mapped[str] = mapped_column(String(20))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    owner_staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default="open")
    row_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class NeedEvent(Numbered, Base):
    """A step of a need, with the note that the household reads beside it."""

    __tablename__ = "need_events"
    __table_args__ = (
        CheckConstraint(
            "act IN ('opened', 'in_progress', 'done', 'declined', 'handed_over', 'due_moved')",
            name="act",
        ),
        Index("ix_need_events_need_id", "need_id", "id"),
        Index("ix_need_events_division_code", "division_code"),
    )

    need_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("needs.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    act: Mapped[str] = mapped_column(String(12))
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    staff_name: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime]


class WaitingMessage(Numbered, Base):
    """A visit that came from a device and does not fit what stands here: a person decides.

    `reasons` says why, `settled` what was decided; its content stays sealed in either case,
    once it is settled until its term is over.
    """

    __tablename__ = "waiting_messages"
    __table_args__ = (
        CheckConstraint("settled IN ('', 'kept', 'merged', 'replaced', 'dropped')", name="settled"),
        CheckConstraint("(settled = '') = (settled_at IS NULL)", name="settled_at"),
        Index("uq_waiting_messages_revision", "client_id", "revision", unique=True),
        Index("ix_waiting_messages_open", "division_code", postgresql_where=text("settled = ''")),
        Index("ix_waiting_messages_household_id", "household_id"),
        Index("ix_waiting_messages_pack_id", "pack_id"),
        Index("ix_waiting_messages_other_visit_id", "other_visit_id"),
    )

    client_id: Mapped[UUID]
    revision: Mapped[UUID]
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("packs.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    household_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("households.id"))
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    staff_name: Mapped[str] = mapped_column(String(50))
    other_visit_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("visits.id"))
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    settled: Mapped[str] = mapped_column(String(10), default="")
    settled_at: Mapped[datetime | None]
    settled_by_staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    settled_by: Mapped[str] = mapped_column(String(50), default="")
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
