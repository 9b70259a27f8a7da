"""What the platform asks of a place for files."""

from __future__ import annotations

import re
from typing import Protocol

KEY = re.compile(r"[0-9a-f]{64}")
MOST_BYTES = 20 * 1024 * 1024
"""Of one file; nothing larger goes in or comes out."""


class Storage(Protocol):
    """Files by content keys: 64 hexadecimal digits, the SHA-256 of what lies under them.

    Each act may raise `StorageAway` for what may pass and `StorageMisconfigured` for our own part.
    """

    def put(self, key: str, content: bytes) -> None:
        """Keep a file, whole or not at all; what lies there already is left. May `StorageFull`."""
        ...

    def get(self, key: str) -> bytes:
        """Give a file; raises `FileMissing`, also where what lies there is not what was put."""
        ...

    def delete(self, key: str) -> None:
        """Take a file away; one that is not there is no fault."""
        ...

    def exists(self, key: str) -> bool:
        """Tell whether a file is there."""
        ...


def checked(key: str) -> str:
    """Give a key back; raises ValueError for what is none, so that no name becomes a path."""
    if not KEY.fullmatch(key):
        raise ValueError("not a content key")
    return key
