"""Tables of aid lists. What they promise is kept by triggers of migration 0019.

The columns of `aid_rows` are the whitelist: there is no place for anything else. A list's sums and
the hash of its rows are always those of its rows; rows change only while the list's draft is being
written, and go only once its item has ended or its draft was given up.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered

SHIPPED = {"shipped": True}  # its rows come with the migration; tests leave them
LOCKED = {"locked": True}  # rows of it may refuse to be deleted; tests empty it whole
MOST_FEN = 9_999_999_999
MOST_AREA = 10_000_000  # hundredths of a mu


class AidKind(Numbered, Base):
    """A kind of list as it is published from a day on: its columns and its terms in days.

    `shown` names columns of `aid_rows` beside name and amount; `minors` says whether an applicant
    under 18 is refused or has the name masked.
    Source: 社会救助暂行办法 11, 61; 民发〔2021〕57号; the days are data.
    """

    __tablename__ = "aid_kinds"
    __table_args__ = (
        CheckConstraint("code IN ('dibao', 'tekun', 'temporary_aid', 'farm_subsidy')", name="code"),
        CheckConstraint(
            "shown <@ ARRAY['place', 'members', 'subsidy', 'area']::varchar[]", name="shown"
        ),
        CheckConstraint("minors IN ('refuse', 'mask')", name="minors"),
        CheckConstraint(
            "objection_days BETWEEN 1 AND 60 AND answer_days BETWEEN 1 AND 60"
            " AND shown_days BETWEEN objection_days AND 366 AND kept_days BETWEEN 0 AND 366",
            name="days",
        ),
        UniqueConstraint("code", "effective_from", name="uq_aid_kinds_code"),
        {"info": SHIPPED},
    )

    code: Mapped[str] = mapped_column(String(20))
    effective_from: Mapped[date]
    name: Mapped[str] = mapped_column(String(20))
    legal_basis: Mapped[str] = mapped_column(String(200))
    topic_code: Mapped[str] = mapped_column(String(40))
    shown: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    minors: Mapped[str] = mapped_column(String(6))
    objection_days: Mapped[int] = mapped_column(SmallInteger)
    answer_days: Mapped[int] = mapped_column(SmallInteger)
    shown_days: Mapped[int] = mapped_column(SmallInteger)
    kept_days: Mapped[int] = mapped_column(SmallInteger)


class AidList(Numbered, Base):
    """A list for a month (`2026-11`) or a quarter (`2026-Q4`); its draft says how far it is.

    What came and went since the list before is written down when it is published, without names.
    """

    __tablename__ = "aid_lists"
    __table_args__ = (
        CheckConstraint("period ~ '^2[01][0-9]{2}-(0[1-9]|1[0-2]|Q[1-4])$'", name="period"),
        CheckConstraint("(published_on IS NULL) = (objections_until IS NULL)", name="published"),
        CheckConstraint(
            "(added_count IS NULL) = (removed_count IS NULL)"
            " AND (added_count IS NULL) = (added_fen IS NULL)"
            " AND (added_count IS NULL) = (removed_fen IS NULL)"
            " AND (added_count IS NULL OR before_id IS NOT NULL)",
            name="change",
        ),
        Index("ix_aid_lists_division_code", "division_code", "kind_id", "period"),
        {"info": LOCKED},
    )

    kind_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("aid_kinds.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    period: Mapped[str] = mapped_column(String(7))
    row_count: Mapped[int] = mapped_column(default=0)
    member_count: Mapped[int] = mapped_column(default=0)
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_hash: Mapped[str] = mapped_column(String(64), default="")
    before_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("aid_lists.id"))
    added_count: Mapped[int | None]
    added_fen: Mapped[int | None] = mapped_column(BigInteger)
    removed_count: Mapped[int | None]
    removed_fen: Mapped[int | None] = mapped_column(BigInteger)
    published_on: Mapped[date | None]
    objections_until: Mapped[date | None]
    erased_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    created_by: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime]


class AidRow(Base):
    """One household or person of a list: what may be published of them, and nothing else.

    `place` goes down to the village's group; `area` is in hundredths of a mu.
    """

    __tablename__ = "aid_rows"
    __table_args__ = (
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("length(name) >= 2", name="name"),
        CheckConstraint("members BETWEEN 1 AND 99", name="members"),
        CheckConstraint("amount_fen BETWEEN 1 AND 9999999999", name="amount"),
        CheckConstraint("area BETWEEN 1 AND 10000000", name="area"),
        {"info": LOCKED},
    )

    list_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("aid_lists.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(50))
    place: Mapped[str] = mapped_column(String(60), default="")
    members: Mapped[int | None] = mapped_column(SmallInteger)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    subsidy: Mapped[str] = mapped_column(String(60), default="")
    area: Mapped[int | None]


class AidUpload(Numbered, Base):
    """A file on its way to a list, sealed: whole until its columns are chosen, then those alone."""

    __tablename__ = "aid_uploads"
    __table_args__ = (
        CheckConstraint("file_sealed IS NULL OR plan_sealed IS NULL", name="one_of_both"),
        Index("ix_aid_uploads_created_at", "created_at"),
    )

    kind_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("aid_kinds.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    period: Mapped[str] = mapped_column(String(7))
    file_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    seen_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    plan_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    staff_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    created_at: Mapped[datetime]


class AidObjection(Numbered, Base):
    """An objection to a list, by whoever; nothing is kept of who wrote it.

    What it says may name somebody: it stands sealed, for whoever answers alone, and is forgotten.
    The answer is public.
    """

    __tablename__ = "aid_objections"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'answered', 'set_aside')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_at"),
        CheckConstraint("(state = 'answered') = (answer IS NOT NULL)", name="answer"),
        CheckConstraint("(state = 'set_aside') = (set_aside_for IS NOT NULL)", name="set_aside"),
        CheckConstraint("set_aside_for IN ('abuse', 'elsewhere')", name="set_aside_for"),
        Index("ix_aid_objections_list_id", "list_id"),
        Index("ix_aid_objections_state", "state", "due_on"),
    )

    list_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("aid_lists.id"))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(9), default="open")
    made_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str | None] = mapped_column(String(500))
    set_aside_for: Mapped[str | None] = mapped_column(String(9))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    answered_by_name: Mapped[str | None] = mapped_column(String(50))
