"""Where the header of a sheet is, also merged, in two rows, or below title lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.households.rosters import headings
from app.households.rosters.cells import Cell, as_text, is_blank
from app.households.rosters.workbook import Sheet

SEARCHED = 40  # rows from the top
KEYS = frozenset({"name", "head_name", "id_number"})


@dataclass(frozen=True)
class Header:
    """The rows a header takes, from 0, and the heading of each column; `a/b` over two rows."""

    first: int
    last: int
    headings: tuple[str, ...]

    @property
    def recognised(self) -> int:
        """Count the different fields its headings name."""
        return len(set(headings.guess(self.headings).values()))


def find_header(sheet: Sheet, *, row: int | None = None) -> Header | None:
    """Find the header row that names most fields, or take the `row` that was said to be it."""
    if row is None:
        scores = [(len(_fields(cells)), -at) for at, cells in enumerate(sheet.rows[:SEARCHED])]
        best, negative = max(scores, default=(0, 0))
        row = -negative
        if best < 2 or not _fields(sheet.rows[row]) & KEYS:
            return None
    elif not 0 <= row < len(sheet.rows):
        return None
    first, last = _upwards(sheet, row), _downwards(sheet, row)
    return Header(first, last, _headings(sheet, first, last))


def _fields(row: list[Cell]) -> set[str]:
    named = (headings.field_of(as_text(cell)) for cell in row if isinstance(cell, str) and cell)
    return {field for field in named if field}


def _upwards(sheet: Sheet, row: int) -> int:
    """Take in the row above where its cells head several columns each: `户主` over two of them."""
    if row == 0:
        return row
    wide = [
        merge
        for merge in sheet.merges
        if merge[0] == row - 1 and merge[3] > merge[1] and merge[2] == row - 1
    ]
    tall = any(top == row - 1 and bottom == row for top, _l, bottom, _r in sheet.merges)
    width = max(1, len(sheet.rows[row]))
    above = {as_text(cell) for cell in sheet.rows[row - 1] if not is_blank(cell)}
    is_title = len(above) < 2 or any(right - left + 1 >= width for _t, left, _b, right in wide)
    return row - 1 if (wide or tall) and not is_title else row


def _downwards(sheet: Sheet, row: int) -> int:
    """Take in the row below where it goes on naming columns and holds nobody's data."""
    if row + 1 >= len(sheet.rows):
        return row
    below = sheet.rows[row + 1]
    written = [as_text(cell) for cell in below if not is_blank(cell)]
    has_data = any(
        not isinstance(cell, str) or re.search(r"\d{4}", cell) for cell in below if cell != ""
    )
    named = _fields(below)
    if not written or has_data or not named:
        return row
    tall = any(top <= row and bottom == row + 1 for top, _l, bottom, _r in sheet.merges)
    wide = any(top == row == bottom and right > left for top, left, bottom, right in sheet.merges)
    repeated = [as_text(cell) for cell in sheet.rows[row]] == [as_text(cell) for cell in below]
    return row + 1 if (tall or wide or len(named) == len(written)) and not repeated else row


def _headings(sheet: Sheet, first: int, last: int) -> tuple[str, ...]:
    width = max(len(sheet.rows[row]) for row in range(first, last + 1))
    texts = {
        (row, column): as_text(cell)
        for row in range(first, last + 1)
        for column, cell in enumerate(sheet.rows[row])
    }
    for top, left, bottom, right in sheet.merges:
        if first <= top <= last:
            for row in range(top, min(bottom, last) + 1):
                for column in range(left, min(right, width - 1) + 1):
                    texts[row, column] = texts.get((top, left), "")
    found = []
    for column in range(width):
        parts: list[str] = []
        for row in range(first, last + 1):
            text = texts.get((row, column), "")
            if text and text not in parts:
                parts.append(text)
        found.append("/".join(parts))
    return tuple(found)
