"""Dates as rosters write them: `1980.5.1`, `1980年5月`, `19800501`, a serial, a real date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.households.rosters.cells import Cell, as_text

EARLIEST, LATEST = 1880, 2100
EPOCH = date(1899, 12, 30)  # day 0 of the 1900 date system, its 29 February 1900 allowed for
_SERIALS = range(60, 73_415)  # 1900-02-28 to 2100-12-31
_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_SPLIT = re.compile(
    r"(\d{4})\s*[年./\-_、,]\s*(\d{1,2})(?:\s*[月./\-_、,]\s*(?:(\d{1,2})\s*[日号.]?)?)?"
    r"(?:\s+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
)


@dataclass(frozen=True)
class Written:
    """A date as far as it is written: the year, perhaps the month, perhaps the day."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def whole(self) -> date | None:
        """Give the date, None where its day is not written."""
        if self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def agrees(self, day: date) -> bool:
        """Tell whether a day is this one, as far as it is written."""
        return (self.year, self.month or day.month, self.day or day.day) == (
            day.year,
            day.month,
            day.day,
        )


def read(cell: Cell) -> Written | None:
    """Read a cell; raises ValueError for what is no date, gives None for a blank."""
    if isinstance(cell, date):
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, float):
        cell = int(cell)  # a serial with a time of day, or 1980.5, which may be May or be 1980.50
    text = as_text(cell)
    if not text:
        return None
    if re.fullmatch(r"\d+(?:\.0+)?", text):
        return _from_digits(text.split(".")[0])
    text = _figures(text)
    found = _SPLIT.fullmatch(text)
    if found:
        year, month, day = (int(part) if part else None for part in found.groups())
        return _checked(year or 0, month, day)
    alone = re.fullmatch(r"(\d{4})\s*年?(?:生|出生)?", text)
    if alone:
        return _checked(int(alone[1]))
    raise ValueError("no date")


def _figures(text: str) -> str:
    """Write Chinese figures of a date as digits: 一九八〇年五月十日 is 1980年5月10日."""
    text = re.sub(r"(?:出生|生)$", "", text.strip())
    if not re.search(r"[〇零一二三四五六七八九十]", text):
        return text

    def number(found: re.Match[str]) -> str:
        tens, ten, ones = found[0].partition("十")
        if not ten:
            return found[0].translate(_CHINESE)
        return (tens.translate(_CHINESE) or "1") + (ones.translate(_CHINESE) or "0")

    return re.sub(r"[〇零一二三四五六七八九十]+", number, text)


def _from_digits(digits: str) -> Written:
    """Read digits alone by how many there are: yyyymmdd, yyyymm, yyyy, or a serial number."""
    if len(digits) == 8:
        return _checked(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if len(digits) == 6:
        return _checked(int(digits[:4]), int(digits[4:]))
    number = int(digits)
    if len(digits) == 4 and EARLIEST <= number <= LATEST:
        return _checked(number)
    if len(digits) <= 5 and number in _SERIALS:
        day = EPOCH + timedelta(days=number)
        return _checked(day.year, day.month, day.day)
    raise ValueError("no date")


def _checked(year: int, month: int | None = None, day: int | None = None) -> Written:
    if not EARLIEST <= year <= LATEST or (month is not None and not 1 <= month <= 12):
        raise ValueError("no date")
    if day is not None:
        date(year, month or 1, day)
    return Written(year, month, day)


def read_period(cell: Cell) -> tuple[date | None, date | None]:
    """Read a validity: `2026.1-2026.12`, `2026年1月至2026年12月`, or only its last day.

    A month begins with its first day and ends with its last; raises ValueError.
    """
    if isinstance(cell, str):
        text = re.sub(r"^(?:有效期)?(?:至|到)|(?:止|为止|到期)$", "", as_text(cell))
        parts = re.split(r"\s*(?:至|到|~|～|—+|--+|(?<=\d)\s*-\s*(?=\d{4}))\s*", text)
        if len(parts) == 2:
            return _first(read(parts[0])), _last(read(parts[1]))
        return None, _last(read(text))
    return None, _last(read(cell))


def _first(written: Written | None) -> date | None:
    if written is None:
        return None
    return date(written.year, written.month or 1, written.day or 1)


def _last(written: Written | None) -> date | None:
    if written is None:
        return None
    if written.day is not None:
        return written.whole
    month = written.month or 12
    following = date(written.year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
