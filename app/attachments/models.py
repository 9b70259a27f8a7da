"""Tables of files: each as it was kept, and what uses it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class Attachment(Numbered, Base):
    """A file of a place. The same content kept twice is two rows and lies in the store once."""

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("kind IN ('image', 'office', 'pdf', 'text')", name="kind"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"
        ),
        CheckConstraint("(kind = 'image') = (width IS NOT NULL)", name="image_width"),
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="image_size"),
        Index("ix_attachments_division_code", "division_code", text("id DESC")),
        Index("ix_attachments_storage_key", "storage_key"),
        Index(
            "ix_attachments_unpublished",
            "uploaded_at",
            postgresql_where=text("published_at IS NULL"),
        ),
    )

    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(100))
    width: Mapped[int | None]
    height: Mapped[int | None]
    storage_key: Mapped[str] = mapped_column(String(64))
    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    uploaded_by_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("staff.id"), index=True
    )
    uploaded_by: Mapped[str] = mapped_column(String(50))
    uploaded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(300))


class AttachmentUse(Base):
    """Something that uses a file, by its word and number: `draft:12`, `fund_line:33`."""

    __tablename__ = "attachment_uses"
    __table_args__ = (
        CheckConstraint("used_by ~ '^[a-z_]+:[0-9]+$'", name="used_by"),
        Index("ix_attachment_uses_used_by", "used_by"),
    )

    attachment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("attachments.id"), primary_key=True
    )
    used_by: Mapped[str] = mapped_column(String(60), primary_key=True)
