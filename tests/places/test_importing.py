"""The import of a table: what it changes, what it leaves alone, and what stays on record."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.kernel import access, changes, clock
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from app.places import queries, service
from app.places.errors import DivisionNotFound, ImportRefused
from app.places.models import Division, DivisionVersion
from app.places.schemas import ImportSummary
from tests.places.tables import (
    GROUPS,
    REAL,
    SECOND,
    SMALL,
    TOWN,
    VILLAGE,
    bring_in,
    table,
    without,
)

CODE = "520203102213"
NEXT_YEAR = date(2026, 1, 1)


def _count(session: Session) -> tuple[int, int]:
    divisions = session.scalar(select(func.count()).select_from(Division))
    versions = session.scalar(select(func.count()).select_from(DivisionVersion))
    return divisions or 0, versions or 0


def test_the_real_county_is_imported_and_a_second_time_changes_nothing(session: Session) -> None:
    content = REAL.read_bytes()
    first = service.import_divisions(session, content=content, actor=access.OPERATOR)
    again = service.import_divisions(session, content=content, actor=access.OPERATOR)
    assert (first, again) == (ImportSummary(added=272), ImportSummary(unchanged=272))
    assert _count(session) == (272, 272)
    assert len(queries.villages(session, "520203")) == 253
    assert queries.get(session, "520203106").name == "牂牁镇"


def test_a_changed_name_closes_the_old_one_on_the_day_and_opens_the_new(session: Session) -> None:
    bring_in(session, *SMALL)
    renamed = VILLAGE.replace("青杠林村", "青龙村")
    assert bring_in(session, *without(VILLAGE), renamed, on=NEXT_YEAR).renamed == 1
    names = [
        (name.short_name, name.valid_from, name.valid_to) for name in queries.history(session, CODE)
    ]
    assert names == [
        ("青杠林村", date(2025, 1, 1), NEXT_YEAR),
        ("青龙村", NEXT_YEAR, None),
    ]
    assert queries.current(session, CODE, on=date(2025, 12, 31)).short_name == "青杠林村"
    assert queries.current(session, CODE, on=NEXT_YEAR).short_name == "青龙村"


def test_a_name_corrected_on_its_first_day_keeps_the_wrong_one_as_never_in_force(
    session: Session,
) -> None:
    bring_in(session, *SMALL)
    bring_in(session, *without(VILLAGE), VILLAGE.replace("青杠林村", "青杠村"))
    assert [name.short_name for name in queries.history(session, CODE)] == ["青杠林村", "青杠村"]
    assert queries.current(session, CODE, on=date(2025, 1, 1)).short_name == "青杠村"


def test_a_vanished_code_is_closed_and_nothing_of_it_is_deleted(session: Session) -> None:
    bring_in(session, *SMALL)
    assert bring_in(session, *without(VILLAGE), on=NEXT_YEAR) == ImportSummary(
        closed=1, unchanged=6
    )
    with pytest.raises(DivisionNotFound):
        queries.current(session, CODE)
    last = queries.get(session, CODE)
    assert (last.short_name, last.ended_on) == ("青杠林村", NEXT_YEAR)
    assert _count(session) == (7, 7)


def test_a_code_that_comes_back_opens_a_new_version(session: Session) -> None:
    bring_in(session, *SMALL)
    bring_in(session, *without(VILLAGE), on=NEXT_YEAR)
    back = bring_in(session, *SMALL, on=date(2026, 3, 1))
    assert back == ImportSummary(reopened=1, unchanged=6)
    assert queries.current(session, CODE).ended_on is None
    with pytest.raises(DivisionNotFound):
        queries.current(session, CODE, on=date(2026, 2, 1))


def test_what_lies_below_a_vanished_township_vanishes_with_it(session: Session) -> None:
    bring_in(session, *SMALL)
    bring_in(session, *GROUPS)
    rest = [row for row in SMALL if not row.startswith("520203102")]
    assert bring_in(session, *rest, on=NEXT_YEAR).closed == 6
    assert queries.in_force(session, ["520203102", CODE, CODE + "01", "520203106"]) == {"520203106"}


def test_a_file_of_one_villages_groups_says_nothing_about_other_places(session: Session) -> None:
    bring_in(session, *SMALL)
    bring_in(session, *GROUPS)
    others = [row.replace(CODE, "520203102214") for row in GROUPS]
    assert bring_in(session, *others) == ImportSummary(added=2)
    assert bring_in(session, *GROUPS) == ImportSummary(unchanged=2)
    assert bring_in(session, *SMALL) == ImportSummary(unchanged=7)
    assert [place.name for place in queries.children(session, CODE)] == ["大寨组", "小寨组"]
    assert bring_in(session, GROUPS[1], on=NEXT_YEAR) == ImportSummary(closed=1, unchanged=1)
    assert len(queries.children(session, "520203102214")) == 2


def test_a_part_of_a_table_does_not_close_the_rest_unless_it_is_said_to_be_complete(
    session: Session,
) -> None:
    bring_in(session, *SMALL)
    with pytest.raises(ImportRefused, match="divisions_refused") as refusal:
        bring_in(session, TOWN, VILLAGE)
    assert "岩脚镇（520203102）现有 3 个下级，表里缺少 2 个" in refusal.value.sentence
    assert bring_in(session, TOWN, VILLAGE, complete=True).closed == 4


def test_a_table_that_lists_children_of_a_place_it_closes_is_refused(session: Session) -> None:
    bring_in(session, *SMALL)
    with pytest.raises(ImportRefused) as refusal:
        bring_in(session, *without(TOWN), complete=True)
    assert refusal.value.facts["lines"] == [
        (number, "表里列出了上级的同级区划，却没有列出上级本身。") for number in (4, 5, 6)
    ]


@pytest.mark.parametrize(
    ("rows", "day", "sentence"),
    [
        (without(VILLAGE), date(2024, 12, 31), "（2025年1月1日）"),
        (
            (*without(VILLAGE), VILLAGE.replace("青杠林", "青龙")),
            date(2024, 12, 31),
            "（2025年1月1日）",
        ),
        (SMALL, clock.today() + timedelta(days=2), "生效日期不能晚于今天"),
    ],
)
def test_a_date_before_what_is_on_record_or_to_come_is_refused(
    session: Session, rows: tuple[str, ...], day: date, sentence: str
) -> None:
    bring_in(session, *SMALL)
    with pytest.raises(ImportRefused) as refusal:
        bring_in(session, *rows, on=day)
    assert sentence in refusal.value.sentence
    assert _count(session) == (7, 7)


def test_an_earlier_date_is_no_obstacle_where_nothing_changes(session: Session) -> None:
    bring_in(session, *SMALL)
    assert bring_in(session, *SMALL, on=date(2024, 1, 1)).unchanged == 7


def test_only_who_maintains_the_county_may_import(session: Session) -> None:
    grant = access.Grant("places.maintain", "520221")
    with pytest.raises(Forbidden):
        service.import_divisions(
            session, content=table(*SMALL), actor=access.Actor("clerk", 1, (grant,))
        )
    assert _count(session) == (0, 0)


def test_an_import_announces_its_county_where_anything_changed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(changes, "division_changed", lambda _session, code: told.append(code))
    for rows in (SMALL, SMALL, without(SECOND), GROUPS):
        bring_in(session, *rows, on=NEXT_YEAR)
    assert told == ["520203", "520203", "520203"]


def test_two_imports_at_once_take_turns_and_add_every_code_once(database: Database) -> None:
    first_is_done, results = threading.Event(), []

    def second() -> None:
        with database.unit_of_work() as session:
            first_is_done.set()
            results.append(bring_in(session, *SMALL))

    with database.unit_of_work() as session:
        results.append(bring_in(session, *SMALL))
        other = threading.Thread(target=second)
        other.start()
        assert first_is_done.wait(5)
        _wait_for_a_waiting_turn(database)
    other.join(10)
    assert results == [ImportSummary(added=7), ImportSummary(unchanged=7)]


def _wait_for_a_waiting_turn(database: Database) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    )
    deadline = clock.now() + timedelta(seconds=5)
    while clock.now() < deadline:
        with database.reading() as session:
            if session.scalar(waiting):
                return
    raise AssertionError("the second import did not wait for the first")
