"""The outbox: what is written down is done once in effect."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock, outbox
from app.kernel.db import Database
from app.kernel.errors import Conflict


def _publish(database: Database, **ids: Any) -> int:
    with database.unit_of_work() as session:
        return outbox.publish(session, "tests.count", **ids).id


def _row(database: Database, row_id: int) -> outbox.OutboxRow:
    with database.unit_of_work() as session:
        return session.get_one(outbox.OutboxRow, row_id)


def test_a_rolled_back_transaction_leaves_no_work_behind(database: Database) -> None:
    def publish_and_fail() -> None:
        with database.unit_of_work() as session:
            outbox.publish(session, "tests.count", thing_id=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        publish_and_fail()
    with database.unit_of_work() as session:
        assert outbox.counts(session) == {}


def test_a_row_performed_twice_does_its_work_once(database: Database) -> None:
    row_id = _publish(database, thing_id=7)
    seen: list[int] = []

    def count(_session: Session, _database: Database, thing_id: int) -> None:
        seen.append(thing_id)

    assert outbox.perform(database, row_id, find_task=lambda _name: count)
    assert not outbox.perform(database, row_id, find_task=lambda _name: count)
    assert seen == [7]


def test_a_row_in_another_workers_hands_is_left_alone(database: Database) -> None:
    row_id = _publish(database)
    inner: list[bool] = []

    def meet(_session: Session, database: Database) -> None:
        inner.append(outbox.perform(database, row_id, find_task=lambda _name: meet))

    outbox.perform(database, row_id, find_task=lambda _name: meet)
    assert inner == [False]


def test_a_job_taken_up_before_the_relay_commits_waits_for_it_and_is_done(
    database: Database,
) -> None:
    row_id = _publish(database)
    performed: list[bool] = []

    def work() -> None:
        performed.append(
            outbox.perform(database, row_id, find_task=lambda _name: lambda *_given: None)
        )

    worker = threading.Thread(target=work)
    with database.unit_of_work() as relay:
        rows = outbox.claim(relay)
        worker.start()
        _wait_for_a_blocked_query(database)
        outbox.mark_enqueued(rows, lease_seconds=60)
    worker.join()
    assert performed == [True]
    assert _row(database, row_id).state == outbox.State.DONE


def _wait_for_a_blocked_query(database: Database) -> None:
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + 10
    with database.reading() as session:
        while not session.scalar(blocked):
            assert time.monotonic() < deadline


def test_a_worker_that_lost_its_connection_does_not_reopen_what_another_one_did(
    database: Database,
) -> None:
    row_id = _publish(database)

    def lose(session: Session, database: Database) -> None:
        session.rollback()  # PostgreSQL does this when the connection breaks
        outbox.perform(database, row_id, find_task=lambda _name: lambda *_given: None)
        raise ConnectionError

    outbox.perform(database, row_id, find_task=lambda _name: lose)
    assert _row(database, row_id).state == outbox.State.DONE


def test_an_interrupted_task_goes_back_to_the_others_without_counting(database: Database) -> None:
    row_id = _publish(database)
    with database.unit_of_work() as session:
        outbox.mark_enqueued(outbox.claim(session), lease_seconds=60)

    def stop(_session: Session, _database: Database) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        outbox.perform(database, row_id, find_task=lambda _name: stop)
    row = _row(database, row_id)
    assert (row.state, row.attempts, row.deliveries) == (outbox.State.PENDING, 0, 0)


def test_a_task_that_raises_waits_longer_each_time_and_is_listed_in_the_end(
    database: Database,
) -> None:
    row_id = _publish(database)

    def fail(_session: Session, _database: Database) -> None:
        raise ValueError("张三 13800000000")

    pauses = []
    for _attempt in range(outbox.ATTEMPTS):
        outbox.perform(database, row_id, find_task=lambda _name: fail)
        pauses.append(_row(database, row_id).available_at)
    assert pauses[:-1] == sorted(pauses[:-1])
    row = _row(database, row_id)
    assert row.state == outbox.State.FAILED
    assert row.last_error is not None
    assert row.last_error.startswith("ValueError at test_outbox.py:")
    assert "138" not in row.last_error


def test_a_row_whose_lease_ran_out_is_claimed_again_and_one_under_lease_is_not(
    database: Database,
) -> None:
    lost, leased = _publish(database), _publish(database)
    with database.unit_of_work() as session:
        rows = outbox.claim(session)
        outbox.mark_enqueued([row for row in rows if row.id == lost], lease_seconds=-1)
        outbox.mark_enqueued([row for row in rows if row.id == leased], lease_seconds=60)
    with database.unit_of_work() as session:
        assert [row.id for row in outbox.claim(session)] == [lost]


def test_a_job_that_takes_its_worker_down_every_time_is_given_up(database: Database) -> None:
    row_id = _publish(database)
    for _delivery in range(outbox.DELIVERIES + 1):
        with database.unit_of_work() as session:
            outbox.mark_enqueued(outbox.claim(session), lease_seconds=-1)
    assert _row(database, row_id).state == outbox.State.FAILED


def test_only_a_failed_row_can_be_retried(database: Database) -> None:
    row_id = _publish(database)
    with database.unit_of_work() as session, pytest.raises(Conflict):
        outbox.retry(session, row_id=row_id)
    with database.unit_of_work() as session:
        session.get_one(outbox.OutboxRow, row_id).state = outbox.State.FAILED
    with database.unit_of_work() as session:
        outbox.retry(session, row_id=row_id)
    assert _row(database, row_id).state == outbox.State.PENDING


def test_all_failed_rows_are_retried_and_no_others(database: Database) -> None:
    failed, done = [_publish(database), _publish(database)], _publish(database)
    with database.unit_of_work() as session:
        for row_id in failed:
            session.get_one(outbox.OutboxRow, row_id).state = outbox.State.FAILED
        session.get_one(outbox.OutboxRow, done).state = outbox.State.DONE
    with database.unit_of_work() as session:
        assert outbox.retry_all(session) == 2
        assert outbox.counts(session) == {"pending": 2, "done": 1}


def test_done_rows_are_forgotten_only_when_they_are_old(database: Database) -> None:
    old, new, waiting = _publish(database), _publish(database), _publish(database)
    with database.unit_of_work() as session:
        for row_id, age in ((old, 9), (new, 1)):
            row = session.get_one(outbox.OutboxRow, row_id)
            row.state, row.done_at = outbox.State.DONE, clock.now() - timedelta(days=age)
    with database.unit_of_work() as session:
        assert outbox.forget_done(session, older_than=timedelta(days=7)) == 1
    assert {_row(database, row_id).id for row_id in (new, waiting)} == {new, waiting}
