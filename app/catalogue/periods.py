"""Months, quarters, halves and years by their names: 2026-11, 2026Q4, 2026H2, 2026."""

from __future__ import annotations

import re
from datetime import date, timedelta

from app.catalogue.models import Kind

MONTHS = {Kind.MONTHLY: 1, Kind.QUARTERLY: 3, Kind.HALF_YEARLY: 6, Kind.YEARLY: 12}
_FORMS = {
    Kind.MONTHLY: re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    Kind.QUARTERLY: re.compile(r"(\d{4})Q([1-4])"),
    Kind.HALF_YEARLY: re.compile(r"(\d{4})H([12])"),
    Kind.YEARLY: re.compile(r"(\d{4})()"),
}


def of(kind: Kind, day: date) -> str:
    """Name the period a day lies in."""
    number = (day.month - 1) // MONTHS[kind] + 1
    if kind == Kind.MONTHLY:
        return f"{day.year}-{number:02}"
    if kind == Kind.YEARLY:
        return str(day.year)
    return f"{day.year}{'Q' if kind == Kind.QUARTERLY else 'H'}{number}"


def kind_of(period: str) -> Kind:
    """Tell of what kind a period is; raises ValueError for a name of none."""
    for kind, form in _FORMS.items():
        if form.fullmatch(period):
            return kind
    raise ValueError("not a period")


def end(period: str) -> date:
    """Give the last day of a period; raises ValueError for a name of none."""
    kind = kind_of(period)
    match = _FORMS[kind].fullmatch(period)
    assert match is not None  # noqa: S101 - kind_of has just seen it
    month = int(match[2] or 1) * MONTHS[kind]
    year = int(match[1])
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def between(kind: Kind, first: date, last: date) -> list[str]:
    """List the periods from the one `first` lies in to the one `last` lies in."""
    found = [of(kind, first)]
    while end(found[-1]) < last:
        found.append(following(found[-1]))
    return found


def following(period: str) -> str:
    """Name the period after this one."""
    return of(kind_of(period), end(period) + timedelta(days=1))


def before(period: str) -> str:
    """Name the period before this one."""
    kind = kind_of(period)
    last = end(period)
    months = last.year * 12 + last.month - 1 - MONTHS[kind]
    return of(kind, date(months // 12, months % 12 + 1, 1))


def name(period: str) -> str:
    """Say a period in Chinese: 2026年11月, 2026年第4季度, 2026年下半年, 2026年度."""
    kind = kind_of(period)
    year, rest = period[:4], period[5:]
    said = {
        Kind.MONTHLY: f"{year}年{rest.lstrip('0')}月",
        Kind.QUARTERLY: f"{year}年第{rest}季度",
        Kind.HALF_YEARLY: f"{year}年{'上' if rest == '1' else '下'}半年",
        Kind.YEARLY: f"{year}年度",
    }
    return said[kind]
