"""Checking the ledger: every line against its seal, every seal against the one before, the chain
against every signed head.

What it proves and what not: docs/ledger.md.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, exists, func, select
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.models import LedgerClosing, LedgerHead, LedgerLine, LedgerSeal
from app.audit.schemas import FINDINGS_TOLD, Report
from app.audit.service import chain, heads
from app.audit.service.heads import Head
from app.audit.service.recording import digest_reason
from app.kernel import clock

BATCH = 2000
OUT_OF_TIME = timedelta(minutes=10)
_LINE: Sequence[ColumnElement[Any]] = [column.expression for column in chain.LINE]


class Seal(NamedTuple):
    """A link of the chain as it is read."""

    sequence: int
    line_id: int
    line_at: datetime
    sealed_at: datetime
    line_digest: bytes
    hash: bytes


_SEAL = [getattr(LedgerSeal, name).label(f"seal_{name}") for name in Seal._fields]
_PARTS = len(Seal._fields)


def verify(session: Session, *, exported: Sequence[Head] = (), key: str | None = None) -> Report:
    """Check everything that is there, in one pass in the order of the chain.

    `exported` are heads kept outside the database; `key` is the public key in hexadecimal that was
    kept with them, where the key ring at hand is not to be trusted.
    """
    report = Report()
    walk = set_out(session, report, Standing(), exported=exported, key=key)
    while walk.take_next():
        pass
    walk.finish()
    return report


@dataclass
class Standing:
    """How far a walk along the chain has come, and what it must know to go on from there."""

    sequence: int = 0
    end: bytes = chain.GENESIS
    last_sealed_at: datetime | None = None
    good_head: int = 0
    remade: bool = False
    begun: bool = False


def set_out(
    session: Session,
    report: Report,
    standing: Standing,
    *,
    exported: Sequence[Head] = (),
    key: str | None = None,
) -> Walk:
    """Begin a walk, or go on with one: what was told at its beginning is not told again.

    A month that was dropped on the way is stepped over by its signed closing.
    """
    key = key or heads.public_key(session)
    told = Report() if standing.begun else report
    start, end, closed = _closings(session, told, key)
    signed = _heads(session, told, exported, key, after=standing.sequence)
    report.months_dropped = told.months_dropped
    if start > standing.sequence:
        standing.sequence, standing.end = start, end
    standing.begun = True
    return Walk(session, report, standing, closed=closed, signed=signed)


class Walk:
    """A pass over the chain, seal after seal."""

    def __init__(
        self,
        session: Session,
        report: Report,
        standing: Standing,
        *,
        closed: set[str],
        signed: dict[int, list[Head]],
    ) -> None:
        self._session, self._report, self._at = session, report, standing
        self._closed, self._signed = closed, signed
        self._compare_head(None)

    def take_next(self) -> int:
        """Check the next seals; returns how many, 0 at the chain's end."""
        rows = _seals_after(self._session, self._at.sequence)
        self.take(rows)
        return len(rows)

    def take(self, rows: Sequence[Row[Any]]) -> None:
        """Check a batch of seals with their lines."""
        self._check_reasons(rows)
        for row in rows:
            seal = Seal(*row[:_PARTS])
            self._follow(seal)
            self._check_line(seal, tuple(row[_PARTS:]))
            self._check_time(seal)
            self._at.sequence, self._at.end = seal.sequence, seal.hash
            self._at.last_sealed_at = seal.sealed_at
            self._compare_head(seal)

    def finish(self) -> None:
        """Name the heads that lie beyond the chain's end, and count what is not sealed yet."""
        for sequence in sorted(self._signed):
            if sequence > self._at.sequence:
                signed_at = _shown(self._signed[sequence][0].signed_at)
                self._report.add(
                    "cut",
                    f"链在第 {self._at.sequence} 环就结束了，而 {signed_at} 签过第 {sequence} 环："
                    f"后面的 {sequence - self._at.sequence} 环不见了。",
                    sequence=sequence,
                )
        _waiting(self._session, self._report, self._at.last_sealed_at)

    def _follow(self, seal: Seal) -> None:
        if seal.sequence != self._at.sequence + 1:
            gap = f"第 {self._at.sequence + 1} 环到第 {seal.sequence - 1} 环不见了。"
            self._report.add("gap", gap, sequence=self._at.sequence + 1)
            return
        if chain.link(self._at.end, *seal[:-1]) != seal.hash:
            self._report.add(
                "relinked",
                f"第 {seal.sequence} 环（记录 {seal.line_id}）和前一环接不上，是改过或者换过的。",
                line_id=seal.line_id,
                sequence=seal.sequence,
            )

    def _check_line(self, seal: Seal, values: tuple[Any, ...]) -> None:
        if values[0] is None:
            if f"{seal.line_at:%Y-%m}" not in self._closed:
                self._missing(seal)
        elif chain.digest_line(values) != seal.line_digest:
            self._changed(seal)

    def _missing(self, seal: Seal) -> None:
        moved = select(LedgerLine.id).where(LedgerLine.id == seal.line_id)
        if self._session.execute(moved).first():
            self._changed(seal)
            return
        self._report.add(
            "missing",
            f"记录 {seal.line_id} 不见了，它写于 {_shown(seal.line_at)}，是第 {seal.sequence} 环。",
            line_id=seal.line_id,
            sequence=seal.sequence,
        )

    def _changed(self, seal: Seal) -> None:
        self._report.add(
            "changed",
            f"记录 {seal.line_id} 改过了，它写于 {_shown(seal.line_at)}，是第 {seal.sequence} 环。",
            line_id=seal.line_id,
            sequence=seal.sequence,
        )

    def _check_time(self, seal: Seal) -> None:
        self._report.sealed += 1
        if self._at.last_sealed_at is None:
            return
        # Where the clock was set back, the sealing is as early as the line, and this stays silent.
        if seal.line_at < min(self._at.last_sealed_at, seal.sealed_at) - OUT_OF_TIME:
            self._report.add(
                "backdated",
                f"记录 {seal.line_id} 写的时间是 {_shown(seal.line_at)}，而它在 "
                f"{_shown(self._at.last_sealed_at)} 之后才出现。",
                line_id=seal.line_id,
                sequence=seal.sequence,
            )

    def _check_reasons(self, rows: Sequence[Row[Any]]) -> None:
        bound = {row.id: row.reason_digest for row in rows if row.reason_digest is not None}
        if not bound:
            return
        kept = queries.reasons(self._session, list(bound))
        for line_id, digest in bound.items():
            reason = kept.get(line_id)
            if reason is None or not hmac.compare_digest(
                digest_reason(self._session, line_id, reason), digest
            ):
                told = f"记录 {line_id} 的事由改过了或者不见了。"
                self._report.add("reason", told, line_id=line_id)

    def _compare_head(self, seal: Seal | None) -> None:
        """Compare the chain with what was signed at this place."""
        here = self._signed.get(self._at.sequence, ())
        wrong = [head for head in here if head.hash != self._at.end]
        if not wrong:
            self._at.good_head = self._at.sequence if here else self._at.good_head
            return
        if self._at.remade:  # every head after the first wrong one is wrong with it
            return
        self._at.remade = True
        self._report.add(
            "remade",
            f"第 {self._at.good_head + 1} 环到第 {self._at.sequence} 环重做过，和 "
            f"{_shown(wrong[0].signed_at)} 签过的不一样。",
            line_id=seal.line_id if seal else None,
            sequence=self._at.sequence,
        )


