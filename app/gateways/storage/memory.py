"""Files without a disk: kept for a test, which may let the place fail."""

from __future__ import annotations

from app.gateways.storage.errors import FileMissing
from app.gateways.storage.protocol import checked


class InMemoryStorage:
    """Implements `protocol.Storage`; fails as it is told."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fails_with: Exception | None = None

    def put(self, key: str, content: bytes) -> None:
        """Keep a file."""
        self._fail()
        self.files.setdefault(checked(key), content)

    def get(self, key: str) -> bytes:
        """Give a file; raises `FileMissing`."""
        self._fail()
        try:
            return self.files[checked(key)]
        except KeyError:
            raise FileMissing from None

    def delete(self, key: str) -> None:
        """Take a file away."""
        self._fail()
        self.files.pop(checked(key), None)

    def exists(self, key: str) -> bool:
        """Tell whether a file is there."""
        self._fail()
        return checked(key) in self.files

    def _fail(self) -> None:
        if self.fails_with is not None:
            raise self.fails_with
