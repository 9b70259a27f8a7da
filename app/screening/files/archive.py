"""Opening an office file's archive without unpacking more than fits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from app.screening.files.passages import DAMAGED, LOCKED, UNPACKED

MOST_MEMBERS = 3_000
MOST_UNPACKED = 160 * 1024 * 1024
MOST_PART = 64 * 1024 * 1024
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


class Archive:
    """The parts of an archive by name; together they give at most `MOST_UNPACKED` bytes."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(BytesIO(content))
        except _FAULTS as error:
            raise DAMAGED from error
        members = self._archive.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise LOCKED
        if len(members) > MOST_MEMBERS:
            raise UNPACKED
        self._left = MOST_UNPACKED
        self.names = [member.filename for member in members]

    def read(self, name: str) -> bytes:
        """Give a part; a size that lies in the directory does not help it."""
        try:
            with self._archive.open(name) as part:
                most = min(MOST_PART, self._left)
                content = part.read(most + 1)
        except KeyError:
            return b""
        except (*_FAULTS, RuntimeError) as error:
            raise DAMAGED from error
        if len(content) > most:
            raise UNPACKED
        self._left -= len(content)
        return content

    def under(self, *beginnings: str) -> Iterator[str]:
        """Give the names of the parts that begin so."""
        return (name for name in self.names if name.startswith(beginnings))
