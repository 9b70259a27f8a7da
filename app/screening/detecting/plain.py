"""One plain reading of a text, letter for letter: offsets in it are offsets in the original.

What hides a number keeps its length: wide, circled and foreign digits become digits, every blank a
blank, every dash a dash, what has no width `ZERO`, formatting tags as many of those.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass, field
from functools import cache

ZERO = "\u200b"
CELL = "|"
_CELL_TAGS = re.compile(r"</?(?:td|th)\b", re.IGNORECASE)
_LINE_TAGS = re.compile(r"</?(?:tr|p|div|br|li|ul|ol|table|tbody|thead|h[1-6])\b", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,300}>")
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,8}));")
_LONG_NUMBER = re.compile(r"[0-9]{7}")
_NAMED = {"nbsp": " ", "ensp": " ", "emsp": " ", "thinsp": " ", "ndash": "-", "mdash": "-"}
_NO_WIDTH = {"Cf", "Mn", "Me"}
_DASHES = "\u2212\u30fc\u2500\u2501\uff70\u00af\u02d7\u2043\u2796"
_DOTS = "\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e\u3002\uff61"
_OTHERS = str.maketrans("（）［］：，／＊｜＿～｀＼＋", "()[]:,/*|_~`\\+")
_CHINESE = str.maketrans("〇○零幺一二三四五六七八九0123456789", "0001123456789" + "\x00" * 10)
_CHINESE_DIGIT = "[〇○零幺一二三四五六七八九]"
_CHINESE_RUN = re.compile(rf"{_CHINESE_DIGIT}(?:[ \-\n{ZERO}]{{0,3}}{_CHINESE_DIGIT}){{10,}}")


@dataclass
class Reading:
    """A text, its plain reading, and which of its characters a finding has taken already."""

    original: str
    plain: str
    taken: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.taken = bytearray(len(self.plain))

    def take(self, start: int, end: int) -> None:
        """Keep a passage from being found as something else too."""
        self.taken[start:end] = b"\x01" * (end - start)

    def before(self, start: int, letters: int) -> str:
        """Give the letters before an offset, without what has no width."""
        return self.plain[max(0, start - letters - 8) : start].replace(ZERO, "")[-letters:]


def _letter(letter: str) -> str | None:
    """Give what a character reads as, where that is another one."""
    category = unicodedata.category(letter)
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    if category in _NO_WIDTH or letter in "\u115f\u1160\u3164\uffa0":
        return ZERO
    if category == "Zs" or letter in "\x0b\x0c\x85\u2028\u2029\r":
        return "\n" if letter in "\x0b\x0c\x85\u2028\u2029" else " "
    if category == "Pd" or letter in _DASHES:
        return "-"
    return None


@cache
def _table() -> dict[int, str]:
    """Know every character that reads as another one: some two thousand, sought on first use."""
    table = {
        code: read
        for code in (*range(0x80, 0x20000), *range(0xE0000, 0xE0200))  # no digits beyond
        if (read := _letter(chr(code))) is not None
    }
    table |= {ord(dot): "." for dot in _DOTS if dot not in "。｡"}
    table |= {ord(cross): "X" for cross in "ｘＸ×хХ✕╳Ⅹⅹ"}
    table |= {code: chr(read) for code, read in _OTHERS.items()}
    return table | {ord("\r"): " ", 0x0B: "\n", 0x0C: "\n"}


def read(text: str) -> str:
    """Read a text plainly; the answer is exactly as long."""
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    if "<" in text:
        text = _TAG.sub(_tag, text)
    return text.translate(_table())


def spoken(text: str) -> str | None:
    """Read digits written as Chinese words, in a plain text; None where no number is so written."""
    if _CHINESE_RUN.search(text) is None:
        return None
    return text.translate(_CHINESE)


def _entity(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else 0
    if name:
        letter = _NAMED.get(name.lower(), ZERO if name.lower() in {"shy", "zwnj", "zwj"} else "")
    else:
        letter = chr(code) if 0 < code <= sys.maxunicode else ""
    return letter + ZERO * (len(entity[0]) - 1) if letter else entity[0]


def _tag(tag: re.Match[str]) -> str:
    whole = tag[0]
    if _LONG_NUMBER.search(whole.translate(_table())):  # a link to call somebody
        return whole
    first = CELL if _CELL_TAGS.match(whole) else "\n" if _LINE_TAGS.match(whole) else ZERO
    return first + ZERO * (len(whole) - 1)
