"""A list as a text, for the gate to look at: one line a row, its cells by bars.

No cell holds what parts cells, so that a text is read back into the cells it was written from.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.aid.models import AidRow
from app.aid.schemas import Cell
from app.kernel import money

BAR, END = "|", "；\n"
FIELDS = ("name", "place", "members", "subsidy", "area", "amount")


def said(row: AidRow, field: str) -> str:
    """Say what a row holds in a field, as people read it; "" where it holds nothing."""
    if field == "amount":
        return money.show(row.amount_fen)
    if field == "members":
        return str(row.members) if row.members is not None else ""
    if field == "area":
        return f"{row.area / 100:.2f}" if row.area is not None else ""
    return str(getattr(row, field))


def write(rows: Sequence[AidRow]) -> str:
    """Write rows down."""
    return "".join(BAR.join(said(row, field) for field in FIELDS) + END for row in rows)


def cells(rows: Sequence[AidRow]) -> list[list[Cell]]:
    """Tell where each cell of each row stands in the text that `write` gives."""
    found, at = [], 0
    for row in rows:
        line = []
        for field in FIELDS:
            text = said(row, field)
            line.append(Cell(field, text, at, at + len(text)))
            at += len(text) + len(BAR)
        at += len(END) - len(BAR)
        found.append(line)
    return found


def read_back(text: str, *, count: int) -> list[dict[str, str]] | None:
    """Read the words of a text back, row by row; None where its cells cannot be told apart."""
    lines = text.split(END)
    if len(lines) != count + 1 or lines[-1]:
        return None
    split = [line.split(BAR) for line in lines[:-1]]
    if any(len(one) != len(FIELDS) for one in split):
        return None
    return [dict(zip(FIELDS, one, strict=True)) for one in split]
