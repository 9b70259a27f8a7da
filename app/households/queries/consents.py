"""Reads of consents and of what was given with them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.models.bindings import Consent, HouseholdBinding, OptionalDetail
from app.households.queries import bindings
from app.kernel import crypto
from app.kernel.access import Villager
from app.kernel.crypto import Place

TABLE = OptionalDetail.__tablename__


def holds(session: Session, account_id: int, purpose: str) -> bool:
    """Tell whether an account consents to a purpose now; asked before every use of it."""
    query = select(Consent.id).where(
        Consent.account_id == account_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    return session.scalars(query).one_or_none() is not None


def given(session: Session, account_id: int) -> dict[str, Consent]:
    """Give the consents of an account that hold, by purpose."""
    query = select(Consent).where(Consent.account_id == account_id, Consent.withdrawn_at.is_(None))
    return {one.purpose: one for one in session.scalars(query)}


def history(session: Session, account_id: int) -> Sequence[Consent]:
    """List every consent an account gave, newest first."""
    query = select(Consent).where(Consent.account_id == account_id)
    return session.scalars(query.order_by(Consent.id.desc())).all()


def details(session: Session, account_id: int) -> dict[str, str]:
    """Open what an account gave of its own accord, by field."""
    query = select(OptionalDetail).where(OptionalDetail.account_id == account_id)
    return {one.field: _opened(session, one) for one in session.scalars(query)}


def own_details(session: Session, villager: Villager) -> dict[str, str]:
    """Open what a villager gave; nothing while another may have given it (`is_in_doubt`)."""
    return {} if bindings.is_in_doubt(session, villager) else details(session, villager.account_id)


def details_of_persons(
    session: Session, person_ids: Sequence[int], *, fields: Sequence[str]
) -> dict[int, dict[str, str]]:
    """Open these details of those that the accounts of these members gave, by person and field.

    Whoever calls has checked who may see it and writes the line.
    """
    query = (
        select(HouseholdBinding.person_id, OptionalDetail)
        .join(OptionalDetail, OptionalDetail.account_id == HouseholdBinding.account_id)
        .join(Consent, Consent.id == OptionalDetail.consent_id)
        .where(
            Consent.withdrawn_at.is_(None),
            OptionalDetail.field.in_(fields),
            HouseholdBinding.person_id.in_(person_ids),
            HouseholdBinding.kind == "member",
            HouseholdBinding.state == "active",
        )
        .order_by(OptionalDetail.id)
    )
    found: dict[int, dict[str, str]] = {}
    for person_id, detail in session.execute(query):
        if person_id is not None:
            found.setdefault(person_id, {})[detail.field] = _opened(session, detail)
    return found


def _opened(session: Session, row: OptionalDetail) -> str:
    return crypto.open_value(session, row.value_sealed, Place(TABLE, row.id, "value")) or ""
