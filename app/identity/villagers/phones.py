"""Telephone numbers of the mainland: 11 digits, as people type them."""

from __future__ import annotations

import re
import unicodedata

from app.identity.villagers.errors import BadPhone

MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
BETWEEN = re.compile(r"[\s\-—–.()（）]")


def normalise(text: str) -> str:
    """Give the 11 digits of a number, whatever stands between or before; raises `BadPhone`."""
    digits = BETWEEN.sub("", unicodedata.normalize("NFKC", text[:40]))
    digits = digits.removeprefix("+").removeprefix("0086")
    if len(digits) == 13:
        digits = digits.removeprefix("86")
    if not MOBILE.fullmatch(digits):
        raise BadPhone
    return digits


def masked(phone: str) -> str:
    """Show a number as 138****1234."""
    return f"{phone[:3]}****{phone[-4:]}"


def digits_of(text: str) -> str:
    """Read a code as people type it: full-width digits and spaces are as good."""
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text[:20]))
