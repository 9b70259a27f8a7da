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
_USUAL = {(3, 4, 4), (3, 8), (7, 4), (4, 7), (4, 4, 3), (3, 3, 5), (6, 8, 4), (6, 12), (14, 4)}


def named(reading: Reading, start: int, words: re.Pattern[str], others: re.Pattern[str]) -> bool:
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


def is_amount(reading: Reading, end: int, gaps: Sequence[str] = ()) -> bool:
    """Tell whether a unit follows what is in one piece: 13985812345元 is a sum."""
    return not gaps and _AMOUNT.match(reading.plain, end) is not None


def is_torn(gaps: Sequence[str]) -> bool:
    """Tell whether the parts stand in different cells of a table."""
    return any(CELL in gap or "\t" in gap for gap in gaps)


def hangs_on(chain: Chain, first: int, last: int) -> bool:
    """Tell whether parts belong to what is around: 2026-03-15 20260012, 15000.00 3200, a row."""
    gaps = chain.gaps(first, last)
    if not gaps:
        return False
    place = chain.place(first)
    if place > 1 and chain.size(place) <= 2:
        joint = chain.befores[place]
        if joint in {"-", ".", "/"} and joint == chain.befores[place - 1]:
            return True
    return _has_decimals(chain.sizes(first, last), gaps) or _is_row(chain, first, last)


def _has_decimals(sizes: Sequence[int], gaps: Sequence[str]) -> bool:
    """Tell whether a point with one or two digits behind it stands beside other gaps."""
    kinds = {gap.strip() or " " for gap in gaps}
    if kinds == {"."} or "." not in kinds or max(sizes) == 1:
        return False
    return any(gap == "." and size <= 2 for gap, size in zip(gaps, sizes[1:], strict=True))


def _is_row(chain: Chain, first: int, last: int) -> bool:
    """Tell whether odd parts are set apart from each other as they are from their neighbours."""
    sizes = chain.sizes(first, last)
    if max(sizes) == 1 or _is_usual(sizes):
        return False
    outer = {gap.strip() or gap[:1] for gap in chain.around(first, last)}
    return any((gap.strip() or gap[:1]) in outer for gap in chain.gaps(first, last))


def _is_usual(sizes: Sequence[int]) -> bool:
    """Tell whether a number is parted as people part telephones, cards and ID numbers."""
    if tuple(sizes) in _USUAL or (len(sizes) == 2 and min(sizes) >= 3):
        return True
    return sizes[0] in {4, 6} and set(sizes[1:-1]) <= {4}
