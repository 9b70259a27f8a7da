"""The outbox: work to be done later, written in the transaction that makes it necessary.

A row is `pending` until the relay has put it on the queue (`enqueued`), and `done` only by the
transaction that did the work. Whatever the queue forgets comes back when its lease has run out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    String,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel import clock, logs
from app.kernel.db import Base, Database, Numbered
from app.kernel.errors import Conflict, NotFound

CHANNEL = "sunshine_outbox"
ATTEMPTS = 6
DELIVERIES = 20  # a job that takes its worker down with it every time is given up here
PAUSES = (2, 10, 60, 300, 1800)  # seconds before the second attempt, the third, ...


class State(StrEnum):
    PENDING = "pending"
    ENQUEUED = "enqueued"
    DONE = "done"
    FAILED = "failed"


class OutboxRow(Numbered, Base):
    """One piece of work: the task's name and the ids it needs, never a personal value.

    `done_at` is when it was done or given up.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'enqueued', 'done', 'failed')", name="state"),
        Index("ix_outbox_open", "available_at", postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_leased", "lease_until", postgresql_where=text("state = 'enqueued'")),
        Index("ix_outbox_failed", "id", postgresql_where=text("state = 'failed'")),
        Index("ix_outbox_done", "done_at", postgresql_where=text("state = 'done'")),
    )

    task: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(10), default=State.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    deliveries: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]


# Built once: building it costs as much as running it.
_MINE = func.pg_try_advisory_xact_lock(func.hashtextextended("outbox", bindparam("row_id")))
_TAKE = select(OutboxRow).where(OutboxRow.id == bindparam("row_id"), _MINE).with_for_update()


def publish(
    session: Session, task: str, /, *, not_before: datetime | None = None, **ids: int | str
) -> OutboxRow:
    """Write down that `task` must be done with these ids; it is queued once this commits."""
    moment = clock.now()
    row = OutboxRow(
        task=task,
        payload=ids,
        state=State.PENDING,
        available_at=not_before or moment,
        created_at=moment,
    )
    session.add(row)
    session.flush()
    session.execute(select(func.pg_notify(CHANNEL, "")))
    return row


def is_open(session: Session, task: str, /, **ids: int | str) -> bool:
    """Tell whether this work is still to be done: neither done nor given up."""
    still = or_(_is(State.PENDING), _is(State.ENQUEUED))
    query = select(OutboxRow.id).where(OutboxRow.task == task, OutboxRow.payload.contains(ids))
    return session.scalars(query.where(still).limit(1)).first() is not None


def _is(state: State) -> ColumnElement[bool]:
    """Compare with a constant: PostgreSQL cannot match a parameter to a partial index."""
    return OutboxRow.state == literal(state.value, String, literal_execute=True)


def claim(session: Session, *, limit: int = 500) -> Sequence[OutboxRow]:
    """Lock the rows that are due or whose lease ran out; rows a worker is busy with are skipped."""
    moment = clock.now()
    due = or_(
        _is(State.PENDING) & (OutboxRow.available_at <= moment),
        _is(State.ENQUEUED) & (OutboxRow.lease_until < moment),
    )
    query = select(OutboxRow).where(due).order_by(OutboxRow.id).limit(limit)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def mark_enqueued(rows: Sequence[OutboxRow], *, lease_seconds: float) -> None:
    """Note that the queue has these rows; they come back when the lease has run out."""
    until = clock.now() + timedelta(seconds=lease_seconds)
    for row in rows:
        row.deliveries += 1
        if row.deliveries > DELIVERIES:
            row.state, row.done_at = State.FAILED, clock.now()
            row.last_error = "given up: the worker was lost every time"
        else:
            row.state, row.lease_until = State.ENQUEUED, until


def extend_lease(rows: Sequence[OutboxRow], *, lease_seconds: float) -> None:
    """Leave rows that still wait in the queue where they are for another lease."""
    until = clock.now() + timedelta(seconds=lease_seconds)
    for row in rows:
        row.lease_until = until


