"""Reads of staff by where they work, for what is handed to them."""

from __future__ import annotations

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from app.identity.models import GrantState, Staff, StaffGrant
from app.kernel import clock


def works_in(session: Session, *, staff_id: int, permission: str, division_code: str) -> bool:
    """Tell whether an account holds a permission in a division or a part of it today."""
    query = (
        select(StaffGrant.id)
        .join(Staff, Staff.id == StaffGrant.staff_id)
        .where(
            Staff.id == staff_id,
            Staff.disabled_at.is_(None),
            StaffGrant.permission == permission,
            StaffGrant.state == GrantState.ACTIVE,
            StaffGrant.organisation_id.is_(None),  # as `Actor.prefixes`
            or_(
                func.starts_with(literal(division_code), StaffGrant.division_prefix),
                func.starts_with(StaffGrant.division_prefix, division_code),
            ),
            or_(StaffGrant.ends_on.is_(None), StaffGrant.ends_on >= clock.today()),
        )
        .limit(1)
    )
    return session.scalar(query) is not None
