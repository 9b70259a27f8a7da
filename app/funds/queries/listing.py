"""Lists of the ledger for those who keep it: narrowed, sorted, in pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.funds.models import FundMonth, FundQuestion
from app.funds.schemas import LineView
from app.kernel import scope

_NEWEST = (FundMonth.year.desc(), FundMonth.month.desc())
MONTH_SORTS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "newest": _NEWEST,
        "oldest": (FundMonth.year, FundMonth.month),
        "income": (FundMonth.income_fen.desc(), *_NEWEST),
        "expense": (FundMonth.expense_fen.desc(), *_NEWEST),
    }
)
QUESTION_SORTS: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "due": (FundQuestion.due_on, FundQuestion.id),
        "newest": (FundQuestion.asked_at.desc(), FundQuestion.id.desc()),
        "place": (FundQuestion.division_code, FundQuestion.due_on, FundQuestion.id),
    }
)
LINE_SORTS: Mapping[str, Callable[[LineView], tuple[Any, ...]]] = MappingProxyType(
    {
        "no": lambda line: (line.no,),
        "date": lambda line: (line.on_date, line.no),
        "amount": lambda line: (-line.amount_fen, line.no),
        "category": lambda line: (line.kind, line.category, line.no),
    }
)


def list_months(
    session: Session,
    division_code: str,
    *,
    wanted: Mapping[str, str],
    offset: int,
    limit: int,
) -> Sequence[FundMonth]:
    """List a village's months; `wanted` may hold `state`, `year` and `sort` of `MONTH_SORTS`."""
    query = select(FundMonth).where(FundMonth.division_code == division_code)
    if state := wanted.get("state"):
        query = query.where(FundMonth.state == state)
    if (year := wanted.get("year", "")).isdecimal() and len(year) == 4:
        query = query.where(FundMonth.year == int(year))
    order = MONTH_SORTS.get(wanted.get("sort", ""), MONTH_SORTS["newest"])
    found = query.order_by(*order).offset(offset).limit(limit)
    return session.scalars(found.execution_options(populate_existing=True)).all()


def list_questions(
    session: Session,
    prefixes: Sequence[str],
    *,
    wanted: Mapping[str, str],
    offset: int,
    limit: int,
) -> Sequence[FundQuestion]:
    """List the questions below these divisions, those that wait unless another state is asked for.

    `wanted` may hold `state` (`all` for every one), `kind`, `place` and `sort` of `QUESTION_SORTS`.
    """
    query = select(FundQuestion).where(scope.below(FundQuestion.division_code, prefixes))
    if (state := wanted.get("state", "open")) != "all":
        query = query.where(FundQuestion.state == state)
    if kind := wanted.get("kind"):
        query = query.where(FundQuestion.kind == kind)
    if place := wanted.get("place"):
        query = query.where(FundQuestion.division_code.startswith(place, autoescape=True))
    order = QUESTION_SORTS.get(wanted.get("sort", ""), QUESTION_SORTS["due"])
    return session.scalars(query.order_by(*order).offset(offset).limit(limit)).all()


def list_lines(lines: Sequence[LineView], *, wanted: Mapping[str, str]) -> list[LineView]:
    """Pick of a month's lines; each keeps the balance it has in the month's own order.

    `wanted` may hold `kind`, `category` (a code), `q` (words of the summary) and `sort` of
    `LINE_SORTS`.
    """
    found = [
        line
        for line in lines
        if wanted.get("kind", line.kind) == line.kind
        and wanted.get("category", line.category_code) == line.category_code
        and wanted.get("q", "") in line.summary
    ]
    return sorted(found, key=LINE_SORTS.get(wanted.get("sort", ""), LINE_SORTS["no"]))
