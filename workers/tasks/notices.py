"""Upkeep of the inbox."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.kernel.db import Database
from app.notices import service


def forget_old(session: Session, _database: Database) -> None:
    """Delete messages older than a year."""
    service.forget_old(session)
