"""Codes of plates: twelve drawn symbols and one check character over GB 32100's alphabet."""

from __future__ import annotations

import unicodedata
from itertools import product

from app.kernel import ids

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 13
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_WEIGHTS = [3**place % 31 for place in range(LENGTH - 1)]
_SEPARATORS = "-_.·—\N{EN DASH}"
# Letters the alphabet leaves out because they are taken for a figure.
_LOOK_ALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_LONGEST_TYPED = 100  # a code with room to spare for blanks and dashes
_MOST_SMALL_L = 6  # two readings each: more is no longer one plate's code but a guess


def check_character(body: str) -> str:
    """Compute the check character of twelve symbols (weights 3^i from 0, modulo 31).

    31 is prime and 3 generates its residues, so every wrong symbol and every swap of neighbours
    changes the sum.
    """
    total = sum(_VALUES[symbol] * weight for symbol, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def draw(count: int) -> list[str]:
    """Draw codes at random, check character included; 59 bits each."""
    bodies = ids.draw_symbols(ALPHABET, length=LENGTH - 1, count=count)
    return [body + check_character(body) for body in bodies]


def is_valid(code: str) -> bool:
    """Tell whether a text is exactly a code: 13 symbols with the right check character."""
    return (
        len(code) == LENGTH
        and all(symbol in _VALUES for symbol in code)
        and check_character(code[:-1]) == code[-1]
    )


def read_by_hand(text: str) -> str | None:
    """Read a code that a person typed; None unless exactly one reading passes the check.

    Spaces, dashes and full-width forms are put right, lower case is raised, and O, I, Z, S stand
    for 0, 1, 2, 5. A small l may be L or 1.
    """
    if len(text) > _LONGEST_TYPED:
        return None
    plain = unicodedata.normalize("NFKC", text)
    symbols = [symbol for symbol in plain if not symbol.isspace() and symbol not in _SEPARATORS]
    if len(symbols) != LENGTH or symbols.count("l") > _MOST_SMALL_L:
        return None
    choices = []
    for symbol in symbols:
        upper = symbol.upper()
        choice = "L1" if symbol == "l" else _LOOK_ALIKES.get(upper, upper)
        if any(option not in _VALUES for option in choice):
            return None
        choices.append(choice)
    readings = [code for code in map("".join, product(*choices)) if is_valid(code)]
    return readings[0] if len(readings) == 1 else None


def in_groups(code: str) -> str:
    """Write a code as people read it aloud: four, four, four and the check character."""
    return " ".join((code[:4], code[4:8], code[8:12], code[12:]))
