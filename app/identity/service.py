"""Rules of staff accounts: creating, granting, signing in and out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.errors import (
    AccountClosed,
    BadUsername,
    PasswordTooShort,
    SignInRefused,
    UnknownRole,
    UsernameTaken,
)
from app.identity.models import Staff, StaffGrant, StaffToken, TokenKind
from app.identity.roles import ROLES
from app.kernel import clock, ids
from app.places import queries as places

LIFETIMES = {TokenKind.SESSION: timedelta(hours=12), TokenKind.API: timedelta(days=30)}
PASSWORD_LENGTH = 12
USERNAME = re.compile(r"[a-z0-9._-]{2,50}")
_hasher = PasswordHasher()
# Checked where no such account exists, so that both answers take the same work. The password it
# was made from was thrown away.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$DvBBbrNY/kyqRab0B50WRQ$yQmI5d"
    "karCougyan2LSIZSlOyeyBhn9oU+DTj2Vdwa8"
)


def create_staff(
    session: Session, *, username: str, password: str, role: str, division_code: str
) -> Staff:
    """Open an account with a role's permissions at a division prefix."""
    if not USERNAME.fullmatch(username):
        raise BadUsername
    if role not in ROLES:
        raise UnknownRole
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort
    places.get(session, division_code)
    staff = Staff(
        username=username,
        password_hash=_hasher.hash(password),
        role=role,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(staff)
    except IntegrityError as error:
        raise UsernameTaken from error
    for permission in ROLES[role]:
        session.add(
            StaffGrant(staff_id=staff.id, permission=permission, division_prefix=division_code)
        )
    session.flush()
    return staff


def set_password(
    session: Session, *, username: str, password: str, role: str, division_code: str
) -> None:
    """Give an account a new password and end its tokens; open it where there is none yet."""
    staff = session.scalars(select(Staff).where(Staff.username == username)).one_or_none()
    if staff is None:
        create_staff(
            session, username=username, password=password, role=role, division_code=division_code
        )
        return
    if len(password) < PASSWORD_LENGTH:
        raise PasswordTooShort
    staff.password_hash = _hasher.hash(password)
    session.execute(
        update(StaffToken).where(StaffToken.staff_id == staff.id).values(revoked_at=clock.now())
    )


def sign_in(
    session: Session, *, username: str, password: str, kind: TokenKind
) -> tuple[str, datetime]:
    """Hand out a token for a correct password: (token, when it expires); else `SignInRefused`."""
    staff = None
    if USERNAME.fullmatch(username):
        found = select(Staff).where(Staff.username == username, Staff.disabled_at.is_(None))
        staff = session.scalars(found).one_or_none()
    try:
        _hasher.verify(staff.password_hash if staff else _NOBODY, password)
    except (Argon2Error, InvalidHashError) as error:
        raise SignInRefused from error
    if staff is None:
        raise SignInRefused
    return hand_out(session, staff=staff, kind=kind)


def hand_out(session: Session, *, staff: Staff, kind: TokenKind) -> tuple[str, datetime]:
    """Hand out a token to an account: (token, when it expires); only its digest is kept.

    Raises `AccountClosed`.
    """
    if staff.disabled_at is not None:
        raise AccountClosed
    token, moment = ids.token(), clock.now()
    expires_at = moment + LIFETIMES[kind]
    session.add(
        StaffToken(
            digest=ids.token_digest(token),
            staff_id=staff.id,
            kind=kind,
            created_at=moment,
            expires_at=expires_at,
        )
    )
    session.flush()
    return token, expires_at


def sign_out(session: Session, *, token: str) -> None:
    """Take a token back; one that is not known changes nothing."""
    session.execute(
        update(StaffToken)
        .where(StaffToken.digest == ids.token_digest(token), StaffToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def disable(session: Session, *, username: str) -> None:
    """Close an account: its tokens stop working with this commit; raises `StaffNotFound`."""
    queries.get_by_username(session, username).disabled_at = clock.now()


def forget_expired(session: Session) -> None:
    """Delete the tokens that stopped working on their own or were taken back over a day ago."""
    before = clock.now() - timedelta(days=1)
    over = (StaffToken.expires_at < before) | (StaffToken.revoked_at < before)
    session.execute(delete(StaffToken).where(over))


def follow_merger(session: Session, *, old_code: str, new_code: str) -> None:
    """Move the grants at a village that was merged to the village it became part of."""
    session.execute(
        update(StaffGrant)
        .where(StaffGrant.division_prefix == old_code)
        .values(division_prefix=new_code)
    )
