"""Tables of disclosure: topics, items and what they said before they were corrected."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered

STANDING = "withdrawn_at IS NULL AND superseded_by_id IS NULL"
ENDINGS = ("withdrawn", "expired")


class Topic(Base):
    """A subject items are read by; `tile` 1 to 4 puts it on the large tiles of a village's page."""

    __tablename__ = "topics"
    __table_args__ = (CheckConstraint("tile BETWEEN 1 AND 4", name="tile"),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    position: Mapped[int]
    tile: Mapped[int | None] = mapped_column(unique=True)


class Item(Numbered, Base):
    """An item of disclosure as it reads now.

    `expires_on` is the last day it is shown. One that ended, by withdrawal or by that day, answers
    410 with the reason; one whose place another took can still be read and leaves the feeds.
    `urgent_until_reviewed`: published in haste, its reviews are still to come.
    """

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"
        ),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (ended_as IS NULL) AND ended_as IN ('withdrawn', 'expired')",
            name="ended_as",
        ),
        CheckConstraint("aid_list_id IS NULL OR expires_on IS NOT NULL", name="aid_list_expires"),
        Index(
            "uq_items_aid_list_id",
            "aid_list_id",
            unique=True,
            postgresql_where=text("aid_list_id IS NOT NULL"),
        ),
        Index(
            "ix_items_expires_on",
            "expires_on",
            postgresql_where=text("withdrawn_at IS NULL AND expires_on IS NOT NULL"),
        ),
        Index(
            "ix_items_withdrawn",
            "division_code",
            text("withdrawn_at DESC"),
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
        # The feed: newest first within a division, and within a topic of it.
        Index(
            "ix_items_feed",
            "division_code",
            text("published_at DESC"),
            text("id DESC"),
            postgresql_where=text(STANDING),
        ),
        Index(
            "ix_items_topic_feed",
            "division_code",
            "topic_code",
            text("published_at DESC"),
            text("id DESC"),
            postgresql_where=text(STANDING),
        ),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    topic_code: Mapped[str] = mapped_column(ForeignKey("topics.code"))
    organisation_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organisations.id"), index=True
    )
    title: Mapped[str] = mapped_column(String(120))
    body_html: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(300))
    ended_as: Mapped[str | None] = mapped_column(String(10))
    expires_on: Mapped[date | None]
    superseded_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("items.id"))
    urgent_until_reviewed: Mapped[bool] = mapped_column(default=False)
    catalogue_entry_id: Mapped[int | None] = mapped_column(BigInteger)
    aid_list_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("aid_lists.id"))


class ItemRevision(Numbered, Base):
    """The text of an item from one correction to the next; `note` says what was corrected."""

    __tablename__ = "item_revisions"
    __table_args__ = (Index("uq_item_revisions_number", "item_id", "number", unique=True),)

    item_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("items.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    body_markdown: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(String(300))
    author: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime]
