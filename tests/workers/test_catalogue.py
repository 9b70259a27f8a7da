"""The clock's tasks: what is due is written down each night, terms recounted, people told."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.catalogue.models import Duty
from app.identity import service as identity
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.kernel.outbox import OutboxRow
from app.kernel.settings import Settings
from app.notices import queries as notices
from app.notices.schemas import Recipient
from app.workdays import service as workdays
from app.workdays.schemas import DayIn
from tests import factories
from tests.catalogue.sheets import row
from tests.catalogue.world import hold
from tests.factories import COUNTY, PASSWORD
from workers.cron import ENTRIES
from workers.registry import TASKS


@pytest.fixture
def county(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Give a county with a catalogue in force, on the first of December 2026."""
    monkeypatch.setattr("workers.tasks.catalogue.get_settings", lambda: settings)
    at = datetime(2026, 12, 1, 9, tzinfo=clock.SHANGHAI)
    monkeypatch.setattr(clock, "now", lambda: at)
    with database.unit_of_work() as session:
        factories.county(session)
        hold(session, row(1, "低保", "支出", term="每月"), since=date(2026, 11, 1))
    return database


def _do(database: Database, task: str) -> None:
    with database.unit_of_work() as session:
        TASKS[task](session, database)


def _dues(database: Database) -> list[date]:
    with database.reading() as session:
        return list(session.scalars(select(Duty.due_on).order_by(Duty.due_on)))


def test_the_night_writes_down_what_is_due_and_a_holiday_moves_it(county: Database) -> None:
    _do(county, "catalogue.open_duties")
    _do(county, "catalogue.open_duties")
    before = _dues(county)
    assert before[0] == date(2026, 12, 14)
    assert len(before) == 3
    with county.unit_of_work() as session:
        wanted = DayIn(day=date(2026, 12, 2), is_working=False, name="区里放假")
        workdays.set_day(session, wanted=wanted, county_code=COUNTY, actor=OPERATOR)
        asked = set(session.scalars(select(OutboxRow.task)))
    assert {"catalogue.open_duties", "catalogue.recount"} <= asked
    _do(county, "catalogue.recount")
    assert _dues(county)[0] == date(2026, 12, 15)


def test_the_morning_tells_a_publisher_once(
    county: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _do(county, "catalogue.open_duties")
    with county.unit_of_work() as session:
        staff = identity.create_staff(
            session, username="publisher", password=PASSWORD, role="publisher", division_code=COUNTY
        )
    at = datetime(2026, 12, 9, 8, 30, tzinfo=clock.SHANGHAI)
    monkeypatch.setattr(clock, "now", lambda: at)
    for _time in range(2):
        _do(county, "catalogue.send_digests")
    with county.reading() as session:
        [message] = notices.messages(session, Recipient(staff_id=staff.id))
    assert message.title == "公开期限：0 项已逾期，1 项快到期"


def test_both_are_on_the_timetable() -> None:
    assert {"catalogue.open_duties", "catalogue.send_digests"} <= {one.task for one in ENTRIES}
