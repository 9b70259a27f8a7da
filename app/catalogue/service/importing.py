"""Bringing a field's catalogue in as a draft, and taking it into force from a day."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.catalogue import keys, layout, queries
from app.catalogue.errors import BadDate, ImportRefused, NotADraft
from app.catalogue.models import CatalogueEntry, CatalogueVersion, Duty, VersionState
from app.catalogue.schemas import FieldIn, Line, Plan
from app.identity import roles
from app.kernel import clock, outbox
from app.kernel.access import Actor
from app.kernel.turns import take_turn
from app.organisations import queries as organisations

OPEN_DUTIES = "catalogue.open_duties"

_NO_LONGER = text(
    "DELETE FROM duties USING catalogue_entries AS entry, catalogue_versions AS version"
    " WHERE duties.entry_id = entry.id AND entry.version_id = version.id"
    " AND version.field_code = :field AND duties.done_on IS NULL AND duties.due_on >= :day"
    " AND (version.state <> 'effective' OR entry.method <> 'proactive'"
    " OR NOT CASE length(duties.division_code)"
    " WHEN 6 THEN entry.level <> 'township_village'"
    " WHEN 9 THEN entry.level <> 'county' AND version.lower_places = 'townships'"
    " ELSE entry.level <> 'county' AND version.lower_places = 'villages' END)"
)


def dry_run(session: Session, *, field: FieldIn, content: bytes) -> Plan:
    """Read a file and say what is wrong with it and what it would change; writes nothing.

    Raises `NoHeader`, or a `FileRefused` with a sentence.
    """
    reading = layout.read(content)
    changes = queries.compare_lines(session, field_code=field.code, lines=reading.lines)
    return Plan(reading, changes)


def import_draft(
    session: Session,
    *,
    field: FieldIn,
    content: bytes,
    file_name: str,
    county_code: str,
    actor: Actor,
) -> CatalogueVersion:
    """Keep a file's catalogue as a draft of the field's next version; nothing is due by it yet.

    Raises `ImportRefused` where any line is faulty, with all of them in `facts["lines"]`.
    """
    actor.require(roles.CATALOGUE, division_code=county_code)
    reading = layout.read(content)
    if reading.faults or not reading.lines:
        raise ImportRefused(lines=list(reading.faults) or [(1, "表里没有公开事项。")])
    take_turn(session, f"catalogue:{field.code}")
    query = select(func.max(CatalogueVersion.number))
    newest = session.scalar(query.where(CatalogueVersion.field_code == field.code))
    version = CatalogueVersion(
        field_code=field.code,
        field_name=field.name,
        number=(newest or 0) + 1,
        state=VersionState.DRAFT,
        lower_places=field.lower_places,
        file_name=file_name[-200:],
        checksum=hashlib.sha256(content).hexdigest(),
        imported_by=actor.name,
        imported_at=clock.now(),
    )
    session.add(version)
    session.flush()
    offices = {one.name: one.id for one in organisations.for_division(session, county_code)}
    rows = [_row(version, line, offices) for line in reading.lines]
    session.execute(insert(CatalogueEntry), rows)
    return version


def _row(version: CatalogueVersion, line: Line, offices: dict[str, int]) -> dict[str, object]:
    return {
        "version_id": version.id,
        "key": keys.of_field(version.field_code, line.key),
        "seq": line.seq,
        "category": line.category,
        "item": line.item,
        "content": line.content,
        "legal_basis": line.legal_basis,
        "term_text": line.term_text,
        "kind": line.cadence.kind.value,
        "number": line.cadence.number,
        "due_days": line.cadence.due_days,
        "publisher": line.publisher,
        "organisation_id": _office_named(line.publisher, offices),
        "channels": list(line.channels),
        "audience": line.audience.value,
        "method": line.method.value,
        "level": line.level.value,
    }


def _office_named(publisher: str, offices: dict[str, int]) -> int | None:
    """Find the office of a text as catalogues write it: 民政局, 区民政局, 六枝特区民政局."""
    if publisher in offices:
        return offices[publisher]
    short = publisher.removeprefix("县").removeprefix("区")
    alike = [number for name, number in offices.items() if len(short) > 2 and name.endswith(short)]
    return alike[0] if len(alike) == 1 else None


def take_into_force(
    session: Session, *, version_id: int, effective_from: date, county_code: str, actor: Actor
) -> CatalogueVersion:
    """Let a draft hold from a day on: at once where that day has come, else on that night.

    Raises `NotADraft`, `BadDate` for a day before the version in force began, `Forbidden`.
    """
    actor.require(roles.CATALOGUE, division_code=county_code)
    version = _draft(session, version_id)
    before = queries.effective(session, version.field_code)
    if before is not None and before.effective_from and effective_from < before.effective_from:
        raise BadDate
    hold_from(session, version, effective_from)
    outbox.publish(session, OPEN_DUTIES)
    return version


def hold_from(session: Session, version: CatalogueVersion, effective_from: date) -> None:
    """Let a draft hold from a day on; its duties are written down by whoever asks for them."""
    version.effective_from = effective_from
    if effective_from <= clock.today():
        enforce(session, version)


def discard(session: Session, *, version_id: int, county_code: str, actor: Actor) -> None:
    """Throw a draft away; raises `NotADraft`, `Forbidden`."""
    actor.require(roles.CATALOGUE, division_code=county_code)
    version = _draft(session, version_id)
    session.execute(delete(CatalogueVersion).where(CatalogueVersion.id == version.id))


def _draft(session: Session, version_id: int) -> CatalogueVersion:
    version = queries.get_version(session, version_id)
    take_turn(session, f"catalogue:{version.field_code}")
    session.refresh(version)
    if version.state != VersionState.DRAFT:
        raise NotADraft
    return version


def enforce_due(session: Session, *, day: date) -> None:
    """Let the drafts hold whose day has come, the oldest first."""
    query = select(CatalogueVersion).where(
        CatalogueVersion.state == VersionState.DRAFT, CatalogueVersion.effective_from <= day
    )
    order = query.order_by(CatalogueVersion.effective_from, CatalogueVersion.number)
    for version in session.scalars(order).all():
        enforce(session, version)


def enforce(session: Session, version: CatalogueVersion) -> None:
    """Put a version in the place of the one in force; what is open follows it by the entries' keys.

    What is not yet due and is no longer in the catalogue is dropped; what was overdue stays so.
    """
    before = queries.effective(session, version.field_code)
    if before is not None:
        before.state = VersionState.SUPERSEDED
        session.flush()
    version.state = VersionState.EFFECTIVE
    session.flush()
    same = (CatalogueEntry.version_id == version.id, CatalogueEntry.key == Duty.entry_key)
    moved = update(Duty).where(*same, Duty.done_on.is_(None)).values(entry_id=CatalogueEntry.id)
    session.execute(moved, execution_options={"synchronize_session": False})
    session.execute(_NO_LONGER, {"field": version.field_code, "day": clock.today()})
