"""Reads of aid lists."""

from app.aid.queries.changes import before, change, change_of, compare
from app.aid.queries.lists import (
    SORTS,
    get,
    head,
    heads,
    heads_of,
    kind_named,
    kind_of,
    kinds,
    rows,
    rows_hash,
    text_of,
    within,
)
from app.aid.queries.objections import OBJECTION_SORTS, answers, get_objection, objections

__all__ = [
    "OBJECTION_SORTS",
    "SORTS",
    "answers",
    "before",
    "change",
    "change_of",
    "compare",
    "get",
    "get_objection",
    "head",
    "heads",
    "heads_of",
    "kind_named",
    "kind_of",
    "kinds",
    "objections",
    "rows",
    "rows_hash",
    "text_of",
    "within",
]
