"""Tables of the word list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, Numbered

LONGEST_WORD = 50
LONGEST_NOTE = 200


class ScreeningWord(Numbered, Base):
    """A word that texts are searched for: sensitive, or wrong with what it should be.

    `added_by` is the user name of whoever added it.
    """

    __tablename__ = "screening_words"
    __table_args__ = (
        CheckConstraint("kind IN ('sensitive', 'wrong')", name="kind"),
        CheckConstraint("word <> ''", name="word"),
        CheckConstraint("replacement = '' OR kind = 'wrong'", name="replacement"),
        CheckConstraint("replacement <> word", name="other_word"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    word: Mapped[str] = mapped_column(String(LONGEST_WORD), unique=True)
    replacement: Mapped[str] = mapped_column(String(LONGEST_WORD), default="")
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    added_by: Mapped[str] = mapped_column(String(50))
    added_at: Mapped[datetime]
