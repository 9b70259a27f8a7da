"""The steps of an import that people take: upload, say what the columns hold, start, throw away."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.households.models.imports import RosterHeading, RosterHousehold, RosterImport
from app.households.queries import imports as queries
from app.households.rosters import headings, households, samples, workbook
from app.households.rosters.errors import (
    AnotherRunning,
    MappingRefused,
    NoHeader,
    NotAVillage,
    WrongStep,
)
from app.households.rosters.samples import Layout
from app.households.service.importing import files
from app.households.service.keepers import require_keep
from app.kernel import clock, crypto, outbox, scope
from app.kernel.access import Actor
from app.kernel.crypto import Place
from app.places import queries as places

LOOSE = ("uploaded", "reading", "planned")  # nothing is in the register yet


def upload(
    session: Session,
    *,
    division_code: str,
    file_name: str,
    content: bytes,
    actor: Actor,
    files_dir: Path,
) -> RosterImport:
    """Take a roster in, sealed; raises `Forbidden`, `NotAVillage` or a `FileRefused`."""
    if not re.fullmatch(r"[0-9]{12}", division_code):
        raise NotAVillage
    require_keep(actor, division_code, act="import")
    places.hold(session, division_code)
    layout = samples.look(workbook.read(content))
    row = RosterImport(
        division_code=division_code,
        state="uploaded",
        households=0,
        done=0,
        counts={},
        staff_id=actor.staff_id,
        created_by=actor.name,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    row.file_name_sealed = crypto.seal_value(
        session, Path(file_name).name[:120], Place("roster_imports", row.id, "file_name")
    )
    _show(session, row, layout)
    files.write(session, files_dir, import_id=row.id, kind=files.SOURCE, content=content)
    return row


def _show(session: Session, row: RosterImport, layout: Layout) -> None:
    """Keep what the mapping page shows, with what was chosen for these headings before."""
    known = queries.remembered(
        session,
        division_code=row.division_code,
        headings=[column.heading for column in layout.columns if column.heading],
    )
    names = [""] * (1 + max((column.index for column in layout.columns), default=-1))
    for column in layout.columns:
        names[column.index] = column.heading
    guessed = headings.guess(names, known)
    content = layout.dump()
    for column in content["columns"]:
        column["field"] = guessed.get(column["index"], "")
    row.layout_sealed = crypto.seal_value(
        session,
        json.dumps(content, ensure_ascii=False),
        Place("roster_imports", row.id, "layout"),
    )
    row.mapping = {"sheet": layout.chosen, "row": None, "columns": {}}
    session.flush()


def hold(
    session: Session, import_id: int, *, actor: Actor, states: tuple[str, ...]
) -> RosterImport:
    """Lock an import that the actor may go on with; raises `Forbidden`, `WrongStep`."""
    row = queries.get(session, import_id)
    require_keep(actor, row.division_code, act="import")
    session.refresh(row, with_for_update=True)
    if row.state not in states:
        raise WrongStep
    scope.open_scope(session, row.division_code)
    return row


def look_again(
    session: Session,
    import_id: int,
    *,
    sheet: int,
    header_row: int | None,
    actor: Actor,
    files_dir: Path,
) -> None:
    """Look at another sheet, or take another row for its header, counted from 1."""
    row = hold(session, import_id, actor=actor, states=LOOSE)
    content = files.read(session, files_dir, import_id=row.id, kind=files.SOURCE)
    book = workbook.read(content)
    if not 0 <= sheet < len(book.sheets):
        raise NoHeader
    at = None if header_row is None else header_row - 1
    layout = samples.look(book, chosen=sheet, row=at)
    _forget_plan(session, row)
    _show(session, row, layout)
    row.mapping = {"sheet": sheet, "row": at, "columns": {}}
    row.state, row.fault = "uploaded", None
    if not layout.columns:
        raise NoHeader


def set_mapping(
    session: Session, import_id: int, *, columns: Mapping[int, str], actor: Actor
) -> RosterImport:
    """Say what each column holds, remember it for the village, and have the roster read.

    Raises as `hold` does, and `MappingRefused`.
    """
    row = hold(session, import_id, actor=actor, states=("uploaded", "planned"))
    layout = queries.layout(session, row)
    known = {column.index: column for column in layout.columns}
    chosen = {index: field for index, field in columns.items() if field}
    if not set(chosen) <= set(known) or not set(chosen.values()) <= set(headings.FIELDS):
        raise MappingRefused("请从列表里选择每一列的意思。")
    households.check_mapping(chosen)
    for index, column in known.items():
        if column.heading:
            _remember(session, row, column.heading, columns.get(index, ""))
    _forget_plan(session, row)
    row.mapping = {
        **(row.mapping or {}),
        "columns": {str(index): field for index, field in chosen.items()},
    }
    row.state, row.fault, row.done, row.households, row.counts = "reading", None, 0, 0, {}
    # The dry run tells what of the file is in the register: an access, whatever comes of it.
    fields = headings.ledger_fields(chosen.values())
    audit.record(session, Line(actor, "compare", row.division_code, fields=fields))
    outbox.publish(session, queries.READ_TASK, import_id=row.id)
    return row


def reopen(session: Session, import_id: int, *, actor: Actor) -> None:
    """Go back from the dry run to what the columns hold."""
    row = hold(session, import_id, actor=actor, states=("planned",))
    _forget_plan(session, row)
    layout = queries.layout(session, row)
    mapping: dict[str, Any] = row.mapping or {}
    content = layout.dump()
    for column in content["columns"]:
        column["field"] = mapping["columns"].get(str(column["index"]), "")
    row.layout_sealed = crypto.seal_value(
        session,
        json.dumps(content, ensure_ascii=False),
        Place("roster_imports", row.id, "layout"),
    )
    row.state, row.counts, row.done, row.households = "uploaded", {}, 0, 0


def _remember(session: Session, row: RosterImport, heading: str, field: str) -> None:
    digest = queries.digest_heading(session, heading)
    wanted = insert(RosterHeading).values(
        division_code=row.division_code, digest=digest, field=field
    )
    session.execute(
        wanted.on_conflict_do_update(
            index_elements=["division_code", "digest"], set_={"field": field}
        )
    )


def _forget_plan(session: Session, row: RosterImport) -> None:
    session.execute(delete(RosterHousehold).where(RosterHousehold.import_id == row.id))


def start(session: Session, import_id: int, *, actor: Actor) -> RosterImport:
    """Start what the dry run showed; the act is in the ledger with this transaction.

    Raises as `hold` does, and `AnotherRunning`.
    """
    row = hold(session, import_id, actor=actor, states=("planned",))
    other = select(RosterImport.id).where(
        RosterImport.division_code == row.division_code, RosterImport.state == "importing"
    )
    if session.scalars(other).first() is not None:
        raise AnotherRunning
    row.state, row.done, row.counts = "importing", 0, {}
    row.started_by, row.started_by_id = actor.name, actor.staff_id
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        raise AnotherRunning from error
    line = Line(actor, "import", row.division_code, fields=("name", "id_number", "phone"))
    audit.record(session, line)
    outbox.publish(session, queries.IMPORT_TASK, import_id=row.id)
    return row


def discard(session: Session, import_id: int, *, actor: Actor) -> RosterImport:
    """Throw an import away before it has begun; its file goes with the next sweep at the latest.

    One that stopped half way is given up: what it has entered stays, and its village is free again.
    """
    row = hold(session, import_id, actor=actor, states=(*LOOSE, "importing"))
    if row.state == "importing" and not queries.is_stalled(session, row):
        raise WrongStep
    _forget_plan(session, row)
    row.state, row.file_name_sealed, row.layout_sealed = "discarded", None, None
    row.finished_at = clock.now()
    return row
