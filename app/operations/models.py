"""What the platform remembers of its own upkeep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class CronRun(Base):
    """One due run of a scheduler's entry; the key lets each be published once."""

    __tablename__ = "cron_runs"
    __table_args__ = (Index("ix_cron_runs_due_at", "due_at"),)

    entry: Mapped[str] = mapped_column(String(100), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
