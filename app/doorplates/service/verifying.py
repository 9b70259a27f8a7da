"""Checking a print run: the codes scanned from it against the codes that were issued."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.doorplates import codes
from app.doorplates.errors import ScansRefused
from app.kernel import csv_table


@dataclass(frozen=True)
class Verification:
    """What a print run lacks and what it has too much of; the lists hold what was scanned."""

    scanned: int
    missing: list[str]
    doubled: list[str]
    foreign: list[str]
    mistyped: list[str]

    @property
    def is_complete(self) -> bool:
        """Tell whether every plate was scanned once and nothing else was."""
        return not (self.missing or self.doubled or self.foreign or self.mistyped)


def verify_scanned(content: bytes, *, issued: Mapping[str, str], base_url: str) -> Verification:
    """Compare a CSV of scanned codes with what was issued (serial by code).

    The first column counts, or the one headed `code` or `url`; a cell may hold the code or the
    plate's address. Missing plates are named by code; `mistyped` cells are no codes at all, or
    addresses that do not begin with `base_url`: they would lead people elsewhere.
    """
    counted: Counter[str] = Counter()
    mistyped = []
    for cell in _cells(content):
        text = _last_part(cell, base_url) if "/" in cell else cell
        code = text if codes.is_valid(text) else codes.read_by_hand(text)
        if code is None:
            mistyped.append(cell)
        else:
            counted[code] += 1
    return Verification(
        scanned=counted.total() + len(mistyped),
        missing=[code for code in issued if code not in counted],
        doubled=[code for code, times in counted.items() if times > 1 and code in issued],
        foreign=[code for code in counted if code not in issued],
        mistyped=mistyped,
    )


def _last_part(address: str, base_url: str) -> str:
    if not address.startswith(f"{base_url}/d/"):
        return ""
    return address.removeprefix(f"{base_url}/d/").rstrip("/")


def _cells(content: bytes) -> list[str]:
    text = csv_table.decode(content)
    if not isinstance(text, str):
        raise ScansRefused(lines=[text])
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
    except csv.Error as error:
        raise ScansRefused from error
    if not rows:
        return []
    head = [cell.strip().lower() for cell in rows[0]]
    column = next((place for place, name in enumerate(head) if name in ("code", "url")), None)
    body = rows if column is None else rows[1:]
    place = column or 0
    return [row[place].strip() for row in body if len(row) > place and row[place].strip()]
