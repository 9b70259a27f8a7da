"""The benchmark of the editorial desk does the whole work it names; nothing here is timed."""

from __future__ import annotations

from sqlalchemy import func, select

from app.aid.models import AidList
from app.catalogue.models import Duty
from app.disclosure.models import Item
from app.funds.models import FundMonth
from app.kernel.db import Database
from bench import county, desk


def test_the_desk_publishes_its_drafts_and_lists_and_closes_its_months(database: Database) -> None:
    loaded = county.load(database, villages=3, items=30)
    rows = desk.measure(database, loaded, quick=True)
    with database.reading() as session:
        items = session.scalar(select(func.count()).select_from(Item))
        lists = session.scalar(select(func.count()).select_from(AidList))
        months = session.scalars(select(FundMonth.state)).all()
        duties = session.scalar(select(func.count()).select_from(Duty))
    assert items == 30 + desk.DRAFTS // 10 + 1
    assert lists == 1
    assert months == ["closed", "closed"]
    assert f"{duties:,} duties of 3 villages" in " ".join(name for name, _ in rows)
    assert all(value[0].isdigit() for _name, value in rows)