def perform(
    database: Database, row_id: int, *, find_task: Callable[[str], Callable[..., None]]
) -> bool:
    """Do the work of one row, in one transaction with marking it done.

    The task is called as `task(session, database, **ids)`. Returns False where there was nothing
    to do: done before, given up, or in another worker's hands right now.
    A task that raises is tried again after a growing pause, and listed as failed in the end; one
    that is interrupted (SystemExit and its like) goes back to the others without counting.
    Raises what the database raises where it cannot be reached: the row comes back by its lease.
    """
    try:
        with database.unit_of_work() as session:
            row = _take(session, row_id)
            if row is None:
                return False
            find_task(row.task)(session, database, **row.payload)
            row.state, row.done_at, row.last_error = State.DONE, clock.now(), None
    except Exception as error:
        logs.get(__name__).exception("job_failed", outbox_id=row_id)
        with database.unit_of_work() as session:
            _note_failure(_take(session, row_id), reason=logs.describe(error))
    except BaseException:
        with database.unit_of_work() as session:
            _give_back(_take(session, row_id))
        raise
    return True


def _take(session: Session, row_id: int) -> OutboxRow | None:
    """Lock an open row for this transaction; None where it is closed or in another worker's hands.

    Two locks, because two parties hold rows: a worker for as long as its task runs, which is not
    waited for, and the relay for the moment between enqueueing and its commit, which is. Skipping
    the relay's lock as well would drop jobs that a worker picks up faster than the relay commits.
    """
    row = session.scalars(_TAKE, {"row_id": row_id}).one_or_none()
    return None if row is None or row.state in (State.DONE, State.FAILED) else row


def _note_failure(row: OutboxRow | None, *, reason: str) -> None:
    if row is None:  # a lost connection can hide that the commit went through, or another is at it
        return
    row.attempts += 1
    row.last_error = reason[:300]
    if row.attempts >= ATTEMPTS:
        row.state, row.done_at = State.FAILED, clock.now()
        return
    _put_off(row, pause=PAUSES[min(row.attempts, len(PAUSES)) - 1])


def _give_back(row: OutboxRow | None) -> None:
    if row is not None:
        row.deliveries = max(row.deliveries - 1, 0)
        _put_off(row, pause=PAUSES[0])


def _put_off(row: OutboxRow, *, pause: float) -> None:
    row.state, row.available_at = State.PENDING, clock.now() + timedelta(seconds=pause)


def list_failed(session: Session, *, limit: int = 200) -> Sequence[OutboxRow]:
    """List the rows that were given up, newest first."""
    query = select(OutboxRow).where(_is(State.FAILED))
    return session.scalars(query.order_by(OutboxRow.id.desc()).limit(limit)).all()


def retry(session: Session, *, row_id: int) -> OutboxRow:
    """Give a failed row all its attempts again; raises `NotFound` or `Conflict`."""
    row = session.get(OutboxRow, row_id, with_for_update=True)
    if row is None:
        raise NotFound("没有这个任务。")
    if row.state != State.FAILED:
        raise Conflict("这个任务没有失败，不需要重试。")
    _start_again(session, row)
    return row


def retry_all(session: Session) -> int:
    """Give every failed row all its attempts again; returns how many."""
    failed = select(OutboxRow).where(_is(State.FAILED)).order_by(OutboxRow.id)
    rows = session.scalars(failed.with_for_update(skip_locked=True)).all()
    for row in rows:
        _start_again(session, row)
    return len(rows)


def _start_again(session: Session, row: OutboxRow) -> None:
    row.state, row.available_at = State.PENDING, clock.now()
    row.attempts = row.deliveries = 0
    row.done_at = None
    session.execute(select(func.pg_notify(CHANNEL, "")))


def counts(session: Session) -> dict[str, int]:
    """Count rows by state."""
    query = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
    return {row[0]: row[1] for row in session.execute(query)}


def forget_done(session: Session, *, older_than: timedelta) -> int:
    """Delete rows that were done long ago; returns how many."""
    before = clock.now() - older_than
    gone = delete(OutboxRow).where(_is(State.DONE), OutboxRow.done_at < before)
    return len(session.scalars(gone.returning(OutboxRow.id)).all())
