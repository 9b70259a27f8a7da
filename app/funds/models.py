"""Tables of the fund ledger. What they promise is kept by triggers of migration 0017.

A month's totals are always the sums of its lines; a month opens with what the one before closed
with; months close one after the other; nothing of a closed month changes, for whoever asks.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered

SHIPPED = {"shipped": True}  # its rows come with the migration; tests leave them
LOCKED = {"locked": True}  # rows of it may refuse to be deleted; tests empty it whole


class FundCategory(Base):
    """What a line is for; one that is not `in_use` is offered no more and still has its name."""

    __tablename__ = "fund_categories"
    __table_args__ = (
        CheckConstraint("kind IN ('income', 'expense')", name="kind"),
        UniqueConstraint("code", "kind", name="uq_fund_categories_code_kind"),
        {"info": SHIPPED},
    )

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    kind: Mapped[str] = mapped_column(String(7))
    name: Mapped[str] = mapped_column(String(20), unique=True)
    position: Mapped[int]
    in_use: Mapped[bool]
    changed_by: Mapped[str | None] = mapped_column(String(50))
    changed_at: Mapped[datetime | None]


class FundTerm(Base):
    """Within how many days a kind of question is answered (村民委员会组织法; the days are data)."""

    __tablename__ = "fund_terms"
    __table_args__ = (
        CheckConstraint("days BETWEEN 1 AND 60", name="days"),
        {"info": SHIPPED},
    )

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    days: Mapped[int]
    changed_by: Mapped[str | None] = mapped_column(String(50))
    changed_at: Mapped[datetime | None]


class FundMonth(Numbered, Base):
    """A month of a village's ledger; `lines_hash` binds its lines and the month before it."""

    __tablename__ = "fund_months"
    __table_args__ = (
        CheckConstraint("length(division_code) = 12", name="village"),
        CheckConstraint("year BETWEEN 2000 AND 2199 AND month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("state IN ('open', 'submitted', 'closed')", name="state"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND closed_by_name IS NOT NULL"
            " AND lines_hash IS NOT NULL)",
            name="closed_by_somebody",
        ),
        UniqueConstraint("division_code", "year", "month", name="uq_fund_months_month"),
        {"info": LOCKED},
    )

    division_code: Mapped[str] = mapped_column(String(12), ForeignKey("divisions.code"))
    year: Mapped[int] = mapped_column(SmallInteger)
    month: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(9), default="open")
    opening_fen: Mapped[int] = mapped_column(BigInteger)
    income_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    expense_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    closing_fen: Mapped[int] = mapped_column(
        BigInteger, Computed("opening_fen + income_fen - expense_fen", persisted=True)
    )
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(BigInteger)
    closed_by_name: Mapped[str | None] = mapped_column(String(50))
    lines_hash: Mapped[str | None] = mapped_column(String(64))


class FundStep(Numbered, Base):
    """What was done with a month as a whole: handed over, sent back with a comment, closed."""

    __tablename__ = "fund_steps"
    __table_args__ = (
        CheckConstraint("act IN ('submitted', 'returned', 'closed')", name="act"),
        {"info": {"append_only": True}},
    )

    month_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("fund_months.id"), index=True)
    act: Mapped[str] = mapped_column(String(9))
    by_id: Mapped[int | None] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime]
    comment: Mapped[str] = mapped_column(String(300))


class FundLine(Numbered, Base):
    """A line: money that came in or went out.

    A correction names in `corrects_line_id` a line of a closed month. With `sign` -1 it takes back
    what that line said, up to what is left of it; with 1 it adds what was missing there.
    """

    __tablename__ = "fund_lines"
    __table_args__ = (
        CheckConstraint("no > 0", name="no"),
        CheckConstraint("amount_fen BETWEEN 1 AND 9999999999", name="amount"),
        CheckConstraint("sign = 1 OR (sign = -1 AND corrects_line_id IS NOT NULL)", name="sign"),
        CheckConstraint("length(summary) >= 2 AND length(approved_by) >= 2", name="words"),
        ForeignKeyConstraint(
            ["category_code", "kind"],
            ["fund_categories.code", "fund_categories.kind"],
            name="fk_fund_lines_category",
        ),
        UniqueConstraint(
            "month_id", "no", name="uq_fund_lines_no", deferrable=True, initially="DEFERRED"
        ),
        Index(
            "ix_fund_lines_corrects_line_id",
            "corrects_line_id",
            postgresql_where=sql("corrects_line_id IS NOT NULL"),
        ),
        {"info": LOCKED},
    )

    month_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("fund_months.id"))
    division_code: Mapped[str] = mapped_column(String(12))
    no: Mapped[int]
    on_date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(7))
    category_code: Mapped[str] = mapped_column(String(30))
    summary: Mapped[str] = mapped_column(String(120))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    sign: Mapped[int] = mapped_column(SmallInteger, default=1)
    approved_by: Mapped[str] = mapped_column(String(60))
    corrects_line_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("fund_lines.id"))
    entered_by_id: Mapped[int | None] = mapped_column(BigInteger)
    entered_by_name: Mapped[str] = mapped_column(String(50))
    entered_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(BigInteger)
    changed_by_name: Mapped[str | None] = mapped_column(String(50))
    changed_at: Mapped[datetime | None]


class FundVoucher(Base):
    """A paper behind a line, kept by the domain of attachments."""

    __tablename__ = "fund_vouchers"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 10", name="position"),
        UniqueConstraint("line_id", "position", name="uq_fund_vouchers_position"),
        {"info": LOCKED},
    )

    line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("fund_lines.id"), primary_key=True)
    attachment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("attachments.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(SmallInteger)


class FundQuestion(Numbered, Base):
    """A villager's question about a line, and the village's answer, which stand there publicly.

    Who asked (`account_id`) is never shown to anybody and forgotten after a year. The text is
    public with its answer alone and stands sealed until then; one that was set aside stays so.
    """

    __tablename__ = "fund_questions"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'answered', 'set_aside')", name="state"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_at"),
        CheckConstraint(
            "(state = 'answered') = (answer IS NOT NULL AND text IS NOT NULL)", name="answer"
        ),
        CheckConstraint("(state = 'set_aside') = (set_aside_for IS NOT NULL)", name="set_aside"),
        CheckConstraint("set_aside_for IN ('personal_data', 'abuse')", name="set_aside_for"),
        Index(
            "uq_fund_questions_waiting",
            "line_id",
            "account_id",
            unique=True,
            postgresql_where=sql("state = 'open'"),
        ),
        Index("ix_fund_questions_line_id", "line_id"),
        Index("ix_fund_questions_division_code", "division_code", "state", "due_on"),
        Index("ix_fund_questions_account_id", "account_id"),
    )

    line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("fund_lines.id"))
    division_code: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10), ForeignKey("fund_terms.kind"))
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    text: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(9), default="open")
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str | None] = mapped_column(String(500))
    set_aside_for: Mapped[str | None] = mapped_column(String(15))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(BigInteger)
    answered_by_name: Mapped[str | None] = mapped_column(String(50))
