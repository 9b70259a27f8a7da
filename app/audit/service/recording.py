"""Writing lines: one INSERT in the transaction of the read or the change it tells of."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from app.audit.models import LINE_NUMBERS, LedgerLine, LedgerReason
from app.audit.schemas import Line, Outcome
from app.kernel import clock, crypto
from app.kernel.access import Actor, Villager
from app.kernel.db import Base, Fixed

REASON_LENGTH = 200
_WORD = re.compile(r"[a-z_]{1,40}")
# Built once: building it costs as much as running it. PostgreSQL gives the line its number.
# Tables, not entities: that is half the cost.
_LEDGER = Base.metadata.tables[LedgerLine.__tablename__]
_REASONS = Base.metadata.tables[LedgerReason.__tablename__]
_ADD = insert(_LEDGER).returning(_LEDGER.c.id)
_BOUND: dict[str, Any] = {
    column.name: bindparam(column.name) for column in _LEDGER.c if column.name != "id"
}
_ADD_UNEXPLAINED = Fixed(_ADD.values(_BOUND))
_NUMBER = select(LINE_NUMBERS.next_value())
_ADD_REASON = insert(_REASONS)


def record(session: Session, line: Line) -> int:
    """Write a line of what was granted in the caller's transaction; returns its number.

    It takes no lock and reads no other line, so that readers never wait for each other; the sealer
    chains it afterwards. Raises ValueError where a word is none, such as a value in `fields`.
    """
    return _write(session, line, outcome="granted")


def denial(line: Line) -> Callable[[Session], None]:
    """Give what a refusal carries as `afterwards`: it writes the line once all else is undone."""
    return partial(_write_denied, line)


def _write_denied(line: Line, session: Session) -> None:
    _write(session, line, outcome="denied")


def _write(session: Session, line: Line, *, outcome: Outcome) -> int:
    for word in (line.act, *line.fields, line.purpose or "none"):
        if not _WORD.fullmatch(word):
            raise ValueError("the ledger takes words of the code, not values")
    kind, number, role = _who(line.who)
    row: dict[str, Any] = {
        "at": clock.now(),
        "who_kind": kind,
        "who_id": number,
        "who_role": role,
        "act": line.act,
        "outcome": outcome,
        "division_code": line.division_code,
        "household_id": line.household_id,
        "person_id": line.person_id,
        "fields": list(line.fields),
        "purpose": line.purpose,
        "reason_digest": None,
        "opening_id": line.opening_id,
    }
    reason = line.reason.strip()[:REASON_LENGTH]
    if not reason:
        ((written,),) = _ADD_UNEXPLAINED.rows(session, row)
        return int(written)
    line_id: int = session.execute(_NUMBER).scalar_one()
    digest = digest_reason(session, line_id, reason)
    session.execute(_ADD, {**row, "id": line_id, "reason_digest": digest})
    place = crypto.Place(LedgerReason.__tablename__, line_id, "reason_sealed")
    sealed = crypto.of(session).seal(reason, place)
    session.execute(_ADD_REASON, {"line_id": line_id, "at": row["at"], "reason_sealed": sealed})
    return line_id


def digest_reason(session: Session, line_id: int, reason: str) -> bytes:
    """Bind a reason to its line without telling it: HMAC-SHA-256 under a key of its own."""
    secret = crypto.of(session).derive("audit-reason")
    return hmac.digest(secret, f"{line_id}|{reason}".encode(), "sha256")


def _who(who: Actor | Villager) -> tuple[str, int | None, str]:
    """Say who acts: (kind, number, role)."""
    if isinstance(who, Villager):
        return "villager", who.account_id, ""
    if who.staff_id is not None:
        return "staff", who.staff_id, who.role
    return ("operator" if who.is_operator else "system"), None, ""
