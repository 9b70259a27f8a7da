"""WeChat for staff: a scan signs in silently until twelve hours after the last code."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.gateways.wechat.protocol import SignedInUser
from app.identity import queries
from app.identity.errors import NoSuchWechat, WechatSnapshot, WechatTaken
from app.identity.models import Staff, StaffToken, TokenKind, WechatBinding
from app.identity.service import tokens
from app.kernel import clock, crypto
from app.kernel.access import Actor
from app.kernel.crypto import Place

SILENT = timedelta(hours=12)  # after the last code of the second factor
FIELD = "staff_openid"


def bind(session: Session, *, user: SignedInUser, actor: Actor) -> None:
    """Bind the WeChat somebody has just signed in with to the actor's account.

    Raises `WechatSnapshot`, or `WechatTaken` where it is another account's.
    """
    if user.is_snapshot:
        raise WechatSnapshot
    staff = queries.get(session, actor.staff_id or 0)
    held = _find(session, user.openid)
    if held is not None and held.staff_id != staff.id:
        raise WechatTaken
    unbind(session, staff_id=staff.id)
    ring = crypto.of(session)
    sealed = ring.seal(user.openid, Place("staff_wechat", staff.id, "openid_sealed"))
    binding = WechatBinding(
        staff_id=staff.id,
        openid_digest=ring.index(FIELD, user.openid),
        openid_key=ring.index_current,
        openid_sealed=sealed,
        bound_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(binding)
    except IntegrityError as error:
        raise WechatTaken from error


def unbind(session: Session, *, staff_id: int) -> None:
    """Forget the WeChat of an account; one that has none changes nothing."""
    session.execute(delete(WechatBinding).where(WechatBinding.staff_id == staff_id))
    session.flush()


def sign_in(session: Session, *, user: SignedInUser, device: str) -> tuple[str, datetime]:
    """Hand out a session to whoever has bound this WeChat: (token, when it expires).

    It ends twelve hours after the last code, and shows no second factor of its own: a full value
    is asked for with a code. Raises `NoSuchWechat` and `WechatSnapshot`.
    """
    if user.is_snapshot:
        raise WechatSnapshot
    binding = _find(session, user.openid)
    staff = session.get(Staff, binding.staff_id) if binding else None
    moment = clock.now()
    shown = staff.totp_shown_at if staff and staff.disabled_at is None else None
    if staff is None or shown is None or moment >= shown + SILENT or staff.must_change_password:
        raise NoSuchWechat
    row = StaffToken(
        staff_id=staff.id,
        kind=TokenKind.SESSION,
        device=device[:40],
        passed=True,
        proved_at=None,
        seen_at=moment,
        created_at=moment,
        expires_at=shown + SILENT,
    )
    return tokens.issue(session, row)


def _find(session: Session, openid: str) -> WechatBinding | None:
    """Find a binding by any index key in use."""
    ring = crypto.of(session)
    digests = [ring.index(FIELD, openid, key=key) for key in ring.index_keys()]
    query = select(WechatBinding).where(WechatBinding.openid_digest.in_(digests))
    return session.scalars(query).one_or_none()
