"""The clock of disclosure: what becomes due, terms counted anew, and the morning's message."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.catalogue import service
from app.kernel.db import Database
from app.kernel.settings import get_settings


def open_duties(session: Session, _database: Database) -> None:
    """Let the catalogues hold whose day has come, and write down what they ask for."""
    service.open_duties(session, county_code=get_settings().county_code)
    service.recount(session)


def recount(session: Session, _database: Database) -> None:
    """Count open terms anew after the holidays changed."""
    service.recount(session)


def send_digests(session: Session, _database: Database) -> None:
    """Tell each who publishes what is due soon and what is overdue."""
    service.send_digests(session)
