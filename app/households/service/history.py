"""The history of the register: every act leaves a line with both sides sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.households.models.register import Household, RecordChange
from app.households.schemas import Note
from app.households.service.sealing import next_ids
from app.kernel import clock, crypto
from app.kernel.access import Actor, Villager
from app.kernel.crypto import Place


def note_change(
    session: Session, *, household: Household, by: Actor | Villager | None, note: Note
) -> RecordChange:
    """Write a line of the register's history; values of both sides and the reason are sealed."""
    change_id = next_ids(session, "record_changes", 1)[0]
    change = RecordChange(**_row(session, change_id, household, by, note))
    session.add(change)
    session.flush()
    return change


def note_changes(
    session: Session, notes: Sequence[tuple[Household, Note]], *, by: Actor | Villager | None
) -> None:
    """Write many lines of the register's history by one statement."""
    ids = next_ids(session, "record_changes", len(notes))
    rows = [
        _row(session, change_id, household, by, note)
        for change_id, (household, note) in zip(ids, notes, strict=True)
    ]
    if rows:
        session.execute(insert(RecordChange), rows)


def _row(
    session: Session, change_id: int, household: Household, by: Actor | Villager | None, note: Note
) -> dict[str, Any]:
    def sealed(column: str, value: str | None) -> bytes | None:
        return crypto.seal_value(session, value, Place("record_changes", change_id, column))

    def written(side: Mapping[str, str | None] | None) -> str | None:
        return None if side is None else json.dumps(dict(side), ensure_ascii=False)

    kind, number, name = _who(by)
    return {
        "id": change_id,
        "division_code": household.division_code,
        "household_id": household.id,
        "person_id": note.person_id,
        "act": note.act,
        "fields": sorted(note.fields),
        "source": note.source,
        "actor_kind": kind,
        "actor_id": number,
        "actor_name": name,
        "at": clock.now(),
        "before_sealed": sealed("before", written(note.before)),
        "after_sealed": sealed("after", written(note.after)),
        "reason_sealed": sealed("reason", note.reason),
    }


def _who(by: Actor | Villager | None) -> tuple[str, int | None, str]:
    if by is None:
        return "system", None, ""
    if isinstance(by, Villager):
        return "villager", by.account_id, ""
    return ("operator" if by.is_operator else "staff"), by.staff_id, by.name
