"""Looking into an .xlsx before a reader does: is it one, and how much would come out of it.

A reader lays a sheet out in memory from its first to its last cell, so one stray cell in the last
row of the last column would cost gigabytes; and a few kilobytes can unpack to as much.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from app.households.rosters.errors import (
    Damaged,
    NotAWorkbook,
    OldWorkbook,
    PasswordProtected,
    Scattered,
    TooManyLines,
    Unpacked,
)

MOST_LINES, MOST_COLUMNS = 50_000, 200
ROOM = 500  # lines for titles, headers and footers beside the people
MOST_UNPACKED = 160 * 1024 * 1024
MOST_MEMBERS = 2_000
PIECE = 1 << 20
LONGEST_TAG = 4_096
FAR = 1_048_576  # the last row there can be

_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*?\br="([A-Z]{1,9})(\d{1,12})")[^>]*?(?<!/)>'  # not <c .../>: only style
)
_UNCOMPUTED = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></|</(?:\w+:)?c>)")
_ERROR = re.compile(rb'<(?:\w+:)?c\b[^>]*\bt="e"')


@dataclass
class Found:
    """What was seen in the sheets: cells without a computed value, cells that show an error."""

    uncomputed: int = 0
    errors: int = 0
    row: int = 0
    column: int = 0


def inspect(content: bytes) -> Found:
    """Check a workbook's archive; raises a `FileRefused` that says what is wrong with it."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _check_kind(members)
            return _read_through(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Damaged from error


def _check_kind(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise PasswordProtected
    if any(name.endswith("workbook.bin") for name in names):
        raise OldWorkbook
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise NotAWorkbook
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
        raise Unpacked


def _read_through(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Found:
    """Unpack every part piece by piece: a size that lies in the directory fails its checksum."""
    found, left = Found(), MOST_UNPACKED
    for member in members:
        is_sheet = member.filename.startswith("xl/worksheets/")
        tail = b""
        with archive.open(member) as part:
            while piece := part.read(PIECE):
                left -= len(piece)
                if left < 0:
                    raise Unpacked
                if is_sheet:
                    text = tail + piece
                    # A tag that this piece cuts in two is seen whole with the next one.
                    cut = text.rfind(b"<", max(0, len(text) - LONGEST_TAG))
                    _look(text[:cut] if cut > 0 else text, found)
                    tail = text[cut:] if cut > 0 else b""
        _look(tail, found)
    return found


def _look(text: bytes, found: Found) -> None:
    found.uncomputed += len(_UNCOMPUTED.findall(text))
    found.errors += len(_ERROR.findall(text))
    for letters, digits in _CELL.findall(text):
        row, column = int(digits), _column(letters)
        if row > FAR or column > MOST_COLUMNS:
            raise Scattered
        found.row = max(found.row, row)
    if found.row > MOST_LINES + ROOM:
        # A long list is one thing, a stray cell at the foot of an empty sheet another.
        raise Scattered if found.row > 4 * MOST_LINES else TooManyLines


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
