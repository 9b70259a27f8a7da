"""What the owner of the tables can do to the ledger, and that a check finds which line it was."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.audit import service
from app.kernel import clock
from tests.audit.conftest import Ledger

Sealed = tuple[Ledger, list[int]]
COPY = (
    "INSERT INTO access_ledger SELECT (jsonb_populate_record(l, jsonb_build_object("
    "'id', nextval('access_ledger_id_seq'), 'at', CAST(:at AS text)))).*"
    " FROM access_ledger l WHERE id = :id"
)


def test_an_untouched_ledger_is_found_whole(sealed: Sealed) -> None:
    ledger, _numbers = sealed
    report = ledger.verify()
    assert (report.found, report.sealed, report.waiting, report.heads) == (0, 10, 0, 1)


@pytest.mark.parametrize(
    "change",
    [
        "who_kind = 'villager'",
        "who_id = 8",
        "who_id = NULL",
        "who_role = 'admin'",
        "act = 'close'",
        "outcome = 'denied'",
        "division_code = '520203102002'",
        "household_id = 6",
        "household_id = NULL, person_id = 5",
        "fields = ARRAY['nam', 'e']",
        "fields = ARRAY['name', 'phone']",
        "purpose = 'other'",
        "reason_digest = '\\x00'",
        "opening_id = 1",
        "at = at + interval '1 microsecond'",
        "at = at - interval '1 month'",
    ],
)
def test_a_changed_line_is_found(sealed: Sealed, change: str) -> None:
    ledger, numbers = sealed
    ledger.tamper(f"UPDATE access_ledger SET {change} WHERE id = :id", id=numbers[3])
    assert ("changed", numbers[3]) in ledger.found()
    assert {line for _kind, line in ledger.found()} == {numbers[3]}


def test_a_renumbered_line_is_found(sealed: Sealed) -> None:
    ledger, numbers = sealed
    ledger.tamper("UPDATE access_ledger SET id = 999999999 WHERE id = :id", id=numbers[3])
    assert ledger.found() == [("missing", numbers[3])]


def test_a_deleted_line_is_found(sealed: Sealed) -> None:
    ledger, numbers = sealed
    ledger.tamper("DELETE FROM access_ledger WHERE id = :id", id=numbers[4])
    assert ledger.found() == [("missing", numbers[4])]


def test_a_line_deleted_with_its_seal_is_found(sealed: Sealed) -> None:
    ledger, numbers = sealed
    ledger.tamper(
        "DELETE FROM access_ledger WHERE id = :id",
        "DELETE FROM ledger_seals WHERE line_id = :id",
        id=numbers[4],
    )
    [gap] = ledger.verify().findings
    assert (gap.kind, gap.sequence) == ("gap", 5)


def test_two_swapped_lines_are_found(sealed: Sealed) -> None:
    ledger, numbers = sealed
    ledger.tamper(
        "UPDATE access_ledger SET household_id = 77 WHERE id = :one",
        "UPDATE access_ledger l SET at = o.at, household_id = o.household_id"
        " FROM access_ledger o WHERE l.id IN (:one, :two) AND o.id IN (:one, :two)"
        " AND l.id <> o.id",
        one=numbers[1],
        two=numbers[7],
    )
    assert ledger.found() == [("changed", numbers[1]), ("changed", numbers[7])]


def test_two_swapped_seals_are_found(sealed: Sealed) -> None:
    ledger, numbers = sealed
    ledger.tamper(
        "UPDATE ledger_seals SET sequence = 1002 WHERE sequence = 2",
        "UPDATE ledger_seals SET sequence = 2 WHERE sequence = 8",
        "UPDATE ledger_seals SET sequence = 8 WHERE sequence = 1002",
    )
    assert ("relinked", numbers[7]) in ledger.found()
    assert ("relinked", numbers[1]) in ledger.found()


def test_a_backdated_line_is_found_before_and_after_it_is_sealed(sealed: Sealed) -> None:
    ledger, numbers = sealed
    earlier = clock.now() - timedelta(hours=3)
    ledger.tamper(COPY, id=numbers[0], at=earlier.isoformat())
    [(kind, line_id)] = ledger.found()
    assert kind == "unsealed"
    assert line_id is not None
    assert line_id > numbers[-1]
    ledger.seal()
    assert ledger.found() == [("backdated", line_id)]


def test_a_changed_reason_is_found(ledger: Ledger) -> None:
    one, two = ledger.write(2, reason="核对材料")
    ledger.seal()
    assert ledger.found() == []
    ledger.tamper("DELETE FROM ledger_reasons WHERE line_id = :id", id=one)
    assert ledger.found() == [("reason", one)]
    ledger.tamper("DELETE FROM ledger_reasons WHERE line_id = :id", id=two)
    assert ledger.found() == [("reason", one), ("reason", two)]


def _rebuild(ledger: Ledger) -> None:
    """Change a line and make the whole chain anew over it, as its owner can."""
    ledger.tamper(
        "UPDATE access_ledger SET household_id = 77 WHERE id = (SELECT min(id) FROM access_ledger)",
        "DELETE FROM ledger_seals",
    )
    ledger.seal()


def test_a_chain_made_anew_is_found_by_its_signed_head(sealed: Sealed) -> None:
    ledger, numbers = sealed
    _rebuild(ledger)
    assert ledger.found() == [("remade", numbers[-1])]


def test_a_chain_made_anew_is_found_by_the_exported_head_alone(
    sealed: Sealed, tmp_path: Path
) -> None:
    ledger, numbers = sealed
    with ledger.database.unit_of_work() as session:
        path = service.export(session, data_dir=tmp_path)
    assert path is not None
    _rebuild(ledger)
    ledger.tamper("DELETE FROM ledger_heads")
    assert ledger.found() == []  # the database alone cannot tell
    assert ledger.found(service.read(path.read_text().splitlines())) == [("remade", numbers[-1])]


def test_a_cut_chain_is_found_by_its_head(sealed: Sealed) -> None:
    ledger, _numbers = sealed
    ledger.tamper("DELETE FROM ledger_seals", "DELETE FROM access_ledger")
    assert ledger.found() == [("cut", None)]


def test_a_head_signed_with_another_key_does_not_count(sealed: Sealed) -> None:
    ledger, _numbers = sealed
    ledger.tamper("UPDATE ledger_heads SET signature = decode(repeat('00', 64), 'hex')")
    assert ledger.found() == [("head", None)]
    assert ledger.verify().heads == 0
