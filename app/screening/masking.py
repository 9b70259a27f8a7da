"""Masking: personal data taken out of a text, in the look the whole platform has."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.screening.detecting import addresses, plain
from app.screening.schemas import PERSONAL, Finding, Kind

STAR = "*"
_FEWEST = 4  # stars within a number: four are no formatting, and nothing reads on over them


def mask(text: str, findings: Iterable[Finding]) -> str:
    """Replace each personal passage by its masked form; words and the rest stay as they are.

    Scanned again, the text has none of these.
    """
    parts, past = [], 0
    for finding in sorted(findings, key=lambda finding: finding.start):
        if finding.kind not in PERSONAL or finding.start < past:
            continue
        parts += [text[past : finding.start], masked(text[finding.start : finding.end], finding)]
        past = finding.end
    return "".join([*parts, text[past:]])


def masked(value: str, finding: Finding) -> str:
    """Give one value's masked form."""
    return _MASKS[finding.kind](value)


def _bare(value: str) -> str:
    """Give a number without what stands between its digits."""
    read = plain.read(value)
    return "".join(letter for letter in plain.spoken(read) or read if letter in "0123456789Xx")


def _id_number(value: str) -> str:
    number = _bare(value)
    return number[:4] + STAR * max(len(number) - 6, _FEWEST) + number[-2:]


def _bank_card(value: str) -> str:
    number = _bare(value)
    return STAR * max(len(number) - 4, _FEWEST) + number[-4:]


def _phone(value: str) -> str:
    number = _bare(value)
    if len(number) < 8:
        return STAR * 4 + number[-2:]
    return f"{number[:3]}****{number[-4:]}"


def _address(value: str) -> str:
    """Keep the way to the hamlet; as many stars as letters, so that nothing comes nearer."""
    house = addresses.house(value)
    return value[:house] + STAR * max(len(value) - house, 3)


def _name(value: str) -> str:
    return value[:1] + STAR * (len(value) - 1)


_MASKS: dict[Kind, Callable[[str], str]] = {
    Kind.ID_NUMBER: _id_number,
    Kind.BANK_CARD: _bank_card,
    Kind.PHONE: _phone,
    Kind.ADDRESS: _address,
    Kind.HEALTH_NAME: _name,
}
