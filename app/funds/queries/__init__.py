"""Reads of the ledger: months, lines and what stands beside them, and the lists of the console."""

from app.funds.queries.ledger import (
    by_category,
    categories,
    correctable,
    find_month,
    get_line,
    get_month,
    latest,
    lines,
    months,
    newest_of,
    public_questions,
    steps,
    submitted,
    years,
)
from app.funds.queries.listing import (
    LINE_SORTS,
    MONTH_SORTS,
    QUESTION_SORTS,
    list_lines,
    list_months,
    list_questions,
)

__all__ = [
    "LINE_SORTS",
    "MONTH_SORTS",
    "QUESTION_SORTS",
    "by_category",
    "categories",
    "correctable",
    "find_month",
    "get_line",
    "get_month",
    "latest",
    "lines",
    "list_lines",
    "list_months",
    "list_questions",
    "months",
    "newest_of",
    "public_questions",
    "steps",
    "submitted",
    "years",
]
