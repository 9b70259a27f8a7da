"""A household asks about a line; an auditor answers once."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.audit import queries, service
from app.audit.errors import LineNotFound, QuestionAnswered, QuestionNotFound, TextWanted
from app.audit.models import AuditQuestion
from app.audit.schemas import Line
from app.kernel import outbox
from app.kernel.access import Actor, Grant

VILLAGE = "520203102001"
AUDITOR = Actor(name="auditor", staff_id=2, grants=(Grant("audit.read", "520203"),))
SISTER = Actor(name="sister", staff_id=3, grants=(Grant("audit.read", "520203103"),))


@pytest.fixture
def line_id(session: Session) -> int:
    """Write a line that somebody may ask about."""
    cadre = Actor(name="cadre", staff_id=7, role="cadre")
    return service.record(session, Line(cadre, "open", VILLAGE, household_id=5))


def test_a_question_is_sealed_and_told_to_the_auditors(session: Session, line_id: int) -> None:
    number = service.ask(session, line_id, 4, " 那天没有人来过 ")
    row = session.get_one(AuditQuestion, number)
    assert "没有".encode() not in row.text_sealed
    [question] = queries.questions_of_account(session, 4)
    assert (question.text, question.state, question.household_id) == ("那天没有人来过", "open", 5)
    assert outbox.counts(session) == {"pending": 1}


def test_asking_twice_is_one_question(session: Session, line_id: int) -> None:
    assert service.ask(session, line_id, 4, "为什么") == service.ask(session, line_id, 4, "再问")
    assert len(queries.questions_of_account(session, 4)) == 1


def test_an_answer_is_given_once(session: Session, line_id: int) -> None:
    number = service.ask(session, line_id, 4, "为什么")
    service.answer(session, question_id=number, text="核实低保", actor=AUDITOR)
    [question] = queries.questions_of_account(session, 4)
    assert (question.state, question.answer) == ("answered", "核实低保")
    with pytest.raises(QuestionAnswered):
        service.answer(session, question_id=number, text="改口", actor=AUDITOR)


def test_an_auditor_of_another_place_finds_no_question(session: Session, line_id: int) -> None:
    number = service.ask(session, line_id, 4, "为什么")
    with pytest.raises(QuestionNotFound):
        service.answer(session, question_id=number, text="答复", actor=SISTER)
    assert queries.questions_below(session, prefixes=("520203103",), state="open") == []


@pytest.mark.parametrize("text", ["", "  ", "长" * 501])
def test_a_question_has_words(session: Session, line_id: int, text: str) -> None:
    with pytest.raises(TextWanted):
        service.ask(session, line_id, 4, text)


def test_a_line_that_is_not_there_cannot_be_asked_about(session: Session) -> None:
    with pytest.raises(LineNotFound):
        service.ask(session, 999_999_999, 4, "为什么")
