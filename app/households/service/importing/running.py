"""What workers do with a roster: read it into a plan, and carry the plan out, chunk by chunk.

The promise is that a household is entered whole or not at all: it lies within one transaction, and
so does the mark that it is done, so that a killed worker goes on with the next one. A transaction
of its own for each would cost a commit for every three people; so a chunk of households shares
one, and where anything in it fails, all of it is undone and done again with a transaction for
each household, of which only the failing one is then refused.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.households.models.imports import RosterHousehold, RosterImport
from app.households.queries import imports as queries
from app.households.rosters import decisions, households, workbook
from app.households.rosters.decisions import REFUSE, Decision
from app.households.rosters.entries import Entry
from app.households.rosters.errors import FileRefused, MappingRefused, NoHeader
from app.households.rosters.households import Groups, Roster
from app.households.service.importing import entering, files, refusals
from app.households.service.importing.inserting import Origin
from app.households.service.register import next_ids
from app.kernel import clock, crypto, logs, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place, Unreadable
from app.kernel.db import Database
from app.kernel.errors import Conflict, SunshineError
from app.places import queries as places
from app.places.group_names import group_key

CHUNK = 200  # households a transaction
NO_FILE = "上传的名单已经读不出来，所以没有“未导入”表；请看下面没有导入的原因，改好后重新上传。"
COLLIDED = "这一户或其中的人刚刚被别处登记，请核对以后再导入。"

log = logs.get(__name__)


def groups_of(session: Session, division_code: str) -> Groups:
    """Give the codes of a village's groups by code and by every writing of their names."""
    found: dict[str, set[str]] = {}
    for place in places.children(session, division_code):
        for key in (place.code, group_key(place.short_name)):
            found.setdefault(key, set()).add(place.code)
    return found


def read_again(session: Session, row: RosterImport, *, files_dir: Path) -> Roster:
    """Read an import's file as its mapping says; raises a `FileRefused` or `MappingRefused`."""
    content = files.read(session, files_dir, import_id=row.id, kind=files.SOURCE)
    return read_roster(session, row, content)


def read_roster(session: Session, row: RosterImport, content: bytes) -> Roster:
    """Read a file's bytes as an import's mapping says."""
    book = workbook.read(content)
    chosen: dict[str, Any] = row.mapping or {}
    sheets = households.alike(book, chosen["sheet"], row=chosen["row"])
    if not sheets:
        raise NoHeader
    mapping = {int(index): field for index, field in chosen["columns"].items()}
    return households.read_roster(
        book, sheets, mapping, groups=groups_of(session, row.division_code)
    )


def read(database: Database, *, import_id: int, files_dir: Path) -> None:
    """Read a roster and write down, sealed, what is to be done with each household.

    Begins anew where a killed worker had begun: nothing of it is in the register.
    """
    with database.unit_of_work() as session:
        row = _hold(session, import_id, state="reading")
        if row is None:
            return
        try:
            roster = read_again(session, row, files_dir=files_dir)
        except (FileRefused, MappingRefused, Unreadable) as refusal:
            row.state, row.fault = "uploaded", refusal.sentence
            return
        session.execute(delete(RosterHousehold).where(RosterHousehold.import_id == import_id))
        row.households, row.done = len(roster.entries), 0
    counts: Counter[str] = Counter({"notes": len(roster.notes)})
    numbered = iter(enumerate(roster.entries, start=1))
    while chunk := list(islice(numbered, CHUNK)):
        with database.unit_of_work() as session:
            row = _hold(session, import_id, state="reading")
            if row is None:
                return
            counts.update(write_plan(session, row, chunk))
            row.done += len(chunk)
    with database.unit_of_work() as session:
        row = _hold(session, import_id, state="reading")
        if row is not None:
            row.state, row.counts = "planned", dict(counts)


def _hold(session: Session, import_id: int, *, state: str) -> RosterImport | None:
    """Lock an import that still is in this step, and open its village; None where it is not."""
    query = select(RosterImport).where(RosterImport.id == import_id).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is None or row.state != state:
        return None
    scope.open_scope(session, row.division_code)
    return row


