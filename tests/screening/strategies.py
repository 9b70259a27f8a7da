"""Numbers that are valid, and texts that hide them, for tests of the detectors."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

COUNTIES = ("520203", "520201", "522401", "110108", "330106", "440305", "653101")
ISSUERS = (
    *(("621799", 19), ("622848", 19), ("622202", 16), ("436742", 19), ("955880", 19)),
    *(("4392", 16), ("5264", 16), ("3568", 16), ("370267", 15), ("621723", 18)),
)
MOBILES = ("133", "139", "147", "150", "166", "173", "182", "188", "191", "199")
GAPS = (" ", "-", "\n", "\r\n", "\u200b", "\u2060", "\u3000", "\u00a0", "－", "—", "\u2011", "  ")
DIGITS = "0123456789"


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    """Draw a resident-ID number with its check character."""
    born = draw(st.dates(date(1925, 1, 1), date(2025, 12, 31)))
    serial = draw(st.integers(1, 999))
    body = f"{draw(st.sampled_from(COUNTIES))}{born:%Y%m%d}{serial:03}"
    return body + ric.calc_check_digit(body + "0")


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Draw a bank card's number with its check digit."""
    first, length = draw(st.sampled_from(ISSUERS))
    more = length - len(first) - 1
    body = first + draw(st.text(DIGITS, min_size=more, max_size=more))
    return body + luhn.calc_check_digit(body)


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    """Draw a mobile number."""
    return draw(st.sampled_from(MOBILES)) + draw(st.text(DIGITS, min_size=8, max_size=8))


@st.composite
def hidden(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    """Draw a number with gaps between any of its digits, and any of them full-width."""
    letters = []
    number = draw(numbers)
    for place, letter in enumerate(number):
        wide = draw(st.booleans()) and letter.isdigit()
        gap = draw(st.sampled_from(("", "", "", *GAPS))) if place < len(number) - 1 else ""
        letters.append((chr(ord(letter) + 0xFEE0) if wide else letter) + gap)
    return "".join(letters)
