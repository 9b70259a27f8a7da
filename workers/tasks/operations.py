"""Upkeep of the platform itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.identity import service as identity
from app.identity.villagers import service as villagers
from app.kernel.db import Database
from app.operations import service


def forget_done(session: Session, _database: Database) -> None:
    """Delete what is known of work that was done long ago, and tokens that no longer work."""
    service.forget_done(session)
    identity.forget_expired(session)
    villagers.forget_expired(session)


def noop(_session: Session, _database: Database, **_ids: int | str) -> None:
    """Do nothing: the benchmark and probes measure the way here and back."""
