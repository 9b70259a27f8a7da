"""The demo village's fund."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.demo import funds
from app.funds import queries
from tests import factories
from tests.factories import VILLAGE


@pytest.fixture(autouse=True)
def loaded(session: Session) -> None:
    factories.county(session)
    funds.load(session, village=VILLAGE)


def test_ten_months_are_closed_and_one_is_open(session: Session) -> None:
    months = queries.months(session, VILLAGE)
    assert [one.state for one in months] == ["closed"] * 10 + ["open"]
    assert all(queries.lines(session, one) for one in months)
    assert min(one.closing_fen for one in months) > 0


def test_a_line_was_corrected_and_a_question_answered(session: Session) -> None:
    lines = [
        line for one in queries.months(session, VILLAGE) for line in queries.lines(session, one)
    ]
    assert sum(line.corrects is not None for line in lines) == 1
    assert sum(len(line.corrected_by) for line in lines) == 1
    [asked] = [question for line in lines for question in line.questions]
    assert asked.answer.startswith("由各组提名")


def test_what_the_database_says_is_what_the_lines_say(session: Session) -> None:
    for month in queries.months(session, VILLAGE):
        assert queries.lines(session, month)[-1].balance_fen == month.closing_fen
