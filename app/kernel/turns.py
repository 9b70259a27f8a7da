"""Turns: writes that must see each other's results take them one transaction at a time."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turn(session: Session, name: str) -> None:
    """Wait until no other transaction has the turn of this name; it ends with the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
