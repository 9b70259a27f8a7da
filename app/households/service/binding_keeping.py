"""Letting go of bindings, requests, consents and corrections once their terms are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.households.models.bindings import (
    BindingAttempt,
    BindingInvitation,
    Consent,
    Correction,
    HouseholdBinding,
)
from app.households.privacy import TERMS
from app.kernel import clock, scope


def forget_old(session: Session) -> None:
    """Delete what is over for longer than its term (`privacy.TERMS`); ends what nobody decided.

    A request that waited too long loses its name and may be asked again.
    """
    session.execute(delete(BindingAttempt).where(BindingAttempt.at < _before("attempt")))
    session.execute(
        delete(BindingInvitation).where(BindingInvitation.expires_at < _before("old_invitation"))
    )
    session.execute(delete(Consent).where(Consent.withdrawn_at < _before("withdrawn_consent")))
    moment = clock.now()
    session.execute(
        update(HouseholdBinding)
        .where(
            HouseholdBinding.state == "pending",
            HouseholdBinding.asked_at < _before("waiting_request"),
        )
        .values(state="ended", ended_at=moment, ended_because="unanswered", name_sealed=None)
    )
    refused = (HouseholdBinding.state == "refused") & (
        HouseholdBinding.decided_at < _before("refused_request")
    )
    never_bound = HouseholdBinding.bound_at.is_(None) & (
        HouseholdBinding.ended_at < _before("refused_request")
    )
    over = HouseholdBinding.ended_at < _before("ended_binding")
    session.execute(delete(HouseholdBinding).where(or_(refused, never_bound, over)))


def forget_wishes(session: Session, *, county_code: str) -> None:
    """Erase what answered corrections held, and later the corrections themselves.

    Opens the county. The register's own history says what was changed.
    """
    scope.open_scope(session, county_code)
    session.execute(
        update(Correction)
        .where(
            Correction.state != "open",
            Correction.answered_at < _before("answered_correction"),
            func.num_nonnulls(
                Correction.value_sealed, Correction.remark_sealed, Correction.reason_sealed
            )
            > 0,
        )
        .values(value_sealed=None, remark_sealed=None, reason_sealed=None)
    )
    old = Correction.answered_at < _before("correction_line")
    session.execute(delete(Correction).where(old))


def counties(session: Session) -> list[str]:
    """Name the counties where somebody is or was bound."""
    code = func.left(HouseholdBinding.division_code, 6)
    return sorted(session.scalars(select(code).distinct()))


def _before(term: str) -> datetime:
    return clock.now() - timedelta(days=TERMS[term])
