"""The worker: takes jobs from the queue and does them, one after the other, without forking.

Run it as `python -m workers.main`. SIGTERM breaks off the task in hand: its transaction is rolled
back and its row goes to another worker, because a sheet may take minutes and a stop may not.
`kill -9` costs the same work and one lease more.
"""

from __future__ import annotations

import logging
import math
import signal
import time
from collections.abc import Mapping
from types import FrameType

import redis
from redis.client import Pipeline
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker import WorkerStatus
from rq.worker_registration import clean_worker_registry

from app.kernel import logs
from app.kernel.settings import Settings
from workers import relay, start
from workers.perform import Workplace, take_up
from workers.registry import TASKS, Task

WORKER_TTL = 30  # RQ waits 15 s less for a job, so a dead connection is noticed within 25 s
HEARTBEAT_SECONDS = 5.0
SWEEP_SECONDS = 300.0

log = logs.get(__name__)


class OutboxWorker(SimpleWorker):
    """RQ's worker, less what the outbox already does better."""

    log_result_lifespan = False
    max_connection_wait_time = start.LONGEST_PAUSE

    def __init__(
        self, workplace: Workplace, connection: redis.Redis, stopping: start.Stopping
    ) -> None:
        super().__init__(
            [relay.open_queue(connection)],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            log_job_description=False,
        )
        self.workplace = workplace
        self.stopping = stopping
        self._beat_at = self._swept_at = -math.inf

    def _install_signal_handlers(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.request_stop)
        self._stop_requested = self.stopping.asked  # it may have come while this one was starting

    def request_stop(self, _signum: int, _frame: FrameType | None) -> None:
        """Stop now: break off the task in hand, or the wait for the next one."""
        self.stopping.asked = self._stop_requested = True
        self.workplace.abandon()
        if self.get_state() != WorkerStatus.BUSY:
            raise StopRequested

    def subscribe(self) -> None:
        """Take no commands over Valkey: the supervisor stops workers by signals."""

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:
        """Keep the state here: nobody reads it in Valkey."""
        del pipeline
        self._state = state

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Beat now and then instead of several times a job."""
        if time.monotonic() - self._beat_at >= HEARTBEAT_SECONDS:
            self._beat_at = time.monotonic()
            super().heartbeat(timeout, pipeline)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do the job and forget it, in one round trip.

        RQ's own way keeps registries, executions and results for a recovery that is the outbox's
        here; it takes 18 round trips, three quarters of the time of a small job.
        """
        self.set_state(WorkerStatus.BUSY)
        try:
            with self.death_penalty_class(relay.JOB_SECONDS, JobTimeoutException, job_id=job.id):
                job.perform()
        finally:
            self.set_state(WorkerStatus.IDLE)
        with self.connection.pipeline() as pipeline:
            pipeline.lrem(queue.intermediate_queue_key, 1, job.id)
            pipeline.delete(job.key)
            pipeline.execute()

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """Tell whether it is time to sweep: at the start and every few minutes."""
        return time.monotonic() - self._swept_at >= SWEEP_SECONDS

    def run_maintenance_tasks(self) -> None:
        """Sweep up what killed workers left in Valkey; jobs are the relay's to bring back."""
        for queue in self.queues:
            self.connection.delete(queue.intermediate_queue_key)
            clean_worker_registry(queue)
        self._swept_at = time.monotonic()


def work_while_reachable(
    workplace: Workplace, settings: Settings, stopping: start.Stopping
) -> bool:
    """Take jobs until told to stop or Valkey goes away; returns whether any was taken."""
    stopping.install()
    try:
        connection = start.connect_queue(settings)
        return OutboxWorker(workplace, connection, stopping).work(logging_level=None)
    except StopRequested:
        return False
    except start.UNREACHABLE as error:
        log.warning("worker_interrupted", reason=logs.describe(error))
        return False


def run(tasks: Mapping[str, Task] = TASKS) -> None:
    """Work until SIGTERM, through restarts of PostgreSQL and Valkey."""
    settings = start.read_settings()
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    stopping = start.Stopping()
    workplace = Workplace(start.open_database(settings), tasks)
    take_up(workplace)
    log.info("worker_started", tasks=len(tasks))
    pause = start.FIRST_PAUSE
    while True:
        if work_while_reachable(workplace, settings, stopping):
            pause = start.FIRST_PAUSE
        if stopping.asked:
            return
        stopping.install()
        stopping.pause(pause)
        pause = start.grow(pause)


if __name__ == "__main__":
    run()
