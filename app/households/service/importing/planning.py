"""The dry run: a roster read into a plan, sealed, chunk by chunk; the register stays as it is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.households.models.imports import RosterHousehold, RosterImport
from app.households.rosters import decisions, households, workbook
from app.households.rosters.decisions import Decision
from app.households.rosters.entries import Entry
from app.households.rosters.errors import FileRefused, MappingRefused, NoHeader
from app.households.rosters.households import Groups, Roster
from app.households.service.importing import entering, files
from app.households.service.register import next_ids
from app.kernel import crypto, scope
from app.kernel.crypto import Place, Unreadable
from app.kernel.db import Database
from app.places import queries as places
from app.places.group_names import group_key

CHUNK = 200  # households that are compared with the register together


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
        row = hold(session, import_id, state="reading")
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
            row = hold(session, import_id, state="reading")
            if row is None:
                return
            counts.update(write_plan(session, row, chunk))
            row.done += len(chunk)
    with database.unit_of_work() as session:
        row = hold(session, import_id, state="reading")
        if row is not None:
            row.state, row.counts = "planned", dict(counts)


def hold(session: Session, import_id: int, *, state: str) -> RosterImport | None:
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
