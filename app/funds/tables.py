"""A month as a village's bookkeeper has it in a spreadsheet: rows of six columns, as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.funds.errors import TableRefused
from app.households.rosters import workbook
from app.households.rosters.cells import Cell, as_text
from app.households.rosters.errors import FileRefused

HEADINGS = (
    *(("日期",), ("收支", "收/支"), ("类别", "科目"), ("摘要", "事由"), ("金额", "金额(元)")),
    ("经手/审批", "审批", "审批人", "经手", "经手人", "经手审批"),
)
MOST = 200  # lines of one table: a month of a village has some thirty
LOOKED_AT = 10  # rows within which the header is


@dataclass(frozen=True)
class Row:
    """A row of a table: its number there, and date, side, category, summary, amount, approval."""

    number: int
    cells: tuple[str, ...]


def read(content: bytes) -> list[Row]:
    """Read the rows below the header; raises `TableRefused` with what is wrong with the file."""
    try:
        sheet = workbook.read(content).sheets[0]
    except FileRefused as error:
        raise TableRefused(error.sentence) from error
    for place, row in enumerate(sheet.rows[:LOOKED_AT]):
        columns = _columns(row)
        if columns is not None:
            return _rows(sheet.rows, columns, after=place)
    raise TableRefused("没有找到表头。第一行请写：日期、收支、类别、摘要、金额、经手/审批。")


def _columns(row: Sequence[Cell]) -> list[int] | None:
    names = [as_text(cell).replace(" ", "") for cell in row]
    found = [
        next((place for place, name in enumerate(names) if name in wanted), None)
        for wanted in HEADINGS
    ]
    places = [place for place in found if place is not None]
    return places if len(places) == len(HEADINGS) else None


def _rows(rows: Sequence[Sequence[Cell]], columns: Sequence[int], *, after: int) -> list[Row]:
    taken = []
    for number, row in enumerate(rows[after + 1 :], start=after + 2):
        cells = tuple(_text(row[place]) if place < len(row) else "" for place in columns)
        is_sum = any(cell.replace(" ", "") in ("合计", "总计", "小计") for cell in cells)
        if any(cells) and not is_sum:
            taken.append(Row(number, cells))
    if not taken:
        raise TableRefused("表里没有数据。")
    if len(taken) > MOST:
        raise TableRefused(f"一次最多导入 {MOST} 笔，请分几次。")
    return taken


def _text(cell: Cell) -> str:
    """Write a cell as text; a number keeps the digits that the spreadsheet shows."""
    if isinstance(cell, date):
        return cell.isoformat()
    return as_text(cell)[:200]


def pack(rows: Sequence[Row]) -> str:
    """Write rows down for the form that confirms them."""
    return json.dumps([[row.number, *row.cells] for row in rows], ensure_ascii=False)


def unpack(text: str) -> list[Row]:
    """Read rows back; raises `TableRefused` for what `pack` never wrote."""
    try:
        rows = json.loads(text)
        taken = [Row(int(number), tuple(map(str, cells))) for number, *cells in rows]
    except (TypeError, ValueError, RecursionError) as error:
        raise TableRefused("表格的内容丢失了，请重新上传。") from error
    if not 0 < len(taken) <= MOST or any(len(row.cells) != len(HEADINGS) for row in taken):
        raise TableRefused("表格的内容丢失了，请重新上传。")
    return taken
