"""Reads of files: those of a draft or an item in their order, and what was found in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.attachments.models import Attachment
from app.attachments.words import size_text
from app.disclosure.errors import ItemExpired
from app.disclosure.models import DraftFile, FileScan, Item, ItemFile
from app.kernel import clock


def draft_files(session: Session, draft_id: int) -> Sequence[Attachment]:
    """List the files of a draft in their order."""
    query = select(Attachment).join(DraftFile, DraftFile.attachment_id == Attachment.id)
    return session.scalars(
        query.where(DraftFile.draft_id == draft_id).order_by(DraftFile.position)
    ).all()


def item_files(
    session: Session, item_id: int, *, also_withdrawn: bool = False
) -> Sequence[Attachment]:
    """List the files of an item that everyone may have, in their order; or those withdrawn too."""
    query = select(Attachment).join(ItemFile, ItemFile.attachment_id == Attachment.id)
    query = query.where(ItemFile.item_id == item_id)
    if not also_withdrawn:
        query = query.where(Attachment.withdrawn_at.is_(None))
    return session.scalars(query.order_by(ItemFile.position)).all()


def scans(session: Session, attachment_ids: Collection[int]) -> dict[int, FileScan]:
    """Give what was found in these files, by their numbers; one that was not read yet has none."""
    query = select(FileScan).where(FileScan.attachment_id.in_(attachment_ids))
    found = session.scalars(query.execution_options(populate_existing=True))
    return {one.attachment_id: one for one in found}


def require_shown(session: Session, attachment_id: int) -> None:
    """Raise `ItemExpired` where the last day of a file's item is over.

    At midnight, as the item's own page does, whenever the file is taken back.
    """
    query = select(Item.expires_on).join(ItemFile, ItemFile.item_id == Item.id)
    last_day = session.scalar(query.where(ItemFile.attachment_id == attachment_id))
    if last_day is not None and last_day < clock.today():
        raise ItemExpired


def written_list(files: Sequence[Attachment]) -> str:
    """Write files down as the texts of a draft are compared: a paragraph each."""
    return "\n\n".join(
        f"附件：{one.name}（{size_text(one.size)}，SHA-256 {one.sha256[:16]}）" for one in files
    )
