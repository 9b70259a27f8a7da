"""The relay: carries what the outbox says to the queue, and brings back what the queue lost.

Run it as `python -m workers.relay`. Two at once are harmless, and so is a crash anywhere: a row is
enqueued again, and `outbox.perform` sees to it that the work is done once in effect.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from app.kernel import logs, outbox
from app.kernel.db import Database
from workers import start

QUEUE = "sunshine"
BATCH = 500
WINDOW = 5_000
"""Jobs in Valkey at one time: a county's worth of work stays in PostgreSQL until there is room, so
that the queue stays small and can be read whole to see which rows still wait in it."""
POLL_SECONDS = 1.0
JOB_SECONDS = 1_800
LEFTOVER_SECONDS = 86_400  # then Valkey drops the record of a job that a killed worker left behind

log = logs.get(__name__)


def open_queue(connection: redis.Redis) -> Queue:
    """Open the one queue, whose jobs are JSON and never pickle."""
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


def job_id(row: outbox.OutboxRow) -> str:
    """Name the job of a row."""
    return f"outbox-{row.id}"


def enqueue(queue: Queue, rows: Sequence[outbox.OutboxRow]) -> None:
    """Put rows into the queue, all or none; a job carries the row's id and nothing else."""
    queue.enqueue_many(
        Queue.prepare_data(
            "workers.perform.perform",
            [row.id],
            job_id=job_id(row),
            description=job_id(row),
            timeout=JOB_SECONDS,
            ttl=LEFTOVER_SECONDS,
        )
        for row in rows
    )


def relay_once(database: Database, queue: Queue, *, lease_seconds: float) -> int:
    """Carry one batch over; returns how many rows were due, 0 too while the queue is full."""
    if queue.count >= WINDOW:
        return 0
    with database.unit_of_work() as session:
        rows = outbox.claim(session, limit=BATCH)
        if not rows:
            return 0
        # Only the list says who still waits: a job's own record says "queued" too when its worker
        # died between taking it and starting it.
        leased = any(row.state == outbox.State.ENQUEUED for row in rows)
        waiting = set(queue.get_job_ids()) if leased else set()
        kept = [row for row in rows if job_id(row) in waiting]
        sent = [row for row in rows if job_id(row) not in waiting]
        outbox.extend_lease(kept, lease_seconds=lease_seconds)
        if sent:
            enqueue(queue, sent)
            outbox.mark_enqueued(sent, lease_seconds=lease_seconds)
    if sent:
        log.info("relayed", outbox_ids=[row.id for row in sent], still_waiting=len(kept))
    return len(rows)


def listen(database: Database) -> psycopg.Connection:
    """Open the direct connection on which PostgreSQL says that there is new work."""
    connection = psycopg.connect(database.url, autocommit=True, connect_timeout=5)
    connection.execute(f"LISTEN {outbox.CHANNEL}")
    return connection


def relay_while_reachable(
    database: Database, queue: Queue, *, lease_seconds: float, stopping: start.Stopping
) -> None:
    """Carry rows over until told to stop; raises one of `UNREACHABLE` when a server goes away."""
    with listen(database) as connection:
        while not stopping.asked:
            if relay_once(database, queue, lease_seconds=lease_seconds) < BATCH:
                with stopping.waiting():
                    list(connection.notifies(timeout=POLL_SECONDS, stop_after=1))


def main() -> None:
    """Relay until SIGTERM, through restarts of PostgreSQL and Valkey."""
    settings = start.read_settings()
    stopping = start.Stopping()
    stopping.install()
    database, queue = start.open_database(settings), open_queue(start.connect_queue(settings))
    log.info("relay_started")
    pause = start.FIRST_PAUSE
    while not stopping.asked:
        try:
            relay_once(database, queue, lease_seconds=settings.outbox_lease_seconds)
            pause = start.FIRST_PAUSE
            relay_while_reachable(
                database, queue, lease_seconds=settings.outbox_lease_seconds, stopping=stopping
            )
        except start.UNREACHABLE as error:
            log.warning("relay_interrupted", reason=logs.describe(error), pause=pause)
            stopping.pause(pause)
            pause = start.grow(pause)


if __name__ == "__main__":
    main()
