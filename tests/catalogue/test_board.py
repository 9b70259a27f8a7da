"""The board: the demo office's duties on a date, counts, reach, and its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.catalogue import queries, service
from app.catalogue.schemas import BoardFilter, Reach
from app.demo import loading
from app.kernel import clock
from app.kernel.access import OPERATOR, Actor, Grant
from app.organisations import queries as organisations
from app.places import queries as places
from app.workdays import queries as workdays
from tests import factories
from tests.catalogue.sheets import row
from tests.catalogue.world import AID, VILLAGE_FINANCE, entry, hold
from tests.factories import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE

EVERYWHERE: Reach = (("", None),)


def _filter(session: Session, on: date, reach: Reach = EVERYWHERE, **more: Any) -> BoardFilter:
    until = queries.soon_until(workdays.load(session, [on.year]), on)
    return BoardFilter(on=on, soon_until=until, reach=reach, **more)


@pytest.fixture
def demo_office(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Load the demo county's places, offices and catalogues on the first of October 2026."""
    at = datetime(2026, 10, 1, 9, tzinfo=clock.SHANGHAI)
    monkeypatch.setattr(clock, "now", lambda: at)
    loading.load_places(session)
    service.load_examples(
        session, effective_from=date(2026, 10, 1), county_code=COUNTY, actor=OPERATOR
    )
    for day in (date(2026, 10, 1), date(2026, 11, 1)):
        service.open_duties(session, county_code=COUNTY, day=day)
    return session


def test_the_whole_demo_offices_board_is_right_on_a_date(demo_office: Session) -> None:
    session = demo_office
    office = organisations.by_key(session, "lz_civil_affairs")
    policy, spent = entry(session, "低保标准和政策"), entry(session, "低保资金支出")
    for day in (date(2026, 10, 9), date(2026, 10, 29), date(2026, 11, 20)):
        service.open_event(
            session, entry_id=policy.id, division_code=COUNTY, created_on=day, actor=OPERATOR
        )
    service.fulfil(
        session, entry_id=policy.id, division_code=COUNTY, on=date(2026, 11, 10), ref="item:1"
    )
    service.fulfil(
        session, entry_id=spent.id, division_code=COUNTY, on=date(2026, 11, 5), ref="item:2"
    )
    wanted = _filter(session, date(2026, 11, 25), organisation_id=office.id)
    shown = [
        (one.item, one.period or str(one.created_on), str(one.due_on), one.state)
        for one in queries.board(session, wanted=wanted)
    ]
    assert shown == [
        ("低保标准和政策", "2026-10-29", "2026-11-26", "soon"),
        ("低保资金支出", "2026-11", "2026-12-14", "open"),
        ("低保标准和政策", "2026-11-20", "2026-12-18", "open"),
        ("养老机构基本信息", "2026Q4", "2027-01-14", "open"),
        ("低保资金支出", "2026-12", "2027-01-14", "open"),
        ("养老机构基本信息", "2027Q1", "2027-04-14", "open"),
    ]
    counted = queries.counts(session, wanted=wanted)
    assert counted == {"overdue": 0, "soon": 1, "open": 5, "in_time": 1, "late": 1}
    later = _filter(session, date(2026, 11, 27), organisation_id=office.id)
    assert queries.counts(session, wanted=later)["overdue"] == 1


def test_a_villages_board_stands_in_the_counts_of_its_township(demo_office: Session) -> None:
    session = demo_office
    wanted = _filter(session, date(2026, 11, 25), prefix=TOWNSHIP)
    groups = queries.by_place(session, wanted=wanted)
    assert [(one.key, one.name) for one in groups] == [(TOWNSHIP, "岩脚镇")]
    offices = [one.name for one in queries.by_office(session, wanted=wanted)]
    assert offices == sorted(offices)
    assert "青杠林村村民委员会" in offices
    month = _filter(session, date(2026, 11, 25), prefix=VILLAGE, month="2026-11")
    assert {one.item for one in queries.board(session, wanted=month)} == {"村集体资金月度收支"}
    assert list(queries.by_day(session, wanted=month)) == [date(2026, 11, 13)]


def test_states_months_days_and_words_narrow_the_list(county: Session) -> None:
    hold(county, row(1, "低保", "支出", term="每月"), row(2, "低保", "人数", term="每月"))
    service.open_duties(county, county_code=COUNTY)
    service.fulfil(
        county,
        entry_id=entry(county, "支出").id,
        division_code=COUNTY,
        on=date(2026, 12, 20),
        ref="item:1",
    )

    def shown(on: date = date(2026, 12, 15), sort: str = "due", **more: Any) -> list[str]:
        found = queries.board(county, wanted=_filter(county, on, **more), sort=sort)
        return [f"{one.item} {one.period} {one.state}" for one in found]

    assert shown(state="overdue") == ["人数 2026-11 overdue"]
    assert shown(state="late") == ["支出 2026-11 late"]
    assert shown(state="soon") == []
    assert shown(on=date(2026, 12, 8), state="soon") == ["人数 2026-11 soon"]
    assert shown(month="2026-12") == ["支出 2026-11 late", "人数 2026-11 overdue"]
    assert shown(day=date(2027, 1, 14), sort="item") == ["支出 2026-12 open", "人数 2026-12 open"]
    assert shown(words="人", month="2026-12") == ["人数 2026-11 overdue"]
    assert queries.counts(county, wanted=_filter(county, date(2026, 12, 15), words="人")) == {
        **{"overdue": 1, "soon": 0, "open": 1},
        **{"in_time": 0, "late": 0},
    }


