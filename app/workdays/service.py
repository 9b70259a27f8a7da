"""Keeping the table of holidays; each change lets the terms that are open be counted anew."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import clock, outbox
from app.kernel.access import Actor
from app.workdays import package, queries
from app.workdays.errors import YearUnknown
from app.workdays.models import Holiday, HolidayYear, Source
from app.workdays.schemas import DayIn

PERMISSION = "disclosure.catalogue"
RECOUNT = "catalogue.recount"
"""Who counts terms stands above and is told by the name of its task."""


def seed(session: Session, *, year: int, county_code: str, actor: Actor) -> int:
    """Write what the package knows of a year into the table; what somebody edited stays.

    Gives the number of days written; raises `YearUnknown`, `Forbidden`.
    """
    actor.require(PERMISSION, division_code=county_code)
    known = package.departures(year)
    if known is None:
        raise YearUnknown
    written = 0
    for day, (is_working, name) in known.items():
        row = {"is_working": is_working, "name": name, **_by(actor, Source.PACKAGE)}
        put = insert(Holiday).values(day=day, **row)
        mended = put.on_conflict_do_update(
            index_elements=[Holiday.day],
            set_=row,
            where=(Holiday.source == Source.PACKAGE)
            & ((Holiday.is_working != is_working) | (Holiday.name != name)),
        )
        written += session.scalar(mended.returning(Holiday.day)) is not None
    _complete(session, year, actor, Source.PACKAGE)
    if written:
        outbox.publish(session, RECOUNT)
    return written


def set_day(session: Session, *, wanted: DayIn, county_code: str, actor: Actor) -> None:
    """Say that a day is worked, or is not; raises `Forbidden`."""
    actor.require(PERMISSION, division_code=county_code)
    row = {"is_working": wanted.is_working, "name": wanted.name, **_by(actor, Source.EDITED)}
    put = insert(Holiday).values(day=wanted.day, **row)
    session.execute(put.on_conflict_do_update(index_elements=[Holiday.day], set_=row))
    outbox.publish(session, RECOUNT)


def unset_day(session: Session, *, day: date, county_code: str, actor: Actor) -> None:
    """Take back what somebody entered for a day: the package's word counts, else the weekday."""
    actor.require(PERMISSION, division_code=county_code)
    edited = Holiday.source == Source.EDITED
    session.execute(delete(Holiday).where(Holiday.day == day, edited))
    outbox.publish(session, RECOUNT)


def declare_complete(session: Session, *, year: int, county_code: str, actor: Actor) -> None:
    """Say that a year's notice has been entered whole, so that its terms are sure.

    Raises `YearUnknown` where not one day of it stands in the table, and `Forbidden`.
    """
    actor.require(PERMISSION, division_code=county_code)
    if not queries.of_year(session, year):
        raise YearUnknown
    _complete(session, year, actor, Source.EDITED)
    outbox.publish(session, RECOUNT)


def _complete(session: Session, year: int, actor: Actor, source: Source) -> None:
    put = insert(HolidayYear).values(year=year, **_by(actor, source))
    session.execute(put.on_conflict_do_nothing())


def _by(actor: Actor, source: Source) -> dict[str, object]:
    return {"source": source.value, "changed_by": actor.name, "changed_at": clock.now()}
