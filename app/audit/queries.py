"""Reads of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, Select, select, true
from sqlalchemy.orm import Session

from app.audit.errors import LineNotFound, QuestionNotFound
from app.audit.models import (
    AuditCheck,
    AuditFlag,
    AuditQuestion,
    LedgerHead,
    LedgerLine,
    LedgerReason,
    LedgerSeal,
)
from app.audit.schemas import EVERYTHING, Access, Question, Wanted
from app.kernel import crypto, scope

PAGE = 30
_COLUMNS = [getattr(LedgerLine, name) for name in Access.__dataclass_fields__]


def accesses_to_household(
    session: Session, household_id: int, *, before: int | None = None, limit: int = PAGE
) -> list[Access]:
    """List who looked at a household's record or changed it, newest first, refusals included.

    `before` is the number of the last line shown. Whoever calls has checked the binding.
    """
    query = _newest(LedgerLine.household_id == household_id, before=before, limit=limit)
    return _accesses(session, query)


def accesses_below(
    session: Session,
    *,
    prefixes: Sequence[str],
    wanted: Wanted = EVERYTHING,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Access]:
    """List lines below these divisions, newest first."""
    matching = scope.below(LedgerLine.division_code, prefixes)
    if wanted.line_id is not None:
        matching &= LedgerLine.id == wanted.line_id
    if wanted.household_id is not None:
        matching &= LedgerLine.household_id == wanted.household_id
    if wanted.staff_id is not None:
        matching &= (LedgerLine.who_kind == "staff") & (LedgerLine.who_id == wanted.staff_id)
    return _accesses(session, _newest(matching, before=before, limit=limit))


def get_line(session: Session, line_id: int) -> Access:
    """Find one line; raises `LineNotFound`."""
    found = _accesses(session, select(*_COLUMNS).where(LedgerLine.id == line_id))
    if not found:
        raise LineNotFound
    return found[0]


def reasons(session: Session, line_ids: Sequence[int]) -> dict[int, str]:
    """Open the reasons that were typed for these lines."""
    rows = session.scalars(select(LedgerReason).where(LedgerReason.line_id.in_(line_ids)))
    opened: dict[int, str] = {}
    for row in rows:
        place = crypto.Place(LedgerReason.__tablename__, row.line_id, "reason_sealed")
        opened[row.line_id] = crypto.open_value(session, row.reason_sealed, place) or ""
    return opened


def questions_of_account(session: Session, account_id: int, *, limit: int = 100) -> list[Question]:
    """List what an account asked, newest first, with the answers."""
    query = select(AuditQuestion).where(AuditQuestion.account_id == account_id)
    rows = session.scalars(query.order_by(AuditQuestion.id.desc()).limit(limit))
    return [_question(session, row) for row in rows]


def questions_below(
    session: Session,
    *,
    prefixes: Sequence[str],
    state: str,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Question]:
    """List questions below these divisions in one state, newest first."""
    query = select(AuditQuestion).where(
        AuditQuestion.state == state,
        scope.below(AuditQuestion.division_code, prefixes),
        true() if before is None else AuditQuestion.id < before,
    )
    rows = session.scalars(query.order_by(AuditQuestion.id.desc()).limit(limit))
    return [_question(session, row) for row in rows]


def get_question(session: Session, question_id: int, *, prefixes: Sequence[str]) -> Question:
    """Find one question below these divisions; raises `QuestionNotFound`."""
    row = session.get(AuditQuestion, question_id)
    if row is None or not row.division_code.startswith(tuple(prefixes)):
        raise QuestionNotFound
    return _question(session, row)


def division_of_question(session: Session, question_id: int) -> str | None:
    """Tell which division a question is about."""
    query = select(AuditQuestion.division_code).where(AuditQuestion.id == question_id)
    return session.scalar(query)


def flags_below(
    session: Session, *, prefixes: Sequence[str], before: int | None = None, limit: int = PAGE
) -> Sequence[AuditFlag]:
    """List flags below these divisions, newest first."""
    query = select(AuditFlag).where(
        scope.below(AuditFlag.division_code, prefixes),
        true() if before is None else AuditFlag.id < before,
    )
    return session.scalars(query.order_by(AuditFlag.id.desc()).limit(limit)).all()


def last_check(session: Session) -> AuditCheck | None:
    """Give what the last check of the whole ledger came to."""
    return session.scalars(select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1)).first()


def last_head(session: Session) -> LedgerHead | None:
    """Give the newest signed head."""
    return session.scalars(select(LedgerHead).order_by(LedgerHead.sequence.desc()).limit(1)).first()


def last_seal(session: Session) -> LedgerSeal | None:
    """Give the newest seal."""
    return session.scalars(select(LedgerSeal).order_by(LedgerSeal.sequence.desc()).limit(1)).first()


def _newest(
    wanted: ColumnElement[bool], *, before: int | None, limit: int
) -> Select[tuple[object, ...]]:
    query = select(*_COLUMNS).where(wanted)
    if before is not None:
        query = query.where(LedgerLine.id < before)
    return query.order_by(LedgerLine.id.desc()).limit(limit)


def _accesses(session: Session, query: Select[tuple[object, ...]]) -> list[Access]:
    return [_access(row) for row in session.execute(query)]


def _access(row: Row[tuple[object, ...]]) -> Access:
    return Access(**row._mapping)


def _question(session: Session, row: AuditQuestion) -> Question:
    place = crypto.Place(AuditQuestion.__tablename__, row.id, "text_sealed")
    reply = crypto.Place(AuditQuestion.__tablename__, row.id, "answer_sealed")
    return Question(
        id=row.id,
        line_id=row.line_id,
        account_id=row.account_id,
        division_code=row.division_code,
        household_id=row.household_id,
        text=crypto.open_value(session, row.text_sealed, place) or "",
        state=row.state,
        asked_at=row.asked_at,
        answer=crypto.open_value(session, row.answer_sealed, reply),
        answered_at=row.answered_at,
    )
