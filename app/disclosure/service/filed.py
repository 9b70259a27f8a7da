"""Files of an item: public with it, gone with it, or when a correction drops them."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.attachments import service as attachments
from app.disclosure import queries
from app.disclosure.models import Draft, Item, ItemFile

DROPPED = "内容更正以后不再附这个文件。"


def differ(session: Session, draft: Draft) -> bool:
    """Tell whether a correction has other files than what it puts right."""
    ours = [one.id for one in queries.draft_files(session, draft.id)]
    return ours != [one.id for one in queries.item_files(session, draft.corrects_id or 0)]


def publish(session: Session, draft: Draft, item: Item) -> None:
    """Give an item its draft's files, for everyone; those it had and has no more are withdrawn."""
    files = [one.id for one in queries.draft_files(session, draft.id)]
    dropped = [one.id for one in queries.item_files(session, item.id) if one.id not in files]
    if dropped:
        attachments.withdraw(session, attachment_ids=dropped, reason=DROPPED)
    session.execute(delete(ItemFile).where(ItemFile.item_id == item.id))
    if not files:
        return
    attachments.publish(session, attachment_ids=files)
    attachments.claim(session, attachment_ids=files, used_by=f"item:{item.id}")
    session.add_all(
        ItemFile(item_id=item.id, attachment_id=number, position=place)
        for place, number in enumerate(files, start=1)
    )
    session.flush()


def withdraw(session: Session, item: Item, *, reason: str) -> None:
    """Take an item's files back with it."""
    files = [one.id for one in queries.item_files(session, item.id)]
    if files:
        attachments.withdraw(session, attachment_ids=files, reason=reason)
