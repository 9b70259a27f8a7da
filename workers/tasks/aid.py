"""What follows for aid lists: offices told, days that pass, rows erased after their time."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.aid import service
from app.disclosure import service as disclosure
from app.kernel import outbox
from app.kernel.db import Database


def tell_objection(session: Session, _database: Database, *, objection_id: int) -> None:
    """Tell those who publish a list that somebody objected to it."""
    service.tell_objection(session, objection_id=objection_id)


def turn_day(session: Session, _database: Database) -> None:
    """Let pages count their days anew, tell of terms that passed, sweep uploads."""
    service.turn_day(session)
    service.note_overdue(session)
    service.sweep(session)


def erase_due(session: Session, _database: Database) -> None:
    """Erase the rows whose days are over, and come back where there may be more."""
    if disclosure.erase_due(session):
        outbox.publish(session, "aid.erase_due")
