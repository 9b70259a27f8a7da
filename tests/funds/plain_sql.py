"""The ledger's tables asked in plain SQL, as the application's role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from psycopg import errors as postgres
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.funds.models import FundMonth

Run = Callable[..., int]


def refused(run: Run, sql: str, **values: object) -> str:
    """Name the promise that a statement breaks."""
    with pytest.raises(IntegrityError) as error:
        run(sql, **values)
    assert isinstance(error.value.orig, postgres.CheckViolation | postgres.UniqueViolation)
    return error.value.orig.diag.constraint_name or ""


INSERT_LINE = (
    "INSERT INTO fund_lines (month_id, division_code, no, on_date, kind, category_code, summary,"
    " amount_fen, sign, approved_by, corrects_line_id, entered_by_name, entered_at)"
    " VALUES (:month, :village, :no, :on, :kind, :category, '买水泥', :fen, :sign, '村主任',"
    " :corrects, '有人', now())"
)


def values(month: FundMonth, **changed: object) -> dict[str, object]:
    return {
        "month": month.id,
        "village": month.division_code,
        "no": 1,
        "on": f"{month.year}-{month.month:02d}-20",
        "kind": "expense",
        "category": "public_works_expense",
        "fen": 50_00,
        "sign": 1,
        "corrects": None,
        **changed,
    }


def totals(session: Session, month: FundMonth) -> tuple[int, ...]:
    row = session.execute(
        text(
            "SELECT opening_fen, income_fen, expense_fen, closing_fen FROM fund_months"
            " WHERE id = :id"
        ),
        {"id": month.id},
    ).one()
    return tuple(row)


OPEN = (
    "INSERT INTO fund_months (division_code, year, month, state, opening_fen, income_fen,"
    " expense_fen) VALUES (:village, 2026, :month, :state, :fen, 0, 0)"
)
