"""The column 公开时限: a term in working days, or how often; the text itself is always kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.catalogue.models import Kind

AT_ONCE = 1  # 即时: by the end of the next working day
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"([0-9]{1,3}|[一二两三四五六七八九十]{1,3})"
_WORKING_DAYS = re.compile(_NUMBER + r"个?(?:法定)?工作日")
_AFTER_PERIOD = re.compile(
    r"(?:期满|结束|终了|次月|下月|季后|月后|年后|度后)[^，。；,;]{0,6}?" + _NUMBER + r"个?工作日"
)
_PERIODS = (
    (Kind.HALF_YEARLY, re.compile(r"半年")),
    (Kind.MONTHLY, re.compile(r"每个?月|按月|逐月|月度|一月一|每月")),
    (Kind.QUARTERLY, re.compile(r"每个?季|按季|逐季|季度|一季一")),
    (Kind.YEARLY, re.compile(r"每年|按年|逐年|年度|每一年|一年一")),
)
_AT_ONCE = re.compile(r"实时|即时|及时|随时|立即|当日|当天|第一时间")


@dataclass(frozen=True)
class Cadence:
    """A kind; `number` is the working days of a term, `due_days` those after a period's end."""

    kind: Kind
    number: int | None = None
    due_days: int = 10


def parse(text: str) -> Cadence:
    """Read a term; the first that is written counts, and one that is not understood says so.

    自信息形成或者变更之日起20个工作日内 → 20; 每季度结束后5个工作日内 → quarterly, 5 after its end.
    """
    plain = re.sub(r"[\s()（）]", "", text)
    found = [
        (match.start(), Cadence(kind, due_days=_due_days(plain)))
        for kind, pattern in _PERIODS
        if (match := pattern.search(plain))
    ]
    if match := _AT_ONCE.search(plain):
        found.append((match.start(), Cadence(Kind.AT_ONCE, AT_ONCE)))
    periods = {cadence.kind for _, cadence in found}
    match = _WORKING_DAYS.search(plain)
    if match and not (periods & {kind for kind, _ in _PERIODS} and _AFTER_PERIOD.search(plain)):
        found.append((match.start(), Cadence(Kind.WORKING_DAYS, _number(match[1]))))
    return min(found, key=lambda one: one[0])[1] if found else Cadence(Kind.UNPARSED)


def _due_days(plain: str) -> int:
    """Read how many working days after the period's end; ten where nothing is said."""
    match = _AFTER_PERIOD.search(plain)
    return _number(match[1]) if match else Cadence(Kind.UNPARSED).due_days


def _number(text: str) -> int:
    if text.isdecimal():
        return min(int(text), 250)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS.get(text[-1], 1)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
