"""Imports that nobody goes on with, and files whose key or place is gone: nothing is stuck."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from app.households.rosters.errors import WrongStep
from app.households.service import importing
from app.households.service.importing import files
from app.kernel.access import OPERATOR
from tests.factories import VILLAGE
from tests.households.rosters import workbooks as w
from tests.households.rosters.conftest import Desk
from tests.households.rosters.people import SON

BAD = ("", "", "张小红", "女", SON[:-1] + ("1" if SON[-1] == "0" else "0"), "")
MIXED = w.xlsx((w.HEADINGS, *w.FAMILY, BAD, *w.NEIGHBOUR))


def _give_up(desk: Desk) -> None:
    """Let every job fail for good."""
    with desk.database.unit_of_work() as session:
        session.execute(text("UPDATE outbox SET state = 'failed', done_at = now()"))


def _source(desk: Desk, import_id: int) -> Path:
    return files.path_of(desk.files_dir, import_id, files.SOURCE)


@pytest.mark.parametrize("loss", ["gone", "unreadable"])
def test_an_import_whose_file_is_lost_meanwhile_ends_without_a_file_of_the_refused(
    desk: Desk, loss: str
) -> None:
    import_id = desk.upload(MIXED)
    desk.start(import_id)
    path = _source(desk, import_id)
    if loss == "gone":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
    importing.run(desk.database, import_id=import_id, files_dir=desk.files_dir)
    row = desk.get(import_id)
    assert (row.state, row.has_refused_file) == ("done", False)
    assert (row.counts["add"], row.counts["refuse"]) == (1, 1)
    assert row.fault is not None
    assert len(desk.rows(import_id)) == 1


def test_a_roster_that_cannot_be_opened_any_more_goes_back_to_its_columns(desk: Desk) -> None:
    import_id = desk.upload_only(w.plain())
    with desk.database.unit_of_work() as session:
        columns = {2: "name", 3: "relation", 4: "id_number"}
        importing.set_mapping(session, import_id, columns=columns, actor=OPERATOR)
    content = _source(desk, import_id).read_bytes()
    _source(desk, import_id).write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
    importing.read(desk.database, import_id=import_id, files_dir=desk.files_dir)
    row = desk.get(import_id)
    assert row.state == "uploaded"
    assert row.fault


def test_an_import_whose_job_was_given_up_can_be_thrown_away_and_another_started(
    desk: Desk,
) -> None:
    first, second = desk.upload(w.plain()), desk.upload(w.plain())
    desk.start(first)
    with desk.database.unit_of_work() as session, pytest.raises(WrongStep):
        importing.discard(session, first, actor=OPERATOR)
    _give_up(desk)
    with desk.database.unit_of_work() as session:
        importing.discard(session, first, actor=OPERATOR)
    assert desk.rows(first) == []
    desk.start(second)


def test_a_stalled_import_is_swept_after_seven_days_and_a_running_one_is_not(desk: Desk) -> None:
    import_id = desk.upload(w.plain())
    desk.start(import_id)
    with desk.database.unit_of_work() as session:
        session.execute(
            text("UPDATE roster_imports SET created_at = created_at - interval '8 days'")
        )
        assert importing.sweep(session, files_dir=desk.files_dir) == 0
    _give_up(desk)
    with desk.database.unit_of_work() as session:
        assert importing.sweep(session, files_dir=desk.files_dir) == 1
    assert desk.get(import_id).state == "discarded"
    assert not _source(desk, import_id).exists()


def test_a_dry_run_is_in_the_ledger_with_what_it_compared(desk: Desk) -> None:
    desk.upload(w.plain())
    with desk.database.reading() as session:
        lines = session.execute(text("SELECT act, division_code, fields FROM access_ledger")).all()
    assert [tuple(line) for line in lines] == [
        ("compare", VILLAGE, ["address", "id_number", "name", "phone", "relation"])
    ]


def test_files_are_counted_by_the_keys_they_name_whatever_a_killed_process_left(
    desk: Desk,
) -> None:
    import_id = desk.upload_only(w.plain())
    (desk.files_dir / "rosters" / "99.roster.part").write_bytes(b"\x00\x00\x00\x40\x02d")
    (desk.files_dir / "rosters" / "98.roster.part").write_bytes(b"")
    assert files.count_under(desk.files_dir, "d1") == 1
    assert files.count_under(desk.files_dir, "d2") == 0
    files.delete(desk.files_dir, import_id=import_id)
    assert files.count_under(desk.files_dir, "d1") == 0
