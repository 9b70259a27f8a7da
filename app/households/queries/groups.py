"""Which group households lie in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.households.models.register import Household


def groups_of(session: Session, household_ids: Collection[int]) -> dict[int, str]:
    """Give the villager group of these households, the village where there is none, in scope."""
    labelled = Household.division_code + "/" + Household.group_label
    query = select(Household.id, func.coalesce(Household.group_code, labelled).label("group"))
    rows = session.execute(query.where(Household.id.in_(household_ids)))
    return {row.id: row.group for row in rows}
