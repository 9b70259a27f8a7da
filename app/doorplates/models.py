"""Tables of the plates: doors, the plates that hung there, batches, print sheets, scans."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered

LIVE = "state IN ('draft', 'printed', 'installed', 'damaged')"


class Batch(Numbered, Base):
    """Plates that were issued for a village in one act."""

    __tablename__ = "doorplate_batches"
    __table_args__ = (Index("ix_doorplate_batches_division_code", "division_code"),)

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    plates: Mapped[int]
    # The same form sent twice is one batch.
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_by: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime]


class Door(Numbered, Base):
    """A door of a village; its plates come and go.

    `group_code` names a villager group of the register; `group_label` is the group as the list
    wrote it where the village has no groups in the register. A plate is a supplementary sign, so
    the standard address code may be unknown.
    """

    __tablename__ = "doors"
    __table_args__ = (Index("ix_doors_division_code", "division_code"),)

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    group_code: Mapped[str | None] = mapped_column(ForeignKey("divisions.code"))
    group_label: Mapped[str] = mapped_column(String(40), default="")
    house_number: Mapped[str] = mapped_column(String(40), default="")
    label: Mapped[str] = mapped_column(String(60), default="")
    std_address_code: Mapped[str | None] = mapped_column(String(40))


class Doorplate(Numbered, Base):
    """A plate: its code, the door it belongs to and the state it is in."""

    __tablename__ = "doorplates"
    __table_args__ = (
        CheckConstraint("code ~ '^[0-9A-HJ-NP-RTUWXY]{13}$'", name="code"),
        CheckConstraint(
            f"{LIVE} OR state IN ('revoked', 'replaced')",
            name="state",
        ),
        CheckConstraint("(state = 'replaced') = (replaced_by_id IS NOT NULL)", name="replaced"),
        Index("uq_doorplates_live", "door_id", unique=True, postgresql_where=text(LIVE)),
        Index("ix_doorplates_batch_id", "batch_id", "id"),
        Index("ix_doorplates_door_id", "door_id"),
    )

    code: Mapped[str] = mapped_column(String(13), unique=True)
    serial: Mapped[str] = mapped_column(String(24), unique=True)
    door_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("doors.id"))
    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("doorplate_batches.id"))
    state: Mapped[str] = mapped_column(String(10))
    replaced_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("doorplates.id"))


class PlateSerial(Base):
    """The last serial number given out in a village."""

    __tablename__ = "doorplate_serials"

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"), primary_key=True)
    last: Mapped[int]


class PlateEvent(Numbered, Base):
    """A plate changed its state: who, when and why."""

    __tablename__ = "doorplate_events"
    __table_args__ = (Index("ix_doorplate_events_plate_id", "plate_id", "id"),)

    plate_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("doorplates.id"))
    from_state: Mapped[str] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    actor_name: Mapped[str] = mapped_column(String(50))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class PlateReport(Numbered, Base):
    """Somebody, not known who, said that a plate is damaged or hangs at the wrong door."""

    __tablename__ = "doorplate_reports"
    __table_args__ = (
        CheckConstraint("kind IN ('damaged', 'swapped')", name="kind"),
        Index("uq_doorplate_reports_day", "plate_id", "kind", "reported_on", unique=True),
    )

    plate_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("doorplates.id"))
    kind: Mapped[str] = mapped_column(String(10))
    reported_on: Mapped[date]


class PlateScans(Base):
    """How often a plate was scanned on a day in the county; nothing about who or when in it."""

    __tablename__ = "doorplate_scans"

    plate_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("doorplates.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    scans: Mapped[int]


class Sheet(Numbered, Base):
    """A print file of a batch: what was asked for, how far it is, where it lies."""

    __tablename__ = "doorplate_sheets"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'drawing', 'ready', 'failed')", name="state"),
        Index("ix_doorplate_sheets_batch_id", "batch_id"),
    )

    batch_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("doorplate_batches.id"))
    size: Mapped[str] = mapped_column(String(10))
    ground: Mapped[str] = mapped_column(String(10))
    paper: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    plates: Mapped[int]
    drawn: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int | None]
    fault: Mapped[str | None] = mapped_column(String(300))
    created_by: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
