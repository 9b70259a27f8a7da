"""A month from a spreadsheet: tried first, then entered whole or not at all."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from sqlalchemy.orm import Session

from app.funds import queries, service, tables
from app.funds.errors import MonthClosed, TableRefused
from app.funds.tables import Row
from tests import factories
from tests.funds import ledger
from tests.funds.ledger import CLERK

HEAD = ("日期", "收支", "类别", "摘要", "金额", "经手/审批")
GOOD = ("2026-08-12", "收入", "租赁收入", "老粮站门面租金", "1,200.50", "村委会主任 李春分")
OTHER = ("2026.8.13", "支出", "办公和管理支出", "打印纸", "８０元", "村委会主任 李春分")


def csv(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> bytes:
    return "\n".join("\t".join(row) for row in (head, *rows)).encode()


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    factories.county(session)


def test_a_workbook_with_titles_and_sums_is_read() -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet, days = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write(0, 0, "青杠林村 8 月收支")
        for column, name in enumerate(HEAD):
            sheet.write(2, column, name)
        sheet.write_datetime(3, 0, date(2026, 8, 12), days)
        for column, cell in enumerate(("收入", "租赁收入", "门面租金", 1200.5, "村主任"), start=1):
            sheet.write(3, column, cell)
        sheet.write(4, 0, "合计")
        sheet.write(4, 4, 1200.5)
    [row] = tables.read(file.getvalue())
    assert row == Row(4, ("2026-08-12", "收入", "租赁收入", "门面租金", "1200.5", "村主任"))


def test_columns_may_stand_in_any_order() -> None:
    turned = csv(tuple(reversed(GOOD)), head=tuple(reversed(HEAD)))
    assert [row.cells for row in tables.read(turned)] == [GOOD]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", ""),
        (csv(GOOD, head=("日期", "金额", "", "", "", "")), "没有找到表头"),
        (csv(), "没有数据"),
        (csv(*[GOOD] * 201), "最多导入 200 笔"),
        (b"PK\x03\x04 not a workbook", ""),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(TableRefused) as refused:
        tables.read(content)
    assert told in refused.value.sentence


def test_the_dry_run_enters_nothing_and_the_import_all(session: Session) -> None:
    month = ledger.opened(session)
    rows = tables.read(csv(GOOD, OTHER))
    tried = service.try_table(session, month_id=month.id, rows=rows, actor=CLERK)
    assert [one.fault for one in tried] == ["", ""]
    assert queries.lines(session, queries.get_month(session, month.id)) == []
    assert service.enter_table(session, month_id=month.id, rows=rows, actor=CLERK) == 2
    lines = queries.lines(session, queries.get_month(session, month.id))
    assert [(one.kind, one.amount_fen) for one in lines] == [
        ("income", 1_200_50),
        ("expense", 80_00),
    ]


@pytest.mark.parametrize(
    ("place", "cell", "told"),
    [
        (0, "2026-09-01", "日期要在这个月里"),
        (0, "八月初", "日期要在这个月里"),
        (1, "", "收支请写"),
        (1, "支出", "收支请写"),
        (2, "租金", "收支请写"),
        (3, "x", "摘要请写"),
        (4, "0.30000000000000004", "最多写到分"),
        (5, "", "审批人"),
    ],
)
def test_a_line_that_does_not_fit_is_named_and_keeps_all_out(
    session: Session, place: int, cell: str, told: str
) -> None:
    month = ledger.opened(session)
    wrong = (*GOOD[:place], cell, *GOOD[place + 1 :])
    rows = [Row(2, GOOD), Row(3, wrong)]
    tried = service.try_table(session, month_id=month.id, rows=rows, actor=CLERK)
    assert tried[0].fault == ""
    assert told in tried[1].fault
    with pytest.raises(TableRefused), session.begin_nested():
        service.enter_table(session, month_id=month.id, rows=rows, actor=CLERK)
    assert queries.lines(session, queries.get_month(session, month.id)) == []


def test_a_closed_month_takes_no_table(session: Session) -> None:
    month = ledger.closed(session)
    with pytest.raises(MonthClosed):
        service.try_table(session, month_id=month.id, rows=[Row(2, GOOD)], actor=CLERK)


def test_rows_come_back_from_the_form_as_they_went() -> None:
    rows = [Row(2, GOOD), Row(5, OTHER)]
    assert tables.unpack(tables.pack(rows)) == rows


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "[1]", "[[1]]", '{"a": 1}', '[["a","b"]]', "[" * 9999]
)
def test_what_no_form_of_ours_sent_is_refused(text: str) -> None:
    with pytest.raises(TableRefused):
        tables.unpack(text)
