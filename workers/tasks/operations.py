"""Upkeep of the platform itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.households.service import openings
from app.identity import service as identity
from app.identity.villagers import service as villagers
from app.kernel.db import Database
from app.operations import service


def forget_done(session: Session, _database: Database) -> None:
    """Delete what is over: work done long ago, tokens that no longer work, records long closed."""
    service.forget_done(session)
    identity.forget_expired(session)
    villagers.forget_expired(session)
    openings.forget_closed(session)


def noop(_session: Session, _database: Database, **_ids: int | str) -> None:
    """Do nothing: the benchmark and probes measure the way here and back."""
