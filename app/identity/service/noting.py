"""What administrators and stewards do to accounts and grants stands in the ledger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.schemas import Line
from app.identity.models import Staff
from app.kernel.access import Actor


def note(
    session: Session, act: str, *, staff: Staff, actor: Actor, at: str = "", what: str = ""
) -> None:
    """Write who did what to whose account, in the transaction it is done in.

    `at` is the division of a grant, or else the account's own. What the operator does at the
    command line is not an act of office and leaves its trace on the server.
    """
    if actor.staff_id is None:
        return
    reason = f"账号 {staff.username}" + (f"：{what}" if what else "")
    line = Line(who=actor, act=act, division_code=at or staff.division_code, reason=reason)
    audit.record(session, line)
