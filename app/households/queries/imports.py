"""Reads of roster imports: the list, one of them, and a page of its households, opened."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.households.models.imports import RosterHeading, RosterHousehold, RosterImport
from app.households.rosters import decisions, entries, samples
from app.households.rosters.decisions import Decision
from app.households.rosters.entries import Entry
from app.households.rosters.errors import ImportNotFound
from app.households.rosters.headings import key_of
from app.households.rosters.samples import Layout
from app.kernel import crypto, outbox, scope
from app.kernel.crypto import Place

_ONE = select(RosterImport).where(RosterImport.id == bindparam("import_id"))
READ_TASK = "households.read_roster"
IMPORT_TASK = "households.import_roster"
HEADINGS = "roster-heading"  # the purpose its digests' key is derived for


@dataclass(frozen=True)
class Row:
    """A household of a roster as it stands: its place in the file, and what is decided."""

    number: int
    entry: Entry
    decision: Decision


def get(session: Session, import_id: int) -> RosterImport:
    """Give an import; raises `ImportNotFound`."""
    found = session.scalars(_ONE, {"import_id": import_id}).one_or_none()
    if found is None:
        raise ImportNotFound
    return found


def recent(session: Session, *, prefixes: Sequence[str], limit: int = 50) -> Sequence[RosterImport]:
    """List the imports of these places, newest first, without those that were thrown away."""
    within = scope.below(RosterImport.division_code, prefixes)
    query = select(RosterImport).where(within, RosterImport.state != "discarded")
    return session.scalars(query.order_by(RosterImport.id.desc()).limit(limit)).all()


def file_name(session: Session, row: RosterImport) -> str:
    """Open the name the file came with; "" once it is gone."""
    place = Place("roster_imports", row.id, "file_name")
    return crypto.open_value(session, row.file_name_sealed, place) or ""


def layout(session: Session, row: RosterImport) -> Layout:
    """Open what is shown of the file; raises `ImportNotFound` once it is gone."""
    text = crypto.open_value(session, row.layout_sealed, Place("roster_imports", row.id, "layout"))
    if text is None:
        raise ImportNotFound
    return samples.load(json.loads(text))


def remembered(session: Session, *, division_code: str, headings: Sequence[str]) -> dict[str, str]:
    """Give what these headings were last said to hold in a village, by `key_of`."""
    digests = {digest_heading(session, heading): key_of(heading) for heading in headings}
    query = select(RosterHeading).where(
        RosterHeading.division_code == division_code, RosterHeading.digest.in_(list(digests))
    )
    return {digests[row.digest]: row.field for row in session.scalars(query)}


def digest_heading(session: Session, heading: str) -> bytes:
    """Digest a heading, which may be somebody's name where no header was found."""
    secret = crypto.of(session).derive(HEADINGS)
    return hmac.digest(secret, key_of(heading).encode(), "sha256")


def page(
    session: Session, *, import_id: int, outcome: str | None, after: int, limit: int
) -> list[Row]:
    """Open a page of an import's households, in the order of the file.

    The transaction has opened the village's scope.
    """
    query = select(RosterHousehold).where(
        RosterHousehold.import_id == import_id,
        RosterHousehold.number > after,
        RosterHousehold.payload_sealed.is_not(None),
    )
    if outcome is not None:
        query = query.where(RosterHousehold.outcome == outcome)
    rows = session.scalars(query.order_by(RosterHousehold.number).limit(limit))
    return [open_row(session, row) for row in rows]


def open_row(session: Session, row: RosterHousehold) -> Row:
    """Open one household of a roster."""
    place = Place("roster_households", row.id, "payload")
    content = json.loads(crypto.open_value(session, row.payload_sealed, place) or "{}")
    return Row(row.number, entries.load(content["entry"]), decisions.load(content["decision"]))


def is_stalled(session: Session, row: RosterImport) -> bool:
    """Tell whether an import waits for a worker that will not come: its job was given up."""
    task = {"reading": READ_TASK, "importing": IMPORT_TASK}.get(row.state)
    return task is not None and not outbox.is_open(session, task, import_id=row.id)


def waiting(session: Session, import_id: int) -> int:
    """Count the households of an import that are still to be done."""
    query = select(func.count()).where(
        RosterHousehold.import_id == import_id, RosterHousehold.is_done.is_(False)
    )
    return session.scalar(query) or 0
