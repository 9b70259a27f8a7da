"""What follows when villages are merged."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.aid import service as aid
from app.attachments import service as attachments
from app.catalogue import service as catalogue
from app.disclosure import service as disclosure
from app.doorplates import service as doorplates
from app.funds import service as funds
from app.households import service as households
from app.households.service import binding_ends, importing, openings
from app.identity import service as identity
from app.kernel.db import Database
from app.organisations import service as organisations
from app.places import queries, service
from app.visits import service as visits


def apply_due_mergers(session: Session, _database: Database) -> None:
    """Carry out the mergers whose date has come."""
    service.apply_due_mergers(session)


def follow_merger(session: Session, _database: Database, *, old_code: str, new_code: str) -> None:
    """Move plates, items, offices, grants, households and visits of a merged village, as one.

    They go where the old code leads today: the new village may have been merged further since.
    """
    del new_code
    today = queries.resolve(session, old_code)
    doorplates.follow_merger(session, old_code=old_code, new_code=today)
    openings.follow_merger(session, old_code=old_code, new_code=today)
    organisations.follow_merger(session, old_code=old_code, new_code=today)
    disclosure.follow_merger(session, old_code=old_code, new_code=today)
    aid.follow_merger(session, old_code=old_code, new_code=today)
    attachments.follow_merger(session, old_code=old_code, new_code=today)
    identity.follow_merger(session, old_code=old_code, new_code=today)
    visits.follow_merger(session, old_code=old_code, new_code=today)
    funds.follow_merger(session, old_code=old_code, new_code=today)
    households.follow_merger(session, old_code=old_code, new_code=today)
    importing.follow_merger(session, old_code=old_code, new_code=today)
    catalogue.follow_merger(session, old_code=old_code, new_code=today)
    binding_ends.follow_merger(session, old_code=old_code, new_code=today)
