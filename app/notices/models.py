"""Tables of the inbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered


class InboxMessage(Numbered, Base):
    """Something one member of staff, or one villager, should know; it holds no personal value.

    `key` makes a delivery happen once. `link` is a path of this site.
    """

    __tablename__ = "inbox_messages"
    __table_args__ = (
        CheckConstraint("(staff_id IS NULL) <> (account_id IS NULL)", name="one_recipient"),
        CheckConstraint("link = '' OR link ~ '^/[a-z]'", name="link"),
        Index(
            "uq_inbox_messages_staff",
            "staff_id",
            "key",
            unique=True,
            postgresql_where=text("staff_id IS NOT NULL"),
        ),
        Index(
            "uq_inbox_messages_account",
            "account_id",
            "key",
            unique=True,
            postgresql_where=text("account_id IS NOT NULL"),
        ),
        Index(
            "ix_inbox_messages_staff",
            "staff_id",
            "created_at",
            "id",
            postgresql_where=text("staff_id IS NOT NULL"),
        ),
        Index(
            "ix_inbox_messages_account",
            "account_id",
            "created_at",
            "id",
            postgresql_where=text("account_id IS NOT NULL"),
        ),
        Index("ix_inbox_messages_created_at", "created_at"),
    )

    staff_id: Mapped[int | None] = mapped_column(BigInteger)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
