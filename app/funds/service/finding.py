"""A month for whoever may act on it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.errors import MonthClosed, MonthSubmitted
from app.funds.models import FundMonth
from app.identity import roles
from app.kernel.access import Actor
from app.kernel.errors import Forbidden
from app.places import queries as places

READERS = (roles.FUNDS_KEEP, roles.SUPERVISE)


def may(session: Session, actor: Actor, *permissions: str, division_code: str) -> bool:
    """Tell whether the actor holds one of these at a village, or at what it became part of.

    A ledger stays under the code it was kept under; whoever keeps the village of today ends it.
    """
    if any(actor.may(one, division_code=division_code) for one in permissions):
        return True
    today = places.resolve(session, division_code)
    return today != division_code and any(
        actor.may(one, division_code=today) for one in permissions
    )


def require(session: Session, actor: Actor, *permissions: str, division_code: str) -> None:
    """Raise `Forbidden` unless the actor `may`."""
    if not may(session, actor, *permissions, division_code=division_code):
        raise Forbidden


def month_for(session: Session, *, month_id: int, permission: str, actor: Actor) -> FundMonth:
    """Give a month, locked, to whoever has a permission there.

    Raises `MonthNotFound` or `Forbidden`.
    """
    month = queries.get_month(session, month_id, lock=True)
    require(session, actor, permission, division_code=month.division_code)
    return month


def open_month_for(session: Session, *, month_id: int, actor: Actor) -> FundMonth:
    """Give an open month, locked, to a keeper of it.

    Raises as `month_for` does, `MonthSubmitted` or `MonthClosed`.
    """
    month = month_for(session, month_id=month_id, permission=roles.FUNDS_KEEP, actor=actor)
    if month.state == "closed":
        raise MonthClosed
    if month.state == "submitted":
        raise MonthSubmitted
    return month
