"""Tables of the standard catalogue, of the duties that follow from it, and of calendar feeds."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class VersionState(StrEnum):
    DRAFT = "draft"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"


class Kind(StrEnum):
    """How often, or within which term, an entry is to be published."""

    WORKING_DAYS = "working_days"
    AT_ONCE = "at_once"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    UNPARSED = "unparsed"


PERIODIC = (Kind.MONTHLY, Kind.QUARTERLY, Kind.HALF_YEARLY, Kind.YEARLY)


class Audience(StrEnum):
    PUBLIC = "public"
    SPECIFIC = "specific"


class Method(StrEnum):
    PROACTIVE = "proactive"
    ON_APPLICATION = "on_application"


class Level(StrEnum):
    COUNTY = "county"
    TOWNSHIP_VILLAGE = "township_village"
    BOTH = "both"


class LowerPlaces(StrEnum):
    """Which places the column 乡/村级 means in a field."""

    TOWNSHIPS = "townships"
    VILLAGES = "villages"


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class CatalogueVersion(Numbered, Base):
    """A field's catalogue as it was brought in; a draft until its day, then in force till the next.

    A draft with `effective_from` waits for that day.
    """

    __tablename__ = "catalogue_versions"
    __table_args__ = (
        UniqueConstraint("field_code", "number"),
        _one_of("state", VersionState),
        _one_of("lower_places", LowerPlaces),
        CheckConstraint("state = 'draft' OR effective_from IS NOT NULL", name="dated"),
        Index(
            "uq_catalogue_versions_effective",
            "field_code",
            unique=True,
            postgresql_where=text("state = 'effective'"),
        ),
    )

    field_code: Mapped[str] = mapped_column(String(40))
    field_name: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    lower_places: Mapped[str] = mapped_column(String(10))
    effective_from: Mapped[date | None]
    file_name: Mapped[str] = mapped_column(String(200))
    checksum: Mapped[str] = mapped_column(String(64))
    imported_by: Mapped[str] = mapped_column(String(50))
    imported_at: Mapped[datetime]


class CatalogueEntry(Numbered, Base):
    """A line of the catalogue. `key` is the same line in every version of its field.

    `number` is the working days of a term; `due_days` the working days after a period's end in
    which what is published each month, quarter or year must be out.
    """

    __tablename__ = "catalogue_entries"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        Index("ix_catalogue_entries_order", "version_id", "seq"),
        _one_of("kind", Kind),
        _one_of("audience", Audience),
        _one_of("method", Method),
        _one_of("level", Level),
        CheckConstraint("number BETWEEN 0 AND 250", name="number"),
        CheckConstraint("due_days BETWEEN 0 AND 250", name="due_days"),
        CheckConstraint(
            "(kind IN ('working_days', 'at_once')) = (number IS NOT NULL)", name="term"
        ),
    )

    version_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("catalogue_versions.id", ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(String(16))
    seq: Mapped[int]
    category: Mapped[str] = mapped_column(String(100))
    item: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(Text)
    term_text: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(12))
    number: Mapped[int | None]
    due_days: Mapped[int]
    publisher: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    audience: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(14))
    level: Mapped[str] = mapped_column(String(16))


class Duty(Numbered, Base):
    """That an entry must be published for one place by a day; a periodic one names its period.

    One that began with an event has the day the information came about (`created_on`) instead.
    `done_ref` names what was published: `item:12`, `fund:2026-10`.
    """

    __tablename__ = "duties"
    __table_args__ = (
        CheckConstraint("(period IS NULL) <> (created_on IS NULL)", name="cause"),
        CheckConstraint("(done_on IS NULL) = (done_ref IS NULL)", name="done"),
        Index(
            "uq_duties_period",
            "entry_key",
            "division_code",
            "period",
            unique=True,
            postgresql_where=text("period IS NOT NULL"),
        ),
        # The board: what is open by its day, and all there is of a stretch of days.
        Index("ix_duties_open", "due_on", "id", postgresql_where=text("done_on IS NULL")),
        Index("ix_duties_due", "due_on", "id"),
        Index(
            "ix_duties_place",
            "division_code",
            "due_on",
            postgresql_ops={"division_code": "varchar_pattern_ops"},
        ),
        Index("ix_duties_office", "organisation_id", "due_on"),
        Index("ix_duties_entry_id", "entry_id"),
        # What is open of one entry at one place, for whatever was just published.
        Index(
            "ix_duties_answer",
            "entry_key",
            "division_code",
            "due_on",
            postgresql_where=text("done_on IS NULL"),
        ),
        Index("ix_duties_done_ref", "done_ref", postgresql_where=text("done_ref IS NOT NULL")),
    )

    entry_key: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("catalogue_entries.id"))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    period: Mapped[str | None] = mapped_column(String(7))
    created_on: Mapped[date | None]
    due_on: Mapped[date]
    is_sure: Mapped[bool]
    done_on: Mapped[date | None]
    done_ref: Mapped[str | None] = mapped_column(String(60))


class CalendarFeed(Numbered, Base):
    """An address that gives the duties of an office or a place to whoever knows it.

    Only the digest of the address is kept.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (Index("ix_calendar_feeds_place", "division_code", "organisation_id"),)

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    created_by_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
