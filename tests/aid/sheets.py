"""Lists as offices write them, written by another library than the one that reads them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.households.rosters.people import id_number

Dress = Callable[[Worksheet], object]
HEADINGS = ("序号", "村组", "户主姓名", "保障人数", "月保障金额（元）")
ROWS: tuple[tuple[object, ...], ...] = (
    (1, "大寨组", "陶银花", 3, 1236.9),
    (2, "大寨组", "卢春生", 1, 412.3),
    (3, "一组", "岑长青", 2, "824.60"),
)
HEAD = id_number(date(1970, 5, 1), serial=991)
CHILD = id_number(date(2015, 5, 1), serial=992)


def book(
    rows: Sequence[Sequence[object]] = ROWS,
    *,
    headings: Sequence[object] = HEADINGS,
    above: Sequence[Sequence[object]] = (("青杠林村农村低保公示名单",),),
    below: Sequence[Sequence[object]] = (("合计", "", "", 6, 2473.8),),
    dress: Dress | None = None,
) -> bytes:
    """Write a workbook of one sheet: what stands above, the headings, the rows, what is below."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "名单"
    for row in (*above, headings, *rows, *below):
        sheet.append(list(row))
    if dress is not None:
        dress(sheet)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """Give a workbook's bytes."""
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def with_hidden_id() -> bytes:
    """Write a list whose ID numbers stand in a hidden column."""

    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions["F"].hidden = True

    rows = [
        (*row, id_number(date(1960 + year, 5, 1), serial=993)) for year, row in enumerate(ROWS, 1)
    ]
    return book(rows, headings=(*HEADINGS, "身份证号"), dress=hide)
