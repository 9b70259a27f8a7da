"""No-op jobs per second end to end: outbox, relay, Valkey, one worker, done in PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from rq import Queue
from rq.job import Job
from sqlalchemy import delete, func, select

from app.kernel import logs, outbox
from app.kernel.db import Database
from app.kernel.settings import get_settings
from workers import relay, start
from workers.registry import find_task

JOBS = 2_000
ROUNDS = 3
TASK = "operations.noop"


@contextmanager
def _running(module: str) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-m", module], stderr=subprocess.DEVNULL) as child:
        try:
            yield
        finally:
            child.terminate()


def _publish(database: Database, number: int) -> None:
    with database.unit_of_work() as session:
        for thing_id in range(number):
            outbox.publish(session, TASK, thing_id=thing_id)


def _await_done(database: Database) -> None:
    opened = select(func.count()).where(
        outbox.OutboxRow.task == TASK, outbox.OutboxRow.state != outbox.State.DONE
    )
    while True:
        with database.reading() as session:
            if session.scalar(opened) == 0:
                return
        time.sleep(0.05)


def _forget(database: Database, queue: Queue) -> None:
    with database.unit_of_work() as session:
        session.execute(delete(outbox.OutboxRow).where(outbox.OutboxRow.task == TASK))
    records = [Job.key_for(job_id) for job_id in queue.get_job_ids()]
    queue.connection.delete(queue.key, queue.intermediate_queue_key, *records)


def _apart(database: Database, queue: Queue) -> tuple[float, float, float]:
    """Give rows per second published, relayed and performed, each step alone in this process."""
    _forget(database, queue)
    begun = time.perf_counter()
    _publish(database, JOBS)
    published = time.perf_counter()
    while relay.relay_once(database, queue, lease_seconds=600):
        pass
    relayed = time.perf_counter()
    with database.reading() as session:
        ids = session.scalars(select(outbox.OutboxRow.id).where(outbox.OutboxRow.task == TASK))
        numbers = list(ids)
    for number in numbers:
        assert outbox.perform(database, number, find_task=find_task)
    performed = time.perf_counter()
    _forget(database, queue)
    return JOBS / (published - begun), JOBS / (relayed - published), JOBS / (performed - relayed)


def _together(database: Database) -> list[float]:
    """Give jobs per second from publishing to done, through a relay and one worker."""
    rates = []
    with _running("workers.relay"), _running("workers.main"):
        _publish(database, 1)
        _await_done(database)
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            _publish(database, JOBS)
            _await_done(database)
            rates.append(JOBS / (time.perf_counter() - begun))
    return rates


def measure() -> list[tuple[str, str]]:
    """Measure on DATABASE_URL and REDIS_URL, where no other relay or worker may run."""
    logs.configure("warning")
    settings = get_settings()
    if settings.database_url is None or settings.redis_url is None:
        return [("no-op jobs per second", "NOT MEASURED: DATABASE_URL or REDIS_URL is not set")]
    database = Database(settings.database_url)
    queue = relay.open_queue(start.connect_queue(settings))
    steps = zip(*(_apart(database, queue) for _ in range(ROUNDS)), strict=True)
    published, relayed, performed = (median(rates) for rates in steps)
    done = median(_together(database))
    _forget(database, queue)
    database.dispose()
    return [
        (f"no-op jobs per second, {JOBS:,} published to done, one worker", f"{done:,.0f}"),
        ("of which alone: outbox rows published per second", f"{published:,.0f}"),
        ("of which alone: rows relayed to the queue per second", f"{relayed:,.0f}"),
        ("of which alone: rows performed per second, without RQ", f"{performed:,.0f}"),
    ]


if __name__ == "__main__":
    for name, figure in measure():
        print(f"{name}: {figure}")
