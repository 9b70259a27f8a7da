"""What stands around a number and says what it is: a label, a sum, a table's cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.screening.detecting.chains import Chain
from app.screening.detecting.plain import CELL, Reading

_SERIAL = re.compile(
    r"(?:编号|代码|编码|单号|流水号|凭证号|发票号码?|合同号|票号|票据号码?|序列号|批号|条码|案号|档号"
    r"|宗地号|图号|许可证号?|备案号|批准文号|统一书号|标识码|学号|工号)[^0-9\n|]{0,8}$"
)
_AMOUNT = re.compile(r"(?:[.,][0-9]{2,3})?[ ]?(?:元|万元|亿元|亩|吨|平方米|立方米|千瓦时|公斤|株)")
_DECIMAL = re.compile(r"[0-9]{1,2}")


def named(
    reading: Reading, start: int, words: re.Pattern[str], others: re.Pattern[str]
) -> bool:
    """Tell whether a number is named so shortly before it, and not after that as something else."""
    before = reading.before(start, 40)
    line = before.rsplit("\n", 1)[-1] or before
    found = [word.end() for word in words.finditer(line)]
    if not found:
        return False
    return others.search(line) is None and not re.search(r"[。；;]", line[found[-1] :])


def is_listed(reading: Reading, start: int) -> bool:
    """Tell whether a label before it says it is the number of a thing."""
    return _SERIAL.search(reading.before(start, 20)) is not None


def is_amount(reading: Reading, end: int) -> bool:
    """Tell whether a unit follows: 13985812345元 is a sum."""
    return _AMOUNT.match(reading.plain, end) is not None


def is_torn(gaps: Sequence[str]) -> bool:
    """Tell whether the parts stand in different cells of a table."""
    return any(CELL in gap or "\t" in gap for gap in gaps)


def hangs_on(chain: Chain, first: int, gaps: Sequence[str]) -> bool:
    """Tell whether parts belong to what is around: 2026-03-15 20260012, 15000.00 3200."""
    if not gaps:
        return False
    place = chain.group_at(first)
    if place and len(chain.groups) > place:
        group = chain.groups[place]
        if group.end - group.start <= 2 and group.gap.strip(" ") in {"-", ".", "/"}:
            before = chain.groups[place - 1]
            return before.end - before.start in {1, 2, 4}
    return _has_decimals(chain, first, len(gaps))


def _has_decimals(chain: Chain, first: int, gaps: int) -> bool:
    """Tell whether a point with one or two digits behind it stands beside other gaps."""
    place = chain.group_at(first)
    inner = chain.groups[place + 1 : place + 1 + gaps]
    kinds = {gap.gap.strip() or " " for gap in inner}
    if kinds == {"."} or "." not in kinds:
        return False
    long = any(group.end - group.start > 1 for group in [chain.groups[place], *inner])
    return long and any(
        group.gap == "." and group.end - group.start <= 2 for group in inner
    )