def test_everyone_sees_what_their_grants_cover_and_an_offices_grant_that_office(
    county: Session,
) -> None:
    office = factories.office(county, division_code=COUNTY, name="六枝特区民政局")
    hold(county, row(1, "低保", "支出", term="每月"), field=AID)
    hold(
        county,
        row(1, "收支", "收支", term="每月", level="v"),
        row(2, "收支", "债务", term="每月", level="v"),
        field=VILLAGE_FINANCE,
    )
    service.open_duties(county, county_code=COUNTY)

    def seen(*grants: Grant) -> set[str]:
        reach = queries.reach_of(Actor(name="a", grants=grants))
        wanted = _filter(county, date(2026, 11, 25), reach)
        return {one.division_code for one in queries.board(county, wanted=wanted)}

    assert seen() == set()
    assert seen(Grant("households.open", COUNTY)) == set()
    assert seen(Grant("disclosure.publish", VILLAGE)) == {VILLAGE}
    assert seen(Grant("disclosure.publish", OTHER_TOWNSHIP)) == {OTHER_TOWNSHIP + "201"}
    assert seen(Grant("disclosure.publish", COUNTY, office.id)) == {COUNTY}
    assert len(seen(Grant("disclosure.catalogue", COUNTY))) == 4


COPIES = """
INSERT INTO duties (entry_key, entry_id, division_code, period, due_on, is_sure, done_on, done_ref)
SELECT 'k' || entry, :entry, code,
 (2024 + month / 12) || '-' || lpad((month % 12 + 1)::text, 2, '0'),
 DATE '2024-01-14' + month * 30, true,
 CASE WHEN month < 34 THEN DATE '2024-01-10' + month * 30 END,
 CASE WHEN month < 34 THEN 'item:' || month END
FROM generate_series(0, 9) AS entry, generate_series(0, 35) AS month,
 unnest(CAST(:codes AS varchar[])) AS code
"""


def test_three_years_of_a_countys_villages_are_read_by_their_indexes(session: Session) -> None:
    loading.load_places(session)
    villages = [place.code for place in places.villages(session, COUNTY)]
    assert len(villages) > 200
    hold(session, row(1, "收支", "收支", term="每月", level="v"), field=VILLAGE_FINANCE)
    values = {"entry": entry(session, "收支").id, "codes": villages}
    session.execute(text(COPIES), values)
    session.execute(text("ANALYZE duties"))
    on = date(2026, 11, 25)
    wanted = (
        _filter(session, on),
        _filter(session, on, ((TOWNSHIP, None),)),
        _filter(session, on, month="2026-10"),
        _filter(session, on, prefix=VILLAGE, state="late"),
    )
    for one in wanted:
        for plan in _plans(session, partial(queries.board, session, wanted=one)):
            assert "Seq Scan on duties" not in plan, plan
    assert len(queries.board(session, wanted=wanted[0])) == queries.PAGE + 1


def test_a_night_over_every_village_is_one_statement_that_writes(session: Session) -> None:
    loading.load_places(session)
    rows = [row(n, "收支", f"事项{n}", term="每月", level="v") for n in range(30)]
    hold(session, *rows, field=VILLAGE_FINANCE, since=clock.today())
    statements: list[str] = []
    with _listening(session, lambda _how, statement, _values: statements.append(statement)):
        assert service.open_duties(session, county_code=COUNTY) > 2 * 30 * 200
    assert len([one for one in statements if "duties" in one]) == 1
    assert len(statements) < 15


def _plans(session: Session, read: Callable[[], object]) -> list[str]:
    """Give the plans of the statements that a read sends."""
    sent: list[tuple[str, Any]] = []
    with _listening(session, lambda _how, statement, values: sent.append((statement, values))):
        read()
    return [
        "\n".join(
            line[0] for line in session.connection().exec_driver_sql(f"EXPLAIN {one}", values)
        )
        for one, values in sent
        if "FROM duties" in one
    ]


@contextmanager
def _listening(session: Session, hear: Callable[[Any, str, Any], None]) -> Iterator[None]:
    def heard(_connection: Any, how: Any, statement: str, values: Any, *_rest: Any) -> None:
        hear(how, statement, values)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", heard)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", heard)
