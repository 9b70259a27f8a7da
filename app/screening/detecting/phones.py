"""Telephone numbers: mobile, with an area code, 400 and 800, and local ones that are named so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.screening.detecting import context
from app.screening.detecting.chains import Chain, chains
from app.screening.detecting.plain import ZERO, Reading
from app.screening.schemas import Finding, Kind, found

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PREFIX = re.compile(r"(?:(?:00|0)?86|0|17951|17911|12593)?(?=1[3-9])")
_AREA = re.compile(r"(?:0(?:10|2[0-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7})")
_FREE = re.compile(r"[48]00[0-9]{7}")
_NAMED = re.compile(
    r"电话|手机|座机|传真|热线|联系方式|联系人|联系号码|移动号|微信|号码|咨询|举报|拨打|致电|tel|phone|mobile",
    re.IGNORECASE,
)
_NOT = re.compile(r"编号|证号|卡号|账号|帐号")
_GAP = rf"[ .\-\n{ZERO}]{{0,8}}"
_PARENTHESES = re.compile(
    rf"(?:\+?(?:00)?86{_GAP})?[(\[]{_GAP}0{_GAP}(?:1{_GAP}0|2{_GAP}[0-9]|[3-9]{_GAP}[0-9]{_GAP}[0-9])"
    rf"{_GAP}[)\]]{_GAP}[2-8](?:{_GAP}[0-9]){{6,7}}(?![0-9])"
)
_LOCAL = re.compile(
    rf"(?<![0-9.\-])[2-8][0-9]{{2,3}}[ \-{ZERO}]{{0,3}}[0-9]{{4}}(?![0-9]|[.,][0-9])"
)
_LOCAL_NAME = re.compile(
    r"(?:电话|座机|传真|热线|联系方式|联系号码|电话号码|tel|fax)[^0-9\n。；]{0,6}$", re.IGNORECASE
)
_AFTER_PHONE = re.compile(r"[0-9][ ]?(?:、|/|或|或者|,|，)[ ]?$")


def find(reading: Reading) -> Iterator[Finding]:
    """Find mobile numbers, then those of a line, then what is only named a telephone."""
    for chain in list(chains(reading)):
        yield from _of_chain(reading, chain)
    for match in _PARENTHESES.finditer(reading.plain):
        if not any(reading.taken[match.start() : match.end()]):
            reading.take(*match.span())
            yield found(Kind.PHONE, *match.span(), "landline")
    for match in _LOCAL.finditer(reading.plain):
        start, end = match.span()
        before = reading.before(start, 16)
        if any(reading.taken[start:end]) or context.is_amount(reading, end):
            continue
        beside = start > 2 and reading.taken[start - 2] and _AFTER_PHONE.search(before)
        if beside or _LOCAL_NAME.search(before):
            reading.take(start, end)
            yield found(Kind.PHONE, start, end, "local_line")


def _of_chain(reading: Reading, chain: Chain) -> Iterator[Finding]:
    ends = {*chain.edges[1:], len(chain.digits)}
    past = 0
    for first in chain.edges:
        if first < past:
            continue
        for begin, last, rule in _candidates(chain.digits, first):
            if rule == "landline" and last in ends and not _in_parts(chain, begin, last):
                continue
            if last in ends and _stands(reading, chain, begin, last):
                start, end = chain.number(begin, last)
                reading.take(start, end)
                past = last
                yield found(Kind.PHONE, start, end, rule)
                break


def _candidates(digits: str, first: int) -> Iterator[tuple[int, int, str]]:
    """Give where a number from this digit on would begin and end, by its first digits."""
    prefix = _PREFIX.match(digits, first)
    if prefix is not None and _MOBILE.match(digits, prefix.end()):
        yield first, prefix.end() + 11, "mobile"
    for length in (12, 11):
        if _AREA.fullmatch(digits, first, first + length):
            yield first, first + length, "landline"
    for country in ("0086", "86"):
        if digits.startswith(country, first):
            begin = first + len(country)
            for length in (11, 10):
                if _AREA.fullmatch("0" + digits[begin : begin + length]):
                    yield first, begin + length, "landline"
    if _FREE.fullmatch(digits, first, first + 10):
        yield first, first + 10, "service_line"


def _in_parts(chain: Chain, first: int, last: int) -> bool:
    """Tell whether a line's number is parted as people write it, or digit by digit."""
    sizes = chain.sizes(first, last)
    if chain.digits.startswith("86", first) and sizes[0] == 2:
        sizes = sizes[1:]
    return max(sizes) == 1 or min(sizes) >= 3


def _stands(reading: Reading, chain: Chain, first: int, last: int) -> bool:
    """Tell whether what is around lets these digits be one telephone number."""
    start, end = chain.number(first, last)
    if context.named(reading, start, _NAMED, _NOT):
        return True
    gaps = chain.gaps(first, last)
    return not (
        context.is_torn(gaps)
        or context.is_listed(reading, start)
        or context.is_amount(reading, end, gaps)
        or context.hangs_on(chain, first, last)
    )
