"""A lost second factor: one person asks, another one of another administration decides."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.identity import queries, roles
from app.identity.errors import (
    NotWhoAsked,
    NotYourOwn,
    ProofWanted,
    ResetNotFound,
    ResetThere,
)
from app.identity.models import FactorReset, ResetState, Staff
from app.identity.service import granting, noting, second_factor, tokens, wechat
from app.identity.service.accounts import within_scope
from app.kernel import clock
from app.kernel.access import Actor

DECIDES = {roles.ACCOUNTS: roles.GRANTS_APPROVE, roles.GRANTS_APPROVE: roles.ACCOUNTS}
"""Who decides on what an administration asked for: the other one."""


def ask_reset(session: Session, *, staff_id: int, proof: str, actor: Actor) -> FactorReset:
    """Ask to clear the second factor of somebody whose identity was proved, and write how.

    Raises `ProofWanted`, `ResetThere`, and what the scope refuses.
    """
    proof = " ".join(proof.split())
    if not 5 <= len(proof) <= 200:
        raise ProofWanted
    staff = queries.get(session, staff_id)
    asked_as = _administration(session, staff, actor)
    reset = FactorReset(
        staff_id=staff.id,
        proof=proof,
        asked_as=asked_as,
        asked_by_id=actor.staff_id,
        asked_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(reset)
    except IntegrityError as error:
        raise ResetThere from error
    noting.note(session, "factor_reset_ask", staff=staff, actor=actor, what=proof[:150])
    return reset


def _administration(session: Session, staff: Staff, actor: Actor) -> str:
    """Tell by which of the two the actor may act on this account."""
    if actor.staff_id == staff.id:
        raise NotYourOwn
    administration = roles.ACCOUNTS if actor.may_somewhere(roles.ACCOUNTS) else roles.GRANTS_APPROVE
    within_scope(session, staff_id=staff.id, actor=actor, permission=administration)
    return administration


def decide_reset(session: Session, *, reset_id: int, approved: bool, actor: Actor) -> FactorReset:
    """Decide on a wish of the other administration.

    Approved: the second factor, its recovery codes and the WeChat binding are gone, every session
    has ended, and the person enrols anew. While the password is one that somebody else drew, what
    a steward approved waits anew.
    """
    query = select(FactorReset).where(FactorReset.id == reset_id).with_for_update()
    reset = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if reset is None or reset.state != ResetState.PENDING:
        raise ResetNotFound
    staff = queries.get(session, reset.staff_id)
    if actor.staff_id == reset.asked_by_id or (
        _administration(session, staff, actor) != DECIDES[reset.asked_as]
    ):
        raise NotWhoAsked
    reset.state = ResetState.APPROVED if approved else ResetState.REFUSED
    reset.decided_by_id, reset.decided_at = actor.staff_id, clock.now()
    if approved:
        second_factor.clear(session, staff)
        wechat.unbind(session, staff_id=staff.id)
        tokens.revoke_all(session, staff.id)
        if staff.must_change_password:
            granting.let_wait(session, staff)
    session.flush()
    act = "factor_reset_approve" if approved else "factor_reset_refuse"
    noting.note(session, act, staff=staff, actor=actor)
    return reset
