"""Tables of the offices and units."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class Kind(StrEnum):
    VILLAGE_COMMITTEE = "village_committee"
    VILLAGE_SUPERVISION_COMMITTEE = "village_supervision_committee"
    VILLAGE_UNIT = "village_unit"
    TOWNSHIP_GOVERNMENT = "township_government"
    TOWNSHIP_OFFICE = "township_office"
    COUNTY_GOVERNMENT = "county_government"
    COUNTY_BUREAU = "county_bureau"
    SERVICE_CENTER = "service_center"
    HOTLINE = "hotline"


class Organisation(Numbered, Base):
    """An office or unit, the place it belongs to and how to reach it; public facts only.

    `key` is the name an imported table knows it by. One that is `closed_at` stays for what it
    published and is listed no more.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(
            "kind IN (" + ", ".join(f"'{kind}'" for kind in Kind) + ")",
            name="kind",
        ),
        CheckConstraint("name <> ''", name="named"),
        Index(
            "ix_organisations_open",
            "division_code",
            "kind",
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(40))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    phone: Mapped[str] = mapped_column(String(50), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[str] = mapped_column(String(200), default="")
    duty: Mapped[str] = mapped_column(String(500), default="")
    closed_at: Mapped[datetime | None]
