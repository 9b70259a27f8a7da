"""The lines below a header: which are people, which are blank, and which are only notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.households.rosters.cells import Cell, as_text, is_blank
from app.households.rosters.headings import HOUSEHOLD_FIELDS, field_of
from app.households.rosters.layout import Header
from app.households.rosters.workbook import Sheet

_FOOTER = re.compile(
    r"^(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|本页|本组|全村|全组|填\s*表|制\s*表|审\s*核|填\s*报|统计员"
    r"|负\s*责\s*人|经办人|说\s*明|备\s*注\s*[::]|注\s*[::]|单位|第\s*\d+\s*页|共\s*\d+)"
)


@dataclass(frozen=True)
class Line:
    """A line about a person: its sheet, its number as Excel shows it, its cells by field."""

    sheet: int
    number: int
    cells: Mapping[str, Cell]

    def text(self, field: str) -> str:
        """Give a field as text."""
        return as_text(self.cells.get(field, ""))


@dataclass(frozen=True)
class Gap:
    """A line that is not about a person; `is_note` where something is written on it."""

    sheet: int
    number: int
    is_note: bool = False


def read(
    sheet: Sheet, header: Header, mapping: Mapping[int, str], *, index: int = 0
) -> Iterator[Line | Gap]:
    """Walk through the lines below the header, filling merged cells of the household."""
    filled = _merged(sheet, mapping)
    for row in range(header.last + 1, len(sheet.rows)):
        cells = sheet.rows[row]
        if all(map(is_blank, cells)):
            yield Gap(index, row + 1)
            continue
        mapped = {
            field: filled.get((row, column), cells[column] if column < len(cells) else "")
            for column, field in mapping.items()
        }
        line = Line(index, row + 1, mapped)
        if _is_note(line, cells):
            yield Gap(index, row + 1, is_note=True)
        else:
            yield line


def _merged(sheet: Sheet, mapping: Mapping[int, str]) -> dict[tuple[int, int], Cell]:
    """Give what merged cells of household columns say on the rows below their first one."""
    columns = {column for column, field in mapping.items() if field in HOUSEHOLD_FIELDS}
    filled: dict[tuple[int, int], Cell] = {}
    for top, left, bottom, _right in sheet.merges:
        if left not in columns or top >= len(sheet.rows) or left >= len(sheet.rows[top]):
            continue
        for row in range(top + 1, min(bottom, len(sheet.rows) - 1) + 1):
            filled[row, left] = sheet.rows[top][left]
    return filled


def _is_note(line: Line, cells: list[Cell]) -> bool:
    """Tell a footer, a sum, a repeated header or a remark between households from a person."""
    id_digits = re.sub(r"\D", "", line.text("id_number"))
    if len(id_digits) >= 12:
        return False
    written = [as_text(cell) for cell in cells if not is_blank(cell)]
    if sum(field_of(text) is not None for text in written) >= max(2, len(written) * 2 // 3):
        return True  # the header again, as at the top of every printed page
    if any(_FOOTER.match(text) for text in written):
        return True
    nobody = not line.text("name") and not line.text("id_number")
    # A remark stands alone; a person without a name has more cells than one.
    return nobody and len(written) <= (2 if line.text("household_number") == "" else 1)
