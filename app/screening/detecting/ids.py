"""Resident-ID numbers: of 18 characters with their check (GB 11643), and old ones of 15 digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from stdnum import numdb
from stdnum.cn import ric

from app.kernel import clock
from app.screening.detecting import context
from app.screening.detecting.chains import Chain, chains
from app.screening.detecting.plain import CELL, ZERO, Reading
from app.screening.schemas import Finding, Kind, found

_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|7[1]|8[1-3]|91)"
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_NUMBER = re.compile(rf"(?=({_PROVINCE}[0-9]{{4}}(?:1[89]|20)[0-9]{{2}}{_DAY}[0-9]{{3}}))")
_OLD = re.compile(rf"{_PROVINCE}[0-9]{{6}}{_DAY}[0-9]{{3}}")
_CROSS = re.compile(rf"[\s.\-*_~`|\\/{ZERO}]{{0,400}}[Xx]")
_STORED = re.compile(r"(?<![0-9.])(?=([1-8])\.([0-9]{4,16})E\+?17(?![0-9]))[0-9.]+E\+?17", re.I)
_NAMED = re.compile(r"身份证|公民身份|证件号|居民证|ID(?:卡|号|\s?card)", re.IGNORECASE)
_OLDEST = 100  # years; a contract's 520203 240115 001 would be of somebody born in 1924


def find(reading: Reading) -> Iterator[Finding]:
    """Find whole numbers first, then old ones and ones that a table cut short."""
    for chain in list(chains(reading)):
        yield from _of_18(reading, chain)
    for chain in list(chains(reading)):
        yield from _of_15(reading, chain)
    for cut in _STORED.finditer(reading.plain):
        if re.match(_PROVINCE, cut[1] + cut[2]):
            reading.take(*cut.span())
            yield found(Kind.ID_NUMBER, *cut.span(), "id_stored_as_number")


def _of_18(reading: Reading, chain: Chain) -> Iterator[Finding]:
    past = 0
    for match in _NUMBER.finditer(chain.digits):
        first, last = match.start(), match.start() + 17
        if first < past:
            continue
        ends = list(_ends(reading.plain, chain, last))
        for check, end in ends:
            rule = _rule(reading, chain, first, match[1] + check)
            if rule:
                start = chain.at[first]
                reading.take(start, end)
                past = first + 18 if check != "X" else last
                yield found(Kind.ID_NUMBER, start, end, rule)
                break


def _ends(plain: str, chain: Chain, last: int) -> Iterator[tuple[str, int]]:
    """Give what the check character may be, and where the number ends with it."""
    if last < len(chain.digits):
        yield chain.digits[last], chain.at[last] + 1
    cross = _CROSS.match(plain, chain.at[last - 1] + 1)
    if cross is not None and "****" not in cross[0]:
        yield "X", cross.end()


def _rule(reading: Reading, chain: Chain, first: int, number: str) -> str | None:
    """Tell by which rule 18 characters are an ID number, if they are.

    Numbers without a number's bounds, or over many cells, must be of a county that there is.
    """
    born = _date(number[6:10], number[10:12], number[12:14])
    if born is None or born > clock.today():
        return None
    start = chain.at[first]
    if ric.calc_check_digit(number) != number[17]:
        named = _NAMED.search(reading.before(start, 14)) is not None
        return "id_named" if named and first in chain.edges else None
    last = first + (17 if number[17] == "X" else 18)
    bounded = first in chain.edges and (last == len(chain.digits) or last in chain.edges)
    cells = sum(CELL in gap or "\t" in gap for gap in chain.gaps(first, last))
    evenly = len(chain.gaps(first, last)) == last - first - 1  # forms have a cell for each
    if bounded and (evenly or (cells < 2 and not context.hangs_on(chain, first, last))):
        return "id_checked"
    return "id_checked" if is_county(number[:6]) else None


def _of_15(reading: Reading, chain: Chain) -> Iterator[Finding]:
    ends = {*chain.edges, len(chain.digits)}
    past = 0
    for first in chain.edges:
        last = first + 15
        if first < past or last not in ends:
            continue
        number = chain.digits[first:last]
        if _OLD.fullmatch(number) is None or not is_county(number[:6]):
            continue
        born = _date("19" + number[6:8], number[8:10], number[10:12])
        start, end = chain.number(first, last)
        named = _NAMED.search(reading.before(start, 14)) is not None
        if born is None or not (named or clock.today().year - born.year < _OLDEST):
            continue
        if not named and (
            context.is_torn(chain.gaps(first, last)) or context.hangs_on(chain, first, last)
        ):
            continue
        past = last
        reading.take(start, end)
        yield found(Kind.ID_NUMBER, start, end, "id_old")


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@lru_cache(maxsize=4_096)
def is_county(code: str) -> bool:
    """Tell whether a code is a county's, or was one."""
    parts = numdb.get("cn/loc").info(code)
    return any("county" in facts for _part, facts in parts)


def cut_short(digits: str) -> bool:
    """Tell whether 18 digits are an ID number that was stored as a number: its end is lost."""
    if len(digits) != 18 or _NUMBER.match(digits) is None:
        return False
    born = _date(digits[6:10], digits[10:12], digits[12:14])
    return born is not None and born <= clock.today()
