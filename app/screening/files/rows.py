"""Rows and columns of a table, as a spreadsheet names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Row:
    """A row's cells by column letter; `numbers` are the columns stored as numbers."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    hidden: bool = False


def letters_of(column: int) -> str:
    """Name a column, from 1, as a spreadsheet does."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_hidden(column: str, hidden: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a column is among those that are hidden."""
    if not hidden:
        return False
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - 64
    return any(first <= number <= last for first, last in hidden)
