"""Upkeep: publish what is due once, forget what is long over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import clock, idempotency, outbox
from app.operations.models import CronRun

DONE_KEPT = timedelta(days=7)
RUNS_KEPT = timedelta(days=90)


def publish_run(session: Session, *, entry: str, task: str, due_at: datetime) -> bool:
    """Publish the run of a scheduler's entry that was due at `due_at`; False where it already is.

    A second scheduler that comes at the same moment waits for the first one's commit.
    """
    run = insert(CronRun).values(entry=entry, due_at=due_at).on_conflict_do_nothing()
    if session.scalar(run.returning(CronRun.entry)) is None:
        return False
    outbox.publish(session, task)
    return True


def forget_done(session: Session) -> None:
    """Delete work done over 7 days ago, runs due over 90 days ago and keys older than a day."""
    idempotency.forget_old(session)
    outbox.forget_done(session, older_than=DONE_KEPT)
    session.execute(delete(CronRun).where(CronRun.due_at < clock.now() - RUNS_KEPT))
