"""What the ledger takes in and shows: money in fen, months as `2026-10`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.funds.errors import MonthNotFound


@dataclass(frozen=True, order=True)
class MonthName:
    """A month of the calendar."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def chinese(self) -> str:
        return f"{self.year}年{self.month}月"

    def following(self) -> MonthName:
        """Give the month after it."""
        return MonthName(self.year + self.month // 12, self.month % 12 + 1)

    @classmethod
    def of(cls, day: date) -> MonthName:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> MonthName:
        """Read `2026-10`; raises `MonthNotFound` for anything else."""
        found = re.fullmatch(r"(2[01]\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
        if found is None:
            raise MonthNotFound
        return cls(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class LineIn:
    """A line as it is written: its category says whether money comes in or goes out.

    `corrects_line_id` names the line of a closed month it corrects; a reversal takes back.
    """

    on_date: date
    category_code: str
    summary: str
    amount_fen: int
    approved_by: str
    corrects_line_id: int | None = None
    is_reversal: bool = False


@dataclass(frozen=True)
class CategoryView:
    code: str
    kind: str
    name: str


@dataclass(frozen=True)
class QuestionView:
    """A question as the public sees it: its text together with its answer alone."""

    id: int
    kind: str
    state: str
    asked_at: datetime
    due_on: date
    text: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    set_aside_for: str


@dataclass(frozen=True)
class CorrectionOf:
    """Where the line stands that a correction names, or that corrects."""

    line_id: int
    month: MonthName
    no: int
    sign: int
    kind: str
    amount_fen: int


@dataclass(frozen=True)
class LineView:
    """A line with the balance after it; who entered it is for staff alone."""

    id: int
    no: int
    on_date: date
    kind: str
    category_code: str
    category: str
    summary: str
    amount_fen: int
    sign: int
    approved_by: str
    balance_fen: int
    entered_by: str
    corrects: CorrectionOf | None
    corrected_by: Sequence[CorrectionOf]
    voucher_ids: Sequence[int]
    questions: Sequence[QuestionView]

    @property
    def effect_fen(self) -> int:
        """Give what the line does to its side: less than nothing where it takes back."""
        return self.sign * self.amount_fen
