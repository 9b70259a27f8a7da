"""Masking (脱敏): what stands on a screen until a value is revealed by an act of its own."""

from __future__ import annotations

import re

STAR = "*"
_HOUSE = re.compile(r"[0-9０-９一二三四五六七八九十百]+\s*(?:号|室|栋|单元|幢).*$")


def name(value: str) -> str:
    """Keep the first character: 张*, 欧**, 买***."""
    return value[:1] + STAR * max(min(len(value) - 1, 3), 1)


def phone(value: str) -> str:
    """Keep three digits and the last four: 138****1234; a short number keeps its last two."""
    if len(value) < 8:
        return STAR * 4 + value[-2:]
    return f"{value[:3]}****{value[-4:]}"


def id_number(value: str) -> str:
    """Keep the county's part begun and the last two: 5202************12."""
    return value[:4] + STAR * max(len(value) - 6, 0) + value[-2:]


def birth_date(value: str) -> str:
    """Keep the year of an ISO date."""
    return f"{value[:4]}年"


def address(value: str) -> str:
    """Keep the way to the hamlet, not the house."""
    return _HOUSE.sub("***", value) if _HOUSE.search(value) else value[: len(value) // 2] + "***"


def email(value: str) -> str:
    """Keep the first character and the domain: z***@example.cn."""
    box, _, domain = value.partition("@")
    return f"{box[:1]}***@{domain}"


MASKS = {
    "name": name,
    "phone": phone,
    "second_phone": phone,
    "email": email,
    "id_number": id_number,
    "birth_date": birth_date,
    "address": address,
}


def mask(field: str, value: str | None) -> str | None:
    """Mask the value of a field; None stays None."""
    return None if value is None else MASKS[field](value)
