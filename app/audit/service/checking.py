"""The nightly check of the whole ledger, in portions: each a job that ends long before its limit.

Between two portions the walk's standing is kept sealed: whoever owns the tables can send it back
to a place where a walk of the last 24 hours stood, but not past anything no such walk looked at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit.models import AuditCheck, AuditWalk
from app.audit.schemas import Finding, Report
from app.audit.service import verifying
from app.audit.service.heads import Head
from app.audit.service.verifying import Standing
from app.kernel import clock, crypto

LASTS = timedelta(hours=24)  # the next night's check is begun then
PORTION = 1_000_000  # seals: under three minutes at 6,200 a second, of the thirty that a job has


def begin_check(session: Session) -> AuditWalk:
    """Begin a check; one that still runs ends, for this one looks at all it looked at."""
    session.execute(delete(AuditWalk))
    walk = AuditWalk(began_at=clock.now(), standing_sealed=b"")
    session.add(walk)
    session.flush()
    _keep(session, walk, Standing(), Report())
    return walk


def running_check(session: Session, walk_id: int) -> AuditWalk | None:
    """Give a check that was begun and is not over, locked; None for one a later one has ended."""
    return session.get(AuditWalk, walk_id, with_for_update=True)


def go_on(
    session: Session, walk: AuditWalk, *, exported: Sequence[Head] = (), most: int = PORTION
) -> Report | None:
    """Check the next `most` seals or a few more; gives the report once all is checked.

    A walk that began over 24 hours ago, or at another time than it says, begins anew.
    """
    standing, report = _kept(session, walk)
    way = verifying.set_out(session, report, standing, exported=exported)
    taken = 0
    while taken < most:
        step = way.take_next()
        if not step:
            way.finish()
            session.delete(walk)
            return report
        taken += step
    _keep(session, walk, standing, report)
    return None


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


def _keep(session: Session, walk: AuditWalk, standing: Standing, report: Report) -> None:
    last = standing.last_sealed_at
    facts = {
        "began_at": walk.began_at.timestamp(),
        "standing": {
            **vars(standing),
            "end": standing.end.hex(),
            "last_sealed_at": last.isoformat() if last else None,
        },
        "report": {**vars(report), "findings": [vars(one) for one in report.findings]},
    }
    walk.standing_sealed = crypto.of(session).seal(json.dumps(facts), _place(walk))
    session.flush()


def _kept(session: Session, walk: AuditWalk) -> tuple[Standing, Report]:
    facts: dict[str, Any] = json.loads(
        crypto.open_value(session, walk.standing_sealed, _place(walk)) or ""
    )
    own = facts.get("began_at") == walk.began_at.timestamp()
    if not own or clock.now() - walk.began_at > LASTS:
        walk.began_at = clock.now()
        return Standing(), Report()
    told, report = facts["standing"], facts["report"]
    last = told["last_sealed_at"]
    standing = Standing(
        **{
            **told,
            "end": bytes.fromhex(told["end"]),
            "last_sealed_at": datetime.fromisoformat(last) if last else None,
        }
    )
    findings = [Finding(**one) for one in report["findings"]]
    return standing, Report(**{**report, "findings": findings})


def _place(walk: AuditWalk) -> crypto.Place:
    return crypto.Place(AuditWalk.__tablename__, walk.id, "standing_sealed")
