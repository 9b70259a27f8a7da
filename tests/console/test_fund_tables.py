"""A spreadsheet at the clerk's desk: looked at first, then entered."""

from __future__ import annotations

import html
import re
from io import BytesIO

import pytest

from app.funds import queries
from app.funds.models import FundMonth
from app.kernel.db import Database
from tests.console.conftest import Browser, Enter
from tests.factories import OTHER_VILLAGE, VILLAGE
from tests.funds import ledger

TABLE = (
    "日期,收支,类别,摘要,金额,经手/审批\n"
    "2026-08-12,收入,租赁收入,老粮站门面租金,1200.50,村委会主任 李春分\n"
    "2026-08-13,支出,办公和管理支出,买打印纸,{},村委会主任 李春分\n"
)


@pytest.fixture
def august(county: Database) -> FundMonth:
    with county.unit_of_work() as session:
        return ledger.opened(session)


def upload(browser: Browser, month: FundMonth, amount: str) -> str:
    file = (BytesIO(TABLE.format(amount).encode()), "八月.csv")
    return browser.send(f"/console/funds/months/{month.id}/table", table=file).text


def lines(county: Database, month: FundMonth) -> int:
    with county.unit_of_work() as session:
        return len(queries.lines(session, queries.get_month(session, month.id)))


def test_a_table_is_looked_at_and_then_entered(
    enter: Enter, county: Database, august: FundMonth
) -> None:
    clerk = enter("clerk", VILLAGE)
    page = upload(clerk, august, "80")
    assert "每一笔都没有问题" in page
    assert lines(county, august) == 0
    found = re.search(r'name="rows" value="([^"]*)"', page)
    assert found is not None
    way = f"/console/funds/months/{august.id}/table/lines"
    assert clerk.send(way, rows=html.unescape(found[1])).status_code == 303
    assert lines(county, august) == 2


def test_what_does_not_fit_is_named_beside_its_line(
    enter: Enter, county: Database, august: FundMonth
) -> None:
    clerk = enter("clerk", VILLAGE)
    page = upload(clerk, august, "八十")
    assert "有 1 笔记不进去" in page
    assert "金额请写成元" in page
    assert 'name="rows"' not in page
    assert lines(county, august) == 0


def test_no_file_and_nothing_of_ours_are_refused(enter: Enter, august: FundMonth) -> None:
    clerk = enter("clerk", VILLAGE)
    way = f"/console/funds/months/{august.id}/table"
    assert "请选择要导入的表格" in clerk.send(way).text
    assert clerk.send(f"{way}/lines", rows="x").status_code == 422


def test_a_clerk_of_another_village_brings_in_nothing(enter: Enter, august: FundMonth) -> None:
    other = enter("clerk", OTHER_VILLAGE)
    way = f"/console/funds/months/{august.id}/table"
    assert other.send(way).status_code == 403
    assert other.send(f"{way}/lines", rows="x").status_code == 403
