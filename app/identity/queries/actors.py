"""Who a token was handed to, what an account holds, which of its sessions work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.identity import roles
from app.identity.errors import StaffNotFound
from app.identity.models import (
    GrantState,
    RecoveryCode,
    Staff,
    StaffGrant,
    StaffToken,
    TokenKind,
    WechatBinding,
)
from app.kernel import clock, ids
from app.kernel.access import Actor, Grant
from app.kernel.db import Fixed
from app.organisations import queries as organisations

IDLE = timedelta(minutes=30)  # after which a session without a sign of life ends
NOTED_EVERY = timedelta(minutes=1)

LIVE = (GrantState.PENDING, GrantState.ACTIVE)

# Every request of staff asks this one: built once, since building it costs more than running it.
_ACTOR = Fixed(
    select(
        Staff.id,
        Staff.username,
        Staff.role,
        Staff.totp_enrolled_at,
        Staff.must_change_password,
        StaffToken.id.label("session_id"),
        StaffToken.kind,
        StaffToken.passed,
        StaffToken.proved_at,
        StaffToken.seen_at,
        StaffGrant.permission,
        StaffGrant.division_prefix,
        StaffGrant.organisation_id,
        StaffGrant.ends_on,
        StaffGrant.state,
    )
    .join(StaffToken, StaffToken.staff_id == Staff.id)
    .outerjoin(StaffGrant, and_(StaffGrant.staff_id == Staff.id, StaffGrant.state.in_(LIVE)))
    .where(
        StaffToken.digest == bindparam("digest"),
        StaffToken.revoked_at.is_(None),
        StaffToken.expires_at > bindparam("moment"),
        or_(StaffToken.kind == TokenKind.API, StaffToken.seen_at > bindparam("idle_since")),
        Staff.disabled_at.is_(None),
    )
)


def get(session: Session, staff_id: int) -> Staff:
    """Give an account; raises `StaffNotFound`."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise StaffNotFound
    return staff


def get_by_username(session: Session, username: str) -> Staff:
    """Find an account; raises `StaffNotFound`."""
    staff = session.scalars(select(Staff).where(Staff.username == username)).one_or_none()
    if staff is None:
        raise StaffNotFound
    return staff


def names(session: Session, staff_ids: Collection[int]) -> dict[int, str]:
    """Name these members of staff, by their full names where they are known."""
    rows = session.execute(
        select(Staff.id, Staff.full_name, Staff.username).where(Staff.id.in_(staff_ids))
    )
    return {row.id: row.full_name or row.username for row in rows}


def name_of(staff_id: SQLColumnExpression[int | None]) -> ScalarSelect[str]:
    """Give an expression for a query of one's own: the name of the member of staff beside it."""
    known = func.coalesce(func.nullif(Staff.full_name, ""), Staff.username)
    return select(known).where(Staff.id == staff_id).scalar_subquery()


def office_of(staff_id: SQLColumnExpression[int | None]) -> ScalarSelect[str]:
    """Give an expression for a query of one's own: the name of that person's office."""
    office = organisations.name_of(Staff.organisation_id)
    return select(office).where(Staff.id == staff_id).scalar_subquery()


def actor_for_token(
    session: Session, token: str, kind: Literal["", "session", "api"] = ""
) -> Actor | None:
    """Find who a token was handed to, with today's grants; None for one that does not hold.

    `kind` is the only one that is taken; empty, any is. Where something is still missing
    (`pending`), there are no grants.
    """
    moment = clock.now()
    asked = {"digest": ids.token_digest(token), "moment": moment, "idle_since": moment - IDLE}
    rows = _ACTOR.rows(session, asked)
    if not rows or kind not in ("", rows[0].kind):
        return None
    one, held = rows[0], [row for row in rows if row.permission is not None]
    pending = _pending(one, held)
    grants = () if pending else tuple(_shape(row) for row in held if row.state == GrantState.ACTIVE)
    return Actor(
        name=one.username,
        staff_id=one.id,
        grants=grants,
        session_id=one.session_id,
        proved_at=one.proved_at,
        pending=pending,
        role=one.role,
        unnoted=one.kind == TokenKind.SESSION and one.seen_at < moment - NOTED_EVERY,
    )


def _shape(row: Any) -> Grant:
    return Grant(row.permission, row.division_prefix, row.organisation_id, row.ends_on)


def _pending(one: Any, held: Iterable[Any]) -> Literal["", "enrol", "code", "password"]:
    if not one.passed and one.totp_enrolled_at is not None:
        return "code"
    if one.must_change_password:
        return "password"
    if not one.passed and needs_second_factor((row.permission, row.ends_on) for row in held):
        return "enrol"
    return ""


