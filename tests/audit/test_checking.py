"""The check in portions: it comes to what the whole check comes to, and no portion is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import RowMapping, select

from app.audit import service
from app.audit.models import AuditWalk
from app.audit.schemas import Report
from app.audit.service import verifying
from app.kernel import clock
from app.kernel.crypto import Unreadable
from tests.audit.conftest import Ledger


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read three seals at a time."""
    monkeypatch.setattr(verifying, "BATCH", 3)


def _begin(ledger: Ledger) -> int:
    with ledger.database.unit_of_work() as session:
        return service.begin_check(session).id


def _go_on(ledger: Ledger, walk_id: int, *, most: int = 3) -> Report | None:
    """Do one portion in a transaction of its own, as a job does."""
    with ledger.database.unit_of_work() as session:
        walk = service.running_check(session, walk_id)
        assert walk is not None
        return service.go_on(session, walk, most=most)


def _portions(ledger: Ledger) -> tuple[int, Report]:
    walk_id, number = _begin(ledger), 1
    while (report := _go_on(ledger, walk_id)) is None:
        number += 1
    return number, report


@pytest.mark.usefixtures("small")
def test_a_check_in_portions_finds_what_the_whole_check_finds(
    sealed: tuple[Ledger, list[int]],
) -> None:
    ledger, numbers = sealed
    ledger.write(2)
    assert _portions(ledger) == (4, ledger.verify())
    ledger.tamper("UPDATE access_ledger SET who_id = 8 WHERE id = :id", id=numbers[1])
    ledger.tamper("DELETE FROM access_ledger WHERE id = :id", id=numbers[8])
    ledger.tamper("UPDATE ledger_seals SET hash = '\\x00' WHERE sequence = 10")
    portions, report = _portions(ledger)
    assert (portions, report) == (4, ledger.verify())
    assert {one.line_id for one in report.findings} >= {numbers[1], numbers[8]}
    with ledger.database.reading() as session:
        assert session.query(AuditWalk).count() == 0


@pytest.mark.usefixtures("small")
def test_what_grows_while_a_check_runs_is_checked_by_it(sealed: tuple[Ledger, list[int]]) -> None:
    ledger, _numbers = sealed
    walk_id = _begin(ledger)
    assert _go_on(ledger, walk_id) is None
    ledger.write(5)
    ledger.seal()
    ledger.sign()
    while (report := _go_on(ledger, walk_id)) is None:
        pass
    assert (report.found, report.sealed, report.waiting) == (0, 15, 0)


@pytest.mark.usefixtures("small")
def test_a_portion_that_is_lost_is_done_again(sealed: tuple[Ledger, list[int]]) -> None:
    ledger, _numbers = sealed
    walk_id = _begin(ledger)
    with ledger.database.unit_of_work() as session:
        walk = service.running_check(session, walk_id)
        assert walk is not None
        service.go_on(session, walk, most=3)
        session.rollback()
    while (report := _go_on(ledger, walk_id)) is None:
        pass
    assert (report.found, report.sealed) == (0, 10)


@pytest.mark.usefixtures("small")
def test_the_standing_of_a_walk_cannot_be_written_by_whoever_owns_the_tables(
    sealed: tuple[Ledger, list[int]],
) -> None:
    ledger, _numbers = sealed
    walk_id = _begin(ledger)
    further = _begin(ledger)
    assert _go_on(ledger, further, most=9) is None
    with ledger.database.unit_of_work() as session:
        assert service.running_check(session, walk_id) is None
    ledger.tamper("UPDATE audit_walks SET id = id + 1000")
    with pytest.raises(Unreadable):
        _go_on(ledger, further + 1000)


def _standing_before_the_end(ledger: Ledger) -> RowMapping:
    """Give the row of a walk that is nearly done, as whoever owns the tables can keep it."""
    walk_id = _begin(ledger)
    assert _go_on(ledger, walk_id, most=9) is None
    with ledger.database.reading() as session:
        return session.execute(select(AuditWalk.__table__)).mappings().one()


def _put_back(ledger: Ledger, row: RowMapping, *, began_at: datetime) -> None:
    put = "INSERT INTO audit_walks (id, began_at, standing_sealed) VALUES (:id, :at, :standing)"
    ledger.tamper("DELETE FROM audit_walks")
    ledger.tamper(put, id=row["id"], at=began_at, standing=row["standing_sealed"])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("written", ["as it was", "as of today"])
def test_last_nights_standing_put_back_passes_over_nothing_tonight(
    sealed: tuple[Ledger, list[int]], monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    ledger, numbers = sealed
    row = _standing_before_the_end(ledger)
    tonight = clock.now() + timedelta(hours=24, minutes=1)
    ledger.tamper("UPDATE access_ledger SET who_id = 8 WHERE id = :id", id=numbers[1])
    _put_back(ledger, row, began_at=row["began_at"] if written == "as it was" else tonight)
    monkeypatch.setattr(clock, "now", lambda: tonight)
    while (report := _go_on(ledger, row["id"])) is None:
        pass
    assert [one.line_id for one in report.findings] == [numbers[1]]


@pytest.mark.usefixtures("small")
def test_a_standing_under_another_beginning_than_its_own_passes_over_nothing(
    sealed: tuple[Ledger, list[int]],
) -> None:
    ledger, numbers = sealed
    row = _standing_before_the_end(ledger)
    ledger.tamper("UPDATE access_ledger SET who_id = 8 WHERE id = :id", id=numbers[1])
    _put_back(ledger, row, began_at=row["began_at"] + timedelta(minutes=1))
    while (report := _go_on(ledger, row["id"])) is None:
        pass
    assert [one.line_id for one in report.findings] == [numbers[1]]
