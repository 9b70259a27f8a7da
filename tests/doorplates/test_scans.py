"""Scans: counted per plate and day, written later, and nothing else is known of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.doorplates.models import PlateScans
from app.doorplates.scans import ScanTally
from app.doorplates.schemas import PlateView
from app.kernel import clock
from app.kernel.db import Database
from tests import factories
from tests.conftest import Served

# 23:59:59 on the wall of the county, and two seconds later.
EVE = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)
MORNING = EVE + timedelta(seconds=2)


@pytest.fixture
def plates(committed: Database) -> list[PlateView]:
    """Give two plates that may be scanned."""
    with committed.unit_of_work() as session:
        return factories.printed(session, number=2)


def _kept(database: Database) -> dict[tuple[int, date], int]:
    with database.reading() as session:
        rows = session.scalars(select(PlateScans))
        return {(row.plate_id, row.day): row.scans for row in rows}


def test_scans_are_added_up_per_plate(committed: Database, plates: list[PlateView]) -> None:
    tally = ScanTally(committed)
    for view in (plates[0], plates[0], plates[1]):
        tally.count(view.code)
    tally.flush()
    tally.count(plates[0].code)
    tally.flush()
    today = clock.today()
    assert _kept(committed) == {(plates[0].id, today): 3, (plates[1].id, today): 1}


def test_nothing_is_written_before_the_flush_and_nothing_twice(
    committed: Database, plates: list[PlateView]
) -> None:
    tally = ScanTally(committed)
    tally.count(plates[0].code)
    assert _kept(committed) == {}
    for _time in range(3):
        tally.flush()
    assert list(_kept(committed).values()) == [1]


def test_the_counts_of_two_processes_add_up(committed: Database, plates: list[PlateView]) -> None:
    first, second = ScanTally(committed), ScanTally(committed)
    for tally, number in ((first, 2), (second, 5)):
        for _scan in range(number):
            tally.count(plates[0].code)
    first.flush()
    second.flush()
    assert list(_kept(committed).values()) == [7]


def test_a_plate_a_day_and_a_number_are_all_that_is_stored() -> None:
    assert set(PlateScans.__table__.columns.keys()) == {"plate_id", "day", "scans"}


def test_counts_are_kept_while_postgresql_is_away_and_written_when_it_is_back(
    committed: Database, plates: list[PlateView], monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/nothing")
    tally = ScanTally(away)
    tally.count(plates[0].code)
    tally.flush()
    tally.count(plates[0].code)
    monkeypatch.setattr(tally, "_database", committed)
    tally.flush()
    assert list(_kept(committed).values()) == [2]


def test_a_code_that_is_no_plate_stands_in_nobodys_way(
    committed: Database, plates: list[PlateView]
) -> None:
    tally = ScanTally(committed)
    tally.count("0000000000000")
    tally.count(plates[0].code)
    tally.flush()
    assert list(_kept(committed).values()) == [1]


def test_the_day_ends_at_midnight_in_the_county(
    committed: Database, plates: list[PlateView], monkeypatch: pytest.MonkeyPatch
) -> None:
    tally = ScanTally(committed)
    for moment in (EVE, EVE, MORNING):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        tally.count(plates[0].code)
    tally.flush()
    plate = plates[0].id
    assert _kept(committed) == {(plate, date(2026, 3, 1)): 2, (plate, date(2026, 3, 2)): 1}


def test_the_rest_is_written_when_the_process_ends(
    committed: Database, plates: list[PlateView]
) -> None:
    tally = ScanTally(committed)
    tally.count(plates[0].code)
    tally.stop()
    assert list(_kept(committed).values()) == [1]


def test_every_scan_is_counted_also_when_the_page_comes_from_the_cache(
    committed: Database, plates: list[PlateView], served: Served
) -> None:
    visitor = served.client()
    path = f"/d/{plates[0].code}"
    first = visitor.get(path)
    second = visitor.get(path)
    unchanged = visitor.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert [first.status_code, second.status_code, unchanged.status_code] == [200, 200, 304]
    assert len(served.bodies) == 1
    assert served.scans == [plates[0].code] * 3
    tally = ScanTally(committed)
    for code in served.scans:
        tally.count(code)
    tally.flush()
    assert list(_kept(committed).values()) == [3]


def test_a_scan_that_a_member_of_staff_makes_is_counted_too(
    committed: Database, plates: list[PlateView], served: Served
) -> None:
    with committed.unit_of_work() as session:
        token = factories.staff_session(session)
    visitor = served.client()
    visitor.set_cookie("sunshine_session", token)
    assert visitor.get(f"/d/{plates[0].code}").status_code == 200
    assert served.scans == [plates[0].code]


@pytest.mark.parametrize("miss", ["/d/0000000000001", "/v/520203102213", "/"])
def test_what_is_no_scan_of_a_plate_is_not_counted(
    plates: list[PlateView], served: Served, miss: str
) -> None:
    served.client().get(miss)
    served.client().head(f"/d/{plates[0].code}")
    served.client().get(f"/api/v1/doorplates/{plates[0].code}")
    assert served.scans == []


def test_a_draft_is_not_counted(committed: Database, served: Served) -> None:
    with committed.unit_of_work() as session:
        draft = factories.issued(session)[0]
    assert served.client().get(f"/d/{draft.code}").status_code == 404
    assert served.scans == []