def write_plan(
    session: Session, row: RosterImport, chunk: Sequence[tuple[int, Entry]]
) -> dict[str, int]:
    """Write down, sealed, what is to be done with these numbered households; gives the counts."""
    entries = [entry for _number, entry in chunk]
    made = entering.plan(session, entries, division_code=row.division_code)
    ids = next_ids(session, "roster_households", len(chunk))
    rows = [
        {
            "id": row_id,
            "import_id": row.id,
            "number": number,
            "division_code": row.division_code,
            "outcome": decision.outcome,
            "is_done": False,
            "payload_sealed": seal_payload(session, row_id, entry, decision),
        }
        for row_id, (number, entry), decision in zip(ids, chunk, made, strict=True)
    ]
    session.execute(insert(RosterHousehold), rows)
    return decisions.count(made)


def seal_payload(session: Session, row_id: int, entry: Entry, decision: Decision) -> bytes:
    """Seal a household of a roster and what is decided about it."""
    content = json.dumps({"entry": entry.dump(), "decision": decision.dump()}, ensure_ascii=False)
    return crypto.of(session).seal(content, Place("roster_households", row_id, "payload"))


def run(database: Database, *, import_id: int, files_dir: Path) -> None:
    """Enter every household that is still to be done, then write the file of those refused."""
    size = CHUNK
    while True:
        try:
            with database.unit_of_work() as session:
                row = _hold(session, import_id, state="importing")
                if row is None:
                    return
                waiting = _take(session, import_id, limit=size)
                if not waiting:
                    break
                _enter(session, row, waiting)
            size = min(size * 2, CHUNK)
        except (IntegrityError, Conflict):  # somebody entered one of them at the same moment
            if size > 1:
                size = 1
                continue
            _refuse_first(database, import_id)
    # Outside the loop: what fails here is no household's fault, and refusing one mends nothing.
    with database.unit_of_work() as session:
        row = _hold(session, import_id, state="importing")
        if row is None:
            return
        _finish(session, row, files_dir=files_dir)
    files.delete(files_dir, import_id=import_id, kinds=(files.SOURCE,))


def _take(session: Session, import_id: int, *, limit: int) -> Sequence[RosterHousehold]:
    query = select(RosterHousehold).where(
        RosterHousehold.import_id == import_id, RosterHousehold.is_done.is_(False)
    )
    return session.scalars(query.order_by(RosterHousehold.number).limit(limit)).all()


def _enter(session: Session, row: RosterImport, waiting: Sequence[RosterHousehold]) -> None:
    opened = [queries.open_row(session, one).entry for one in waiting]
    made = entering.enter(session, opened, origin=origin_of(row))
    _mark(session, row, waiting, list(zip(opened, made, strict=True)))


def origin_of(row: RosterImport) -> Origin:
    """Say who changes the register by an import: whoever started it."""
    actor = Actor(
        name=row.started_by or row.created_by,
        staff_id=row.started_by_id,
        is_operator=row.started_by_id is None,
    )
    return Origin(row.division_code, f"import:{row.id}", actor)


def _mark(
    session: Session,
    row: RosterImport,
    done: Sequence[RosterHousehold],
    made: Sequence[tuple[Entry, Decision]],
) -> None:
    """Mark households done; the values of those entered go, those refused are shown and mended."""
    kept: list[dict[str, Any]] = []
    gone: list[int] = []
    for one, (entry, decision) in zip(done, made, strict=True):
        if decision.outcome == REFUSE:
            sealed = seal_payload(session, one.id, entry, decision)
            kept.append(
                {"id": one.id, "is_done": True, "outcome": REFUSE, "payload_sealed": sealed}
            )
        else:
            gone.append(one.id)
    if kept:
        session.execute(update(RosterHousehold), kept)
    if gone:
        session.execute(delete(RosterHousehold).where(RosterHousehold.id.in_(gone)))
    row.done += len(done)
    row.counts = dict(
        Counter(row.counts) + Counter(decisions.count(decision for _entry, decision in made))
    )


def _refuse_first(database: Database, import_id: int) -> None:
    """Refuse the household that cannot be entered even by itself."""
    with database.unit_of_work() as session:
        row = _hold(session, import_id, state="importing")
        if row is None:
            return
        for one in _take(session, import_id, limit=1):
            found = queries.open_row(session, one)
            found.decision.outcome, found.decision.reason = REFUSE, COLLIDED
            for step in found.decision.steps:
                step.outcome, step.fields, step.reason = REFUSE, (), COLLIDED
            _mark(session, row, [one], [(found.entry, found.decision)])


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
