"""Checking the ledger: every line against its seal, every seal against the one before, the chain
against every signed head.

What it proves and what not: docs/ledger.md.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, exists, func, select
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.models import AuditCheck, LedgerClosing, LedgerHead, LedgerLine, LedgerSeal
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
    key = key or heads.public_key(session)
    report = Report()
    start, end, closed = _closings(session, report, key)
    signed = _heads(session, report, exported, key)
    walk = _Walk(session, report, sequence=start, end=end, closed=closed, signed=signed)
    for rows in _seals(session, after=start):
        walk.take(rows)
    walk.finish()
    _waiting(session, report, walk.last_sealed_at)
    return report


def note_check(session: Session, report: Report) -> AuditCheck:
    """Keep what a check came to, for the auditors' page."""
    check = AuditCheck(
        at=clock.now(),
        sealed=report.sealed,
        waiting=report.waiting,
        heads=report.heads,
        found=report.found,
        told="\n".join(finding.sentence for finding in report.findings[:20]),
    )
    session.add(check)
    session.flush()
    return check


class _Walk:
    """One pass over the chain, seal after seal."""

    def __init__(
        self,
        session: Session,
        report: Report,
        *,
        sequence: int,
        end: bytes,
        closed: set[str],
        signed: dict[int, list[Head]],
    ) -> None:
        self._session, self._report = session, report
        self._sequence, self._end = sequence, end
        self._closed, self._signed = closed, signed
        self._good_head, self._remade = 0, False
        self.last_sealed_at: datetime | None = None
        self._compare_head(None)

    def take(self, rows: Sequence[Row[Any]]) -> None:
        """Check a batch of seals with their lines."""
        self._check_reasons(rows)
        for row in rows:
            seal = Seal(*row[:_PARTS])
            self._follow(seal)
            self._check_line(seal, tuple(row[_PARTS:]))
            self._check_time(seal)
            self._sequence, self._end = seal.sequence, seal.hash
            self.last_sealed_at = seal.sealed_at
            self._compare_head(seal)

    def finish(self) -> None:
        """Name the heads that lie beyond the chain's end."""
        for sequence in sorted(self._signed):
            if sequence > self._sequence:
                signed_at = _shown(self._signed[sequence][0].signed_at)
                self._report.add(
                    "cut",
                    f"链在第 {self._sequence} 环就结束了，而 {signed_at} 签过第 {sequence} 环："
                    f"后面的 {sequence - self._sequence} 环不见了。",
                    sequence=sequence,
                )

    def _follow(self, seal: Seal) -> None:
        if seal.sequence != self._sequence + 1:
            gap = f"第 {self._sequence + 1} 环到第 {seal.sequence - 1} 环不见了。"
            self._report.add("gap", gap, sequence=self._sequence + 1)
            return
        if chain.link(self._end, *seal[:-1]) != seal.hash:
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
        if self.last_sealed_at is None:
            return
        # Where the clock was set back, the sealing is as early as the line, and this stays silent.
        if seal.line_at < min(self.last_sealed_at, seal.sealed_at) - OUT_OF_TIME:
            self._report.add(
                "backdated",
                f"记录 {seal.line_id} 写的时间是 {_shown(seal.line_at)}，而它在 "
                f"{_shown(self.last_sealed_at)} 之后才出现。",
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
        here = self._signed.get(self._sequence, ())
        wrong = [head for head in here if head.hash != self._end]
        if not wrong:
            self._good_head = self._sequence if here else self._good_head
            return
        if self._remade:  # every head after the first wrong one is wrong with it
            return
        self._remade = True
        self._report.add(
            "remade",
            f"第 {self._good_head + 1} 环到第 {self._sequence} 环重做过，和 "
            f"{_shown(wrong[0].signed_at)} 签过的不一样。",
            line_id=seal.line_id if seal else None,
            sequence=self._sequence,
        )


def _seals(session: Session, *, after: int) -> Iterator[Sequence[Row[Any]]]:
    """Give the seals with their lines in the chain's order, some at a time."""
    together = and_(LedgerLine.id == LedgerSeal.line_id, LedgerLine.at == LedgerSeal.line_at)
    query = select(*_SEAL, *_LINE).outerjoin(LedgerLine, together)
    while True:
        batch = query.where(LedgerSeal.sequence > after).order_by(LedgerSeal.sequence).limit(BATCH)
        rows = session.execute(batch).all()
        if not rows:
            return
        after = rows[-1].seal_sequence
        yield rows


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
    session: Session, report: Report, exported: Sequence[Head], key: str
) -> dict[int, list[Head]]:
    """Gather the heads of the database and the exported ones, those that are really signed."""
    kept = [
        Head(row.sequence, row.hash, row.signed_at, row.signature)
        for row in session.scalars(select(LedgerHead))
    ]
    signed: dict[int, list[Head]] = {}
    for head in (*kept, *exported):
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
