"""Headings in more than one row: what stands over several columns is part of each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from app.aid.layout import headings
from app.households.rosters.cells import Cell, as_text
from app.households.rosters.workbook import Sheet

LONGEST = 200  # letters of a heading; a long one is a heading still
_LONGEST_GROUP = 12
_NO_GROUP = re.compile(r"[:：0-9]")


def texts_of(row: Sequence[Cell]) -> list[str]:
    """Give the texts of a row of headings."""
    return [as_text(cell)[:LONGEST] for cell in row]


def stacked(sheet: Sheet, number: int) -> list[str]:
    """Write a header of two rows, from `number` on, as one."""
    upper, lower = texts_of(sheet.rows[number]), texts_of(_row(sheet, number + 1))
    width = max(len(upper), len(lower))
    lower += [""] * (width - len(lower))
    return _joined(_over(sheet, number, upper, lower), lower)


def under_groups(sheet: Sheet, number: int, below: Sequence[str]) -> list[str]:
    """Write the groups of columns that a row names before the headings below it.

    A title over all of them, a note or a date is no group.
    """
    if number < 0:
        return list(below)
    upper = [text if _is_group(text) else "" for text in texts_of(sheet.rows[number])]
    named = [place for place, text in enumerate(upper) if text]
    spans = _spans(sheet, number)
    if len(named) == 1:
        across = spans.get(named[0], named[0]) - named[0] + 1
        if across == 1 or across * 2 > sum(map(bool, below)):
            return list(below)
    return _joined(_over(sheet, number, upper, below), below)


def _row(sheet: Sheet, number: int) -> Sequence[Cell]:
    return sheet.rows[number] if number < len(sheet.rows) else []


def _is_group(text: str) -> bool:
    return len(text) <= _LONGEST_GROUP and _NO_GROUP.search(text) is None


def _spans(sheet: Sheet, number: int) -> dict[int, int]:
    return {
        left: right
        for top, left, bottom, right in sheet.merges
        if top == number == bottom and right > left
    }


def _over(sheet: Sheet, number: int, upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Tell what stands over each column.

    Where cells are not merged, as in a text, a word above a heading reaches to the next one; over
    numbers it does not, since nothing but its sum is read of such a column.
    """
    width, spans = len(lower), _spans(sheet, number)
    named = [place for place, text in enumerate(upper) if text and place < width]
    over = [""] * width
    for left, following in pairwise([*named, width]):
        over[left] = upper[left]
        if left in spans:
            reached = range(left + 1, min(spans[left] + 1, width))
            over[left + 1 : reached.stop] = [upper[left]] * len(reached)
        elif lower[left]:
            for place in range(left + 1, following):
                if lower[place] and headings.field_of(lower[place]) not in headings.NUMBERS:
                    over[place] = upper[left]
    return over


def _joined(over: Sequence[str], lower: Sequence[str]) -> list[str]:
    pairs = zip(over, lower, strict=True)
    return ["/".join(part for part in (one, other) if part) for one, other in pairs]
