"""What home visits ask for: telling households."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.kernel.db import Database
from app.visits import service


def tell_household(
    session: Session, _database: Database, *, event_id: int, division_code: str
) -> None:
    """Tell whoever is bound to a household that a need of it has moved."""
    service.tell_household(session, event_id=event_id, division_code=division_code)
