"""What is written into the ledger stands there for everybody, so it is looked at first."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.funds.errors import PersonalDataWritten
from app.screening import service as screening
from app.screening.schemas import PERSONAL


def require_public(session: Session, text: str) -> None:
    """Raise `PersonalDataWritten` where a text says what must not be published."""
    if any(one.kind in PERSONAL for one in screening.scan_text(session, text)):
        raise PersonalDataWritten
