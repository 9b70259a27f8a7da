"""Invented people for rosters: valid check digits, and nobody's numbers.

Sequence numbers 990 to 999 are not given out to residents by any police station known to us.
"""

from __future__ import annotations

from datetime import date

from stdnum.cn import ric


def id_number(born: date = date(1980, 5, 1), *, serial: int = 991, region: str = "520203") -> str:
    """Make a number with a right check digit."""
    begun = f"{region}{born:%Y%m%d}{serial:03d}"
    return begun + ric.calc_check_digit(begun + "0")


HEAD = id_number(date(1980, 5, 1), serial=991)
WIFE = id_number(date(1982, 11, 23), serial=992)
SON = id_number(date(2010, 1, 7), serial=993)
OTHER_HEAD = id_number(date(1961, 3, 12), serial=995)
ENDS_IN_X = next(
    number
    for serial in range(900, 1000)
    if (number := id_number(date(1975, 8, 8), serial=serial)).endswith("X")
)
