"""How long the register keeps what it no longer needs: terms as data, each with its source.

The laws name no number of years for a village's register: 个人信息保护法 第十九条 asks for the
shortest time the purpose needs. Three years are those for which records of processing and of access
are kept (第五十六条), so that a question about either can still be answered. A county with a rule
of its own changes the number and the source here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True)
class Term:
    """What is erased, how many years after what, and by what source; from a day on."""

    what: str
    years: int
    after: str
    source: str
    in_force_from: date

    def limit(self, day: date) -> date:
        """Give the day before which something must have ended to be erased on `day`."""
        try:
            return day.replace(year=day.year - self.years)
        except ValueError:
            return date(day.year - self.years, 3, 1)


SOURCE = "个人信息保护法 第十九条、第五十六条"
TERMS = MappingProxyType(
    {
        "person": Term("离开的人的资料", 3, "去世、迁出或删除登记", SOURCE, date(2021, 11, 1)),
        "household": Term("已注销户的住址", 3, "销户", SOURCE, date(2021, 11, 1)),
        "change": Term("变更记录里的内容", 3, "变更", SOURCE, date(2021, 11, 1)),
    }
)
