"""Sessions of villagers: begun, listed by queries, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.identity.villagers.models import PhoneCode, SessionKind, VillagerSession, Way
from app.kernel import clock, ids
from app.kernel.access import Villager

LIFETIMES = {SessionKind.WEB: timedelta(days=30), SessionKind.MINI: timedelta(days=30)}


def begin_session(
    session: Session, *, account_id: int, kind: SessionKind, way: Way
) -> tuple[str, datetime]:
    """Hand out a token to an account: (token, when it expires); only its digest is kept."""
    token, moment = ids.token(), clock.now()
    expires_at = moment + LIFETIMES[kind]
    session.add(
        VillagerSession(
            digest=ids.token_digest(token),
            account_id=account_id,
            kind=kind,
            way=way,
            created_at=moment,
            expires_at=expires_at,
        )
    )
    session.flush()
    return token, expires_at


def end_session(session: Session, *, villager: Villager, session_id: int | None = None) -> None:
    """End one of a villager's own sessions, by default the present one; others' stay."""
    session.execute(
        update(VillagerSession)
        .where(
            VillagerSession.id == (session_id or villager.session_id),
            VillagerSession.account_id == villager.account_id,
            VillagerSession.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def end_other_sessions(session: Session, *, villager: Villager) -> None:
    """End all of a villager's sessions but the present one."""
    session.execute(
        update(VillagerSession)
        .where(
            VillagerSession.id != villager.session_id,
            VillagerSession.account_id == villager.account_id,
            VillagerSession.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def forget_expired(session: Session) -> None:
    """Delete sessions that ended over a day ago, and codes of the day before."""
    before = clock.now() - timedelta(days=1)
    over = (VillagerSession.expires_at < before) | (VillagerSession.revoked_at < before)
    session.execute(delete(VillagerSession).where(over))
    session.execute(delete(PhoneCode).where(PhoneCode.created_at < before))
