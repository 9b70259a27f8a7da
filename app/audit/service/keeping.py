"""Keeping the ledger for three years: months are made ahead, and dropped with their hash kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Date, and_, delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from app.audit.errors import MonthNotSealed
from app.audit.models import AuditFlag, AuditQuestion, LedgerClosing, LedgerLine, LedgerSeal
from app.audit.service import chain, heads
from app.kernel import clock

MONTHS_KEPT, MONTHS_AHEAD = 36, 12
_PARTS = text(
    "SELECT substring(c.relname FROM '[0-9]{6}$') FROM pg_inherits i JOIN pg_class c"
    " ON c.oid = i.inhrelid WHERE i.inhparent = 'access_ledger'::regclass"
    " AND c.relname ~ '^access_ledger_[0-9]{6}$' ORDER BY 1"
)


def make_months(session: Session) -> list[date]:
    """Make the partitions of last month to a year from now, where missing; returns the new ones."""
    this = _month(clock.now())
    wanted = [_shift(this, number) for number in range(-1, MONTHS_AHEAD + 1)]
    there, make = set(months(session)), func.ledger_make_month
    return [
        month
        for month in wanted
        if month not in there and session.scalar(select(make(literal(month, Date))))
    ]


def months(session: Session) -> list[date]:
    """List the months that have a partition, oldest first."""
    return [date(int(name[:4]), int(name[4:]), 1) for name in session.scalars(_PARTS)]


def close_months(session: Session) -> list[date]:
    """Drop the months that are over for 36 months, leaving their closing; returns which.

    Flags that speak of them go as well, and questions that were answered before.
    """
    oldest_kept = _shift(_month(clock.now()), -MONTHS_KEPT)
    over = [month for month in months(session) if month < oldest_kept]
    for month in over:
        close_month(session, month=month)
    session.execute(delete(AuditFlag).where(AuditFlag.ended_at < _moment(oldest_kept)))
    session.execute(delete(AuditQuestion).where(AuditQuestion.answered_at < _moment(oldest_kept)))
    return over


def close_month(session: Session, *, month: date) -> None:
    """Sign what is left of one month and drop its lines; raises `MonthNotSealed`.

    The chain is cut before the first seal of a later month. PostgreSQL refuses a month that is not
    over for 36 months by its own clock.
    """
    inside = _within(month)
    lines = session.scalars(select(func.count()).select_from(LedgerLine).where(inside)).one()
    covered = (
        select(func.count())
        .select_from(LedgerLine)
        .join(
            LedgerSeal,
            and_(LedgerSeal.line_id == LedgerLine.id, LedgerSeal.line_at == LedgerLine.at),
        )
    )
    if session.scalars(covered.where(inside)).one() != lines:
        raise MonthNotSealed
    sequence, end = _cut(session, month)
    moment = clock.now()
    signature = heads.sign_closing(
        session, month=month, sequence=sequence, end=end, lines=lines, closed_at=moment
    )
    session.execute(
        insert(LedgerClosing).values(
            month=month,
            sequence=sequence,
            hash=end,
            lines=lines,
            closed_at=moment,
            signature=signature,
        )
    )
    session.execute(select(func.ledger_drop_month(literal(month, Date))))


def _cut(session: Session, month: date) -> tuple[int, bytes]:
    """Find where the chain may be cut once this month is gone: (sequence, hash)."""
    after = _moment(_shift(month, 1))
    first = session.scalar(select(func.min(LedgerSeal.sequence)).where(LedgerSeal.line_at >= after))
    query = select(LedgerSeal.sequence, LedgerSeal.hash)
    if first is not None:
        query = query.where(LedgerSeal.sequence < first)
    last = session.execute(query.order_by(LedgerSeal.sequence.desc()).limit(1)).first()
    if last is not None:
        return last.sequence, last.hash
    before = select(LedgerClosing.sequence, LedgerClosing.hash)
    closed = session.execute(before.order_by(LedgerClosing.month.desc()).limit(1)).first()
    return (closed.sequence, closed.hash) if closed else (0, chain.GENESIS)


def _within(month: date) -> ColumnElement[bool]:
    return and_(LedgerLine.at >= _moment(month), LedgerLine.at < _moment(_shift(month, 1)))


def _month(moment: datetime) -> date:
    return moment.astimezone(UTC).date().replace(day=1)


def _moment(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def _shift(month: date, by: int) -> date:
    count = month.year * 12 + month.month - 1 + by
    return date(count // 12, count % 12 + 1, 1)
