"""Reads of visits, needs and packs. Whoever reads opened the scope of the village before."""

from __future__ import annotations

from app.visits.queries.logbook import changes, get_visit, view, visit_on_day
from app.visits.queries.needs import (
    OPEN,
    assigned_to,
    get_need,
    needs_of_visit,
    read_need,
)
from app.visits.queries.packs import get_pack, household_in_pack, live_packs_of, packs_of
from app.visits.queries.record import record_lines
from app.visits.queries.waiting import content, get_waiting, waiting

__all__ = [
    "OPEN",
    "assigned_to",
    "changes",
    "content",
    "get_need",
    "get_pack",
    "get_visit",
    "get_waiting",
    "household_in_pack",
    "live_packs_of",
    "needs_of_visit",
    "packs_of",
    "read_need",
    "record_lines",
    "view",
    "visit_on_day",
    "waiting",
]
