"""The one function in the queue: do the work of an outbox row.

A module of its own, because RQ finds it by its path and must meet the state that `workers.main`
set up, not a second copy of it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

from sqlalchemy.exc import DBAPIError

from app.kernel import logs, outbox
from app.kernel.db import Database
from workers import start
from workers.registry import TASKS, Task, find_task

log = logs.get(__name__)


class Abandoned(BaseException):
    """The worker was told to stop: the task is broken off, and its row goes back to the others."""


class Workplace:
    """What tasks need in this process: the database and the list of tasks."""

    def __init__(self, database: Database, tasks: Mapping[str, Task] = TASKS) -> None:
        self.database = database
        self.tasks = tasks
        self._busy = False

    def perform(self, outbox_id: int) -> None:
        """Do the work of a row; waits while PostgreSQL is away and raises nothing."""
        pause = start.FIRST_PAUSE
        find = partial(find_task, tasks=self.tasks)
        self._busy = True
        try:
            while True:
                try:
                    done = outbox.perform(self.database, outbox_id, find_task=find)
                    log.info("job_ended", outbox_id=outbox_id, performed=done)
                    return
                except DBAPIError as error:
                    log.warning("database_away", outbox_id=outbox_id, reason=logs.describe(error))
                    time.sleep(pause)
                    pause = start.grow(pause)
        except Abandoned:
            log.info("job_abandoned", outbox_id=outbox_id)
        except Exception:
            # The row comes back by its lease. RQ would write the message of the error to Valkey,
            # and messages may quote what people typed.
            log.exception("job_left_to_its_lease", outbox_id=outbox_id)
        finally:
            self._busy = False

    def abandon(self) -> None:
        """Break off the task in hand, if there is one, by raising `Abandoned` inside it."""
        if self._busy:
            self._busy = False
            raise Abandoned


_workplaces: list[Workplace] = []


def take_up(workplace: Workplace) -> None:
    """Make this the process's workplace."""
    _workplaces[:] = [workplace]


def perform(outbox_id: int) -> None:
    """Do the work of an outbox row; this is what stands in the queue."""
    _workplaces[0].perform(outbox_id)
