"""Reads of visits: those of one household, newest first, and never of one cadre to be counted."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import crypto
from app.kernel.crypto import Place
from app.visits.errors import VisitNotFound
from app.visits.models.logbook import Visit, VisitChange
from app.visits.schemas import VisitView, WrittenVisit


def get_visit(
    session: Session, *, visit_id: int | None = None, client_id: UUID | None = None
) -> Visit:
    """Give a visit by its number or by the id it was made with; raises `VisitNotFound`."""
    key = Visit.id == visit_id if visit_id is not None else Visit.client_id == client_id
    visit = session.scalars(select(Visit).where(key)).one_or_none()
    if visit is None:
        raise VisitNotFound
    return visit


def visit_on_day(session: Session, *, household_id: int, day: date, but_of: int) -> Visit | None:
    """Find a visit of the same household on the same day by anyone but `but_of`."""
    query = (
        select(Visit)
        .where(
            Visit.household_id == household_id, Visit.visited_on == day, Visit.staff_id != but_of
        )
        .order_by(Visit.id)
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def view(session: Session, visit: Visit) -> VisitView:
    """Open what a visit says."""
    return VisitView(
        id=visit.id,
        client_id=visit.client_id,
        household_id=visit.household_id,
        division_code=visit.division_code,
        staff_id=visit.staff_id,
        staff_name=visit.staff_name,
        purpose=visit.purpose,
        visited_on=visit.visited_on,
        met_person_ids=tuple(visit.met_person_ids),
        met=_opened(session, visit.met_sealed, visit.id, "met"),
        notes=_opened(session, visit.notes_sealed, visit.id, "notes"),
        source=visit.source,
        logged_at=visit.logged_at,
        changed_at=visit.changed_at,
    )


def changes(session: Session, visit_id: int) -> list[tuple[VisitChange, WrittenVisit]]:
    """List the versions of a visit that no longer stand, oldest first, each opened."""
    query = select(VisitChange).where(VisitChange.visit_id == visit_id).order_by(VisitChange.id)
    return [
        (
            change,
            WrittenVisit.model_validate_json(
                crypto.open_value(
                    session, change.before_sealed, Place("visit_changes", change.id, "before")
                )
                or ""
            ),
        )
        for change in session.scalars(query)
    ]


def _opened(session: Session, sealed: bytes | None, row: int, column: str) -> str:
    return crypto.open_value(session, sealed, Place("visits", row, column)) or ""
