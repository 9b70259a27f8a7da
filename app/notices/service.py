"""Putting messages into inboxes, marking them read, and forgetting old ones."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import clock
from app.notices import queries
from app.notices.models import InboxMessage
from app.notices.schemas import Recipient

KEPT = timedelta(days=365)


def deliver(  # noqa: PLR0913 - a message has these parts, all by keyword
    session: Session,
    *,
    staff_id: int | None = None,
    account_id: int | None = None,
    kind: str,
    title: str,
    body: str,
    link: str = "",
    key: str,
) -> bool:
    """Put a message into one inbox; False where the recipient has one of this key already.

    No personal value but masked names stands in `title` (80 characters) or `body`; `link` is a
    path of this site. Raises ValueError unless exactly one recipient is named.
    """
    recipient = Recipient(staff_id=staff_id, account_id=account_id)
    message = insert(InboxMessage).values(
        staff_id=recipient.staff_id,
        account_id=recipient.account_id,
        kind=kind,
        title=title,
        body=body,
        link=link,
        key=key,
        created_at=clock.now(),
    )
    put = message.on_conflict_do_nothing().returning(InboxMessage.id)
    return session.scalar(put) is not None


def mark_read(session: Session, recipient: Recipient, *, message_id: int) -> InboxMessage:
    """Mark one message as read, the first time it is; raises `MessageNotFound`."""
    message = queries.get_message(session, recipient, message_id)
    message.read_at = message.read_at or clock.now()
    return message


def mark_all_read(session: Session, recipient: Recipient) -> None:
    """Mark everything in an inbox as read."""
    waiting = (queries.belongs(recipient), InboxMessage.read_at.is_(None))
    session.execute(update(InboxMessage).where(*waiting).values(read_at=clock.now()))


def forget_old(session: Session) -> int:
    """Delete messages older than a year, read or not; returns how many."""
    gone = delete(InboxMessage).where(InboxMessage.created_at < clock.now() - KEPT)
    return len(session.scalars(gone.returning(InboxMessage.id)).all())


def forget_account(session: Session, *, account_id: int) -> None:
    """Delete the messages of a villager who has left."""
    session.execute(delete(InboxMessage).where(InboxMessage.account_id == account_id))
