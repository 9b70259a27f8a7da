"""What follows when villages are merged."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.kernel import scope
from app.visits.models.logbook import Need, NeedEvent, Visit, VisitChange, WaitingMessage
from app.visits.models.packs import Pack, PackHousehold

TABLES = (Visit, VisitChange, Need, NeedEvent, WaitingMessage, Pack, PackHousehold)


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move the visits, needs and packs of a merged village to the one it became part of."""
    scope.open_scope(session, old_code[:6])  # the wall must see a row before and after its move
    for table in TABLES:
        session.execute(
            update(table).where(table.division_code == old_code).values(division_code=new_code)
        )
