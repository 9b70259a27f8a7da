"""The clock: what each entry asks of each place, and by which day, is written out ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select, text, tuple_
from sqlalchemy.orm import Session

from app.catalogue import periods, queries
from app.catalogue.models import (
    PERIODIC,
    CatalogueEntry,
    CatalogueVersion,
    Duty,
    Kind,
    Level,
    LowerPlaces,
    Method,
    VersionState,
)
from app.catalogue.service import importing
from app.kernel import clock
from app.kernel.turns import take_turn
from app.organisations import queries as organisations
from app.places import queries as places
from app.workdays import queries as workdays
from app.workdays.schemas import Calendar, Term

CATCH_UP = timedelta(days=100)  # how far back periods are made that nobody made in time
LEGAL_TERM = 20  # working days: 政府信息公开条例 article 26, where the catalogue says nothing

_INSERT = text(
    "INSERT INTO duties (entry_key, entry_id, division_code, organisation_id, period, due_on,"
    " is_sure) SELECT entry.key, entry.id, place.code,"
    " CASE WHEN place.scope = 'county' THEN entry.office ELSE place.office END,"
    " entry.period, entry.due_on, entry.is_sure"
    " FROM unnest(CAST(:keys AS varchar[]), CAST(:ids AS bigint[]), CAST(:scopes AS varchar[]),"
    " CAST(:offices AS bigint[]), CAST(:periods AS varchar[]), CAST(:dues AS date[]),"
    " CAST(:sures AS boolean[])) AS entry(key, id, scope, office, period, due_on, is_sure)"
    " JOIN unnest(CAST(:place_scopes AS varchar[]), CAST(:codes AS varchar[]),"
    " CAST(:place_offices AS bigint[])) AS place(scope, code, office)"
    " ON place.scope = entry.scope ORDER BY entry.due_on, place.code, entry.id"
    " ON CONFLICT (entry_key, division_code, period) WHERE period IS NOT NULL DO NOTHING"
)
_RECOUNT = text(
    "UPDATE duties SET due_on = told.due_on, is_sure = told.is_sure"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:periods AS varchar[]),"
    " CAST(:created AS date[]), CAST(:dues AS date[]), CAST(:sures AS boolean[]))"
    " AS told(id, period, created_on, due_on, is_sure)"
    " WHERE duties.entry_id = told.id AND duties.done_on IS NULL"
    " AND duties.period IS NOT DISTINCT FROM told.period"
    " AND duties.created_on IS NOT DISTINCT FROM told.created_on"
    " AND (duties.due_on, duties.is_sure) <> (told.due_on, told.is_sure)"
)


@dataclass(frozen=True)
class _Wanted:
    """An entry for the places of one scope and one period, with its last day."""

    entry: CatalogueEntry
    scope: str
    period: str
    term: Term


def open_duties(session: Session, *, county_code: str, day: date | None = None) -> int:
    """Write down what is due of the running and the next period; gives how many were new.

    Set by set: a county's 268 villages and 30 entries are one statement.
    """
    day = day or clock.today()
    take_turn(session, "catalogue:duties")
    importing.enforce_due(session, day=day)
    calendar = workdays.load(session, range(day.year - 1, day.year + 3))
    wanted = [
        one
        for entry, version in _periodic(session)
        for one in _wanted(entry, version, calendar, day)
    ]
    if not wanted:
        return 0
    made: CursorResult[Any] = session.connection().execute(
        _INSERT, {**_entry_arrays(wanted), **_place_arrays(session, county_code)}
    )
    return made.rowcount


def _periodic(session: Session) -> Sequence[tuple[CatalogueEntry, CatalogueVersion]]:
    query = select(CatalogueEntry, CatalogueVersion).join(
        CatalogueVersion, CatalogueVersion.id == CatalogueEntry.version_id
    )
    found = query.where(
        CatalogueVersion.state == VersionState.EFFECTIVE,
        CatalogueEntry.method == Method.PROACTIVE,
        CatalogueEntry.kind.in_(PERIODIC),
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def _wanted(
    entry: CatalogueEntry, version: CatalogueVersion, calendar: Calendar, day: date
) -> Iterable[_Wanted]:
    kind = Kind(entry.kind)
    first = max(version.effective_from or day, day - CATCH_UP)
    last = periods.end(periods.of(kind, day)) + timedelta(days=1)
    for period in periods.between(kind, first, last):
        term = calendar.add_working_days(periods.end(period), entry.due_days)
        for scope in _scopes(entry.level, version.lower_places):
            yield _Wanted(entry, scope, period, term)


def _scopes(level: str, lower_places: str) -> list[str]:
    """Name the kinds of places an entry is published for: county, townships, villages."""
    county = ["county"] if level != Level.TOWNSHIP_VILLAGE else []
    return county + ([lower_places] if level != Level.COUNTY else [])


def _entry_arrays(wanted: Sequence[_Wanted]) -> dict[str, list[Any]]:
    return {
        "keys": [one.entry.key for one in wanted],
        "ids": [one.entry.id for one in wanted],
        "scopes": [one.scope for one in wanted],
        "offices": [one.entry.organisation_id for one in wanted],
        "periods": [one.period for one in wanted],
        "dues": [one.term.last_day for one in wanted],
        "sures": [one.term.is_sure for one in wanted],
    }


def _place_arrays(session: Session, county_code: str) -> dict[str, list[Any]]:
    heads = organisations.heads(session, county_code)
    found = [("county", county_code)]
    found += [(LowerPlaces.TOWNSHIPS, one.code) for one in places.children(session, county_code)]
    found += [(LowerPlaces.VILLAGES, one.code) for one in places.villages(session, county_code)]
    return {
        "place_scopes": [str(scope) for scope, _code in found],
        "codes": [code for _scope, code in found],
        "place_offices": [heads.get(code) for _scope, code in found],
    }


def recount(session: Session) -> int:
    """Count the terms of all that is open anew; gives how many moved.

    After a change of the holidays, or of the catalogue, or once a year's notice is known.
    """
    take_turn(session, "catalogue:duties")
    query = select(Duty.entry_id, Duty.period, Duty.created_on).where(Duty.done_on.is_(None))
    open_ones = session.execute(query.distinct()).all()
    if not open_ones:
        return 0
    numbers = {row.entry_id for row in open_ones}
    found = session.scalars(select(CatalogueEntry).where(CatalogueEntry.id.in_(numbers)))
    entries = {entry.id: entry for entry in found}
    years = {_beginning(row.period, row.created_on).year for row in open_ones}
    calendar = workdays.load(session, years | {year + 1 for year in years})
    told: list[tuple[Any, ...]] = []
    for number, period, created_on in open_ones:
        entry = entries[number]
        if period is not None and periods.kind_of(period) != entry.kind:
            _drop(session, number, period)
            continue
        days = term_of(entry) if period is None else entry.due_days
        term = calendar.add_working_days(_beginning(period, created_on), days)
        told.append((number, period, created_on, term.last_day, term.is_sure))
    names = ("ids", "periods", "created", "dues", "sures")
    arrays = {name: [row[place] for row in told] for place, name in enumerate(names)}
    moved: CursorResult[Any] = session.connection().execute(_RECOUNT, arrays)
    return moved.rowcount


def _beginning(period: str | None, created_on: date | None) -> date:
    """Give the day a term is counted from: a period's end, or the day of the event."""
    if period is not None:
        return periods.end(period)
    assert created_on is not None  # noqa: S101 - the table has one of the two
    return created_on


