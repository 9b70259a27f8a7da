"""What is left of imports goes when its time is over: the uploaded file above all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.households.models.imports import RosterHousehold, RosterImport
from app.households.queries import imports as queries
from app.households.service.importing import files
from app.kernel import clock, scope

KEPT_FOR = timedelta(days=7)
SERVED = ("done", "discarded")


def sweep(session: Session, *, files_dir: Path) -> int:
    """Forget the values of imports older than seven days, and every file that has served.

    One that is being carried out is left alone; one that stopped half way is not. Returns how many
    imports were emptied.
    """
    before = clock.now() - KEPT_FOR
    query = select(RosterImport).where(
        RosterImport.created_at < before,
        RosterImport.layout_sealed.is_not(None),
    )
    found = session.scalars(query.with_for_update(skip_locked=True)).all()
    old = [row for row in found if row.state != "importing" or queries.is_stalled(session, row)]
    for row in old:
        scope.open_scope(session, row.division_code)
        session.execute(delete(RosterHousehold).where(RosterHousehold.import_id == row.id))
        row.file_name_sealed = row.layout_sealed = None
        row.has_refused_file = False
        if row.state != "done":
            row.state = "discarded"
    session.flush()
    _remove_files(session, files_dir)
    return len(old)


def _remove_files(session: Session, files_dir: Path) -> None:
    """Remove the files of imports that need them no more, or of none at all.

    An upload whose transaction was undone, or a worker that was killed, leaves such behind.
    """
    there = list(files.present(files_dir))
    numbers = {number for number, _kind, _path in there}
    query = select(RosterImport).where(RosterImport.id.in_(numbers))
    rows = {row.id: row for row in session.scalars(query)}
    a_while = clock.now() - timedelta(hours=1)
    for number, kind, path in there:
        row = rows.get(number)
        if row is None:
            # It may belong to an upload whose transaction is not over yet.
            if path.stat().st_mtime < a_while.timestamp():
                path.unlink(missing_ok=True)
        elif (kind == files.SOURCE and row.state in SERVED) or row.layout_sealed is None:
            path.unlink(missing_ok=True)
