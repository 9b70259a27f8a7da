"""What `chinesecalendar` knows of the State Council's notices on holidays, year by year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

SATURDAY = 5
_NAMES = {one.value: one.chinese for one in chinese_calendar.Holiday}


@lru_cache(maxsize=64)
def departures(year: int) -> Mapping[date, tuple[bool, str]] | None:
    """Give the days of a year that are not what their weekday says: (is worked, name).

    None for a year the package does not know: it raises `NotImplementedError` there.
    """
    found: dict[date, tuple[bool, str]] = {}
    day = date(year, 1, 1)
    try:
        while day.year == year:
            is_working = chinese_calendar.is_workday(day)
            _is_holiday, name = chinese_calendar.get_holiday_detail(day)
            if name and (day.weekday() < SATURDAY) != is_working:
                found[day] = (is_working, _name(name, is_working=is_working))
            elif name and not is_working:
                found[day] = (False, _NAMES.get(name, name))
            day += timedelta(days=1)
    except NotImplementedError:
        return None
    return found


def _name(name: str, *, is_working: bool) -> str:
    chinese = _NAMES.get(name, name)[:36]
    return f"{chinese}调休上班" if is_working else chinese
