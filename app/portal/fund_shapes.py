"""What pages show of a village's fund: its newest closed month, ledgers that came to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.schemas import MonthName
from app.kernel import money
from app.places import queries as places
from app.places.schemas import Place


def newest(session: Session, village_code: str) -> dict[str, Any] | None:
    """Shape the newest closed month; None before the first."""
    month = queries.latest(session, village_code, closed=True)
    if month is None:
        return None
    name = MonthName(month.year, month.month)
    sums = {"收入": month.income_fen, "支出": month.expense_fen, "余额": month.closing_fen}
    return {
        "name": name.chinese,
        "url": f"/v/{village_code}/funds/{name}",
        "year_url": f"/v/{village_code}/funds",
        "sums": {label: money.show(fen) for label, fen in sums.items()},
    }


def former(session: Session, code: str) -> list[Place]:
    """List the villages that became part of this one and left a ledger that can be read."""
    villages = places.former(session, code)
    readable = queries.with_closed_months(session, {one.code for one in villages})
    return [one for one in villages if one.code in readable]
