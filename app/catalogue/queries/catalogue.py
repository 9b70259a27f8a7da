"""Reads of the catalogue: fields, versions, entries, and what a version changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.catalogue import keys
from app.catalogue.errors import EntryNotFound, VersionNotFound
from app.catalogue.models import (
    PERIODIC,
    CatalogueEntry,
    CatalogueVersion,
    Level,
    LowerPlaces,
    Method,
    VersionState,
)
from app.catalogue.schemas import COMPARED, Change, Choice, Comparison, Line

PAGE = 50
SORTS = {
    "seq": (CatalogueVersion.field_code, CatalogueEntry.seq),
    "item": (CatalogueEntry.item, CatalogueEntry.id),
    "kind": (CatalogueEntry.kind, CatalogueVersion.field_code, CatalogueEntry.seq),
    "publisher": (CatalogueEntry.publisher, CatalogueVersion.field_code, CatalogueEntry.seq),
}


def versions(session: Session) -> Sequence[CatalogueVersion]:
    """List every version, by field, the newest first."""
    version = CatalogueVersion
    return session.scalars(
        select(version).order_by(version.field_code, version.number.desc())
    ).all()


def entry_counts(session: Session) -> dict[int, int]:
    """Count the entries of every version."""
    entry = CatalogueEntry
    query = select(entry.version_id, func.count().label("entries")).group_by(entry.version_id)
    return {row.version_id: row.entries for row in session.execute(query)}


def get_version(session: Session, version_id: int) -> CatalogueVersion:
    """Give a version; raises `VersionNotFound`."""
    found = session.get(CatalogueVersion, version_id)
    if found is None:
        raise VersionNotFound
    return found


def get_entry(session: Session, entry_id: int) -> tuple[CatalogueEntry, CatalogueVersion]:
    """Give an entry with its version; raises `EntryNotFound`."""
    query = select(CatalogueEntry, CatalogueVersion).join(CatalogueVersion, _OF_VERSION)
    found = session.execute(query.where(CatalogueEntry.id == entry_id)).one_or_none()
    if found is None:
        raise EntryNotFound
    return found[0], found[1]


_OF_VERSION = CatalogueVersion.id == CatalogueEntry.version_id


def effective(session: Session, field_code: str) -> CatalogueVersion | None:
    """Give the version of a field that is in force, or None."""
    version = CatalogueVersion
    query = select(version).where(
        version.field_code == field_code, version.state == VersionState.EFFECTIVE
    )
    return session.scalars(query).one_or_none()


def entries_of(session: Session, version_id: int) -> Sequence[CatalogueEntry]:
    """List the entries of a version in their order."""
    entry = CatalogueEntry
    return session.scalars(
        select(entry).where(entry.version_id == version_id).order_by(entry.seq)
    ).all()


def search(  # noqa: PLR0913 - what a list may be narrowed by, all by keyword
    session: Session,
    *,
    field_code: str = "",
    kind: str = "",
    words: str = "",
    sort: str = "seq",
    skip: int = 0,
    limit: int | None = PAGE + 1,
) -> list[tuple[CatalogueEntry, CatalogueVersion]]:
    """List entries of the versions in force; a county's whole catalogue is some thousand lines."""
    query = select(CatalogueEntry, CatalogueVersion).join(CatalogueVersion, _OF_VERSION)
    query = query.where(CatalogueVersion.state == VersionState.EFFECTIVE)
    if field_code:
        query = query.where(CatalogueVersion.field_code == field_code)
    if kind:
        query = query.where(CatalogueEntry.kind == kind)
    if words:
        read = (CatalogueEntry.item, CatalogueEntry.category, CatalogueEntry.content)
        query = query.where(or_(*(column.contains(words, autoescape=True) for column in read)))
    found = query.order_by(*SORTS.get(sort, SORTS["seq"])).offset(skip).limit(limit)
    return [(row[0], row[1]) for row in session.execute(found)]


def entries_for(
    session: Session, division_code: str, organisation_id: int | None = None
) -> list[Choice]:
    """List what is published proactively at a place, for an editor to choose from.

    At the county, entries of one office are left out for another; those of none are everybody's.
    """
    entry, version = CatalogueEntry, CatalogueVersion
    query = _at_place(division_code).order_by(version.field_code, entry.seq)
    if organisation_id is not None and len(division_code) == 6:
        whose = (entry.organisation_id.is_(None), entry.organisation_id == organisation_id)
        query = query.where(or_(*whose))
    return [Choice(*row) for row in session.execute(query)]


def _at_place(division_code: str) -> Select[int, str, str, str, str, bool]:
    entry, version = CatalogueEntry, CatalogueVersion
    query = (
        select(
            entry.id,
            version.field_name,
            entry.category,
            entry.item,
            entry.term_text,
            entry.kind.in_(PERIODIC).label("is_periodic"),
        )
        .join(version, _OF_VERSION)
        .where(version.state == VersionState.EFFECTIVE, entry.method == Method.PROACTIVE)
    )
    if len(division_code) == 6:
        return query.where(entry.level.in_((Level.COUNTY, Level.BOTH)))
    lower = LowerPlaces.TOWNSHIPS if len(division_code) == 9 else LowerPlaces.VILLAGES
    return query.where(
        entry.level.in_((Level.TOWNSHIP_VILLAGE, Level.BOTH)), version.lower_places == lower
    )


def compare_lines(session: Session, *, field_code: str, lines: Sequence[Line]) -> Comparison:
    """Compare a file's lines with the version of the field in force."""
    new = {keys.of_field(field_code, line.key): line for line in lines}
    return _compare(new, _in_force(session, field_code))


def compare_version(session: Session, version: CatalogueVersion) -> Comparison:
    """Compare a version with the one in force."""
    new = {entry.key: entry for entry in entries_of(session, version.id)}
    return _compare(new, _in_force(session, version.field_code))


def _in_force(session: Session, field_code: str) -> dict[str, CatalogueEntry]:
    version = effective(session, field_code)
    return {one.key: one for one in entries_of(session, version.id)} if version else {}


def _compare(
    new: dict[str, Line] | dict[str, CatalogueEntry], old: dict[str, CatalogueEntry]
) -> Comparison:
    changed = []
    for key in new.keys() & old.keys():
        columns = [
            name
            for column, name in COMPARED.items()
            if _plain(new[key], column) != _plain(old[key], column)
        ]
        if columns:
            changed.append(Change(new[key].seq, new[key].category, new[key].item, columns))
    return Comparison(
        added=_changes(new[key] for key in new.keys() - old.keys()),
        changed=sorted(changed, key=lambda one: one.seq),
        gone=_changes(old[key] for key in old.keys() - new.keys()),
        unchanged=len(new.keys() & old.keys()) - len(changed),
    )


def _plain(entry: Line | CatalogueEntry, column: str) -> object:
    value = getattr(entry, column)
    return list(value) if column == "channels" else str(value)


def _changes(entries: Iterable[Line | CatalogueEntry]) -> list[Change]:
    found = (Change(one.seq, one.category, one.item) for one in entries)
    return sorted(found, key=lambda one: one.seq)


def fields(session: Session) -> dict[str, str]:
    """Name the fields that have a version, by code."""
    version = CatalogueVersion
    query = select(version.field_code, version.field_name).order_by(version.id)
    return {row.field_code: row.field_name for row in session.execute(query)}
