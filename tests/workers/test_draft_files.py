"""Files of drafts are looked into by workers: big ones, and all again after another word list."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.attachments import service
from app.disclosure.models import FileScan
from app.gateways import choosing
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.kernel.settings import Settings
from tests import factories
from tests.disclosure.filing import workbook
from tests.factories import VILLAGE
from workers.cron import ENTRIES
from workers.registry import find_task
from workers.tasks import disclosure


@pytest.fixture
def file_id(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    """Keep a file that nobody has looked into yet."""
    monkeypatch.setattr(disclosure, "get_settings", lambda: settings)
    with database.unit_of_work() as session:
        factories.county(session)
        return service.keep(
            session,
            content=workbook(with_numbers=True),
            name="名单.xlsx",
            division_code=VILLAGE,
            actor=OPERATOR,
            storage=choosing.storage_for(settings),
        ).id


def test_a_big_file_is_looked_into_once_and_twice_alike(database: Database, file_id: int) -> None:
    for _ in range(2):
        with database.unit_of_work() as session:
            find_task("disclosure.look_into_file")(session, database, attachment_id=file_id)
    with database.reading() as session:
        (scan,) = session.scalars(select(FileScan)).all()
    assert scan.total > 0


def test_a_file_that_is_gone_meanwhile_is_no_fault(database: Database, file_id: int) -> None:
    with database.unit_of_work() as session:
        find_task("disclosure.look_into_file")(session, database, attachment_id=file_id + 1)
    with database.reading() as session:
        assert session.scalars(select(FileScan)).all() == []


def test_every_minute_outdated_files_are_looked_into_again(
    database: Database, file_id: int
) -> None:
    (entry,) = [one for one in ENTRIES if one.task == "disclosure.look_again"]
    with database.unit_of_work() as session:
        find_task(entry.task)(session, database)
    with database.reading() as session:
        assert session.get(FileScan, file_id) is None  # nobody's draft: nothing to look into
