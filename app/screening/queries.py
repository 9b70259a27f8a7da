"""Reads of the word list."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.screening.errors import WordNotFound
from app.screening.models import ScreeningWord
from app.screening.words import Word

ORDERS = {
    "word": (ScreeningWord.word, ScreeningWord.id),
    "kind": (ScreeningWord.kind, ScreeningWord.word),
    "added": (ScreeningWord.added_at.desc(), ScreeningWord.id.desc()),
}


def words(
    session: Session,
    *,
    search: str = "",
    kind: str = "",
    order: str = "word",
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[ScreeningWord]:
    """List the words whose text, replacement or note holds what is searched for."""
    query = select(ScreeningWord).order_by(*ORDERS.get(order, ORDERS["word"]))
    if search:
        columns = (ScreeningWord.word, ScreeningWord.replacement, ScreeningWord.note)
        query = query.where(or_(*(one.icontains(search, autoescape=True) for one in columns)))
    if kind:
        query = query.where(ScreeningWord.kind == kind)
    return session.scalars(query.offset(offset).limit(limit)).all()


def count(session: Session) -> dict[str, int]:
    """Count the words by kind."""
    counted = select(ScreeningWord.kind, func.count()).group_by(ScreeningWord.kind)
    return {row[0]: row[1] for row in session.execute(counted)}


def get(session: Session, word_id: int) -> ScreeningWord:
    """Give one word; raises `WordNotFound`."""
    found = session.get(ScreeningWord, word_id)
    if found is None:
        raise WordNotFound
    return found


def by_word(session: Session, word: str) -> ScreeningWord:
    """Give a word by its text; raises `WordNotFound`."""
    found = session.scalars(select(ScreeningWord).where(ScreeningWord.word == word)).one_or_none()
    if found is None:
        raise WordNotFound
    return found


def searched_for(session: Session) -> list[Word]:
    """List all words the way a search needs them."""
    query = select(ScreeningWord.kind, ScreeningWord.word, ScreeningWord.replacement)
    rows = session.execute(query.order_by(ScreeningWord.id))
    return [Word(kind, word, replacement) for kind, word, replacement in rows]
