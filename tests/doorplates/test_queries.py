"""Reads of plates and batches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.doorplates import codes, queries, service
from app.doorplates.errors import BatchNotFound, PlateNotFound, SheetNotFound
from app.doorplates.models import PlateScans
from app.kernel import clock
from app.kernel.access import OPERATOR
from tests import factories
from tests.factories import GROUP, OTHER_VILLAGE, TOWNSHIP, VILLAGE


@pytest.mark.parametrize("code", ["", "\0", "x" * 10_000, "7k3m9qxw2r4t0", "'; --", "李" * 13])
def test_what_is_no_code_is_not_found_and_no_failure(county: Session, code: str) -> None:
    with pytest.raises(PlateNotFound):
        queries.find(county, code)


def test_a_plate_is_found_with_its_door(county: Session) -> None:
    view = factories.issued(county)[0]
    assert queries.find(county, view.code) == view
    assert (view.division_code, view.group_code, view.house_number) == (VILLAGE, GROUP, "1号")
    with pytest.raises(PlateNotFound):
        queries.find(county, codes.draw(1)[0])


def test_batches_are_listed_newest_first_and_only_within_the_prefixes(county: Session) -> None:
    here = factories.issued(county)[0].batch_id
    there = factories.issued(county, division_code=OTHER_VILLAGE)[0].batch_id

    def listed(*prefixes: str) -> list[int]:
        return [batch.id for batch in queries.batches(county, prefixes=prefixes)]

    assert listed(TOWNSHIP) == listed(VILLAGE, OTHER_VILLAGE) == [there, here]
    assert listed(VILLAGE) == [here]
    assert listed() == listed("520203103") == []
    assert listed("") == [there, here]


def test_a_batch_is_read_in_pages_that_meet_without_a_gap(county: Session) -> None:
    views = factories.issued(county, number=5)
    batch = views[0].batch_id
    first = queries.plates_of_batch(county, batch, limit=3)
    second = queries.plates_of_batch(county, batch, after=first[-1].id, limit=3)
    assert first + second == views


def test_a_walk_through_a_batch_leaves_out_plates_that_are_over(county: Session) -> None:
    views = factories.printed(county, number=4)
    batch = views[0].batch_id
    service.revoke(county, code=views[0].code, reason="拆除", actor=OPERATOR)
    service.replace(county, code=views[1].code, reason="坏了", actor=OPERATOR)
    left = [view.code for view in views[2:]]
    assert [view.code for view in queries.each_plate(county, batch)] == left
    assert list(queries.codes_of_batch(county, batch)) == left
    assert queries.count_of_batch(county, batch) == {"printed": 2, "revoked": 1, "replaced": 1}


def test_a_walk_through_a_batch_of_several_pages_meets_every_plate_once(county: Session) -> None:
    batch = factories.issued(county, number=1_001)[0].batch_id
    assert len({view.code for view in queries.each_plate(county, batch)}) == 1_001


def test_the_codes_of_a_division_are_those_that_hang_or_lie_in_print(county: Session) -> None:
    factories.issued(county)
    printed = factories.printed(county, number=2)
    service.install(county, code=printed[0].code, actor=OPERATOR)
    expected = {view.code: view.serial for view in printed}
    assert queries.codes_of_division(county, VILLAGE) == expected
    assert queries.codes_of_division(county, TOWNSHIP) == expected
    assert queries.codes_of_division(county, OTHER_VILLAGE) == {}


def test_batches_and_sheets_that_do_not_exist_are_not_found(county: Session) -> None:
    with pytest.raises(BatchNotFound):
        queries.get_batch(county, 1)
    with pytest.raises(SheetNotFound):
        queries.get_sheet(county, 1)


def test_the_events_of_a_plate_are_its_own(county: Session) -> None:
    first, second = factories.printed(county, number=2)
    service.install(county, code=first.code, actor=OPERATOR)
    assert sorted(event.to_state for event in queries.events(county, first.id)) == [
        "installed",
        "printed",
    ]
    assert [event.to_state for event in queries.events(county, second.id)] == ["printed"]


def test_scans_are_summed_since_a_day(county: Session) -> None:
    view = factories.printed(county)[0]
    today = clock.today()
    for days, number in ((0, 3), (1, 4), (9, 100)):
        day = today - timedelta(days=days)
        county.add(PlateScans(plate_id=view.id, day=day, scans=number))
    county.flush()
    assert queries.scans(county, view.id, since=today - timedelta(days=1)) == 7
    assert queries.scans(county, view.id, since=today + timedelta(days=1)) == 0
