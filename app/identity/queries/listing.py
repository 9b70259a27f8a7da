"""Lists for administrators and data stewards, each within where they may act."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from app.identity import roles
from app.identity.models import (
    FactorReset,
    GrantState,
    ResetState,
    Staff,
    StaffGrant,
    StaffToken,
    TokenKind,
)
from app.identity.schemas import Beginning
from app.kernel import scope
from app.kernel.access import Actor

PAGE = 50
AT_ONCE = timedelta(seconds=30)  # within which enrolling ended the other sessions


def accounts(
    session: Session, *, actor: Actor, words: str = "", after: str = ""
) -> Sequence[Staff]:
    """List a page of the accounts of the actor's places, by username after `after`.

    `words` is a part of the username or of the full name, or a division code to begin with.
    """
    query = select(Staff).where(_within(actor, roles.ACCOUNTS))
    if words:
        query = query.where(
            or_(
                Staff.username.contains(words, autoescape=True),
                Staff.full_name.contains(words, autoescape=True),
                Staff.division_code.startswith(words, autoescape=True),
            )
        )
    if after:
        query = query.where(Staff.username > after)
    return session.scalars(query.order_by(Staff.username).limit(PAGE + 1)).all()


def waiting_grants(session: Session, *, actor: Actor) -> Sequence[tuple[StaffGrant, Staff]]:
    """List the grants that wait for a data steward of the actor's places, the oldest first.

    Those the actor asked for or would get are left out: somebody else decides on them.
    """
    query = (
        select(StaffGrant, Staff)
        .join(Staff, Staff.id == StaffGrant.staff_id)
        .where(
            StaffGrant.state == GrantState.PENDING,
            Staff.disabled_at.is_(None),
            StaffGrant.staff_id != actor.staff_id,
            StaffGrant.asked_by_id.is_distinct_from(actor.staff_id),
            _covered(
                actor,
                roles.GRANTS_APPROVE,
                division=StaffGrant.division_prefix,
                office=StaffGrant.organisation_id,
            ),
        )
        .order_by(StaffGrant.staff_id, StaffGrant.id)
        .limit(500)
    )
    return [(grant, staff) for grant, staff in session.execute(query)]


def beginnings(session: Session, accounts: Collection[Staff]) -> dict[int, Beginning]:
    """Tell of these accounts who opened them and when and where their second factor was enrolled.

    An account is opened together with its first grants: who asked for those opened it.
    """
    numbers = {staff.id for staff in accounts}
    of_them = StaffGrant.staff_id.in_(numbers)
    first = select(func.min(StaffGrant.id)).where(of_them).group_by(StaffGrant.staff_id)
    asked = select(StaffGrant.staff_id, StaffGrant.asked_by_id).where(StaffGrant.id.in_(first))
    opened_by = {row.staff_id: row.asked_by_id for row in session.execute(asked)}
    devices = _enrolled_in(session, numbers)
    return {
        staff.id: Beginning(
            opened_by_id=opened_by.get(staff.id),
            opened_at=staff.created_at,
            enrolled_at=staff.totp_enrolled_at,
            device=devices.get(staff.id, ""),
        )
        for staff in accounts
    }


def _enrolled_in(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """Name the browsers second factors were enrolled in: enrolling ends every other session.

    Where several sessions of that time are left, any of them could be it, and none is named.
    """
    query = (
        select(StaffToken.staff_id, func.min(StaffToken.device).label("device"))
        .join(Staff, Staff.id == StaffToken.staff_id)
        .where(
            Staff.id.in_(numbers),
            StaffToken.kind == TokenKind.SESSION,
            StaffToken.created_at <= Staff.totp_enrolled_at,
            or_(
                StaffToken.revoked_at.is_(None),
                StaffToken.revoked_at > Staff.totp_enrolled_at + AT_ONCE,
            ),
        )
        .group_by(StaffToken.staff_id)
        .having(func.count() == 1)
    )
    return {row.staff_id: row.device for row in session.execute(query)}


def grants_of(session: Session, staff_id: int) -> Sequence[StaffGrant]:
    """List every grant an account ever had or was asked for, the newest first."""
    query = select(StaffGrant).where(StaffGrant.staff_id == staff_id)
    return session.scalars(query.order_by(StaffGrant.id.desc())).all()


def waiting_resets(session: Session, *, actor: Actor) -> Sequence[tuple[FactorReset, Staff]]:
    """List the lost second factors that the actor may decide on: asked by the other side."""
    query = (
        select(FactorReset, Staff)
        .join(Staff, Staff.id == FactorReset.staff_id)
        .where(
            FactorReset.state == ResetState.PENDING,
            FactorReset.staff_id != actor.staff_id,
            FactorReset.asked_by_id != actor.staff_id,
            or_(
                _decided_by(actor, holds=roles.GRANTS_APPROVE, asked_as=roles.ACCOUNTS),
                _decided_by(actor, holds=roles.ACCOUNTS, asked_as=roles.GRANTS_APPROVE),
            ),
        )
        .order_by(FactorReset.id)
    )
    return [(reset, staff) for reset, staff in session.execute(query)]


def _decided_by(actor: Actor, *, holds: str, asked_as: str) -> ColumnElement[bool]:
    return (FactorReset.asked_as == asked_as) & _within(actor, holds)


def _within(actor: Actor, permission: str) -> ColumnElement[bool]:
    """Match the accounts that lie within a permission: of its places, or of its office there."""
    return _covered(actor, permission, division=Staff.division_code, office=Staff.organisation_id)


def _covered(
    actor: Actor,
    permission: str,
    *,
    division: SQLColumnExpression[str],
    office: SQLColumnExpression[int | None],
) -> ColumnElement[bool]:
    """Match the rows that `Actor.may` covers: by place, or by office and place."""
    of_offices = (
        (office == grant.organisation_id) & scope.below(division, [grant.division_prefix])
        for grant in actor.held(permission)
        if grant.organisation_id is not None
    )
    return or_(scope.below(division, actor.prefixes(permission)), *of_offices)


def resets_of(session: Session, staff_id: int) -> Sequence[FactorReset]:
    """List every wish to clear an account's second factor, the newest first."""
    query = select(FactorReset).where(FactorReset.staff_id == staff_id)
    return session.scalars(query.order_by(FactorReset.id.desc())).all()
