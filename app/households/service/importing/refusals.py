"""The file of what was refused: the roster's own lines, each with why, to mend and feed again."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from app.households.models.imports import RosterImport
from app.households.queries import imports as queries
from app.households.rosters import households, workbook
from app.households.rosters.cells import Cell, as_text
from app.households.rosters.decisions import REFUSE
from app.households.rosters.errors import WrongStep
from app.households.rosters.headings import REASON
from app.households.rosters.lines import Line, read
from app.households.service.importing import files

PAGE = 500


@dataclass(frozen=True)
class Refusal:
    """A line of a refused household: where it stands, the number it counts under, and why."""

    sheet: int
    line: int
    number: str
    reason: str
    is_first: bool


def build(session: Session, row: RosterImport, *, files_dir: Path) -> bytes:
    """Write an .xlsx of the refused households' lines as they stood, with a column of reasons.

    Every cell is text, so that no spreadsheet takes the last digits of a number away. A household
    keeps all its lines: fed again, it is found whole. Raises `FileLost`.
    """
    content = files.read(session, files_dir, import_id=row.id, kind=files.SOURCE)
    book = workbook.read(content)
    chosen: dict[str, Any] = row.mapping or {}
    sheets = households.alike(book, chosen["sheet"], row=chosen["row"])
    mapping = {int(index): field for index, field in chosen["columns"].items()}
    lines = {
        (line.sheet, line.number): line
        for index, header in sheets
        for line in read(book.sheets[index], header, mapping, index=index)
        if isinstance(line, Line)
    }
    headings = [heading.replace("/", "") for heading in sheets[0][1].headings]
    named = len(sheets) > 1 and "group" not in mapping.values()  # each sheet was a group's
    table: list[tuple[list[str], str]] = []
    for refusal in _refused(session, row.id):
        line = lines.get((refusal.sheet, refusal.line))
        if refusal.is_first and table:
            table.append(([], ""))  # a blank line may be all that tells households apart
        if line is not None:
            sheet = book.sheets[refusal.sheet]
            cells = _cells(sheet.rows[refusal.line - 1], line, mapping, width=len(headings))
            if refusal.number:
                cells = [
                    refusal.number if mapping.get(index) == "household_number" else cell
                    for index, cell in enumerate(cells)
                ]
            table.append(([sheet.name, *cells] if named else cells, refusal.reason))
    return _write(["组别", *headings] if named else headings, table)


def refused_file(session: Session, row: RosterImport, *, files_dir: Path) -> bytes:
    """Give the file of what was refused, or, before the start, of what will be.

    The transaction has opened the village's scope. Raises `WrongStep`, `FileLost`.
    """
    if row.state == "planned":
        return build(session, row, files_dir=files_dir)
    if row.state != "done" or not row.has_refused_file:
        raise WrongStep
    return files.read(session, files_dir, import_id=row.id, kind=files.REFUSED)


def _cells(row: list[Cell], line: Line, mapping: Mapping[int, str], *, width: int) -> list[str]:
    """Write a line's cells as text, with what merged cells said, now that none are merged."""
    cells = [as_text(cell) for cell in row[:width]]
    cells += [""] * (width - len(cells))
    for index, field in mapping.items():
        cells[index] = cells[index] or line.text(field)
    return cells


def _refused(session: Session, import_id: int) -> Iterator[Refusal]:
    after = 0
    while rows := queries.page(
        session, import_id=import_id, outcome=REFUSE, after=after, limit=PAGE
    ):
        after = rows[-1].number
        for found in rows:
            for place, (member, step) in enumerate(
                zip(found.entry.members, found.decision.steps, strict=True)
            ):
                of_household = found.decision.reason if place == 0 else ""
                reason = step.reason if of_household in step.reason else of_household + step.reason
                yield Refusal(member.sheet, member.line, found.entry.number, reason, place == 0)


def _write(headings: Sequence[str], table: Sequence[tuple[list[str], str]]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    sheet = book.add_worksheet("未导入")
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    red = book.add_format({"font_color": "#9C1C2B", "text_wrap": True})
    width = len(headings)
    sheet.set_column(0, max(width - 1, 0), 14, text)
    sheet.set_column(width, width, 60, red)
    for column, heading in enumerate((*headings, REASON)):
        sheet.write_string(0, column, heading, bold)
    for row, (cells, reason) in enumerate(table, start=1):
        for column, cell in enumerate(cells[:width]):
            if cell:
                sheet.write_string(row, column, cell, text)
        if reason:
            sheet.write_string(row, width, reason, red)
    sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()
