"""Reads of the working days: the table first, then what the package knows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import extract, select
from sqlalchemy.orm import Session

from app.workdays import package
from app.workdays.models import Holiday, HolidayYear, Source
from app.workdays.schemas import Calendar, Day


def load(session: Session, years: Collection[int]) -> Calendar:
    """Load the calendar of these years and the one that follows each: a term may run into it.

    Never fails on a year nobody knows: there Monday to Friday is assumed, and terms say so.
    """
    wanted = {year + more for year in years for more in (0, 1)}
    known = {year for year in wanted if package.departures(year) is not None}
    departures = {
        day: is_working
        for year in known
        for day, (is_working, _name) in (package.departures(year) or {}).items()
    }
    query = select(Holiday.day, Holiday.is_working)
    rows = session.execute(query.where(extract("year", Holiday.day).in_(wanted)))
    departures.update({row.day: row.is_working for row in rows})
    told = session.scalars(select(HolidayYear.year).where(HolidayYear.year.in_(wanted)))
    return Calendar(departures, frozenset(known | set(told)))


def of_year(session: Session, year: int) -> list[Day]:
    """List the days of a year that depart from their weekday, by date."""
    found = {
        day: Day(day, is_working, name, Source.PACKAGE)
        for day, (is_working, name) in (package.departures(year) or {}).items()
    }
    query = select(Holiday).where(
        Holiday.day >= date(year, 1, 1), Holiday.day <= date(year, 12, 31)
    )
    for row in session.scalars(query):
        found[row.day] = Day(row.day, row.is_working, row.name, row.source, row.changed_by)
    return [found[day] for day in sorted(found)]


def is_known(session: Session, year: int) -> bool:
    """Tell whether a year's notice on holidays is known, from the package or the table."""
    return package.departures(year) is not None or session.get(HolidayYear, year) is not None
