"""Reads of villagers' accounts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.kernel.access import Villager


def villager_for_token(_session: Session, _token: str) -> Villager | None:
    """Find whose session a token is; None for one that does not hold."""
    return None
