"""Accounts and what they are known by."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.gateways.wechat.protocol import SignedInUser
from app.identity.villagers import queries
from app.identity.villagers.errors import AccountGone, SnapshotRefused
from app.identity.villagers.models import (
    Account,
    IdentityIndex,
    IdentityKind,
    PhoneCode,
    VillagerIdentity,
    VillagerSession,
)
from app.kernel import clock, crypto, outbox
from app.kernel.crypto import Place
from app.kernel.turns import take_turn

GIVEN_OUT_AFTER = timedelta(days=90)  # a carrier rests a cancelled number for so long


def account_of_wechat(session: Session, *, user: SignedInUser, kind: IdentityKind) -> int:
    """Find the account of who signed in by WeChat, or open one; `kind` is WECHAT or MINI.

    Where both applications have one owner, one person has one account at both. Raises
    `SnapshotRefused`: a snapshot is nobody, and its openid changes.
    """
    if user.is_snapshot:
        raise SnapshotRefused
    known_by = [(kind, user.openid)]
    if user.unionid:
        known_by.insert(0, (IdentityKind.UNION, user.unionid))
    for each, value in known_by:
        _take_turn(session, each, value)
    found = [queries.find_identity(session, each, value) for each, value in reversed(known_by)]
    account_id = next((one.account_id for one in found if one is not None), None)
    if account_id is None:
        account_id = _open(session)
    for (each, value), one in zip(reversed(known_by), found, strict=True):
        if one is None:
            _put(session, account_id=account_id, kind=each, value=value)
    return account_id


def account_of_phone(session: Session, *, phone: str) -> int:
    """Find the account of whoever has just proved this number, or open one.

    A number that nobody proved for long may be somebody else's by now: the account is marked, and
    what it is bound to asks in each session of that number who it is (`queries.doubted_since`).
    """
    _take_turn(session, IdentityKind.PHONE, phone)
    found = queries.find_identity(session, IdentityKind.PHONE, phone)
    if found is not None:
        moment = clock.now()
        if moment - found.proved_at >= GIVEN_OUT_AFTER:
            _mark(session, found.account_id, returned_at=moment)
        found.proved_at = moment
        return found.account_id
    account_id = _open(session)
    _put(session, account_id=account_id, kind=IdentityKind.PHONE, value=phone)
    return account_id


def prove_phone(session: Session, *, account_id: int, phone: str) -> None:
    """Note that an account has just proved a number (11 digits).

    The newest proof wins, for numbers are given to new people: an account that had it before loses
    it and is told.
    """
    require_account(session, account_id=account_id)
    _take_turn(session, IdentityKind.PHONE, phone)
    found = queries.find_identity(session, IdentityKind.PHONE, phone)
    if found is not None and found.account_id == account_id:
        found.proved_at = clock.now()
        return
    if found is not None:
        loser = found.account_id
        outbox.publish(
            session, "villagers.tell_phone_moved", account_id=loser, identity_id=found.id
        )
        session.execute(delete(VillagerIdentity).where(VillagerIdentity.id == found.id))
    _put(session, account_id=account_id, kind=IdentityKind.PHONE, value=phone)


def require_account(session: Session, *, account_id: int) -> None:
    """Lock an account against its own deletion; raises `AccountGone`."""
    query = select(Account.id).where(Account.id == account_id, Account.deleted_at.is_(None))
    if session.scalar(query.with_for_update()) is None:
        raise AccountGone


def delete_account(session: Session, *, account_id: int) -> None:
    """Erase what an account is known by and end its sessions; only its number stays.

    Households end its bindings and consents by the task `villagers.follow_deletion`. Raises
    `AccountGone`.
    """
    require_account(session, account_id=account_id)
    own = select(VillagerIdentity.id).where(VillagerIdentity.account_id == account_id)
    numbers = select(IdentityIndex.digest).where(
        IdentityIndex.identity_id.in_(own), IdentityIndex.kind == IdentityKind.PHONE
    )
    codes = (PhoneCode.account_id == account_id) | PhoneCode.phone_digest.in_(numbers)
    # The digests stay for the day they are counted on, or deleting would reset the limits.
    session.execute(
        update(PhoneCode)
        .where(codes)
        .values(phone_sealed=None, code_sealed=None, account_id=None, used_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    for table in (VillagerIdentity, VillagerSession):
        session.execute(delete(table).where(table.account_id == account_id))
    session.execute(update(Account).where(Account.id == account_id).values(deleted_at=clock.now()))
    outbox.publish(session, "villagers.follow_deletion", account_id=account_id)


def _mark(session: Session, account_id: int, *, returned_at: datetime) -> None:
    query = update(Account).where(Account.id == account_id)
    session.execute(query.values(returned_at=returned_at))


def _open(session: Session) -> int:
    account = Account(created_at=clock.now())
    session.add(account)
    session.flush()
    return account.id


def _take_turn(session: Session, kind: IdentityKind, value: str) -> None:
    """Let two sign-ins of one person open one account."""
    take_turn(session, f"villager:{queries.digests(session, kind, value)[0].hex()}")


def _put(session: Session, *, account_id: int, kind: IdentityKind, value: str) -> None:
    """Write down what an account is known by, in place of what it had of this kind."""
    session.execute(
        delete(VillagerIdentity).where(
            VillagerIdentity.account_id == account_id, VillagerIdentity.kind == kind
        )
    )
    row = VillagerIdentity(account_id=account_id, kind=kind, proved_at=clock.now())
    session.add(row)
    session.flush()
    place = Place(queries.TABLE, row.id, queries.COLUMN)
    row.value_sealed = crypto.seal_value(session, value, place)
    keys = crypto.of(session).index_keys()
    for key, digest in zip(keys, queries.digests(session, kind, value), strict=True):
        session.add(IdentityIndex(kind=kind, digest=digest, key_id=key, identity_id=row.id))
    session.flush()
