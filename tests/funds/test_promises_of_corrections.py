"""What the database keeps of corrections, asked in plain SQL as the application's role."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.models import FundMonth
from app.funds.schemas import MonthName
from tests.factories import OTHER_VILLAGE
from tests.funds import ledger
from tests.funds.ledger import FIRST
from tests.funds.plain_sql import INSERT_LINE, OPEN, Run, refused, totals, values


def corrections(session: Session) -> tuple[FundMonth, FundMonth, int]:
    """Close a month with one line of income, 100 yuan, and open the next."""
    month = ledger.closed(session)
    number = queries.lines(session, month)[0].id
    return month, ledger.opened(session, FIRST.following()), number


def reversal(month: FundMonth, number: int, **changed: object) -> dict[str, object]:
    income = {"kind": "income", "category": "lease_income", "sign": -1, "corrects": number}
    return values(month, **{**income, **changed})


def test_a_reversal_takes_back_what_the_line_said_and_no_more(session: Session, run: Run) -> None:
    _month, later, number = corrections(session)
    run(INSERT_LINE, **reversal(later, number, fen=60_00))
    again = reversal(later, number, no=2, fen=40_01)
    assert refused(run, INSERT_LINE, **again) == "fund_reversal"
    run(INSERT_LINE, **{**again, "fen": 40_00})
    assert totals(session, later)[1] == -100_00


def test_what_a_reversal_stands_on_is_not_taken_away(session: Session, run: Run) -> None:
    _month, later, number = corrections(session)
    run(INSERT_LINE, **reversal(later, number, sign=1, fen=50_00))
    run(INSERT_LINE, **reversal(later, number, no=2, fen=150_00))
    taken_out = "DELETE FROM fund_lines WHERE sign = 1 AND corrects_line_id > 0"
    assert refused(run, taken_out) == "fund_reversal"
    lowered = "UPDATE fund_lines SET amount_fen = 1 WHERE sign = 1 AND corrects_line_id > 0"
    assert refused(run, lowered) == "fund_reversal"


@pytest.mark.parametrize("changed", [{"kind": "expense", "category": "other_expense"}])
def test_a_reversal_stands_where_the_line_stood(
    session: Session, run: Run, changed: dict[str, object]
) -> None:
    _month, later, number = corrections(session)
    assert refused(run, INSERT_LINE, **reversal(later, number, **changed)) == "fund_correction"


def test_only_a_line_of_a_closed_month_of_the_village_is_corrected(
    session: Session, run: Run
) -> None:
    _month, later, number = corrections(session)
    run(INSERT_LINE, **reversal(later, number, fen=10_00))
    own = queries.lines(session, later)[0].id
    mistaken = reversal(later, own, no=2, fen=1)  # names a correction of an open month
    assert refused(run, INSERT_LINE, **mistaken) == "fund_correction"
    run(OPEN, village=OTHER_VILLAGE, month=9, state="open", fen=0)
    other = queries.find_month(session, OTHER_VILLAGE, MonthName(2026, 9))
    foreign = reversal(other, number, fen=1)
    assert refused(run, INSERT_LINE, **foreign) == "fund_correction"
