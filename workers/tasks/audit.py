"""What the ledger asks for: telling auditors."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.audit import queries
from app.identity import queries as identity
from app.identity import roles
from app.kernel.db import Database
from app.notices import service as notices


def tell_question(session: Session, _database: Database, *, question_id: int) -> None:
    """Put a household's question into the inbox of everyone who may answer it."""
    division = queries.division_of_question(session, question_id)
    if division is None:
        return
    for staff_id in identity.holders(session, roles.AUDIT_READ, division):
        notices.deliver(
            session,
            staff_id=staff_id,
            kind="question",
            title="有住户对一次查看提出疑问",
            body="请核对这条查看记录，并在疑问页答复住户。",
            link=f"/console/audit/questions/{question_id}",
            key=f"question-{question_id}",
        )
