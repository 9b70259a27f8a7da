"""Signing in: a password first, and where the account asks for it the second factor."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.errors import SignInRefused
from app.identity.models import Staff, TokenKind
from app.identity.service import passwords, tokens
from app.identity.service.accounts import USERNAME


def sign_in(
    session: Session, *, username: str, password: str, kind: TokenKind
) -> tuple[str, datetime]:
    """Hand out a token for a correct password: (token, when it expires); else `SignInRefused`."""
    staff = None
    if USERNAME.fullmatch(username):
        found = select(Staff).where(Staff.username == username, Staff.disabled_at.is_(None))
        staff = session.scalars(found).one_or_none()
    if not passwords.fits(staff.password_hash if staff else None, password) or staff is None:
        raise SignInRefused
    return tokens.hand_out(session, staff=staff, kind=kind)
