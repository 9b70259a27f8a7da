"""How lines are written down for hashing, and how hashes hang together.

Every value is written with its type and its length, so that no two lines, and no two ways to cut
one, give the same bytes. SHA-256 throughout; each kind of message begins with words of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from types import NoneType
from typing import Any

from app.audit.models import LedgerLine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GENESIS = sha256(b"sunshine ledger, before the first line").digest()
COLUMNS = (
    "id",
    "at",
    "who_kind",
    "who_id",
    "who_role",
    "act",
    "outcome",
    "division_code",
    "household_id",
    "person_id",
    "fields",
    "purpose",
    "reason_digest",
    "opening_id",
)
LINE = tuple(getattr(LedgerLine, name) for name in COLUMNS)
"""The columns of a line in the order they are hashed in, all of them."""

Value = int | str | bytes | datetime | None | list[str]


def encode(words: bytes, *values: Value) -> bytes:
    """Write values one after the other, each as its type, its length and its bytes."""
    return b"".join((_part(b"w", words), *(_WRITERS[type(value)](value) for value in values)))


def digest_line(values: tuple[Value, ...]) -> bytes:
    """Hash a line, given as the values of `COLUMNS`."""
    if len(values) != len(COLUMNS):
        raise ValueError("a line is hashed whole")
    return sha256(encode(b"sunshine ledger line 1", *values)).digest()


def link(previous: bytes, *place: Value) -> bytes:
    """Hash a seal onto the one before it.

    `place` is sequence, line's number and time, time of sealing, and the line's digest.
    """
    return sha256(encode(b"sunshine ledger seal 1", previous, *place)).digest()


def _part(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "big") + content


def microseconds(moment: datetime) -> int:
    """Count from 1970, which is exact for what PostgreSQL keeps."""
    passed = moment - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


# By the exact type: a line has fourteen values, and a check of the ledger writes every line.
_WRITERS: dict[type, Callable[[Any], bytes]] = {
    NoneType: lambda _value: b"n\0\0\0\0",
    bytes: lambda value: _part(b"b", value),
    str: lambda value: _part(b"s", value.encode()),
    int: lambda value: _part(b"i", b"%d" % value),
    datetime: lambda value: _part(b"t", b"%d" % microseconds(value)),
    list: lambda value: _part(b"l", b"".join(_part(b"s", item.encode()) for item in value)),
}
