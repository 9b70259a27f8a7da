"""House numbers as people write them, brought to one form so that doors and households meet."""

from __future__ import annotations

import re
import unicodedata

_FIGURES = {figure: value for value, figure in enumerate("零一二三四五六七八九")} | {"〇": 0}
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百]+")
_NUMBER = r"([0-9]+(?:-[0-9]+)*[A-Z]?)"
_SAID = re.compile(_NUMBER + r"号(?:附-?([0-9]+)号?)?")
_BARE = re.compile(_NUMBER + r"(?:附-?([0-9]+)号?)?")
_DASHES = str.maketrans(dict.fromkeys("—–－_之", "-"))


def house_key(text: str, *, bare: bool = True) -> str | None:
    """Give the house number of a plate or an address: 十二号, １２號, 012 and 12 are all `12`.

    In a longer text the last number before 号 counts; a number alone counts where `bare`. None
    where there is no house number.
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(_DASHES).replace("號", "号")
    plain = _NUMERAL.sub(_figures, re.sub(r"\s+", "", plain))
    said = list(_SAID.finditer(plain))
    found = said[-1] if said else (_BARE.fullmatch(plain) if bare else None)
    if found is None:
        return None
    number = "-".join(part.lstrip("0") or "0" for part in found[1].split("-"))
    return f"{number}附{found[2].lstrip('0')}" if found[2] else number


def _figures(run: re.Match[str]) -> str:
    """Write Chinese numerals below 1,000 in figures; a row of them (一二〇) figure by figure."""
    text = run[0]
    if not re.search("[十百]", text):
        return "".join(str(_FIGURES[one]) for one in text)
    hundreds, hundred, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = (_value(hundreds) or 1) * 100 if hundred else 0
    if ten:
        return str(total + (_value(tens) or 1) * 10 + _value(ones))
    return str(total + _value(rest) * (10 if hundred and len(rest) == 1 else 1))


def _value(text: str) -> int:
    return int("".join(str(_FIGURES.get(one, "")) for one in text) or 0)
