"""What rooms of aid lists pass around: periods, files on their way, lists as they are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.aid.errors import PeriodRefused


@dataclass(frozen=True)
class Period:
    """A month (`2026-11`) or a quarter (`2026-Q4`) that a list is of."""

    year: int
    part: str

    def __str__(self) -> str:
        return f"{self.year}-{self.part}"

    @property
    def chinese(self) -> str:
        """Write it as people do: 2026年11月, 2026年第4季度."""
        if self.part.startswith("Q"):
            return f"{self.year}年第{self.part[1]}季度"
        return f"{self.year}年{int(self.part)}月"

    @property
    def first_day(self) -> date:
        """Give the day it begins."""
        is_quarter = self.part.startswith("Q")
        return date(self.year, int(self.part[1]) * 3 - 2 if is_quarter else int(self.part), 1)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read it; raises `PeriodRefused` for anything else."""
        found = re.fullmatch(r"(2[01]\d\d)-(0[1-9]|1[0-2]|Q[1-4])", text.strip(), re.ASCII)
        if found is None:
            raise PeriodRefused
        return cls(int(found[1]), found[2])


@dataclass(frozen=True)
class UploadIn:
    """A file, and what it is the list of."""

    kind: str
    division_code: str
    organisation_id: int | None
    period: Period
    content: bytes


@dataclass(frozen=True)
class RowIn:
    """A row to publish; values as they stand in `aid_rows`."""

    name: str
    amount_fen: int
    place: str = ""
    members: int | None = None
    subsidy: str = ""
    area: int | None = None


@dataclass(frozen=True)
class Tried:
    """A line of a file: its number there, what was read of it, and why it is refused, if it is.

    `cells` are what its chosen columns say, by field; `remark` is for the eye.
    """

    number: int
    cells: dict[str, str]
    row: RowIn | None
    fault: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Plan:
    """What a file would become: its lines, its sums, and the columns that were left out."""

    lines: tuple[Tried, ...]
    left_out: tuple[str, ...]

    @property
    def rows(self) -> list[RowIn]:
        """Give the rows that are taken, in the order of the file."""
        return [one.row for one in self.lines if one.row is not None]

    @property
    def refused(self) -> int:
        """Count the lines that are not taken."""
        return sum(one.row is None for one in self.lines)


@dataclass(frozen=True)
class Change:
    """What came and went since the list before: counts and amounts, never whose.

    Sums of the whole are known also where the rows before are gone; then the rest is None.
    """

    before_id: int
    period: str
    row_diff: int
    member_diff: int
    fen_diff: int
    added_count: int | None = None
    added_fen: int | None = None
    removed_count: int | None = None
    removed_fen: int | None = None


@dataclass(frozen=True)
class Cell:
    """A cell of a list within the list's text, from `start` up to `end`."""

    field: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Head:
    """A list without its rows, as lists of lists show it; `state` is its draft's, set by them."""

    id: int
    kind: str
    kind_name: str
    period: str
    division_code: str
    place: str
    office: str | None
    row_count: int
    member_count: int
    total_fen: int
    published_on: date | None
    objections_until: date | None
    is_erased: bool
    created_by: str
    created_at: datetime
    open_objections: int

    @property
    def period_name(self) -> str:
        """Write the period as people do."""
        return Period.parse(self.period).chinese


@dataclass(frozen=True)
class Answered:
    """The public side of an objection: whether it waits, and what was answered."""

    state: str
    made_on: date
    due_on: date
    answer: str
    answered_by: str
    answered_on: date | None


def total(rows: Sequence[RowIn]) -> tuple[int, int, int]:
    """Count rows, members (one where none are told) and fen."""
    return (
        len(rows),
        sum(one.members or 1 for one in rows),
        sum(one.amount_fen for one in rows),
    )
