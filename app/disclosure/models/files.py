"""Tables of files: those of a draft, those of an item, and what was found in each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class DraftFile(Base):
    """A file of a draft, in the order of the draft.

    A table of its own beside `attachment_uses`: the word `draft:12` there names a row that no key
    holds to, and has no order. Here the database keeps draft, file and place together; the use is
    noted besides, so that the file is not swept.
    """

    __tablename__ = "draft_files"
    __table_args__ = (
        Index("uq_draft_files_position", "draft_id", "position", unique=True),
        Index("ix_draft_files_attachment_id", "attachment_id"),
    )

    draft_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True
    )
    attachment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("attachments.id"), primary_key=True
    )
    position: Mapped[int]


class ItemFile(Base):
    """A file of an item as it reads now; a file belongs to one item and ends with it."""

    __tablename__ = "item_files"
    __table_args__ = (Index("uq_item_files_position", "item_id", "position", unique=True),)

    attachment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("attachments.id"), primary_key=True, autoincrement=False
    )
    item_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("items.id"))
    position: Mapped[int]


class FileScan(Base):
    """What screening found in a file: kinds and places, never a value.

    A file's content never changes, so it is read once; `known` names what it was compared with
    (`screening.knowledge`), and another word list makes it be read again. `findings` are the
    first of `total`.
    """

    __tablename__ = "file_scans"

    attachment_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("attachments.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    known: Mapped[str] = mapped_column(String(64))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    total: Mapped[int]
    scanned_at: Mapped[datetime]
