"""Chaining new lines: one at a time takes the turn, and what it finds unsealed it seals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, select
from sqlalchemy.orm import Session

from app.audit.models import LedgerClosing, LedgerLine, LedgerSeal
from app.audit.service import chain
from app.kernel import clock
from app.kernel.db import Base

BATCH = 1000
_TURN = select(func.pg_try_advisory_xact_lock(func.hashtextextended("audit.sealer", 0)))


def seal(session: Session, *, above: int = 0, limit: int = BATCH) -> list[int]:
    """Seal lines that no seal covers yet, in the order of their numbers; returns their numbers.

    Lines up to number `above` are not looked at. Where another sealer is at it right now nothing
    happens. A line whose transaction ended late stands in the chain where it was found.
    """
    if not session.scalar(_TURN):
        return []
    sequence, end = chain_end(session)
    unsealed = (
        select(*chain.LINE)
        .where(
            LedgerLine.id > above,
            # The second bound says nothing new, but without it all seals are read.
            ~exists().where(LedgerSeal.line_id == LedgerLine.id, LedgerSeal.line_id > above),
        )
        .order_by(LedgerLine.id)
        .limit(limit)
    )
    moment, seals = clock.now(), []
    for values in session.execute(unsealed):
        sequence += 1
        row = _seal(end, sequence, tuple(values), moment)
        seals.append(row)
        end = row["hash"]
    if seals:
        session.execute(insert(Base.metadata.tables[LedgerSeal.__tablename__]), seals)
    return [row["line_id"] for row in seals]


def chain_end(session: Session) -> tuple[int, bytes]:
    """Give the last place of the chain and its hash: (sequence, hash)."""
    for table in (LedgerSeal, LedgerClosing):
        last = session.execute(
            select(table.sequence, table.hash).order_by(table.sequence.desc()).limit(1)
        ).first()
        if last is not None:
            return last.sequence, last.hash
    return 0, chain.GENESIS


def highest_sealed(session: Session) -> int:
    """Give the highest number of a line that a seal covers; 0 where there is none."""
    return session.scalar(select(func.max(LedgerSeal.line_id))) or 0


def _seal(end: bytes, sequence: int, values: tuple[Any, ...], moment: datetime) -> dict[str, Any]:
    line_id, line_at = values[:2]
    digest = chain.digest_line(values)
    return {
        "sequence": sequence,
        "line_id": line_id,
        "line_at": line_at,
        "sealed_at": moment,
        "line_digest": digest,
        "hash": chain.link(end, sequence, line_id, line_at, moment, digest),
    }
