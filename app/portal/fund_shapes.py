"""The newest closed month of a village's fund, as the village's own page shows it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.funds import queries
from app.funds.schemas import MonthName
from app.kernel import money


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
