"""Files that belong to what is published: swept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.attachments import service
from app.gateways import choosing
from app.kernel.db import Database
from app.kernel.settings import get_settings


def sweep(session: Session, _database: Database) -> None:
    """Remove files that nothing used and nobody published in time."""
    service.sweep(session, storage=choosing.storage_for(get_settings()))
