"""What every write of the divisions shares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from app.kernel import changes
from app.places.models import CODE_LENGTHS, Level

PERMISSION = "places.maintain"
TURN = "places"
"""Whoever writes divisions takes this turn first."""


def announce(session: Session, codes: Iterable[str]) -> None:
    """Announce the counties in which divisions read differently now.

    The whole county, because names stand on pages of other places too: in lists, in searches, and
    under the villages that an old code leads to.
    """
    for county in sorted({code[: CODE_LENGTHS[Level.COUNTY]] for code in codes}):
        changes.division_changed(session, county)


def write_date(day: date) -> str:
    """Write a date as people in the county read it: 2026年1月5日."""
    return f"{day.year}年{day.month}月{day.day}日"
