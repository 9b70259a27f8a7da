"""The relay carries each due row over once, and brings back what the queue lost."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from rq import Queue
from sqlalchemy.orm import Session

from app.kernel import clock, outbox
from app.kernel.db import Database
from tests.workers.conftest import Crew, until
from workers import relay
from workers.registry import find_task


@pytest.fixture
def queue(redis_url: str) -> Iterator[Queue]:
    with redis.Redis.from_url(redis_url) as connection:
        yield relay.open_queue(connection)


def _publish(database: Database, task: str = "operations.noop", **ids: Any) -> int:
    with database.unit_of_work() as session:
        return outbox.publish(session, task, **ids).id


def _row(database: Database, row_id: int) -> outbox.OutboxRow:
    with database.reading() as session:
        return session.get_one(outbox.OutboxRow, row_id)


def test_a_job_in_valkey_carries_the_row_s_id_and_nothing_else(
    database: Database, queue: Queue
) -> None:
    row_id = _publish(database, thing_id=777_555_333)
    relay.relay_once(database, queue, lease_seconds=60)
    record: dict[Any, Any] = queue.connection.hgetall(f"rq:job:outbox-{row_id}")
    job = json.loads(zlib.decompress(record[b"data"]))
    assert job == ["workers.perform.perform", None, [row_id], {}]
    assert b"777555333" not in b"".join(record.values())


def test_a_row_that_still_waits_in_the_queue_is_not_enqueued_again(
    database: Database, queue: Queue
) -> None:
    row_id = _publish(database)
    relay.relay_once(database, queue, lease_seconds=-1)
    assert relay.relay_once(database, queue, lease_seconds=60) == 1
    assert queue.job_ids == [f"outbox-{row_id}"]
    assert _row(database, row_id).deliveries == 1
    assert relay.relay_once(database, queue, lease_seconds=60) == 0


def test_a_row_whose_worker_died_before_starting_it_is_enqueued_again(
    database: Database, queue: Queue
) -> None:
    row_id = _publish(database)
    relay.relay_once(database, queue, lease_seconds=-1)
    Queue.dequeue_any([queue], None, connection=queue.connection, serializer=queue.serializer)
    assert queue.job_ids == []
    relay.relay_once(database, queue, lease_seconds=60)
    assert queue.job_ids == [f"outbox-{row_id}"]


def test_a_full_queue_leaves_the_rest_in_postgresql(
    database: Database, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "WINDOW", 1)
    _publish(database)
    relay.relay_once(database, queue, lease_seconds=60)
    second = _publish(database)
    assert relay.relay_once(database, queue, lease_seconds=60) == 0
    assert _row(database, second).state == outbox.State.PENDING


def test_a_failed_task_is_carried_over_again_after_pauses_that_grow(
    database: Database, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id, moment = _publish(database), clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)

    def fail(_session: Session, _database: Database) -> None:
        raise ValueError

    for pause in outbox.PAUSES:
        assert relay.relay_once(database, queue, lease_seconds=60) == 1
        queue.connection.flushdb()
        outbox.perform(database, row_id, find_task=lambda _name: fail)
        moment += timedelta(seconds=pause - 0.5)
        assert relay.relay_once(database, queue, lease_seconds=60) == 0
        moment += timedelta(seconds=0.5)


def test_a_task_that_no_release_knows_ends_in_the_failed_list_with_its_reason(
    database: Database,
) -> None:
    row_id = _publish(database, "tests.unknown")
    for _attempt in range(outbox.ATTEMPTS):
        outbox.perform(database, row_id, find_task=find_task)
    with database.reading() as session:
        (row,) = outbox.list_failed(session)
    assert row.id == row_id
    assert row.last_error is not None
    assert row.last_error.startswith("UnknownTask at registry.py:")


def test_two_relays_at_once_carry_each_row_over_once(crew: Crew, redis_url: str) -> None:
    relays = crew.relay(), crew.relay()
    until(lambda: crew.log.count("relay_started") == len(relays))
    for first in range(0, 1000, 50):
        crew.publish("tests.count", *range(first, first + 50))
    until(lambda: crew.counts() == {"enqueued": 1000})
    with redis.Redis.from_url(redis_url) as connection:
        waiting = relay.open_queue(connection).job_ids
    assert len(waiting) == len(set(waiting)) == 1000
    crew.worker()
    crew.until_all_done(1000)
    assert crew.effects() == list(range(1000))