def needs_second_factor(held: Iterable[tuple[str, date | None]]) -> bool:
    """Tell whether one of these permissions, each with its last day, asks for a second factor."""
    day = clock.today()
    return any(
        permission in roles.NEEDS_SECOND_FACTOR and (ends_on is None or day <= ends_on)
        for permission, ends_on in held
    )


def reads_records(session: Session, staff_id: int) -> bool:
    """Tell whether an account reads personal records, or waits to."""
    return any(grant.permission in roles.READS_RECORDS for grant in live_grants(session, staff_id))


def live_grants(session: Session, staff_id: int) -> Sequence[StaffGrant]:
    """List the grants of an account that hold or wait, in the order they were asked for."""
    query = (
        select(StaffGrant)
        .where(StaffGrant.staff_id == staff_id, StaffGrant.state.in_(LIVE))
        .where(or_(StaffGrant.ends_on.is_(None), StaffGrant.ends_on >= clock.today()))
        .order_by(StaffGrant.id)
    )
    return session.scalars(query).all()


def sessions_of(session: Session, staff_id: int) -> Sequence[StaffToken]:
    """List the sessions and tokens of an account that still work, the newest first."""
    moment = clock.now()
    query = (
        select(StaffToken)
        .where(
            StaffToken.staff_id == staff_id,
            StaffToken.revoked_at.is_(None),
            StaffToken.expires_at > moment,
            or_(StaffToken.kind == TokenKind.API, StaffToken.seen_at > moment - IDLE),
        )
        .order_by(StaffToken.created_at.desc())
    )
    return session.scalars(query).all()


def holders(session: Session, permission: str, division_code: str) -> list[int]:
    """List the staff who hold a permission for a division today; a grant for one office is none.

    They are asked for what belongs to no office: households, lines of the ledger.
    """
    return holders_for_office(session, permission, division_code, office=None)


def holders_for_office(
    session: Session, permission: str, division_code: str, *, office: tuple[int, str] | None
) -> list[int]:
    """List the staff who hold a permission for a division and an office's name today.

    As `Actor.may_for_office` tells it: `office` is its number and its own division.
    """
    anyone = StaffGrant.organisation_id.is_(None)
    named: ColumnElement[bool] = anyone
    if office is not None:
        number, home = office
        at_home = and_(anyone, func.starts_with(home, StaffGrant.division_prefix))
        named = or_(StaffGrant.organisation_id == number, at_home)
    query = select(StaffGrant.staff_id).join(Staff, Staff.id == StaffGrant.staff_id)
    held = query.where(
        StaffGrant.permission == permission,
        StaffGrant.state == GrantState.ACTIVE,
        named,
        func.starts_with(division_code, StaffGrant.division_prefix),
        or_(StaffGrant.ends_on.is_(None), StaffGrant.ends_on >= clock.today()),
        Staff.disabled_at.is_(None),
    )
    return list(session.scalars(held.distinct().order_by(StaffGrant.staff_id)))


def reaches(session: Session, permission: str) -> list[tuple[int, str, int | None]]:
    """List everyone who holds a permission today: account, division prefix, office or None."""
    query = (
        select(StaffGrant.staff_id, StaffGrant.division_prefix, StaffGrant.organisation_id)
        .join(Staff, Staff.id == StaffGrant.staff_id)
        .where(
            StaffGrant.permission == permission,
            StaffGrant.state == GrantState.ACTIVE,
            or_(StaffGrant.ends_on.is_(None), StaffGrant.ends_on >= clock.today()),
            Staff.disabled_at.is_(None),
        )
        .order_by(StaffGrant.staff_id, StaffGrant.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def anybody_holds(session: Session, permission: str) -> bool:
    """Tell whether an account that is open holds a permission anywhere."""
    query = (
        select(StaffGrant.id)
        .join(Staff, Staff.id == StaffGrant.staff_id)
        .where(
            StaffGrant.permission == permission,
            StaffGrant.state == GrantState.ACTIVE,
            or_(StaffGrant.ends_on.is_(None), StaffGrant.ends_on >= clock.today()),
            Staff.disabled_at.is_(None),
        )
    )
    return session.scalars(query.limit(1)).first() is not None


def recovery_codes_left(session: Session, staff_id: int) -> int:
    """Count the recovery codes of an account that were not used."""
    query = select(func.count()).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(query) or 0


def wechat_binding(session: Session, staff_id: int) -> WechatBinding | None:
    """Give the WeChat binding of an account, or None."""
    return session.get(WechatBinding, staff_id)
