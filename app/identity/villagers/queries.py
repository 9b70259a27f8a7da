"""Reads of villagers' accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.villagers.models import (
    Account,
    IdentityIndex,
    IdentityKind,
    VillagerIdentity,
    VillagerSession,
    Way,
)
from app.kernel import clock, crypto, ids
from app.kernel.access import Villager
from app.kernel.crypto import Place

TABLE, COLUMN = "villager_identities", "value_sealed"


def villager_for_token(session: Session, token: str) -> Villager | None:
    """Find whose session a token is; None for one that does not hold."""
    query = (
        select(VillagerSession.account_id, VillagerSession.id)
        .join(Account, Account.id == VillagerSession.account_id)
        .where(
            VillagerSession.digest == ids.token_digest(token),
            VillagerSession.revoked_at.is_(None),
            VillagerSession.expires_at > clock.now(),
            Account.deleted_at.is_(None),
        )
    )
    row = session.execute(query).one_or_none()
    return None if row is None else Villager(account_id=row[0], session_id=row[1])


def exists(session: Session, account_id: int) -> bool:
    """Tell whether an account is there and was not deleted."""
    query = select(Account.id).where(Account.id == account_id, Account.deleted_at.is_(None))
    return session.scalar(query) is not None


def doubted_since(session: Session, villager: Villager) -> datetime | None:
    """Give since when a session's number may be another person's; None where nothing speaks for it.

    That is of sessions begun by the number, from the sign-in on that nobody had proved it before
    for so long (`Account.returned_at`). What was begun by WeChat shows who it is by that.
    """
    query = (
        select(Account.returned_at)
        .join(VillagerSession, VillagerSession.account_id == Account.id)
        .where(
            VillagerSession.id == villager.session_id,
            VillagerSession.account_id == villager.account_id,
            VillagerSession.way == Way.PHONE,
            VillagerSession.created_at >= Account.returned_at,
        )
    )
    return session.scalar(query)


def proved_phone(session: Session, account_id: int) -> str | None:
    """Give the telephone number (11 digits) an account has proved to be its own, or None."""
    return _value(session, account_id, IdentityKind.PHONE)


def wechat_openid(session: Session, account_id: int) -> str | None:
    """Give the openid by which the official account writes to a villager, or None."""
    return _value(session, account_id, IdentityKind.WECHAT)


def mini_openid(session: Session, account_id: int) -> str | None:
    """Give the openid by which the Mini Program writes to a villager, or None."""
    return _value(session, account_id, IdentityKind.MINI)


def _value(session: Session, account_id: int, kind: IdentityKind) -> str | None:
    query = select(VillagerIdentity).where(
        VillagerIdentity.account_id == account_id, VillagerIdentity.kind == kind
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        return None
    return crypto.open_value(session, row.value_sealed, Place(TABLE, row.id, COLUMN))


def identities(session: Session, account_id: int) -> Sequence[VillagerIdentity]:
    """List what an account is known by."""
    query = select(VillagerIdentity).where(VillagerIdentity.account_id == account_id)
    return session.scalars(query.order_by(VillagerIdentity.id)).all()


def find_identity(session: Session, kind: IdentityKind, value: str) -> VillagerIdentity | None:
    """Find the identity of a normalised value by any index key in use."""
    query = (
        select(VillagerIdentity)
        .join(IdentityIndex, IdentityIndex.identity_id == VillagerIdentity.id)
        .where(IdentityIndex.kind == kind, IdentityIndex.digest.in_(digests(session, kind, value)))
    )
    return session.scalars(query).unique().one_or_none()


def digests(session: Session, kind: IdentityKind, value: str) -> list[bytes]:
    """Give the blind digest of a value under every index key in use, the current one first."""
    ring = crypto.of(session)
    field = f"villager_{kind}"
    return [ring.index(field, value, key=key) for key in ring.index_keys()]


def open_sessions(session: Session, account_id: int) -> Sequence[VillagerSession]:
    """List the sessions of an account that hold, newest first."""
    query = select(VillagerSession).where(
        VillagerSession.account_id == account_id,
        VillagerSession.revoked_at.is_(None),
        VillagerSession.expires_at > clock.now(),
    )
    return session.scalars(query.order_by(VillagerSession.id.desc())).all()
