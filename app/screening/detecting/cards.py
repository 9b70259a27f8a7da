"""Bank cards: 13 to 19 digits that Luhn's check and the issuers' first digits allow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import luhn

from app.screening.detecting import context
from app.screening.detecting.chains import Chain, chains
from app.screening.detecting.plain import Reading
from app.screening.schemas import Finding, Kind, found

_ISSUED = re.compile(  # first digits and length, as the card networks give them out
    r"62[0-9]{14,17}|(?:690|955)[0-9]{12,16}|(?:60|68|69|9[0-9])(?:[0-9]{14}|[0-9]{17})"
    r"|4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"
    r"|5[0-5](?:[0-9]{14}|[0-9]{17})|(?:56|57|58|63|67)[0-9]{14}"
    r"|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|35[2-8][0-9]{13}|3(?:0[0-5]|6[0-9]|8[0-9])[0-9]{11}"
)
_NAMED = re.compile(r"银行卡|卡号|一卡通|存折|个人账户|惠农卡|社保卡|信合卡|借记卡|信用卡|储蓄")
_ORGANISATION = re.compile(r"对公|基本户|单位|公司|保证金|财政|国库|专户|编号|条码|流水")
_LENGTHS = range(19, 12, -1)


def find(reading: Reading) -> Iterator[Finding]:
    """Find cards: a group of digits by itself first, then the longest row of groups."""
    for chain in list(chains(reading)):
        ends = {*chain.edges[1:], len(chain.digits)}
        past = 0
        for place, first in enumerate(chain.edges):
            if first < past:
                continue
            named = context.named(reading, chain.at[first], _NAMED, _ORGANISATION)
            whole = size if (size := chain.size(place)) in _LENGTHS else 0
            for length in [whole, *_LENGTHS] if whole else _LENGTHS:
                last = first + length
                if last in ends and (rule := _rule(reading, chain, first, last, named=named)):
                    start, end = chain.number(first, last)
                    reading.take(start, end)
                    past = last
                    yield found(Kind.BANK_CARD, start, end, rule)
                    break


def _rule(reading: Reading, chain: Chain, first: int, last: int, *, named: bool) -> str | None:
    number = chain.digits[first:last]
    if not named and _ISSUED.fullmatch(number) is None:
        return None
    start, end = chain.number(first, last)
    gaps = chain.gaps(first, last)
    if luhn.is_valid(number):
        stands = named or not (
            context.is_torn(gaps)
            or context.is_listed(reading, start)
            or (len(number) < 15 and context.is_amount(reading, end, gaps))
            or context.hangs_on(chain, first, last)
        )
        return "card_luhn" if stands else None
    return "card_named" if named and not gaps and len(set(number)) > 3 else None
