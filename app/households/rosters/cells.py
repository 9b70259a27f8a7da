"""Cells as they come out of a file, and their text in plain half-width form."""

from __future__ import annotations

import re
from datetime import date

Cell = str | int | float | date
"""What a cell holds; empty is "". A float of 10^15 or more has lost digits and stays a float."""

EXACT = 10**15  # a spreadsheet keeps 15 significant digits
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BLANKS = dict.fromkeys((0x3000, 0xA0, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x2028, 0x2029), 0x20)
_INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF))
_TABLE = {**_WIDTH, **_BLANKS, **_INVISIBLE}
NOTHING = frozenset({"", "无", "没有", "暂无", "空", "/", "//", "\\", "-", "--", "—", "——", "无无"})


def half_width(text: str) -> str:
    """Write full-width letters, digits and blanks in their plain form; drop what is invisible.

    Only those: a full normalisation (NFKC) would change rare characters of names.
    """
    plain = text.translate(_TABLE).strip()
    return re.sub(r" +", " ", plain) if "  " in plain else plain


def plain(value: object) -> Cell:
    """Make a cell of what the reader gave."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return int(value) if value == int(value) and abs(value) < EXACT else float(value)
    if isinstance(value, date):  # a datetime is one too
        return date(value.year, value.month, value.day)
    return half_width(str(value)) if value is not None else ""


def as_text(cell: Cell) -> str:
    """Write a cell as text; a word that means "nothing" is nothing."""
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    text = text.lstrip("'’‘`").strip()
    return "" if text in NOTHING else text


def is_blank(cell: Cell) -> bool:
    """Tell whether nothing is written in a cell."""
    return isinstance(cell, str) and not cell.strip()
