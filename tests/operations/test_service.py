"""Upkeep forgets what is long over and nothing else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import clock, outbox
from app.operations import service
from app.operations.models import CronRun


def test_old_runs_and_work_done_long_ago_are_forgotten(session: Session) -> None:
    now = clock.now()
    for days in (1, 100):
        due_at = now - timedelta(days=days)
        service.publish_run(session, entry="nightly", task="operations.noop", due_at=due_at)
    for row, age in zip(session.scalars(select(outbox.OutboxRow)), (1, 8), strict=True):
        row.state, row.done_at = outbox.State.DONE, now - timedelta(days=age)
    service.forget_done(session)
    assert list(session.scalars(select(CronRun.due_at))) == [now - timedelta(days=1)]
    assert outbox.counts(session) == {"done": 1}