def _seals_after(session: Session, sequence: int) -> Sequence[Row[Any]]:
    """Give the next seals with their lines in the chain's order."""
    together = and_(LedgerLine.id == LedgerSeal.line_id, LedgerLine.at == LedgerSeal.line_at)
    query = select(*_SEAL, *_LINE).outerjoin(LedgerLine, together)
    query = query.where(LedgerSeal.sequence > sequence).order_by(LedgerSeal.sequence)
    return session.execute(query.limit(BATCH)).all()


def _closings(session: Session, report: Report, key: str) -> tuple[int, bytes, set[str]]:
    """Check what is left of dropped months; gives where the chain goes on and which are gone."""
    sequence, end, closed = 0, chain.GENESIS, set()
    for row in session.scalars(select(LedgerClosing).order_by(LedgerClosing.month)):
        said = heads.closing_said(row.month, row.sequence, row.hash, row.lines, row.closed_at)
        if not heads.is_signed(key, said, row.signature) or row.sequence < sequence:
            report.add("closing", f"{row.month:%Y-%m} 的结束记录不是平台签的，或者改过。")
            continue
        sequence, end = row.sequence, row.hash
        closed.add(f"{row.month:%Y-%m}")
    report.months_dropped = len(closed)
    return sequence, end, closed


def _heads(
    session: Session, report: Report, exported: Sequence[Head], key: str, *, after: int
) -> dict[int, list[Head]]:
    """Gather the heads from a place on, of the database and exported, that are really signed."""
    kept = [
        Head(row.sequence, row.hash, row.signed_at, row.signature)
        for row in session.scalars(select(LedgerHead).where(LedgerHead.sequence >= after))
    ]
    signed: dict[int, list[Head]] = {}
    for head in (*kept, *(one for one in exported if one.sequence >= after)):
        if heads.head_is_signed(key, head):
            signed.setdefault(head.sequence, []).append(head)
        else:
            told = f"第 {head.sequence} 环的链头不是这把密钥签的。"
            report.add("head", told, sequence=head.sequence)
    report.heads = len(signed)
    return signed


def _waiting(session: Session, report: Report, sealed_at: datetime | None) -> None:
    """Count lines no seal covers, and name those that a running sealer would have found."""
    unsealed = ~exists().where(LedgerSeal.line_id == LedgerLine.id)
    report.waiting = session.scalars(
        select(func.count()).select_from(LedgerLine).where(unsealed)
    ).one()
    if not report.waiting or sealed_at is None:
        return
    late = min(sealed_at, clock.now()) - OUT_OF_TIME
    query = select(LedgerLine.id, LedgerLine.at).where(unsealed, LedgerLine.at < late)
    for line_id, at in session.execute(query.order_by(LedgerLine.id).limit(FINDINGS_TOLD)):
        told = f"记录 {line_id} 写的时间是 {_shown(at)}，链上没有它：可能是后来添的。"
        report.add("unsealed", told, line_id=line_id)


def _shown(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M:%S}"
