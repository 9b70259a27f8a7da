"""Codes for a whole county: `doorplates.issue_batch`, village by village."""

from __future__ import annotations

import time

from sqlalchemy import func, select

from app.doorplates import service as doorplates
from app.doorplates.models import Doorplate
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from bench.county import County


def measure(database: Database, county: County, *, codes: int) -> list[tuple[str, str]]:
    """Issue that many codes, one committed batch a village, and count them in the database."""
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Doorplate)) or 0
    each, rest = divmod(codes, len(county.villages))
    began = time.perf_counter()
    for number, village in enumerate(county.villages):
        doors = each + (number < rest)
        with database.unit_of_work() as session:
            doorplates.issue_batch(session, division_code=village, doors=doors, actor=OPERATOR)
    seconds = time.perf_counter() - began
    with database.reading() as session:
        after = session.scalar(select(func.count()).select_from(Doorplate)) or 0
    assert after - before == codes
    return [
        (
            f"issuing {codes:,} codes, {len(county.villages)} batches, once",
            f"{seconds:.1f} s ({codes / seconds:,.0f} a second)",
        )
    ]
