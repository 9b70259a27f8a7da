"""Reads of staff."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.identity.errors import StaffNotFound
from app.identity.models import Staff, StaffGrant, StaffToken
from app.kernel import clock, ids
from app.kernel.access import Actor, Grant


def get_by_username(session: Session, username: str) -> Staff:
    """Find an account; raises `StaffNotFound`."""
    staff = session.scalars(select(Staff).where(Staff.username == username)).one_or_none()
    if staff is None:
        raise StaffNotFound
    return staff


def actor_for_token(session: Session, token: str) -> Actor | None:
    """Find who a token was handed to, with today's grants; None for one that does not hold."""
    query = (
        select(Staff.id, Staff.username, Staff.role, StaffGrant)
        .join(StaffToken, StaffToken.staff_id == Staff.id)
        .outerjoin(StaffGrant, StaffGrant.staff_id == Staff.id)
        .where(
            StaffToken.digest == ids.token_digest(token),
            StaffToken.revoked_at.is_(None),
            StaffToken.expires_at > clock.now(),
            Staff.disabled_at.is_(None),
        )
    )
    rows = session.execute(query).all()
    if not rows:
        return None
    grants = tuple(
        Grant(grant.permission, grant.division_prefix, grant.organisation_id, grant.ends_on)
        for _id, _username, _role, grant in rows
        if grant is not None
    )
    return Actor(name=rows[0].username, staff_id=rows[0].id, grants=grants, role=rows[0].role)


def holders(session: Session, permission: str, division_code: str) -> list[int]:
    """List the staff who hold a permission for a division today, for whichever office."""
    query = select(StaffGrant.staff_id).join(Staff, Staff.id == StaffGrant.staff_id)
    held = query.where(
        StaffGrant.permission == permission,
        func.starts_with(division_code, StaffGrant.division_prefix),
        or_(StaffGrant.ends_on.is_(None), StaffGrant.ends_on >= clock.today()),
        Staff.disabled_at.is_(None),
    )
    return list(session.scalars(held.distinct().order_by(StaffGrant.staff_id)))
