"""What home visits ask for: telling households, and keeping terms."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.kernel import outbox
from app.kernel.db import Database
from app.kernel.settings import get_settings
from app.visits import service


def tell_household(
    session: Session, _database: Database, *, event_id: int, division_code: str
) -> None:
    """Tell whoever is bound to a household that a need of it has moved."""
    service.tell_household(session, event_id=event_id, division_code=division_code)


def erase_expired(session: Session, _database: Database) -> None:
    """Delete the next rows whose term is over, and come back where there may be more."""
    if service.erase_expired(session, county_code=get_settings().county_code):
        outbox.publish(session, "visits.erase_expired")
