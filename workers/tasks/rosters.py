"""Household rosters: read into a plan, entered, swept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.households.service import importing
from app.kernel.db import Database
from app.kernel.settings import get_settings


def read_roster(_session: Session, database: Database, *, import_id: int) -> None:
    """Read an uploaded roster: the dry run."""
    importing.read(database, import_id=import_id, files_dir=get_settings().files_dir)


def import_roster(_session: Session, database: Database, *, import_id: int) -> None:
    """Enter what the dry run showed."""
    importing.run(database, import_id=import_id, files_dir=get_settings().files_dir)


def sweep_rosters(session: Session, _database: Database) -> None:
    """Remove files and values of imports whose time is over."""
    importing.sweep(session, files_dir=get_settings().files_dir)
