"""Working days are counted from the next day, through holidays, make-up days and unknown years."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.workdays import queries
from app.workdays.schemas import Calendar


@pytest.mark.parametrize(
    ("received", "number", "last_day"),
    [
        (date(2026, 1, 30), 7, date(2026, 2, 10)),
        (date(2026, 1, 30), 15, date(2026, 2, 27)),
        (date(2026, 1, 30), 20, date(2026, 3, 5)),
        (date(2025, 12, 25), 7, date(2026, 1, 6)),
        (date(2025, 12, 25), 15, date(2026, 1, 16)),
        (date(2025, 12, 25), 20, date(2026, 1, 23)),
    ],
)
def test_a_term_runs_through_spring_festival_and_make_up_days(
    session: Session, received: date, number: int, last_day: date
) -> None:
    calendar = queries.load(session, [received.year])
    term = calendar.add_working_days(received, number)
    assert (term.last_day, term.is_sure, term.warning) == (last_day, True, "")
    assert calendar.working_days_between(received, term.last_day) == number
    assert calendar.working_days_between(term.last_day, received) == -number


def test_a_term_of_no_days_ends_where_it_began(session: Session) -> None:
    calendar = queries.load(session, [2026])
    assert calendar.add_working_days(date(2026, 1, 31), 0).last_day == date(2026, 1, 31)
    with pytest.raises(ValueError, match="no days"):
        calendar.add_working_days(date(2026, 1, 31), -1)


def test_a_make_up_saturday_is_worked_and_a_holiday_is_not(session: Session) -> None:
    calendar = queries.load(session, [2026])
    assert calendar.is_working(date(2026, 2, 14))
    assert not calendar.is_working(date(2026, 2, 17))
    assert not calendar.is_working(date(2026, 11, 28))
    assert calendar.is_working(date(2026, 11, 30))


def test_a_term_into_a_year_nobody_knows_is_counted_and_says_that_it_is_not_sure(
    session: Session,
) -> None:
    term = queries.load(session, [2098]).add_working_days(date(2098, 12, 31), 5)
    assert (term.last_day, term.is_sure) == (date(2099, 1, 7), False)
    assert "可能变动" in term.warning


def test_a_term_that_ends_before_the_unknown_year_is_sure() -> None:
    calendar = Calendar({}, frozenset({2026}))
    assert calendar.add_working_days(date(2026, 12, 29), 2).is_sure
    assert not calendar.add_working_days(date(2026, 12, 29), 3).is_sure
