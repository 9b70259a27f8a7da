"""Reads of the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from app.notices.errors import MessageNotFound
from app.notices.models import InboxMessage
from app.notices.schemas import Recipient

PAGE = 20


def messages(
    session: Session,
    recipient: Recipient,
    *,
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> Sequence[InboxMessage]:
    """List a recipient's messages, newest first; `after` is where the last page ended."""
    query = select(InboxMessage).where(belongs(recipient))
    if after is not None:
        query = query.where(tuple_(InboxMessage.created_at, InboxMessage.id) < after)
    newest = query.order_by(InboxMessage.created_at.desc(), InboxMessage.id.desc())
    return session.scalars(newest.limit(limit)).all()


def unread(session: Session, recipient: Recipient) -> int:
    """Count the messages a recipient has not read, up to 100."""
    some = select(InboxMessage.id).where(belongs(recipient), InboxMessage.read_at.is_(None))
    return session.scalars(select(func.count()).select_from(some.limit(100).subquery())).one()


def get_message(session: Session, recipient: Recipient, message_id: int) -> InboxMessage:
    """Find one message of a recipient's own; raises `MessageNotFound`."""
    query = select(InboxMessage).where(InboxMessage.id == message_id, belongs(recipient))
    message = session.scalars(query).one_or_none()
    if message is None:
        raise MessageNotFound
    return message


def belongs(recipient: Recipient) -> ColumnElement[bool]:
    """Match the messages of one recipient."""
    if recipient.staff_id is not None:
        return InboxMessage.staff_id == recipient.staff_id
    return InboxMessage.account_id == recipient.account_id
