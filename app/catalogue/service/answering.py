"""Events that must be published, and publications that answer what is due."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.catalogue import periods, queries
from app.catalogue.errors import NotAnEvent, WrongPlace
from app.catalogue.models import PERIODIC, Duty, Kind
from app.catalogue.service import opening
from app.identity import roles
from app.kernel.access import Actor
from app.places import queries as places
from app.workdays import queries as workdays


def open_event(
    session: Session, *, entry_id: int, division_code: str, created_on: date, actor: Actor
) -> Duty:
    """Note that information of an entry came about at a place on a day: it is due within its term.

    Raises `EntryNotFound`, `NotAnEvent`, `WrongPlace`, `DivisionNotFound`, `Forbidden`.
    """
    found = opening.entry_at(session, entry_id=entry_id, division_code=division_code)
    if found is None:
        raise WrongPlace
    entry, office = found
    if entry.kind in PERIODIC:
        raise NotAnEvent
    actor.require(roles.PUBLISH, division_code=division_code, organisation_id=office)
    places.hold(session, division_code)
    calendar = workdays.load(session, [created_on.year, created_on.year + 1])
    term = calendar.add_working_days(created_on, opening.term_of(entry))
    duty = Duty(
        entry_key=entry.key,
        entry_id=entry.id,
        division_code=division_code,
        organisation_id=office,
        created_on=created_on,
        due_on=term.last_day,
        is_sure=term.is_sure,
    )
    session.add(duty)
    session.flush()
    return duty


def fulfil(
    session: Session,
    *,
    entry_id: int,
    division_code: str,
    on: date,
    ref: str,
    period: str | None = None,
) -> Duty | None:
    """Mark as done what a publication answers: the earliest that is open; None where nothing is.

    Of what is published each month, quarter or year that is the period before or the running one,
    unless `period` names it. Whoever publishes has been checked by the caller. Twice for one `ref`
    is once. Raises `EntryNotFound`.
    """
    entry, _version = queries.get_entry(session, entry_id)
    at_place = (Duty.entry_key == entry.key, Duty.division_code == division_code)
    known = session.scalars(select(Duty).where(*at_place, Duty.done_ref == ref)).first()
    if known is not None:
        return known
    query = select(Duty).where(*at_place, Duty.done_on.is_(None))
    if period is not None:
        query = query.where(Duty.period == period)
    else:
        query = query.where(
            or_(Duty.created_on <= on, Duty.period.in_(_answered(Kind(entry.kind), on)))
        )
    earliest = query.order_by(Duty.due_on, Duty.id).limit(1).with_for_update()
    duty = session.scalars(earliest).first()
    if duty is not None:
        duty.done_on, duty.done_ref = on, ref
        session.flush()
    return duty


def _answered(kind: Kind, on: date) -> list[str]:
    if kind not in PERIODIC:
        return []
    running = periods.of(kind, on)
    return [periods.before(running), running]


def unfulfil(session: Session, *, ref: str) -> int:
    """Open again what a publication had answered, once it is withdrawn; gives how many."""
    opened = update(Duty).where(Duty.done_ref == ref).values(done_on=None, done_ref=None)
    return len(session.scalars(opened.returning(Duty.id)).all())
