"""A year of a village's fund as bars: an SVG that needs no script and no colour to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.funds.models import FundMonth

HEIGHT, TOP, BOTTOM = 200, 30, 32
STEP, BAR = 29, 11
LEFT = 6


@dataclass(frozen=True)
class Bar:
    """A bar of the chart, in the units of its view box."""

    kind: str
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Chart:
    """Bars of income and expense for twelve months; `base` is where nothing lies."""

    bars: Sequence[Bar]
    labels: Sequence[tuple[int, int]]
    base: int
    highest_fen: int


def draw(months: Sequence[FundMonth]) -> Chart:
    """Lay a year's closed months out; a side that corrections made negative hangs below."""
    sides = [(one.month, one.income_fen, one.expense_fen) for one in months]
    values = [0, *(fen for _month, *both in sides for fen in both)]
    highest, lowest = max(values), min(values)
    room = HEIGHT - TOP - BOTTOM
    span = max(highest - lowest, 1)
    base = TOP + highest * room // span
    bars = []
    for month, income, expense in sides:
        left = LEFT + (month - 1) * STEP
        for kind, fen, x in (("income", income, left), ("expense", expense, left + BAR + 2)):
            if fen:
                height = max(abs(fen) * room // span, 2)
                bars.append(Bar(kind, x, base - height if fen > 0 else base, height))
    labels = [(month, LEFT + (month - 1) * STEP + BAR) for month in range(1, 13)]
    return Chart(bars, labels, base, highest)
