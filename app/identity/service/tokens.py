"""Tokens: sessions of browsers and tokens of programs, handed out, noted and taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.errors import AccountClosed, SessionNotFound
from app.identity.models import Pause, Staff, StaffToken, TokenKind
from app.kernel import clock, ids
from app.kernel.access import Actor

LIFETIMES = {TokenKind.SESSION: timedelta(hours=12), TokenKind.API: timedelta(days=30)}
LIFETIME_OF_READERS = timedelta(hours=12)  # of any token that opens personal records
KEPT = timedelta(days=1)  # after a token's end, or a failed try


def hand_out(
    session: Session,
    *,
    staff: Staff,
    kind: TokenKind,
    proved: bool = True,
    device: str = "",
) -> tuple[str, datetime]:
    """Hand out a token to an account: (token, when it expires); only its digest is kept.

    `proved` tells that the second factor, where one is asked for, was shown just now. Raises
    `AccountClosed`.
    """
    if staff.disabled_at is not None:
        raise AccountClosed
    moment = clock.now()
    lasts = LIFETIMES[kind]
    if kind == TokenKind.API and queries.reads_records(session, staff.id):
        lasts = LIFETIME_OF_READERS
    return issue(
        session,
        StaffToken(
            staff_id=staff.id,
            kind=kind,
            device=device[:40],
            passed=proved,
            proved_at=moment if proved else None,
            seen_at=moment,
            created_at=moment,
            expires_at=moment + lasts,
        ),
    )


def issue(session: Session, row: StaffToken) -> tuple[str, datetime]:
    """Draw the token of a row and keep the row: (token, when it expires)."""
    token = ids.token()
    row.digest = ids.token_digest(token)
    session.add(row)
    session.flush()
    return token, row.expires_at


def note_life(session: Session, session_id: int) -> None:
    """Note that a session is in use; at most once a minute."""
    moment = clock.now()
    session.execute(
        update(StaffToken)
        .where(StaffToken.id == session_id, StaffToken.seen_at < moment - queries.NOTED_EVERY)
        .values(seen_at=moment)
    )


def sign_out(session: Session, *, token: str) -> None:
    """Take a token back; one that is not known changes nothing."""
    session.execute(
        update(StaffToken)
        .where(StaffToken.digest == ids.token_digest(token), StaffToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def revoke_session(session: Session, *, session_id: int, actor: Actor) -> None:
    """End one of the actor's own sessions that has not ended; raises `SessionNotFound`."""
    ended = session.execute(
        update(StaffToken)
        .where(
            StaffToken.id == session_id,
            StaffToken.staff_id == actor.staff_id,
            StaffToken.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .returning(StaffToken.id)
    )
    if ended.one_or_none() is None:
        raise SessionNotFound


def revoke_others(session: Session, *, actor: Actor) -> None:
    """End all of the actor's own sessions and tokens but this one."""
    session.execute(
        update(StaffToken)
        .where(
            StaffToken.staff_id == actor.staff_id,
            StaffToken.id != actor.session_id,
            StaffToken.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def revoke_all(session: Session, staff_id: int) -> None:
    """End every session and token of an account."""
    session.execute(
        update(StaffToken)
        .where(StaffToken.staff_id == staff_id, StaffToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def revoke_programs(session: Session, staff_id: int) -> None:
    """End the tokens an account's programs hold; its browsers' sessions go on."""
    session.execute(
        update(StaffToken)
        .where(
            StaffToken.staff_id == staff_id,
            StaffToken.kind == TokenKind.API,
            StaffToken.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def forget_expired(session: Session) -> None:
    """Delete the tokens that stopped working over a day ago, and failed tries as old as that."""
    before = clock.now() - KEPT
    over = (StaffToken.expires_at < before) | (StaffToken.revoked_at < before)
    session.execute(delete(StaffToken).where(over))
    session.execute(delete(Pause).where(Pause.failed_at < before))
