"""Under which name somebody's act stands in the ledger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.identity import queries as identity
from app.kernel.access import Actor


def own_name(session: Session, actor: Actor) -> str:
    """Give somebody's full name, for colleagues to read; the username where there is none."""
    return identity.names(session, [actor.staff_id or 0]).get(actor.staff_id or 0, actor.name)


def public_name(session: Session, actor: Actor, *, otherwise: str) -> str:
    """Give somebody's full name for everyone to read, and never what they sign in with."""
    name = own_name(session, actor)
    is_username = actor.staff_id is not None and name == actor.name
    return otherwise if is_username else name
