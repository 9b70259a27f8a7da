"""What stands written of a household's visits and needs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.visits import queries
from app.visits.models.logbook import Visit
from app.visits.queries.needs import needs_for_household
from app.visits.schemas import NeedView, VisitView


def visits_of(session: Session, household_id: int) -> list[VisitView]:
    """Read every visit of a household, newest first."""
    query = select(Visit).where(Visit.household_id == household_id)
    rows = session.scalars(query.order_by(Visit.visited_on.desc(), Visit.id.desc()))
    return [queries.view(session, visit) for visit in rows]


def open_needs(session: Session, household_id: int) -> list[NeedView]:
    """Read what a household asked for and nobody has concluded, the newest first."""
    every = needs_for_household(session, household_id)
    return [need for need in every if need.state in queries.OPEN]
