"""The sealer chains every line once, also with others at it and with lines that come late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.audit import service
from app.audit.models import LedgerLine, LedgerSeal
from app.audit.schemas import Line
from app.audit.service import chain
from app.kernel import clock
from tests.audit.conftest import CADRE, VILLAGE, Ledger


def _sealed(ledger: Ledger) -> list[int]:
    with ledger.database.reading() as session:
        return list(session.scalars(select(LedgerSeal.line_id).order_by(LedgerSeal.sequence)))


def test_every_column_of_a_line_is_hashed() -> None:
    assert set(chain.COLUMNS) == {column.name for column in LedgerLine.__table__.columns}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        ((["a", "b"],), (["ab"],)),
        ((["a"], "b"), (["a", "b"],)),
        ((None,), ("",)),
        ((1,), ("1",)),
        ((b"1",), ("1",)),
        ((None, "a"), ("a", None)),
        (([],), (None,)),
    ],
)
def test_different_values_are_written_differently(
    one: tuple[chain.Value, ...], other: tuple[chain.Value, ...]
) -> None:
    assert chain.encode(b"x", *one) != chain.encode(b"x", *other)


def test_lines_are_sealed_in_the_order_of_their_numbers(ledger: Ledger) -> None:
    numbers = ledger.write(5)
    assert (ledger.seal(), ledger.seal()) == (5, 0)
    assert _sealed(ledger) == numbers


def test_a_line_that_was_committed_late_is_sealed_too(ledger: Ledger) -> None:
    with ledger.database.unit_of_work() as slow:
        late = service.record(slow, Line(CADRE, "open", VILLAGE))
        numbers = ledger.write(3)
        assert ledger.seal() == 3
    assert ledger.seal() == 1
    assert _sealed(ledger) == [*numbers, late]
    assert ledger.found() == []


def test_sealers_at_once_with_readers_seal_every_line_once(ledger: Ledger) -> None:
    with ThreadPoolExecutor(5) as crowd:
        readers = [crowd.submit(ledger.write, 15) for _ in range(3)]
        sealers = [crowd.submit(ledger.seal) for _ in range(8)]
        numbers = sorted(number for reader in readers for number in reader.result())
        for sealer in sealers:
            sealer.result()
    ledger.seal()
    assert sorted(_sealed(ledger)) == numbers
    assert ledger.found() == []


def test_a_second_sealer_does_nothing_while_the_first_is_at_it(ledger: Ledger) -> None:
    ledger.write(2)
    with ledger.database.unit_of_work() as first:
        assert len(service.seal(first)) == 2
        assert ledger.seal() == 0


def test_a_reader_is_not_held_up_by_a_sealer(ledger: Ledger) -> None:
    ledger.write(2)
    with ledger.database.unit_of_work() as sealer, ledger.database.unit_of_work() as reader:
        service.seal(sealer)
        reader.execute(text("SET LOCAL lock_timeout = '100ms'"))
        assert service.record(reader, Line(CADRE, "open", VILLAGE)) > 0


def test_a_clock_that_is_set_back_breaks_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = clock.now
    for shift in (timedelta(0), timedelta(days=-1), timedelta(days=-400), timedelta(0)):
        monkeypatch.setattr(clock, "now", lambda shift=shift: real() + shift)
        ledger.write(2)
        ledger.seal()
        ledger.sign()
    assert ledger.verify().sealed == 8
    assert ledger.found() == []


@pytest.mark.parametrize("year", [1999, 2150])
def test_no_line_is_refused_for_the_time_it_has(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(year, 5, 1, tzinfo=UTC))
    ledger.write()
    assert ledger.seal() == 1
    assert ledger.found() == []


def test_heads_are_signed_now_and_then_and_only_where_the_chain_grew(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    for minutes, lines, heads in ((0, 1, 1), (4, 1, 1), (6, 0, 2), (20, 0, 2), (30, 1, 3)):
        monkeypatch.setattr(clock, "now", lambda: moment + timedelta(minutes=minutes))  # noqa: B023 - used within the turn
        ledger.write(lines)
        ledger.seal()
        ledger.sign()
        assert ledger.verify().heads == heads


def test_a_head_is_exported_once_and_a_torn_line_does_not_stop_the_next(
    ledger: Ledger, tmp_path: Path
) -> None:
    def export() -> None:
        with ledger.database.unit_of_work() as session:
            service.export(session, data_dir=tmp_path)

    export()
    assert not (tmp_path / "audit-heads").exists()
    ledger.write(2)
    ledger.seal()
    export()
    export()
    path = tmp_path / "audit-heads" / "heads.jsonl"
    assert [head.sequence for head in service.read(path.read_text().splitlines())] == [2]
    path.write_text(path.read_text() + '{"sequence": 3, "ha\n')
    ledger.write()
    ledger.seal()
    export()
    assert path.read_text().splitlines()[-1].startswith('{"sequence": 3, "hash": "')
