"""What a mapping page shows of a file: its headings, and a value or two of each column, masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.households import masking, personal_numbers
from app.households.rosters import headings, relations
from app.households.rosters.cells import Cell, as_text, is_blank
from app.households.rosters.households import alike
from app.households.rosters.layout import Header, find_header
from app.households.rosters.workbook import Sheet, Workbook

SAMPLES, PREVIEW, WIDEST = 2, 8, 12
PLAIN = frozenset({"男", "女", *relations.RELATION_WORDS, *relations.YES, *relations.NO})


@dataclass(frozen=True)
class Column:
    """A column: its heading, two masked values, and the field it was guessed to hold."""

    index: int
    heading: str
    samples: list[str]
    field: str


@dataclass(frozen=True)
class Layout:
    """What is shown of a file. `header_row` counts from 1; 0 where no header was found."""

    sheets: list[str]
    chosen: int
    together: list[str]
    header_row: int
    columns: list[Column]
    preview: list[list[str]]
    remarks: list[str]

    def dump(self) -> dict[str, Any]:
        """Write it as JSON can hold it."""
        return asdict(self)


def load(content: dict[str, Any]) -> Layout:
    """Read back what `Layout.dump` wrote."""
    return Layout(**{**content, "columns": [Column(**column) for column in content["columns"]]})


def look(book: Workbook, *, chosen: int | None = None, row: int | None = None) -> Layout:
    """Look at a file, at the sheet with the most lines below a header unless one is chosen.

    `row` counts from 0, where somebody said which row the header is.
    """
    if chosen is None:
        sizes = [len(s.rows) * (find_header(s) is not None) for s in book.sheets]
        chosen = sizes.index(max(sizes))
    sheet = book.sheets[chosen]
    found = alike(book, chosen, row=row)
    header = next((one for index, one in found if index == chosen), None)
    return Layout(
        sheets=[one.name for one in book.sheets],
        chosen=chosen,
        together=[book.sheets[index].name for index, _header in found],
        header_row=header.first + 1 if header else 0,
        columns=_columns(sheet, header) if header else [],
        preview=[] if header else [_masked_row(cells) for cells in sheet.rows[:PREVIEW]],
        remarks=list(book.remarks),
    )


def _columns(sheet: Sheet, header: Header) -> list[Column]:
    guessed = headings.guess(header.headings)
    columns = []
    for index, heading in enumerate(header.headings):
        cells = (
            row[index]
            for row in sheet.rows[header.last + 1 :]
            if index < len(row) and not is_blank(row[index])
        )
        samples: list[str] = []
        for cell in cells:
            sample = masked(cell, guessed.get(index, ""))
            if sample not in samples:
                samples.append(sample)
            if len(samples) == SAMPLES:
                break
        if heading or samples:
            columns.append(Column(index, heading[:60], samples, guessed.get(index, "")))
    return columns


def shown_headings(found: Sequence[str]) -> list[str]:
    """Give headings as a page shows them: whole, unless their row may be a person's.

    A row that was named by hand, or taken for the header because a cell of it reads `低保`, can be
    anybody's: too few words that head columns, or a number. Of such a row only those words stay.
    """
    parts = [part for heading in found for part in heading.split("/")]
    known = {field for part in parts if (field := headings.field_of(part))}
    if len(known) >= 2 and not any(len(re.findall(r"\d", part)) >= 6 for part in parts):
        return list(found)
    return [
        "/".join(
            part if headings.field_of(part) else masked(part, "") for part in heading.split("/")
        )
        for heading in found
    ]


def masked(cell: Cell, field: str) -> str:
    """Mask a cell as what it was guessed to hold, or, where that is not known, as anything."""
    text = as_text(cell)
    if text in PLAIN or len(text) < 2:
        return text
    if field in ("name", "head_name"):
        return masking.name(text)
    if field in ("group", "household_number") and not personal_numbers.stand_in(text):
        return text[:20]
    if len(re.findall(r"\d", text)) >= 6:
        return f"{text[:3]}****{text[-2:]}"
    if re.search(r"\d", text):
        return re.sub(r"\d", "*", text)[:20]
    return masking.name(text)


def _masked_row(cells: Sequence[Cell]) -> list[str]:
    return [masked(cell, "") for cell in cells[:WIDEST]]
