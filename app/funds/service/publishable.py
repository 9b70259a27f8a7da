"""What is written into the ledger stands there for everybody, so it is looked at first."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.funds.errors import PersonalDataInPaper, PersonalDataWritten
from app.screening import service as screening
from app.screening.schemas import PERSONAL, Kind

# A shop's telephone and address stand on its invoice; these three stand on none.
NOT_ON_PAPER = frozenset({Kind.ID_NUMBER, Kind.BANK_CARD, Kind.HEALTH_NAME})


def require_public(session: Session, text: str) -> None:
    """Raise `PersonalDataWritten` where a text says what must not be published."""
    if any(one.kind in PERSONAL for one in screening.scan_text(session, text)):
        raise PersonalDataWritten


def require_public_paper(session: Session, content: bytes) -> None:
    """Raise `PersonalDataInPaper` where a file says what no paper of a ledger may show.

    A photograph says nothing that can be read; whoever closes the month looks at it.
    """
    found = screening.scan_file(session, content)
    if any(one.finding.kind in NOT_ON_PAPER for one in found):
        raise PersonalDataInPaper
