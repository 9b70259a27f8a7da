"""Word, from the transaction that changes public content, to every process that caches it.

PostgreSQL delivers it on commit and never before, so a cache drops nothing that is still true.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

CHANNEL = "sunshine_public"


def division_changed(session: Session, division_code: str) -> None:
    """Announce that pages of every division below (and of) this code may read differently now.

    An empty code means the whole county.
    """
    session.execute(select(func.pg_notify(CHANNEL, f"division:{division_code}")))


def plate_changed(session: Session, code: str) -> None:
    """Announce that scanning this plate may show something else now."""
    session.execute(select(func.pg_notify(CHANNEL, f"plate:{code}")))
