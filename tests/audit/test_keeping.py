"""Months of the ledger: made ahead, dropped after three years, their closing hash left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit import queries, service
from app.audit.errors import MonthNotSealed
from app.audit.service import keeping
from app.kernel import clock
from app.kernel.access import Actor, Grant
from app.kernel.db import Database
from tests.audit.conftest import Ledger

LONG_AGO = date(2021, 3, 1)


def _at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def _months(database: Database) -> list[date]:
    with database.reading() as session:
        return keeping.months(session)


@pytest.fixture(autouse=True)
def parts_as_before(database: Database, owner_engine: Engine) -> Iterator[None]:
    """Take away the months a test made: the schema is not emptied between tests."""
    before = set(_months(database))
    yield
    with owner_engine.begin() as owner:
        for month in set(_months(database)) - before:
            owner.execute(text(f"DROP TABLE access_ledger_{month:%Y%m}"))


@pytest.fixture
def long_ago(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Give a ledger with sealed lines of March and April 2021, and of now."""
    real = clock.now
    for number in (3, 4):
        _at(monkeypatch, datetime(2021, number, 20, 8, tzinfo=UTC))
        ledger.write(3, reason="核对")
        ledger.seal()
        ledger.sign()
    monkeypatch.setattr(clock, "now", real)
    ledger.write(2)
    ledger.seal()
    ledger.sign()
    with ledger.database.unit_of_work() as session:
        for month in (LONG_AGO, date(2021, 4, 1)):
            session.execute(text("SELECT ledger_make_month(:month)"), {"month": month})
    return ledger


def test_a_year_of_months_is_made_ahead(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at(monkeypatch, datetime(2028, 1, 31, 23, 59, tzinfo=UTC))
    with database.unit_of_work() as session:
        service.make_months(session)
    with database.unit_of_work() as session:
        assert service.make_months(session) == []
    after = [month for month in _months(database) if month >= date(2027, 12, 1)]
    assert (after[0], after[-1], len(after)) == (date(2027, 12, 1), date(2029, 1, 1), 14)
    assert all((later - earlier).days <= 31 for earlier, later in pairwise(after))


def test_lines_of_a_month_without_a_part_move_there_when_it_is_made(
    long_ago: Ledger, owner_engine: Engine
) -> None:
    with owner_engine.connect() as owner:
        moved = owner.scalar(text("SELECT count(*) FROM access_ledger_202103"))
        left = owner.scalar(text("SELECT count(*) FROM access_ledger_other"))
    assert (moved, left) == (3, 0)
    assert long_ago.found() == []


def test_a_part_made_later_is_not_reached_by_itself_either(long_ago: Ledger) -> None:
    with long_ago.database.reading() as session, pytest.raises(DBAPIError):
        session.execute(text("SELECT count(*) FROM access_ledger_202103"))


def test_a_month_is_dropped_after_three_years_and_the_rest_still_hangs_together(
    long_ago: Ledger,
) -> None:
    with long_ago.database.unit_of_work() as session:
        assert service.close_months(session) == [LONG_AGO, date(2021, 4, 1)]
    report = long_ago.verify()
    assert (report.found, report.sealed, report.months_dropped) == (0, 2, 2)
    long_ago.write()
    long_ago.seal()
    assert long_ago.found() == []
    assert LONG_AGO not in _months(long_ago.database)


def test_after_a_drop_a_missing_line_is_still_found(long_ago: Ledger) -> None:
    with long_ago.database.unit_of_work() as session:
        service.close_months(session)
    long_ago.tamper("DELETE FROM access_ledger")
    assert [kind for kind, _line in long_ago.found()] == ["missing", "missing"]
    long_ago.tamper("DELETE FROM ledger_closings")
    assert "gap" in [kind for kind, _line in long_ago.found()]


def test_a_forged_closing_is_found(long_ago: Ledger) -> None:
    with long_ago.database.unit_of_work() as session:
        service.close_months(session)
    long_ago.tamper("UPDATE ledger_closings SET lines = 2 WHERE month = '2021-04-01'")
    assert "closing" in [kind for kind, _line in long_ago.found()]


@pytest.mark.parametrize("directly", [True, False])
def test_a_month_that_is_not_over_for_three_years_is_kept_by_the_database_itself(
    ledger: Ledger, directly: bool
) -> None:
    month = clock.now().date().replace(day=1)
    ledger.write()
    ledger.seal()
    with pytest.raises(DBAPIError, match="is kept"), ledger.database.unit_of_work() as session:
        _drop(session, month, directly=directly)
    assert ledger.found() == []


def _drop(session: Session, month: date, *, directly: bool) -> None:
    if directly:
        session.execute(text("SELECT ledger_drop_month(:month)"), {"month": month})
    else:
        service.close_month(session, month=month)


def test_a_month_with_an_unsealed_line_is_not_closed(
    long_ago: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: datetime(2021, 3, 25, tzinfo=UTC))
        long_ago.write()
    with pytest.raises(MonthNotSealed), long_ago.database.unit_of_work() as session:
        service.close_months(session)


def test_an_old_month_is_not_dropped_without_its_closing(long_ago: Ledger) -> None:
    with (
        pytest.raises(DBAPIError, match="not closed"),
        long_ago.database.unit_of_work() as session,
    ):
        session.execute(text("SELECT ledger_drop_month(:month)"), {"month": LONG_AGO})


def test_a_question_goes_with_the_months_once_its_answer_is_over_for_three_years(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = Actor(name="auditor", staff_id=2, grants=(Grant("audit.read", "520203"),))
    _at(monkeypatch, datetime(2021, 3, 20, 8, tzinfo=UTC))
    lines = ledger.write(3)
    with ledger.database.unit_of_work() as session:
        early, late, unanswered = [service.ask(session, line, 4, "为什么") for line in lines]
    last = datetime(2021, 3, 31, 23, 59, tzinfo=UTC)
    for number, moment in ((early, last), (late, last + timedelta(minutes=1))):
        _at(monkeypatch, moment)
        with ledger.database.unit_of_work() as session:
            service.answer(session, question_id=number, text="核实低保", actor=auditor)
    _at(monkeypatch, datetime(2024, 4, 1, tzinfo=UTC))
    with ledger.database.unit_of_work() as session:
        service.close_months(session)
        assert {one.id for one in queries.questions_of_account(session, 4)} == {late, unanswered}
