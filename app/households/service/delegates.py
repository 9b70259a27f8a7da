"""Family delegates (for elders): invited by a code, for a time, with a masked view alone."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.households.binding_errors import BadEndDay, NotYours, TooManyDelegates
from app.households.models.bindings import BindingInvitation, HouseholdBinding
from app.households.queries import bindings as queries
from app.households.schemas import BindingView
from app.households.service import binding_ends, bindings
from app.identity.villagers import service as accounts
from app.kernel import clock, ids
from app.kernel.access import Villager

ALPHABET = "23456789ABCDEFGHJKLMNPQRTUVWXY"  # nothing that is read for something else
LENGTH = 8  # 39 bits: five tries a day do not find one
LIFETIME = timedelta(days=7)
LONGEST = timedelta(days=365)
MOST = 3  # delegates and open invitations of one member


def invite(session: Session, *, villager: Villager, binding_id: int, ends_on: date) -> str:
    """Give a code with which one other account may become a member's delegate, until a day.

    It is shown once; only its digest is kept. Raises `BindingNotFound`, `NotYours`, `BadEndDay`
    or `TooManyDelegates`.
    """
    row = binding_ends.hold_own(session, villager=villager, binding_id=binding_id)
    if row.kind != "member":
        raise NotYours
    if not clock.today() < ends_on <= clock.today() + LONGEST:
        raise BadEndDay
    if _granted(session, row.id) + len(queries.open_invitations(session, row.id)) >= MOST:
        raise TooManyDelegates
    code = ids.draw_symbols(ALPHABET, length=LENGTH)[0]
    session.add(
        BindingInvitation(
            digest=ids.token_digest(code),
            granted_by_id=row.id,
            ends_on=ends_on,
            created_at=clock.now(),
            expires_at=clock.now() + LIFETIME,
        )
    )
    session.flush()
    return code


def take_back(session: Session, *, villager: Villager, binding_id: int) -> None:
    """Withdraw a member's invitations that nobody has used; raises `BindingNotFound`."""
    row = binding_ends.hold_own(session, villager=villager, binding_id=binding_id)
    for invitation in queries.open_invitations(session, row.id):
        session.delete(invitation)
    session.flush()


def accept(session: Session, *, villager: Villager, code: str) -> BindingView | None:
    """Use an invitation, once; None for a code that does not hold, which stays counted.

    Raises `AccountGone`, `NoticeWanted`, `PhoneWanted` or `AttemptsUsedUp`.
    """
    accounts.require_account(session, account_id=villager.account_id)
    phone = bindings.prove(session, villager=villager)
    bindings.count_attempt(session, villager=villager, phone=phone)
    query = select(BindingInvitation).where(
        BindingInvitation.digest == ids.token_digest(_typed(code)),
        BindingInvitation.used_at.is_(None),
        BindingInvitation.expires_at > clock.now(),
    )
    invitation = session.scalars(query.with_for_update()).one_or_none()
    if invitation is None:
        return None
    grantor = binding_ends.hold(session, invitation.granted_by_id)
    if grantor.state != "active" or grantor.account_id == villager.account_id:
        return None
    invitation.used_at = clock.now()
    _end_earlier(session, villager=villager, household_id=grantor.household_id)
    row = HouseholdBinding(
        account_id=villager.account_id,
        household_id=grantor.household_id,
        division_code=grantor.division_code,
        kind="delegate",
        state="active",
        granted_by_id=grantor.id,
        ends_on=invitation.ends_on,
        asked_at=clock.now(),
        bound_at=clock.now(),
        confirmed_at=clock.now(),
    )
    session.add(row)
    session.flush()
    bindings.note_and_tell(session, row, who=villager)
    return queries.shape(row)


def _end_earlier(session: Session, *, villager: Villager, household_id: int | None) -> None:
    """Let the newest invitation count where somebody is invited again."""
    query = select(HouseholdBinding).where(
        HouseholdBinding.account_id == villager.account_id,
        HouseholdBinding.household_id == household_id,
        HouseholdBinding.kind == "delegate",
        HouseholdBinding.state == "active",
    )
    for row in session.scalars(query.with_for_update()):
        binding_ends.end(session, row, because="delegate", who=villager)


def _granted(session: Session, binding_id: int) -> int:
    query = select(func.count()).where(
        HouseholdBinding.granted_by_id == binding_id, HouseholdBinding.state == "active"
    )
    return session.scalars(query).one()


def _typed(code: str) -> str:
    """Read a code as people type it: full-width, small letters and spaces are as good."""
    read = unicodedata.normalize("NFKC", code[:40]).upper()
    return "".join(one for one in read if one.isalnum())
