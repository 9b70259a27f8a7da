"""The ledger's regular work: auditors are told of questions, flags, faults; heads go out."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.audit import queries, service
from app.audit.schemas import Line
from app.audit.service import verifying
from app.identity import service as identity
from app.identity.villagers import service as villagers
from app.kernel import clock, outbox
from app.kernel.access import Actor
from app.kernel.db import Database
from app.kernel.settings import Settings
from app.notices import queries as inbox
from app.notices.models import InboxMessage
from app.notices.schemas import Recipient
from tests import factories
from tests.factories import COUNTY, OTHER_TOWNSHIP, PASSWORD, TOWNSHIP, VILLAGE
from workers.cron import ENTRIES, Every
from workers.registry import TASKS, find_task

CADRE = Actor(name="cadre", staff_id=7, role="cadre")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=clock.SHANGHAI)


class Auditors:
    """Auditors of the county, of a township and of its sister, and what each was told."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.unit_of_work() as session:
            factories.county(session)
            self.ids = {
                place: self._open(session, place) for place in (COUNTY, TOWNSHIP, OTHER_TOWNSHIP)
            }

    @staticmethod
    def _open(session: Session, place: str) -> int:
        return identity.create_staff(
            session,
            username=f"auditor-{place}",
            password=PASSWORD,
            role="security_auditor",
            division_code=place,
        ).id

    def told(self, place: str) -> list[InboxMessage]:
        """List what an auditor was told."""
        with self.database.reading() as session:
            return list(inbox.messages(session, Recipient(staff_id=self.ids[place])))

    def do(self, task: str, **ids: int) -> None:
        """Do a task, twice: it must have one effect."""
        for _ in range(2):
            with self.database.unit_of_work() as session:
                find_task(task)(session, self.database, **ids)

    def write(self, count: int = 1) -> int:
        """Write lines of one household each; returns the last number."""
        with self.database.unit_of_work() as session:
            for number in range(count):
                last = service.record(
                    session, Line(CADRE, "open", VILLAGE, household_id=number + 1)
                )
        return last


@pytest.fixture
def auditors(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Auditors:
    """Give auditors in the county of the settings."""
    monkeypatch.setattr("workers.tasks.audit.get_settings", lambda: settings)
    return Auditors(database)


def test_a_question_is_put_before_the_auditors_of_its_place(auditors: Auditors) -> None:
    line_id = auditors.write()
    with auditors.database.unit_of_work() as session:
        account = villagers.account_of_phone(session, phone="13800000000")
        number = service.ask(session, line_id, account, "为什么查看")
    auditors.do("audit.tell_question", question_id=number)
    for place in (COUNTY, TOWNSHIP):
        [message] = auditors.told(place)
        assert message.link == f"/console/audit/questions/{number}"
        assert "为什么" not in message.title + message.body
    assert auditors.told(OTHER_TOWNSHIP) == []


def test_unusual_reading_is_put_before_the_auditors_of_its_place(
    auditors: Auditors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    auditors.write(30)
    auditors.do("audit.watch")
    for place in (COUNTY, TOWNSHIP):
        [message] = auditors.told(place)
        assert "30 户" in message.body
    assert auditors.told(OTHER_TOWNSHIP) == []


def test_the_nightly_check_tells_the_countys_auditors_only_of_faults(
    auditors: Auditors, owner_engine: Engine
) -> None:
    auditors.write(3)
    with auditors.database.unit_of_work() as session:
        service.seal(session)
    auditors.do("audit.export_head")
    auditors.do("audit.verify")
    assert auditors.told(COUNTY) == []
    with owner_engine.begin() as owner:
        owner.execute(text("UPDATE access_ledger SET household_id = 99 WHERE household_id = 2"))
    with auditors.database.unit_of_work() as session:
        find_task("audit.verify")(session, auditors.database)
    [message] = auditors.told(COUNTY)
    assert message.link == "/console/audit/check"
    with auditors.database.reading() as session:
        check = queries.last_check(session)
        assert check is not None
        assert check.found == 1
    assert auditors.told(TOWNSHIP) == []


def test_a_remade_chain_is_found_by_the_file_on_this_machine(
    auditors: Auditors, owner_engine: Engine
) -> None:
    auditors.write(3)
    with auditors.database.unit_of_work() as session:
        service.seal(session)
    auditors.do("audit.export_head")
    with owner_engine.begin() as owner:
        owner.execute(text("UPDATE access_ledger SET household_id = 99 WHERE household_id = 2"))
        for table in ("ledger_seals", "ledger_heads"):
            owner.execute(text(f"DELETE FROM {table}"))
    with auditors.database.unit_of_work() as session:
        service.seal(session)
    auditors.do("audit.verify")
    assert auditors.told(COUNTY)


def test_the_ledgers_work_stands_in_the_timetable() -> None:
    regular = {entry.task for entry in ENTRIES}
    assert {name for name in TASKS if name.startswith("audit.")} - regular == {
        "audit.tell_question"
    }


def test_every_few_minutes_is_due_on_the_minute() -> None:
    every = Every(5)
    for minute, last, following in ((0, 0, 5), (4, 0, 5), (5, 5, 10), (59, 55, 60)):
        moment = NOON + timedelta(minutes=minute, seconds=30)
        assert every.last_due(moment) == NOON + timedelta(minutes=last)
        assert every.next_due(moment) == NOON + timedelta(minutes=following)


def test_a_long_ledger_is_checked_in_several_jobs_and_told_of_once(
    auditors: Auditors, owner_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "BATCH", 2)
    monkeypatch.setattr(service, "go_on", partial(service.go_on, most=2))
    last = auditors.write(5)
    with auditors.database.unit_of_work() as session:
        service.seal(session)
    with owner_engine.begin() as connection:
        changed = text("UPDATE access_ledger SET who_id = 8 WHERE id = :id")
        connection.execute(changed, {"id": last - 4})
    with auditors.database.unit_of_work() as session:
        find_task("audit.verify")(session, auditors.database)
    jobs = 0
    while jobs < 10:
        with auditors.database.reading() as session:
            waiting = select(outbox.OutboxRow.id).where(outbox.OutboxRow.state == "pending")
            row_id = session.scalars(waiting.order_by(outbox.OutboxRow.id)).first()
        if row_id is None:
            break
        outbox.perform(auditors.database, row_id, find_task=find_task)
        jobs += 1
    assert jobs == 2  # two lines, and the last one with the chain's end; two were done above
    with auditors.database.reading() as session:
        check = queries.last_check(session)
    assert check is not None
    assert (check.sealed, check.found) == (5, 1)
    assert [one.kind for one in auditors.told(COUNTY)] == ["ledger"]


def test_a_job_of_a_check_that_a_later_one_replaced_does_nothing(auditors: Auditors) -> None:
    with auditors.database.unit_of_work() as session:
        find_task("audit.verify")(session, auditors.database, walk_id=999)
    with auditors.database.reading() as session:
        assert queries.last_check(session) is None