def term_of(entry: CatalogueEntry) -> int:
    """Give the working days in which an event is published."""
    return LEGAL_TERM if entry.number is None else entry.number


def _drop(session: Session, entry_id: int, period: str) -> None:
    """Drop what is open for a period the entry no longer knows; what is overdue stays."""
    of_it = tuple_(Duty.entry_id, Duty.period) == (entry_id, period)
    still = (Duty.done_on.is_(None), Duty.due_on >= clock.today())
    session.execute(delete(Duty).where(of_it, *still))


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Let what is open at a merged village end: the village it became part of has its own.

    Events that were not published yet go there.
    """
    of_old = (Duty.division_code == old_code, Duty.done_on.is_(None))
    session.execute(delete(Duty).where(*of_old, Duty.period.is_not(None)))
    head = organisations.heads(session, new_code).get(new_code)
    for duty in session.scalars(select(Duty).where(*of_old)):
        duty.division_code, duty.organisation_id = new_code, head
    session.flush()


def entry_at(
    session: Session, *, entry_id: int, division_code: str
) -> tuple[CatalogueEntry, int | None] | None:
    """Give an entry and the office that answers for it at a place; None where it is not theirs."""
    entry, version = queries.get_entry(session, entry_id)
    scope = {6: "county", 9: "townships", 12: "villages"}.get(len(division_code), "")
    if scope not in _scopes(entry.level, version.lower_places):
        return None
    if scope == "county":
        return entry, entry.organisation_id
    return entry, organisations.heads(session, division_code).get(division_code)
