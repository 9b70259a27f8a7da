"""Reads of corrections; the transaction must have opened their division."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.households.binding_errors import CorrectionNotFound
from app.households.models.bindings import Correction
from app.kernel import crypto, scope
from app.kernel.crypto import Place

TABLE = Correction.__tablename__


@dataclass(frozen=True)
class CorrectionView:
    """A correction with its values opened; None once their term is over."""

    id: int
    household_id: int
    person_id: int | None
    division_code: str
    field: str
    state: str
    asked_at: datetime
    answered_at: datetime | None
    value: str | None = dataclasses.field(repr=False)
    remark: str | None = dataclasses.field(repr=False)
    reason: str | None = dataclasses.field(repr=False)


def get(session: Session, correction_id: int, *, lock: bool = False) -> Correction:
    """Give a correction's row; raises `CorrectionNotFound`, also outside the opened division."""
    query = select(Correction).where(Correction.id == correction_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise CorrectionNotFound
    return row


def waiting(session: Session, *, prefixes: Sequence[str], limit: int = 100) -> list[Correction]:
    """List the open corrections below these divisions, the oldest first; opens each in turn."""
    found: dict[int, Correction] = {}
    for prefix in prefixes:
        scope.open_scope(session, prefix)
        query = select(Correction).where(Correction.state == "open")
        for row in session.scalars(query.order_by(Correction.id).limit(limit)):
            found[row.id] = row
    return sorted(found.values(), key=lambda row: row.id)[:limit]


def of_account(session: Session, account_id: int, household_id: int) -> list[CorrectionView]:
    """List what an account wanted corrected in a household, newest first."""
    query = select(Correction).where(
        Correction.account_id == account_id, Correction.household_id == household_id
    )
    return [view(session, row) for row in session.scalars(query.order_by(Correction.id.desc()))]


def view(session: Session, row: Correction) -> CorrectionView:
    """Open a correction's values."""

    def opened(column: str) -> str | None:
        sealed: bytes | None = getattr(row, f"{column}_sealed")
        return crypto.open_value(session, sealed, Place(TABLE, row.id, column))

    return CorrectionView(
        id=row.id,
        household_id=row.household_id,
        person_id=row.person_id,
        division_code=row.division_code,
        field=row.field,
        state=row.state,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        value=opened("value"),
        remark=opened("remark"),
        reason=opened("reason"),
    )
