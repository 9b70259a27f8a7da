"""Reads of messages from devices that wait for a person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.households.models.register import Household
from app.kernel import crypto, scope
from app.kernel.crypto import Place
from app.visits.errors import MessageNotFound
from app.visits.models.logbook import WaitingMessage
from app.visits.schemas import OfflineVisit


def get_waiting(session: Session, message_id: int) -> WaitingMessage:
    """Give a message, settled or not; raises `MessageNotFound`."""
    query = select(WaitingMessage).where(WaitingMessage.id == message_id)
    message = session.scalars(query).one_or_none()
    if message is None:
        raise MessageNotFound
    return message


def waiting(session: Session, *, prefixes: Sequence[str]) -> list[WaitingMessage]:
    """List what waits for a person below these prefixes, oldest first."""
    found: dict[int, WaitingMessage] = {}
    for prefix in prefixes:
        scope.open_scope(session, prefix[:12])  # a group's households stand under their village
        here = select(Household.id).where(Household.group_code == prefix)
        whole = true() if len(prefix) <= 12 else WaitingMessage.household_id.in_(here)
        query = (
            select(WaitingMessage)
            .where(WaitingMessage.settled == "", whole)
            .order_by(WaitingMessage.id)
            .limit(200)
        )
        found |= {message.id: message for message in session.scalars(query)}
    return sorted(found.values(), key=lambda message: message.id)


def content(session: Session, message: WaitingMessage) -> OfflineVisit:
    """Open what a waiting message says."""
    place = Place("waiting_messages", message.id, "content")
    return OfflineVisit.model_validate_json(
        crypto.open_value(session, message.content_sealed, place) or ""
    )
