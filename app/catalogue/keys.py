"""The key of an entry: the same line of a field in every version of its catalogue."""

from __future__ import annotations

import hashlib
import re


def key_of(category: str, item: str, time: int) -> str:
    """Derive it from the two names, blanks and brackets aside; `time` tells namesakes apart."""
    plain = "|".join(re.sub(r"[\s()（）、，,]", "", word) for word in (category, item))
    return hashlib.sha256(f"{plain}|{time}".encode()).hexdigest()[:16]


def of_field(field_code: str, key: str) -> str:
    """Bind a line's key to its field, since fields name their lines alike."""
    return hashlib.sha256(f"{field_code}|{key}".encode()).hexdigest()[:16]
