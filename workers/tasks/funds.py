"""What follows in the fund ledger: people told, terms kept."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.funds.service import pending, questions, telling
from app.kernel.db import Database


def tell_submitted(session: Session, _database: Database, *, month_id: int) -> None:
    """Tell the committee that a month waits for it."""
    telling.tell_submitted(session, month_id=month_id)


def tell_returned(session: Session, _database: Database, *, month_id: int) -> None:
    """Tell the keepers that a month was sent back."""
    telling.tell_returned(session, month_id=month_id)


def tell_question(session: Session, _database: Database, *, question_id: int) -> None:
    """Tell the village of a question."""
    telling.tell_question(session, question_id=question_id)


def tell_answer(session: Session, _database: Database, *, question_id: int) -> None:
    """Tell the villager of the answer."""
    telling.tell_answer(session, question_id=question_id)


def send_digests(session: Session, _database: Database) -> None:
    """Tell each for whom a month or a question of a ledger waits, once a day."""
    pending.send_digests(session)


def note_overdue(session: Session, _database: Database) -> None:
    """Announce that terms have passed, and forget who asked long ago."""
    telling.note_overdue(session)
    questions.forget_askers(session)
