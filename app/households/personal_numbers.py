"""Resident-ID and mobile numbers where none belongs: in what is kept and shown in clear.

Offices number households by their heads' ID numbers. A household's number and its group are not
sealed, so neither may hold one.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from stdnum import exceptions, numdb
from stdnum.cn import ric

from app.kernel import clock

REFUSED = "{}里写的是身份证号或手机号：这一栏不加密，请改用别的编号"
_GAP = r"[\s\-\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]*"
_MOBILE = re.compile(  # of the first three digits none is apart: `13-2026-00012` is a group's
    rf"(?<![0-9])(?:(?:00)?86{_GAP})?1[3-9][0-9](?:{_GAP}[0-9]){{8}}(?![0-9])"
)
_ID, _OLD_ID = (  # looked for from each digit on: another number may stand before it
    re.compile(rf"(?<![0-9])(?=([0-9](?:{_GAP}[0-9]){{{more}}}{last})(?![0-9]))")
    for more, last in ((16, f"{_GAP}[0-9X]"), (14, ""))
)
_OLDEST = 100  # years


def stand_in(text: str) -> bool:
    """Tell whether such a number stands in a text, with blanks, hyphens or wide digits or not."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return (
        _MOBILE.search(plain) is not None
        or any(_is_id_number(_joined(found)) for found in _ID.findall(plain))
        or any(_is_old_id_number(_joined(found)) for found in _OLD_ID.findall(plain))
    )


def _joined(found: str) -> str:
    return re.sub(_GAP, "", found)


def _is_id_number(number: str) -> bool:
    """Tell whether 18 characters are a resident-ID number (GB 11643)."""
    try:
        born = ric.get_birth_date(number)
    except exceptions.InvalidComponent:
        return False
    return (
        ric.calc_check_digit(number) == number[17]
        and born <= clock.today()
        and known_region(number[:6]) > 0
    )


def _is_old_id_number(number: str) -> bool:
    """Tell whether 15 digits are a number as they were given out until 1999.

    They have no check digit. A village's code with a serial number behind it reads as one of
    somebody born by 1939, hence the limit of age.
    """
    try:
        born = date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    except ValueError:
        return False
    return clock.today().year - born.year <= _OLDEST and known_region(number[:6]) > 0


@lru_cache(maxsize=4_096)
def known_region(code: str) -> int:
    """Tell how much of a region code is known: 0 nothing, 1 the province, 2 the county.

    `ric` asks besides that the county existed in the year of birth; but a number carries the code
    of the day it was given, which for the old was decades later.
    """
    known = {key for _part, facts in numdb.get("cn/loc").info(code) for key in facts}
    return 2 if "county" in known else int("province" in known)
