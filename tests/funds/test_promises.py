"""What the database itself keeps of a ledger, asked in plain SQL as the application's role."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import errors as postgres
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.kernel.db import Database
from tests import factories
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.funds import ledger
from tests.funds.ledger import FIRST, OPENING
from tests.funds.plain_sql import INSERT_LINE, OPEN, Run, refused, totals, values


def test_the_totals_follow_every_line_whoever_writes_it(session: Session, run: Run) -> None:
    month = ledger.opened(session)
    run(INSERT_LINE, **values(month))
    run(INSERT_LINE, **values(month, no=2, kind="income", category="lease_income", fen=300_00))
    assert totals(session, month) == (OPENING, 300_00, 50_00, OPENING + 250_00)
    run("UPDATE fund_lines SET amount_fen = 7000 WHERE no = 1")
    assert totals(session, month) == (OPENING, 300_00, 70_00, OPENING + 230_00)
    run("DELETE FROM fund_lines WHERE no = 2")
    assert totals(session, month) == (OPENING, 0, 70_00, OPENING - 70_00)


@pytest.mark.parametrize("column", ["income_fen", "expense_fen"])
def test_nobody_writes_a_total_that_is_not_the_sum(session: Session, run: Run, column: str) -> None:
    ledger.entered(session, ledger.opened(session))
    assert refused(run, f"UPDATE fund_months SET {column} = {column} + 1") == "fund_sums"


def test_nobody_writes_a_closing_balance_at_all(session: Session, run: Run) -> None:
    ledger.opened(session)
    with pytest.raises(DBAPIError) as error:
        run("UPDATE fund_months SET closing_fen = 1")
    assert isinstance(error.value.orig, postgres.GeneratedAlways)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE fund_months SET closed_by_name = 'x'",
        "UPDATE fund_months SET state = 'open', closed_at = NULL, closed_by_name = NULL,"
        " lines_hash = NULL",
        "UPDATE fund_months SET opening_fen = 0",
        "UPDATE fund_lines SET summary = '换一个说法'",
        "UPDATE fund_lines SET amount_fen = amount_fen + 1",
        "DELETE FROM fund_lines",
        "INSERT INTO fund_vouchers SELECT id, 77, 1 FROM fund_lines",
    ],
)
def test_nothing_of_a_closed_month_changes(session: Session, run: Run, sql: str) -> None:
    ledger.closed(session)
    assert refused(run, sql) == "fund_month_closed"


def test_a_closed_month_takes_no_line(session: Session, run: Run) -> None:
    month = ledger.closed(session)
    assert refused(run, INSERT_LINE, **values(month, no=2)) == "fund_month_closed"


def test_a_line_moves_into_no_other_month(session: Session, run: Run) -> None:
    month = ledger.closed(session)
    ledger.entered(session, ledger.opened(session, FIRST.following()))
    sql = (
        "UPDATE fund_lines SET month_id = :closed, on_date = '2026-08-20' WHERE month_id <> :closed"
    )
    assert refused(run, sql, closed=month.id) == "fund_line_fixed"


@pytest.mark.parametrize("sql", ["DELETE FROM fund_months", "DELETE FROM fund_months WHERE 1 = 1"])
def test_no_month_is_ever_deleted(session: Session, run: Run, sql: str) -> None:
    ledger.opened(session)
    assert refused(run, sql) == "fund_months_are_kept"


@pytest.mark.parametrize("table", ["fund_months", "fund_lines", "fund_steps"])
def test_the_application_empties_no_table(session: Session, run: Run, table: str) -> None:
    del session
    with pytest.raises(DBAPIError) as error:
        run(f"TRUNCATE {table} CASCADE")
    assert isinstance(error.value.orig, postgres.InsufficientPrivilege)


def test_what_the_committee_did_is_added_to_and_never_changed(session: Session, run: Run) -> None:
    ledger.closed(session)
    with pytest.raises(DBAPIError) as error:
        run("UPDATE fund_steps SET comment = 'x'")
    assert isinstance(error.value.orig, postgres.InsufficientPrivilege)


def test_a_month_opens_with_what_the_one_before_closed_with(session: Session, run: Run) -> None:
    month = ledger.closed(session)
    new = {"village": VILLAGE, "month": 9, "state": "open"}
    assert refused(run, OPEN, **new, fen=month.closing_fen + 1) == "fund_opening"
    assert run(OPEN, **new, fen=month.closing_fen) == 1


@pytest.mark.parametrize("month", [7, 10])
def test_no_month_is_left_out_or_put_in_before(session: Session, run: Run, month: int) -> None:
    closing = ledger.closed(session).closing_fen
    sent = {"village": VILLAGE, "month": month, "state": "open", "fen": closing}
    assert refused(run, OPEN, **sent) == "fund_next_month"


@pytest.mark.parametrize("state", ["submitted", "closed"])
def test_a_month_begins_open(session: Session, run: Run, state: str) -> None:
    del session
    sent = {"village": OTHER_VILLAGE, "month": 9, "state": state, "fen": 0}
    assert refused(run, OPEN, **sent) == "fund_state"


def test_the_balance_is_carried_on_while_both_months_are_open(session: Session, run: Run) -> None:
    month = ledger.opened(session)
    later = ledger.opened(session, FIRST.following())
    last = ledger.opened(session, FIRST.following().following())
    run(INSERT_LINE, **values(month))
    assert totals(session, later)[0] == OPENING - 50_00
    assert totals(session, last) == (OPENING - 50_00, 0, 0, OPENING - 50_00)
    assert refused(run, "UPDATE fund_months SET opening_fen = 5 WHERE month = 9") == "fund_opening"


CLOSE = (
    "UPDATE fund_months SET state = 'closed', closed_at = now(), closed_by_name = '监委会'"
    " WHERE id = :id"
)


def test_months_close_one_after_the_other(session: Session, run: Run) -> None:
    ledger.opened(session)
    later = ledger.opened(session, FIRST.following())
    run("UPDATE fund_months SET state = 'submitted'")
    assert refused(run, CLOSE, id=later.id) == "fund_order"


def test_a_month_is_not_closed_unless_it_was_handed_over(session: Session, run: Run) -> None:
    month = ledger.opened(session)
    assert refused(run, CLOSE, id=month.id) == "fund_state"


def test_a_month_that_was_handed_over_takes_no_line(session: Session, run: Run) -> None:
    month = ledger.opened(session)
    run("UPDATE fund_months SET state = 'submitted'")
    assert refused(run, INSERT_LINE, **values(month)) == "fund_month_submitted"


def test_whoever_wrote_or_changed_a_line_does_not_close_its_month(
    session: Session, run: Run
) -> None:
    month = ledger.opened(session)
    run(INSERT_LINE, **values(month))
    run("UPDATE fund_lines SET changed_by_id = 902, changed_by_name = '监委会'")
    run("UPDATE fund_months SET state = 'submitted'")
    assert refused(run, CLOSE, id=month.id) == "fund_own_entries"
    by_number = CLOSE.replace(" WHERE", ", closed_by_id = 902 WHERE")
    assert refused(run, by_number, id=month.id) == "fund_own_entries"


def test_a_gap_between_the_numbers_does_not_close(session: Session, run: Run) -> None:
    month = ledger.opened(session)
    run(INSERT_LINE, **values(month, no=2))
    run("UPDATE fund_months SET state = 'submitted'")
    assert refused(run, CLOSE, id=month.id) == "fund_numbers"


def test_the_hash_binds_the_lines_and_the_months_before(session: Session, run: Run) -> None:
    month = ledger.closed(session)
    later = ledger.closed(session, FIRST.following())
    first, second = month.lines_hash, later.lines_hash
    assert first is not None
    assert second is not None
    assert len({first, second}) == 2
    sql = "SELECT fund_lines_hash(:id, :opening, :former)"
    again = session.execute(
        text(sql), {"id": later.id, "opening": later.opening_fen, "former": first}
    ).scalar_one()
    assert again == second
    del run


@pytest.mark.parametrize(
    ("changed", "promise"),
    [
        ({"fen": 0}, "ck_fund_lines_amount"),
        ({"fen": -5}, "ck_fund_lines_amount"),
        ({"on": "2026-09-01"}, "fund_line_month"),
        ({"on": "2025-08-20"}, "fund_line_month"),
        ({"village": OTHER_VILLAGE}, "fund_line_month"),
        ({"sign": -1}, "ck_fund_lines_sign"),
        ({"sign": 2}, "ck_fund_lines_sign"),
    ],
)
def test_a_line_that_does_not_fit_is_not_taken(
    session: Session, run: Run, changed: dict[str, object], promise: str
) -> None:
    month = ledger.opened(session)
    assert refused(run, INSERT_LINE, **values(month, **changed)) == promise


def test_a_category_of_the_other_side_is_none(session: Session, run: Run) -> None:
    month = ledger.opened(session)
    with pytest.raises(IntegrityError) as error:
        run(INSERT_LINE, **values(month, kind="income"))
    assert isinstance(error.value.orig, postgres.ForeignKeyViolation)


def _must_wait(other: Connection, statement: TextClause, sent: dict[str, Any]) -> None:
    with other.begin():
        other.execute(text("SET LOCAL lock_timeout = '100ms'"))
        with pytest.raises(OperationalError), other.begin_nested():
            other.execute(statement, sent)


def test_a_month_does_not_close_while_a_line_is_being_written(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        month = ledger.opened(session)
    hand_over = text("UPDATE fund_months SET state = 'submitted' WHERE id = :id")
    with database.engine.connect() as clerk, database.engine.connect() as other:
        with clerk.begin():
            clerk.execute(text(INSERT_LINE), values(month))
            _must_wait(other, hand_over, {"id": month.id})
        with other.begin():
            other.execute(hand_over, {"id": month.id})
            found = other.execute(text("SELECT expense_fen FROM fund_months"))
            assert found.scalar_one() == 50_00


def test_two_first_months_are_not_opened_at_once(database: Database) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
    wanted = {"village": VILLAGE, "state": "open", "fen": 0}
    with database.engine.connect() as one, database.engine.connect() as other:
        with one.begin():
            one.execute(text(OPEN), {**wanted, "month": 5})
            _must_wait(other, text(OPEN), {**wanted, "month": 9})
        with pytest.raises(IntegrityError), other.begin():
            other.execute(text(OPEN), {**wanted, "month": 9})
