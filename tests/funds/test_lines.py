"""Lines of an open month and corrections of closed ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.funds import queries, service
from app.funds.errors import (
    ApprovalRefused,
    CategoryRefused,
    CorrectionRefused,
    DayRefused,
    LineNotFound,
    MonthClosed,
    ReversalTooLarge,
    SummaryRefused,
)
from app.funds.models import FundCategory
from app.funds.schemas import MonthName
from app.kernel import clock, money
from app.kernel.errors import Forbidden
from app.kernel.money import AmountRefused
from tests import factories
from tests.factories import VILLAGE
from tests.funds import ledger
from tests.funds.ledger import CLERK, COMMITTEE, FIRST, OPENING, line_in


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    factories.county(session)


def test_lines_stand_in_their_order_each_with_the_balance_after_it(session: Session) -> None:
    month = ledger.opened(session)
    ledger.entered(session, month, line_in(300_00))
    ledger.entered(session, month, line_in(120_50, "office_expense", summary="买打印纸"))
    lines = queries.lines(session, queries.get_month(session, month.id))
    assert [(one.no, one.kind, one.balance_fen) for one in lines] == [
        (1, "income", OPENING + 300_00),
        (2, "expense", OPENING + 179_50),
    ]
    assert lines[1].category == "办公和管理支出"
    assert lines[1].entered_by == "文书"


def test_the_sums_of_the_month_follow(session: Session) -> None:
    month = ledger.opened(session)
    ledger.entered(session, month, line_in(300_00))
    line = ledger.entered(session, month, line_in(120_50, "office_expense"))
    service.change(session, line_id=line.id, wanted=line_in(20_00, "office_expense"), actor=CLERK)
    now = queries.get_month(session, month.id)
    assert (now.income_fen, now.expense_fen, now.closing_fen) == (
        300_00,
        20_00,
        OPENING + 280_00,
    )


def test_a_line_taken_out_lets_those_after_it_move_up(session: Session) -> None:
    month = ledger.opened(session)
    for fen in (100, 200, 300):
        ledger.entered(session, month, line_in(fen))
    second = queries.lines(session, month)[1]
    service.remove(session, line_id=second.id, actor=CLERK)
    left = queries.lines(session, queries.get_month(session, month.id))
    assert [(one.no, one.amount_fen) for one in left] == [(1, 100), (2, 300)]
    with pytest.raises(LineNotFound):
        service.remove(session, line_id=second.id, actor=CLERK)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"on_date": date(2026, 7, 31)}, DayRefused),
        ({"on_date": date(2026, 9, 1)}, DayRefused),
        ({"category_code": "nothing"}, CategoryRefused),
        ({"category_code": ""}, CategoryRefused),
        ({"amount_fen": 0}, AmountRefused),
        ({"amount_fen": money.MOST + 1}, AmountRefused),
        ({"summary": " 租 "}, SummaryRefused),
        ({"summary": "长" * 121}, SummaryRefused),
        ({"summary": "看不见\u200b的"}, SummaryRefused),
        ({"approved_by": ""}, ApprovalRefused),
        ({"approved_by": "名" * 61}, ApprovalRefused),
        ({"is_reversal": True}, CorrectionRefused),
    ],
)
def test_a_line_that_is_not_right_is_refused(
    session: Session, changed: dict[str, object], refusal: type[Exception]
) -> None:
    month = ledger.opened(session)
    with pytest.raises(refusal):
        ledger.entered(session, month, replace(line_in(), **changed))  # type: ignore[arg-type]  # mixed
    assert queries.lines(session, month) == []


def test_no_line_is_of_a_day_to_come(session: Session) -> None:
    today = clock.today()
    month = ledger.opened(session, MonthName.of(today))
    tomorrow = date.fromordinal(today.toordinal() + 1)
    with pytest.raises(DayRefused):
        ledger.entered(session, month, line_in(on=tomorrow))


def test_a_category_out_of_use_is_offered_no_more_and_stays_where_it_stands(
    session: Session,
) -> None:
    month = ledger.opened(session)
    line = ledger.entered(session, month)
    category = session.get(FundCategory, "lease_income")
    assert category is not None
    category.in_use = False
    session.flush()
    assert "lease_income" not in {one.code for one in queries.categories(session)}
    with pytest.raises(CategoryRefused):
        ledger.entered(session, month)
    service.change(session, line_id=line.id, wanted=line_in(5_00), actor=CLERK)


def test_only_a_keeper_of_the_village_writes(session: Session) -> None:
    month = ledger.opened(session)
    line = ledger.entered(session, month)
    with pytest.raises(Forbidden):
        service.enter(session, month_id=month.id, wanted=line_in(), actor=COMMITTEE)
    with pytest.raises(Forbidden):
        service.change(session, line_id=line.id, wanted=line_in(), actor=COMMITTEE)
    with pytest.raises(Forbidden):
        service.remove(session, line_id=line.id, actor=COMMITTEE)


def test_a_closed_month_takes_nothing_from_anybody(session: Session) -> None:
    month = ledger.closed(session)
    number = queries.lines(session, month)[0].id
    with pytest.raises(MonthClosed):
        ledger.entered(session, month)
    with pytest.raises(MonthClosed):
        service.change(session, line_id=number, wanted=line_in(), actor=CLERK)
    with pytest.raises(MonthClosed):
        service.remove(session, line_id=number, actor=CLERK)


SEPTEMBER = date(2026, 9, 3)


def test_a_reversal_and_an_addition_set_right_what_was_closed_wrongly(session: Session) -> None:
    month = ledger.closed(session)  # 100 yuan of rent
    original = queries.lines(session, month)[0]
    later = ledger.opened(session, FIRST.following())
    wrong = line_in(
        30_00, "office_expense", on=SEPTEMBER, corrects=original.id, reversal=True, summary="多记"
    )
    right = line_in(30_00, "grant_income", on=SEPTEMBER, corrects=original.id, summary="改记补助")
    assert ledger.entered(session, later, wrong).category_code == "lease_income"  # its original's
    ledger.entered(session, later, right)
    later = ledger.concluded(session, later)
    assert (later.income_fen, later.closing_fen) == (0, later.opening_fen)
    shown = queries.lines(session, later)
    assert [one.effect_fen for one in shown] == [-30_00, 30_00]
    assert shown[0].corrects is not None
    assert (str(shown[0].corrects.month), shown[0].corrects.no) == ("2026-08", 1)
    marks = queries.lines(session, queries.get_month(session, month.id))[0].corrected_by
    assert [(str(one.month), one.no, one.sign) for one in marks] == [
        ("2026-09", 1, -1),
        ("2026-09", 2, 1),
    ]


def test_a_correction_is_shown_at_the_old_line_once_it_is_closed(session: Session) -> None:
    month = ledger.closed(session)
    number = queries.lines(session, month)[0].id
    later = ledger.opened(session, FIRST.following())
    ledger.entered(session, later, line_in(1_00, on=SEPTEMBER, corrects=number, reversal=True))
    assert queries.lines(session, month)[0].corrected_by == ()
    ledger.concluded(session, later)
    assert len(queries.lines(session, month)[0].corrected_by) == 1


def test_no_more_is_taken_back_than_was_written(session: Session) -> None:
    month = ledger.closed(session)
    number = queries.lines(session, month)[0].id
    later = ledger.opened(session, FIRST.following())
    wanted = line_in(100_01, on=SEPTEMBER, corrects=number, reversal=True)
    with pytest.raises(ReversalTooLarge):
        ledger.entered(session, later, wanted)


def test_only_an_original_of_a_closed_month_is_corrected(session: Session) -> None:
    month = ledger.opened(session)
    first = ledger.entered(session, month)
    with pytest.raises(CorrectionRefused):
        ledger.entered(session, month, line_in(1_00, corrects=first.id, reversal=True))
    with pytest.raises(LineNotFound):
        ledger.entered(session, month, line_in(1_00, corrects=2**40, reversal=True))
    assert queries.correctable(session, VILLAGE) == []
