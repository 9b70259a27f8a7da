"""What a workbook hides: rows and columns, sheet by sheet."""

from __future__ import annotations

from dataclasses import dataclass

from app.screening.files import sheets
from app.screening.files.archive import Archive
from app.screening.files.rows import is_hidden, letters_of

_ZIP = b"PK\x03\x04"
_WIDEST = 200  # columns; no list comes near


@dataclass(frozen=True)
class Unseen:
    """The hidden columns of a sheet by letter, and its hidden rows by number."""

    columns: frozenset[str] = frozenset()
    rows: frozenset[int] = frozenset()


def of(content: bytes) -> dict[str, Unseen]:
    """Tell by the name of each sheet what it hides; a text hides nothing.

    Raises `Unreadable` where it cannot be told.
    """
    if not content.startswith(_ZIP):
        return {}
    found = sheets.gather(Archive(content))
    return {
        name: Unseen(
            frozenset(
                letters
                for number in range(1, _WIDEST + 1)
                if is_hidden(letters := letters_of(number), sheet.hidden)
            ),
            frozenset(row.number for row in sheet.rows if row.hidden),
        )
        for name, sheet in found.items()
    }
