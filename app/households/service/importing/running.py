"""What workers do with a plan: carry it out, a transaction for each household.

The promise is that a household is entered whole or not at all, and once: its rows and the mark
that it is done lie in one transaction of its own, so that a killed worker goes on with the next
one. What such a transaction needs is made ready for some households together: they are compared
with the register by the same few queries, and what is new is sealed. Between the look and the
transaction the register may change; then a unique index refuses the household, and it is decided
and entered anew by itself. One that changes what is registered always is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.households.models.imports import RosterHousehold, RosterImport
from app.households.queries import imports as queries
from app.households.rosters import decisions
from app.households.rosters.decisions import CHANGE, REFUSE, Decision
from app.households.rosters.entries import Entry
from app.households.service.importing import entering, files, refusals
from app.households.service.importing.inserting import Newcomer, Origin
from app.households.service.importing.planning import hold, seal_payload
from app.kernel import clock, logs, scope
from app.kernel.access import Actor
from app.kernel.db import Database, Fixed
from app.kernel.errors import Conflict, SunshineError

TOGETHER = 100  # households made ready at once: what one is compared with is some 0.3 s old
NO_FILE = "上传的名单已经读不出来，所以没有“未导入”表；请看下面没有导入的原因，改好后重新上传。"
COLLIDED = "这一户或其中的人刚刚被别处登记，请核对以后再导入。"

log = logs.get(__name__)


_COUNT = Fixed(
    text(
        "UPDATE roster_imports SET done = done + 1, counts = ("
        "   SELECT jsonb_object_agg(word, number) FROM ("
        "     SELECT word, sum(CAST(counted AS bigint)) AS number FROM ("
        "       SELECT * FROM jsonb_each_text(roster_imports.counts)"
        "       UNION ALL SELECT * FROM jsonb_each_text(CAST(:more AS jsonb))"
        "     ) AS both_sides (word, counted) GROUP BY word"
        "   ) AS sums)"
        " WHERE id = :import_id AND state = 'importing'"
    )
)
_LET_GO = Fixed(text("DELETE FROM roster_households WHERE id = :id AND NOT is_done"))
_KEEP = Fixed(
    text(
        "UPDATE roster_households SET is_done = true, outcome = 'refuse', payload_sealed = :payload"
        " WHERE id = :id AND NOT is_done"
    )
)


class _DoneElsewhere(Exception):
    """Another worker has done the household, or the import has stopped."""


@dataclass(frozen=True)
class _Ready:
    """A household of a plan with what is decided about it, and what it adds to the register."""

    row_id: int
    division_code: str
    entry: Entry
    decision: Decision
    newcomer: Newcomer | None


def run(database: Database, *, import_id: int, files_dir: Path) -> None:
    """Enter every household that is still to be done, then write the file of those refused."""
    while some := _make_ready(database, import_id):
        for ready in some:
            _carry_out(database, import_id, ready)
    with database.unit_of_work() as session:
        row = hold(session, import_id, state="importing")
        if row is None:
            return
        _finish(session, row, files_dir=files_dir)
    files.delete(files_dir, import_id=import_id, kinds=(files.SOURCE,))


def _make_ready(database: Database, import_id: int) -> list[_Ready]:
    """Decide about the next households that wait, together; nothing is written."""
    with database.unit_of_work() as session:
        row = hold(session, import_id, state="importing")
        if row is None:
            return []
        waiting = session.scalars(
            select(RosterHousehold)
            .where(RosterHousehold.import_id == import_id, RosterHousehold.is_done.is_(False))
            .order_by(RosterHousehold.number)
            .limit(TOGETHER)
        ).all()
        opened = [queries.open_row(session, one).entry for one in waiting]
        pairs = entering.prepare(session, opened, origin=origin_of(row))
        return [
            _Ready(one.id, row.division_code, entry, decision, newcomer)
            for one, entry, (decision, newcomer) in zip(waiting, opened, pairs, strict=True)
        ]


def _carry_out(database: Database, import_id: int, ready: _Ready) -> None:
    """Do what is decided about one household, in a transaction of its own."""
    try:
        if ready.decision.outcome != CHANGE:
            _as_decided(database, import_id, ready)
            return
    except _DoneElsewhere:
        return
    except IntegrityError:  # somebody entered one of them since
        log.info("roster_household_decided_anew", import_id=import_id)
    try:
        _anew(database, import_id, ready)
    except (IntegrityError, Conflict):  # and again, at the very moment
        _refuse(database, import_id, ready)


def _as_decided(database: Database, import_id: int, ready: _Ready) -> None:
    """Most households go this way, so its statements are few and run past the ORM."""
    with database.unit_of_work(waits_for_disk=False) as session:
        scope.open_scope(session, ready.division_code)
        _mark(session, import_id, ready, ready.decision)
        if ready.newcomer is not None:
            ready.newcomer.write(session)


def _anew(database: Database, import_id: int, ready: _Ready) -> None:
    with database.unit_of_work(waits_for_disk=False) as session:
        row = hold(session, import_id, state="importing")
        if row is None or not _waits(session, ready.row_id):
            return
        (decision,) = entering.enter(session, [ready.entry], origin=origin_of(row))
        _mark(session, import_id, ready, decision)


def _refuse(database: Database, import_id: int, ready: _Ready) -> None:
    """Refuse a household that cannot be entered."""
    decision = ready.decision
    decision.outcome, decision.reason = REFUSE, COLLIDED
    for step in decision.steps:
        step.outcome, step.fields, step.reason = REFUSE, (), COLLIDED
    with database.unit_of_work() as session:
        row = hold(session, import_id, state="importing")
        if row is not None and _waits(session, ready.row_id):
            _mark(session, import_id, ready, decision)


def _waits(session: Session, row_id: int) -> bool:
    query = select(RosterHousehold.id).where(
        RosterHousehold.id == row_id, RosterHousehold.is_done.is_(False)
    )
    return session.scalar(query) is not None


def origin_of(row: RosterImport) -> Origin:
    """Say who changes the register by an import: whoever started it."""
    actor = Actor(
        name=row.started_by or row.created_by,
        staff_id=row.started_by_id,
        is_operator=row.started_by_id is None,
    )
    return Origin(row.division_code, f"import:{row.id}", actor)


def _mark(session: Session, import_id: int, ready: _Ready, decision: Decision) -> None:
    """Count a household and mark it done; raises `_DoneElsewhere`, and then nothing may stay.

    The values of one entered go, one refused is shown and mended. The import is locked first.
    """
    more = json.dumps(decisions.count([decision]))
    counted = _COUNT.run(session, {"import_id": import_id, "more": more}).rowcount
    if decision.outcome == REFUSE:
        sealed = seal_payload(session, ready.row_id, ready.entry, decision)
        marked = _KEEP.run(session, {"id": ready.row_id, "payload": sealed}).rowcount
    else:
        marked = _LET_GO.run(session, {"id": ready.row_id}).rowcount
    if not counted or not marked:
        raise _DoneElsewhere


def _finish(session: Session, row: RosterImport, *, files_dir: Path) -> None:
    """Close an import, with a file of what was refused where the roster can still be read."""
    row.fault = None
    if row.counts.get(REFUSE):
        try:
            content = refusals.build(session, row, files_dir=files_dir)
        except SunshineError as error:  # the roster is gone or cannot be opened any more
            log.warning("refused_file_not_made", import_id=row.id, reason=error.code)
            row.fault = NO_FILE
        else:
            files.write(session, files_dir, import_id=row.id, kind=files.REFUSED, content=content)
            row.has_refused_file = True
    row.state, row.finished_at = "done", clock.now()
