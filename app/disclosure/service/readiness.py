"""What a draft must be before it is handed in, and again when it is to be public: days pass."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.disclosure.errors import BadExpiry, NoteWanted
from app.disclosure.models import Draft
from app.disclosure.service import filing, lists, placing

SHORTEST_NOTE = 2


def require(session: Session, draft: Draft, *, first_day: date) -> None:
    """Raise what keeps a draft from being public from a day on.

    `NothingToRead`, `LinkNowhere`, `NoteWanted`, `BadExpiry`, `BadListExpiry`.
    """
    placing.readable(draft.title, draft.body_markdown)
    filing.require_linked(session, draft)
    if draft.corrects_id is not None:
        placing.locked(session, draft.corrects_id)
        if len(draft.note) < SHORTEST_NOTE:
            raise NoteWanted
    if draft.expires_on is not None and draft.expires_on < first_day:
        raise BadExpiry
    lists.check_expiry(session, draft, first_day=first_day)
