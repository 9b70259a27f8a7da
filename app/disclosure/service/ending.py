"""How an item ends: withdrawn with a reason, or its last day is over. Its trail stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import service as catalogue
from app.disclosure.models import Item
from app.disclosure.service import filed, placing
from app.disclosure.service.desk import require_office
from app.identity import roles
from app.kernel import changes, clock
from app.kernel.access import Actor

OVER = "公示期已满。"
PORTION = 200


def withdraw_item(session: Session, *, item_id: int, reason: str, actor: Actor) -> Item:
    """Take an item off every page within a second; its address says why.

    Raises `Forbidden`, `ItemNotFound`, `AlreadyWithdrawn`.
    """
    item = placing.locked(session, item_id)
    require_office(session, actor, roles.PUBLISH, item)
    return take_back(session, item, reason=reason)


def take_back(session: Session, item: Item, *, reason: str) -> Item:
    """Withdraw an item that is locked; what it answered of the catalogue is due again."""
    catalogue.unfulfil(session, ref=ref_of(item))
    return end(session, item, reason=reason, ended_as="withdrawn")


def ref_of(item: Item) -> str:
    """Name an item as the catalogue's duties do."""
    return f"item:{item.id}"


def end(session: Session, item: Item, *, reason: str, ended_as: str) -> Item:
    """End an item that is locked."""
    item.withdrawn_at, item.withdrawn_reason, item.ended_as = clock.now(), reason, ended_as
    session.flush()
    filed.withdraw(session, item, reason=reason)
    changes.division_changed(session, item.division_code)
    return item


def expire_due(session: Session) -> bool:
    """End a portion of the items whose last day is over; tells whether there may be more."""
    query = (
        select(Item)
        .where(Item.expires_on < clock.today(), Item.withdrawn_at.is_(None))
        .order_by(Item.expires_on, Item.id)
        .limit(PORTION)
        .with_for_update(skip_locked=True)
    )
    ended = session.scalars(query).all()
    for item in ended:
        end(session, item, reason=OVER, ended_as="expired")
    return len(ended) == PORTION


def days_left(item: Item) -> int | None:
    """Count the days an item is still shown, today among them; None where it has no last day."""
    if item.expires_on is None:
        return None
    return (item.expires_on - clock.today() + timedelta(days=1)).days
