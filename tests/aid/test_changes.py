"""What changed since the month before: counts and amounts, frozen when the list is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.aid import queries
from app.aid.models import AidList
from app.aid.schemas import Period
from app.disclosure import service
from app.disclosure.models import Item
from app.kernel import clock
from tests.aid import desk as ways
from tests.aid import sheets
from tests.aid.sheets import ROWS
from tests.disclosure.desk import Desk, desk

NOW = ways.this_month()
BEFORE = ways.month_before(NOW)


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


def _list(desk: Desk, rows: Sequence[Sequence[object]], period: Period) -> AidList:
    return ways.listed(
        desk.session,
        desk.author,
        sheets.book(rows),
        period=period,
        organisation_id=desk.office,
    )


def test_who_came_and_went_is_counted_and_frozen(desk: Desk) -> None:
    ways.published(desk, _list(desk, ROWS, BEFORE))
    new = [ROWS[0], (2, "一组", "韦海棠", 4, 500), (3, "大寨组", "陶银花", 1, 100)]
    listed = _list(desk, new, NOW)
    found = queries.change(desk.session, listed)
    assert found is not None
    assert (found.added_count, found.added_fen) == (2, 50000 + 123690)
    assert (found.removed_count, found.removed_fen) == (2, 41230 + 82460)
    assert (found.row_diff, found.member_diff) == (0, 2)
    ways.published(desk, listed)
    desk.session.expire_all()
    frozen = queries.change(desk.session, queries.get(desk.session, listed.id))
    assert frozen == found


def test_the_first_list_has_nothing_to_be_compared_with(desk: Desk) -> None:
    assert queries.change(desk.session, _list(desk, ROWS, NOW)) is None


def test_a_month_is_not_compared_with_a_quarter_nor_with_an_unpublished_list(desk: Desk) -> None:
    quarter = Period(clock.today().year - 1, "Q4")
    ways.published(desk, _list(desk, ROWS, quarter))
    _list(desk, ROWS, BEFORE)
    assert queries.change(desk.session, _list(desk, ROWS, NOW)) is None


def test_sums_alone_are_compared_where_the_rows_before_are_gone(desk: Desk) -> None:
    old = ways.published(desk, _list(desk, ROWS, BEFORE))
    service.withdraw_item(desk.session, item_id=old.item_id or 0, reason="到期", actor=desk.author)
    desk.session.get_one(Item, old.item_id).withdrawn_at = clock.now() - timedelta(days=60)
    desk.session.flush()
    service.erase_due(desk.session)
    found = queries.change(desk.session, _list(desk, ROWS[:1], NOW))
    assert found is not None
    assert (found.row_diff, found.added_count) == (-2, None)
