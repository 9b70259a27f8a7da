"""Tables of the editorial desk: drafts, their texts, reviews with comments, and exceptions.

A draft is a new item, a correction of one that stands (`corrects_id`), or takes the place of one
(`supersedes_id`). Its way is a word of `STATES`; what became of the item stands with the item.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered

STEPS = ("first_review", "second_review", "final_review")
STATES = ("draft", *STEPS, "scheduled", "published", "discarded")
OVER = ("published", "discarded")
VERDICTS = ("pass", "return", "late_pass", "late_return")
_OPEN = "state NOT IN ('published', 'discarded')"


class Draft(Numbered, Base):
    """A text on its way to the public.

    `text_number` is the newest of its kept texts, `version` counts what was saved, so that two
    who write at once are told. `locked_hash` is the SHA-256 of the text that passed the final
    review, in hexadecimal; nothing but that text is published. `formed_on` is when the
    information came to be, from which legal terms count.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint(
            "state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"
        ),
        CheckConstraint(
            "state <> 'scheduled' OR (locked_hash IS NOT NULL AND publish_at IS NOT NULL)",
            name="locked",
        ),
        CheckConstraint("(state = 'published') = (item_id IS NOT NULL)", name="published_item"),
        CheckConstraint(
            "state IN ('draft', 'discarded') OR corrects_id IS NULL OR note <> ''", name="noted"
        ),
        CheckConstraint("corrects_id IS NULL OR supersedes_id IS NULL", name="one_purpose"),
        CheckConstraint("(urgent_by_id IS NULL) = (urgent_reason = '')", name="urgent"),
        Index("ix_drafts_desk", "state", "division_code", "id", postgresql_where=text(_OPEN)),
        Index("ix_drafts_author", "author_id", "id"),
        Index(
            "uq_drafts_aid_list_id",
            "aid_list_id",
            unique=True,
            postgresql_where=text("aid_list_id IS NOT NULL"),
        ),
        Index("ix_drafts_item_id", "item_id", postgresql_where=text("item_id IS NOT NULL")),
        Index("ix_drafts_due", "publish_at", postgresql_where=text("state = 'scheduled'")),
        Index(
            "ix_drafts_late",
            "division_code",
            "id",
            postgresql_where=text("urgent_by_id IS NOT NULL AND reviewed_late_at IS NULL"),
        ),
    )

    division_code: Mapped[str] = mapped_column(ForeignKey("divisions.code"))
    organisation_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("organisations.id"))
    topic_code: Mapped[str] = mapped_column(ForeignKey("topics.code"))
    catalogue_entry_id: Mapped[int | None] = mapped_column(BigInteger)
    item_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("items.id"))
    aid_list_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("aid_lists.id"))
    corrects_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("items.id"))
    supersedes_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("items.id"))
    title: Mapped[str] = mapped_column(String(120))
    body_markdown: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(300), default="")
    formed_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    publish_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="draft")
    text_number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    locked_hash: Mapped[str | None] = mapped_column(String(64))
    exception_reason: Mapped[str] = mapped_column(String(300), default="")
    urgent_reason: Mapped[str] = mapped_column(String(300), default="")
    urgent_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("staff.id"))
    reviewed_late_at: Mapped[datetime | None]
    author_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    author_name: Mapped[str] = mapped_column(String(50))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    state_since: Mapped[datetime]


class DeskTerm(Base):
    """How many working days the desk has for something: `late_review`, what haste left out."""

    __tablename__ = "desk_terms"
    __table_args__ = (
        CheckConstraint("working_days BETWEEN 1 AND 30", name="working_days"),
        {"info": {"shipped": True}},
    )

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    working_days: Mapped[int]
    changed_by: Mapped[str | None] = mapped_column(String(50))
    changed_at: Mapped[datetime | None]


class DraftText(Base):
    """A text as it was handed in: what reviewers read, and what differs between two rounds."""

    __tablename__ = "draft_texts"

    draft_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    body_markdown: Mapped[str] = mapped_column(Text)
    files: Mapped[str] = mapped_column(Text, default="")
    list_text: Mapped[str | None] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    kept_by_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    kept_by: Mapped[str] = mapped_column(String(50))
    kept_at: Mapped[datetime]


class DraftReview(Numbered, Base):
    """What a reviewer said of a text at a step; it is never changed."""

    __tablename__ = "draft_reviews"
    __table_args__ = (
        CheckConstraint("step IN (" + ", ".join(f"'{step}'" for step in STEPS) + ")", name="step"),
        CheckConstraint(
            "verdict IN (" + ", ".join(f"'{one}'" for one in VERDICTS) + ")", name="verdict"
        ),
        CheckConstraint("verdict NOT LIKE '%return' OR words <> ''", name="return_with_words"),
        # The three of one text are three people, whatever code asks for them.
        Index(
            "uq_draft_reviews_person",
            "draft_id",
            "text_number",
            "reviewer_id",
            unique=True,
            postgresql_where=text("verdict LIKE '%pass'"),
        ),
        Index(
            "uq_draft_reviews_step",
            "draft_id",
            "text_number",
            "step",
            unique=True,
            postgresql_where=text("verdict LIKE '%pass'"),
        ),
        Index("ix_draft_reviews_reviewer_id", "reviewer_id", "id"),
    )

    draft_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("drafts.id", ondelete="CASCADE"))
    text_number: Mapped[int]
    text_hash: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500), default="")
    reviewer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    reviewer_name: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime]


class DraftComment(Numbered, Base):
    """A comment on a paragraph of the text, counted from 1: what is wrong there."""

    __tablename__ = "draft_comments"
    __table_args__ = (Index("ix_draft_comments_review_id", "review_id"),)

    review_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("draft_reviews.id", ondelete="CASCADE")
    )
    paragraph: Mapped[int]
    words: Mapped[str] = mapped_column(String(500))


class DraftOverride(Numbered, Base):
    """A finding of the gate that a second person let stand, with a reason.

    It names the passage by the text's hash and its offsets, never by its value: another text is
    looked at anew. A passage in a file is named by the file's sum and the part as well.
    """

    __tablename__ = "draft_overrides"
    __table_args__ = (
        Index(
            "uq_draft_overrides_passage",
            "draft_id",
            "text_hash",
            "kind",
            "begins",
            "ends",
            "file_sha256",
            "part",
            unique=True,
        ),
    )

    draft_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("drafts.id", ondelete="CASCADE"))
    text_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(24))
    begins: Mapped[int]
    ends: Mapped[int]
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    part: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(300))
    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"))
    staff_name: Mapped[str] = mapped_column(String(50))
    at: Mapped[datetime]
