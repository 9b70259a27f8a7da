"""Counting in working days: the calendar, a term, a day as the console shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SATURDAY = 5
DOUBT = (
    "这个期限算到了放假安排还没有公布（或没有录入）的年份，暂按周一到周五算工作日，"
    "安排公布以后可能变动。"
)


@dataclass(frozen=True)
class Term:
    """The last day of a term; not `is_sure` where it was counted through an unknown year."""

    last_day: date
    is_sure: bool

    @property
    def warning(self) -> str:
        """What to say beside it; empty where the term is sure."""
        return "" if self.is_sure else DOUBT


@dataclass(frozen=True)
class Day:
    """A day of a year that departs from its weekday, and where that was read."""

    day: date
    is_working: bool
    name: str
    source: str
    changed_by: str = ""


class DayIn(BaseModel):
    """A day somebody enters from the notice on holidays."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    day: Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2201, 1, 1))]
    is_working: bool
    name: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Calendar:
    """Working days: Monday to Friday but for the departures, of the years that are known."""

    def __init__(self, departures: Mapping[date, bool], known_years: frozenset[int]) -> None:
        self._departures = departures
        self.known_years = known_years

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked; in an unknown year by its weekday alone."""
        told = self._departures.get(day)
        return day.weekday() < SATURDAY if told is None else told

    def knows(self, day: date) -> bool:
        """Tell whether the notice on holidays for the year of this day is known."""
        return day.year in self.known_years

    def add_working_days(self, start: date, number: int) -> Term:
        """Count a term of so many working days, beginning with the day after `start`."""
        if number < 0:
            raise ValueError("a term has no fewer than no days")
        day, is_sure = start, True
        while number:
            day += timedelta(days=1)
            is_sure = is_sure and self.knows(day)
            number -= self.is_working(day)
        return Term(day, is_sure)

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and with `end`; negative where it is past."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_working, days))
