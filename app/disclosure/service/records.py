"""What the operator brings in at the server: items published elsewhere before, and topics.

Nobody at a desk publishes past the reviews; whoever may run commands on the server could write to
the database anyway.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.disclosure.models import Draft, Item, Topic
from app.disclosure.schemas import CorrectionIn, ItemIn
from app.disclosure.service import placing
from app.kernel import changes, clock
from app.kernel.access import Actor
from app.kernel.errors import Forbidden


def publish_item(
    session: Session, *, wanted: ItemIn, actor: Actor, published_at: datetime | None = None
) -> Item:
    """Publish an item now, or as of a moment in the past; `Forbidden` but for the operator."""
    _require_operator(actor)
    moment = clock.now()
    return placing.put(
        session, wanted=wanted, author=actor.name, at=min(published_at or moment, moment)
    )


def correct_item(
    session: Session,
    *,
    item_id: int,
    wanted: CorrectionIn,
    actor: Actor,
    corrected_at: datetime | None = None,
) -> Item:
    """Put a published text right as a new revision; the old one stays readable beside it.

    The correction is made now, or as of a moment in the past. Raises `Forbidden` but for the
    operator.
    """
    _require_operator(actor)
    moment = clock.now()
    return placing.correct(
        session,
        item_id=item_id,
        wanted=wanted,
        author=actor.name,
        at=min(corrected_at or moment, moment),
    )


def set_topic(session: Session, *, code: str, name: str, position: int, tile: int | None) -> Topic:
    """Add a topic or change how it is shown."""
    topic: Topic = session.merge(Topic(code=code, name=name, position=position, tile=tile))
    session.flush()
    changes.division_changed(session, "")
    return topic


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move the items and drafts of a merged village to the village it became part of."""
    for table in (Item, Draft):
        session.execute(
            update(table).where(table.division_code == old_code).values(division_code=new_code)
        )
    changes.division_changed(session, old_code)
    changes.division_changed(session, new_code)


def _require_operator(actor: Actor) -> None:
    if not actor.is_operator:
        raise Forbidden
