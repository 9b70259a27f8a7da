"""Reads of packs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import roles
from app.kernel import clock
from app.kernel.access import Actor
from app.visits.errors import PackNotFound
from app.visits.models.packs import Pack, PackHousehold


def get_pack(session: Session, pack_id: UUID) -> Pack:
    """Give a pack; raises `PackNotFound`."""
    pack = session.get(Pack, pack_id)
    if pack is None:
        raise PackNotFound
    return pack


def packs_of(session: Session, staff_id: int, *, limit: int = 20) -> Sequence[Pack]:
    """List someone's packs, newest first."""
    query = select(Pack).where(Pack.staff_id == staff_id).order_by(Pack.prepared_at.desc())
    return session.scalars(query.limit(limit)).all()


def live_packs_of(session: Session, staff_id: int, *, actor: Actor) -> Sequence[Pack]:
    """List an account's packs that are neither revoked nor too old, newest first.

    Those of the places whose accounts the actor looks after.
    """
    query = (
        select(Pack)
        .where(
            Pack.staff_id == staff_id,
            Pack.revoked_at.is_(None),
            Pack.expires_at > clock.now(),
        )
        .order_by(Pack.prepared_at.desc())
    )
    found = session.scalars(query)
    return [one for one in found if actor.may(roles.ACCOUNTS, division_code=one.division_code)]


def household_in_pack(session: Session, *, pack_id: UUID, household_id: int) -> bool:
    """Tell whether a pack holds a household."""
    return session.get(PackHousehold, (pack_id, household_id)) is not None
