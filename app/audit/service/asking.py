"""Questions of households about a line, and the auditor's answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.errors import QuestionAnswered, QuestionNotFound, TextWanted
from app.audit.models import AuditQuestion
from app.kernel import clock, crypto, outbox
from app.kernel.access import Actor

READ = "audit.read"
TEXT_LENGTH = 500


def ask(session: Session, line_id: int, account_id: int, text: str) -> int:
    """Open a question about a line and tell the auditors; returns its number.

    Whoever calls has checked that the account is bound to the line's household. Asking again while
    the first question is open adds to nothing: it is the same question. Raises `LineNotFound`,
    `TextWanted`.
    """
    words = _checked(text)
    line = queries.get_line(session, line_id)
    opened = insert(AuditQuestion).values(
        line_id=line.id,
        account_id=account_id,
        division_code=line.division_code,
        household_id=line.household_id,
        text_sealed=b"",
        state="open",
        asked_at=clock.now(),
    )
    number: int | None = session.scalar(opened.on_conflict_do_nothing().returning(AuditQuestion.id))
    if number is None:
        return _open_question(session, line_id, account_id)
    question = session.get_one(AuditQuestion, number)
    question.text_sealed = _sealed(session, words, number, "text_sealed")
    session.flush()
    outbox.publish(session, "audit.tell_question", question_id=number)
    return number


def answer(session: Session, *, question_id: int, text: str, actor: Actor) -> AuditQuestion:
    """Answer a question, once. Raises `QuestionNotFound`, `QuestionAnswered`, `TextWanted`."""
    question = session.get(AuditQuestion, question_id, with_for_update=True)
    if question is None or not actor.may(READ, division_code=question.division_code):
        raise QuestionNotFound
    if question.state != "open":
        raise QuestionAnswered
    question.answer_sealed = _sealed(session, _checked(text), question.id, "answer_sealed")
    question.state, question.answered_at = "answered", clock.now()
    question.answered_by = actor.staff_id
    session.flush()
    return question


def _checked(text: str) -> str:
    words = text.strip()
    if not words or len(words) > TEXT_LENGTH:
        raise TextWanted
    return words


def _sealed(session: Session, words: str, number: int, column: str) -> bytes:
    place = crypto.Place(AuditQuestion.__tablename__, number, column)
    return crypto.of(session).seal(words, place)


def _open_question(session: Session, line_id: int, account_id: int) -> int:
    found = select(AuditQuestion.id).where(
        AuditQuestion.line_id == line_id,
        AuditQuestion.account_id == account_id,
        AuditQuestion.state == "open",
    )
    return session.scalars(found).one()
