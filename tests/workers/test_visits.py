"""The nightly round over visits goes on by portions until nothing past its term is left."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from app.kernel import clock, scope
from app.kernel.db import Database
from app.kernel.outbox import OutboxRow
from app.kernel.settings import Settings
from app.visits import service
from app.visits.models.logbook import Visit
from app.visits.service import retention
from tests import factories
from tests.factories import COUNTY, VILLAGE
from tests.factories import households as made
from tests.visits.conftest import cadre_in, written
from workers.cron import ENTRIES, Daily
from workers.registry import TASKS

TASK = "visits.erase_expired"
BEGUN = datetime(2026, 6, 15, 10, tzinfo=clock.SHANGHAI)
OVER = datetime(2029, 6, 16, 4, 50, tzinfo=clock.SHANGHAI)


@pytest.fixture
def three_visits(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Database:
    """Give a database with three visits whose term is over, in the county of the settings."""
    monkeypatch.setattr("workers.tasks.visits.get_settings", lambda: settings)
    monkeypatch.setattr(clock, "now", lambda: BEGUN)
    with database.unit_of_work() as session:
        factories.county(session)
        cadre, home = cadre_in(session, "cadre1"), made.household(session)
        for _number in range(3):
            service.log_visit(session, wanted=written(home), division_code=VILLAGE, actor=cadre)
    monkeypatch.setattr(clock, "now", lambda: OVER)
    return database


def _do(database: Database) -> tuple[int, int]:
    """Do the task once; gives how many visits are left, and how often it was published so far."""
    with database.unit_of_work() as session:
        TASKS[TASK](session, database)
    with database.unit_of_work() as session:
        scope.open_scope(session, COUNTY)
        left = session.scalars(select(Visit.id)).all()
        asked = session.scalars(select(OutboxRow.id).where(OutboxRow.task == TASK)).all()
        return len(left), len(asked)


def test_the_round_publishes_itself_while_there_may_be_more(
    three_visits: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 2)
    assert _do(three_visits) == (1, 1)
    assert _do(three_visits) == (0, 1)
    assert _do(three_visits) == (0, 1)


def test_the_round_is_gone_each_night() -> None:
    [entry] = [entry for entry in ENTRIES if entry.task == TASK]
    assert isinstance(entry.schedule, Daily)
