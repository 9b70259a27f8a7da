"""Reads of the inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from app.kernel.db import Fixed
from app.notices.errors import MessageNotFound
from app.notices.models import InboxMessage
from app.notices.schemas import Recipient

PAGE = 20


def _unread(whose: SQLColumnExpression[int | None]) -> Select[int]:
    some = select(InboxMessage.id).where(whose == bindparam("who"), InboxMessage.read_at.is_(None))
    return select(func.count()).select_from(some.limit(100).subquery())


# Every page of the console asks this: built once, since building it costs more than running it.
_UNREAD = {
    "staff_id": Fixed(_unread(InboxMessage.staff_id)),
    "account_id": Fixed(_unread(InboxMessage.account_id)),
}


@dataclass(frozen=True)
class Page:
    """A page of an inbox, newest first; `ends` is where it ended, None where nothing is older."""

    messages: Sequence[InboxMessage]
    ends: tuple[datetime, int] | None


def page(
    session: Session,
    recipient: Recipient,
    *,
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> Page:
    """Give a page of a recipient's messages; `after` is where the last one ended."""
    found = messages(session, recipient, after=after, limit=limit + 1)
    shown = found[:limit]
    return Page(shown, (shown[-1].created_at, shown[-1].id) if len(found) > limit else None)


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
    kind = "staff_id" if recipient.staff_id is not None else "account_id"
    ((counted,),) = _UNREAD[kind].rows(session, {"who": getattr(recipient, kind)})
    return int(counted)


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
