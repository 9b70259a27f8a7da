"""Tables of the access ledger: lines, the chain over them, signed heads, questions, flags."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    Sequence,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered

APPEND_ONLY = {"append_only": True}  # the app role may read and add, and nothing else
LINE_NUMBERS = Sequence("access_ledger_id_seq", metadata=Base.metadata)


class LedgerLine(Base):
    """Who read or changed what, when and what for: ids and names of fields, never a value.

    Kept in partitions by month of `at` (UTC). No foreign keys: a line outlives what it speaks of.
    `reason_digest` binds the reason somebody typed, which stands sealed in `ledger_reasons`, where
    it can be sealed anew under another key without touching the line.
    """

    __tablename__ = "access_ledger"
    __table_args__ = (
        CheckConstraint("who_kind IN ('staff', 'villager', 'operator', 'system')", name="who_kind"),
        CheckConstraint("outcome IN ('granted', 'denied')", name="outcome"),
        CheckConstraint("act ~ '^[a-z_]+$' AND purpose ~ '^[a-z_]*$'", name="words"),
        CheckConstraint("array_to_string(fields, ',') ~ '^[a-z_,]*$'", name="fields"),
        CheckConstraint("division_code ~ '^[0-9]{6,14}$'", name="division_code"),
        Index(
            "ix_access_ledger_household",
            "household_id",
            "id",
            postgresql_where=text("household_id IS NOT NULL"),
        ),
        Index("ix_access_ledger_at", "at", postgresql_using="brin"),
        Index("ix_access_ledger_who", "who_kind", "who_id", "id"),
        {"postgresql_partition_by": "RANGE (at)", "info": APPEND_ONLY},
    )

    id: Mapped[int] = mapped_column(BigInteger, LINE_NUMBERS, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    who_kind: Mapped[str] = mapped_column(String(10))
    who_id: Mapped[int | None] = mapped_column(BigInteger)
    who_role: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(30))
    outcome: Mapped[str] = mapped_column(String(10))
    division_code: Mapped[str] = mapped_column(String(14))
    household_id: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    purpose: Mapped[str] = mapped_column(String(20))
    reason_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    opening_id: Mapped[int | None] = mapped_column(BigInteger)


class LedgerReason(Base):
    """The reason somebody typed for a line, sealed."""

    __tablename__ = "ledger_reasons"

    line_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerSeal(Base):
    """A link of the chain: the line at this place, its digest, and the hash up to here."""

    __tablename__ = "ledger_seals"
    __table_args__ = (
        Index("uq_ledger_seals_line_id", "line_id", unique=True),
        {"info": APPEND_ONLY},
    )

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    line_id: Mapped[int] = mapped_column(BigInteger)
    line_at: Mapped[datetime]
    sealed_at: Mapped[datetime]
    line_digest: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerHead(Base):
    """The chain's end as it once was, signed with a key that is not in the database."""

    __tablename__ = "ledger_heads"
    __table_args__ = ({"info": APPEND_ONLY},)

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime]
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerClosing(Base):
    """What is left of a month whose lines were dropped: the chain's hash where it was cut."""

    __tablename__ = "ledger_closings"
    __table_args__ = ({"info": APPEND_ONLY},)

    month: Mapped[date] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    lines: Mapped[int] = mapped_column(BigInteger)
    closed_at: Mapped[datetime]
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class AuditQuestion(Numbered, Base):
    """A household's "我有疑问" about a line, and the auditor's answer."""

    __tablename__ = "audit_questions"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'answered')", name="state"),
        Index(
            "uq_audit_questions_open",
            "line_id",
            "account_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_audit_questions_account_id", "account_id", "id"),
        Index("ix_audit_questions_state", "state", "id"),
    )

    line_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int] = mapped_column(BigInteger)
    division_code: Mapped[str] = mapped_column(String(14))
    household_id: Mapped[int | None] = mapped_column(BigInteger)
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_by: Mapped[int | None] = mapped_column(BigInteger)
    answered_at: Mapped[datetime | None]


class AuditFlag(Numbered, Base):
    """Reading that is unlike a working day's, for an auditor to look into; it judges nobody.

    `counted` is households, of packs households as often as they were taken, of lookups searches
    and lists.
    """

    __tablename__ = "audit_flags"
    __table_args__ = (
        CheckConstraint("rule IN ('many', 'hours', 'strange', 'packs', 'lookups')", name="rule"),
        Index("uq_audit_flags_key", "key", unique=True),
        Index("ix_audit_flags_staff_id", "staff_id", "id"),
    )

    rule: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[int] = mapped_column(BigInteger)
    division_code: Mapped[str] = mapped_column(String(14))
    counted: Mapped[int]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    last_line_id: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class AuditWalk(Numbered, Base):
    """A check that is on its way: where it stands and what it found so far, sealed."""

    __tablename__ = "audit_walks"

    began_at: Mapped[datetime]
    standing_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheck(Numbered, Base):
    """What a nightly check of the whole ledger came to; `told` holds numbers and times alone."""

    __tablename__ = "audit_checks"

    at: Mapped[datetime]
    sealed: Mapped[int] = mapped_column(BigInteger)
    waiting: Mapped[int] = mapped_column(BigInteger)
    heads: Mapped[int]
    found: Mapped[int]
    told: Mapped[str] = mapped_column(Text)
