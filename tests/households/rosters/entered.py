"""What stands in the register once a roster was brought in."""

from __future__ import annotations

from sqlalchemy import select

from app.households.models.register import Household, Person, PersonTag, RecordChange
from app.households.queries import register
from app.households.schemas import HouseholdView
from app.kernel import scope
from tests.factories import VILLAGE
from tests.households.rosters.conftest import Desk


def households(desk: Desk, *, village: str = VILLAGE) -> list[HouseholdView]:
    """Open every household of a village, in order."""
    with desk.database.unit_of_work() as session:
        scope.open_scope(session, village)
        ids = session.scalars(select(Household.id).order_by(Household.id)).all()
        return [register.view(session, household_id) for household_id in ids]


def counted(desk: Desk) -> list[int]:
    """Count the rows of the register's tables."""
    with desk.database.unit_of_work() as session:
        scope.open_scope(session, "520203")
        return [
            len(session.scalars(select(table)).all())
            for table in (Household, Person, PersonTag, RecordChange)
        ]
