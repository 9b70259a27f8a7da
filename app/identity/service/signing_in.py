"""Signing in: a password first, and where the account asks for it the second factor."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.errors import (
    CodeWanted,
    EnrolmentWanted,
    PasswordChangeWanted,
    SignInRefused,
)
from app.identity.models import Staff, TokenKind
from app.identity.schemas import Attempt
from app.identity.service import passwords, pauses, second_factor, tokens
from app.identity.service.accounts import USERNAME
from app.kernel import clock


def sign_in(session: Session, attempt: Attempt) -> tuple[str, datetime]:
    """Hand out a token for a correct password: (token, when it expires).

    A browser's session begins with whatever is still missing (`Actor.pending`); a program shows
    the code at once. Raises `SignInRefused`, `SignInPaused`, and for programs what is missing.
    Names that exist and names that don't take the same statements and the same argon2 work.
    """
    account = pauses.mark(session, "account", attempt.username)
    marks = [account, pauses.mark(session, "address", attempt.address)]
    pauses.require_none(session, marks)
    staff = _find(session, attempt.username)
    fits = passwords.fits(staff.password_hash if staff else None, attempt.password)
    if not fits or staff is None:
        raise SignInRefused(afterwards=pauses.noting(marks))
    pauses.forget(session, [account])
    if attempt.kind == TokenKind.SESSION:
        return tokens.hand_out(
            session, staff=staff, kind=attempt.kind, proved=False, device=attempt.device
        )
    proved = _prove(session, staff, attempt.code)
    return tokens.hand_out(
        session, staff=staff, kind=attempt.kind, proved=proved, device=attempt.device
    )


def _find(session: Session, username: str) -> Staff | None:
    """Find an account that is open; a name that cannot be one is looked for like any other."""
    typed = username if USERNAME.fullmatch(username) else ""
    found = select(Staff).where(Staff.username == typed, Staff.disabled_at.is_(None))
    return session.scalars(found).one_or_none()


def _prove(session: Session, staff: Staff, code: str | None) -> bool:
    """Ask a program for all at once: True where a second factor was shown."""
    if staff.must_change_password:
        raise PasswordChangeWanted
    if staff.totp_enrolled_at is None:
        held = queries.live_grants(session, staff.id)
        if queries.needs_second_factor((one.permission, one.ends_on) for one in held):
            raise EnrolmentWanted
        return False
    if not code:
        raise CodeWanted
    second_factor.check(session, staff=staff, code=code)
    staff.totp_shown_at = clock.now()
    return True
