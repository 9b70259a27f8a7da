"""The table of holidays: filled from the package, edited by hand, kept when filled again."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli import main
from app.kernel.access import OPERATOR, Actor, Grant
from app.kernel.db import Database
from app.kernel.errors import Forbidden
from app.kernel.outbox import OutboxRow
from app.workdays import queries, service
from app.workdays.errors import YearUnknown
from app.workdays.models import Holiday
from app.workdays.schemas import DayIn
from tests.factories import COUNTY

FESTIVAL = date(2026, 2, 17)


def _set(session: Session, day: date, *, is_working: bool, name: str = "区里通知") -> None:
    wanted = DayIn(day=day, is_working=is_working, name=name)
    service.set_day(session, wanted=wanted, county_code=COUNTY, actor=OPERATOR)


def test_a_year_is_filled_once_and_what_was_edited_stays(session: Session) -> None:
    assert service.seed(session, year=2026, county_code=COUNTY, actor=OPERATOR) > 20
    _set(session, FESTIVAL, is_working=True)
    assert service.seed(session, year=2026, county_code=COUNTY, actor=OPERATOR) == 0
    row = session.get(Holiday, FESTIVAL)
    assert row is not None
    assert (row.is_working, row.source) == (True, "edited")
    assert queries.load(session, [2026]).is_working(FESTIVAL)


def test_an_edit_that_is_taken_back_leaves_what_the_package_says(session: Session) -> None:
    _set(session, FESTIVAL, is_working=True)
    service.unset_day(session, day=FESTIVAL, county_code=COUNTY, actor=OPERATOR)
    assert not queries.load(session, [2026]).is_working(FESTIVAL)


def test_a_year_the_package_does_not_know_is_sure_once_it_is_declared_complete(
    session: Session,
) -> None:
    with pytest.raises(YearUnknown):
        service.seed(session, year=2098, county_code=COUNTY, actor=OPERATOR)
    with pytest.raises(YearUnknown):
        service.declare_complete(session, year=2098, county_code=COUNTY, actor=OPERATOR)
    _set(session, date(2098, 1, 1), is_working=False, name="元旦")
    before = queries.load(session, [2098]).add_working_days(date(2097, 12, 31), 1)
    assert (before.last_day, before.is_sure) == (date(2098, 1, 2), False)
    service.declare_complete(session, year=2098, county_code=COUNTY, actor=OPERATOR)
    assert queries.load(session, [2097]).add_working_days(date(2098, 1, 1), 1).is_sure
    assert queries.is_known(session, 2098)


def test_every_change_asks_for_the_open_terms_to_be_counted_anew(session: Session) -> None:
    _set(session, FESTIVAL, is_working=True)
    tasks = session.scalars(select(OutboxRow.task)).all()
    assert tasks == ["catalogue.recount"]


def test_nobody_edits_holidays_without_the_right_for_the_whole_county(session: Session) -> None:
    township = Actor(name="a", grants=(Grant("disclosure.catalogue", COUNTY + "102"),))
    with pytest.raises(Forbidden):
        service.unset_day(session, day=FESTIVAL, county_code=COUNTY, actor=township)


def test_the_commands_fill_list_set_and_take_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.kernel.command_line.database_of", lambda _settings: database)

    def run(*words: str) -> str:
        result = CliRunner().invoke(main, ["workdays", *words])
        assert result.exit_code == 0, result.output
        return result.output

    assert "写入" in run("seed", "2026")
    assert "2026-02-14 周六\t上班\t春节调休上班" in run("list", "2026")
    run("set", "2026-02-18", "--working", "--name", "值班")
    assert "2026-02-18 周三\t上班\t值班" in run("list", "2026")
    run("unset", "2026-02-18")
    assert "2026-02-18 周三\t放假\t春节" in run("list", "2026")
    assert "还不知道" in run("list", "2098")
    run("set", "2098-01-01", "--holiday", "--name", "元旦")
    assert "已录全" in run("complete", "2098")
