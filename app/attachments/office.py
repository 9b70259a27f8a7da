"""Office files (Office Open XML): which one it is, and nothing that runs or unpacks without end."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

from app.attachments.errors import (
    Damaged,
    PasswordProtected,
    UnknownKind,
    Unpacked,
    WithMacros,
)

MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 5_000
MOST_TYPES = 1024 * 1024
PIECE = 1 << 20
TYPES = "[Content_Types].xml"
_MAIN = re.compile(
    rb"openxmlformats-officedocument\."
    rb"(wordprocessingml\.document|spreadsheetml\.sheet|presentationml\.presentation)\.main\+xml"
)
_WORDS = {
    b"wordprocessingml.document": "docx",
    b"spreadsheetml.sheet": "xlsx",
    b"presentationml.presentation": "pptx",
}
_RUNS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/|activex/)", re.IGNORECASE)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def kind_of(content: bytes) -> str:
    """Give docx, xlsx or pptx; raises a `FileRefused` for any other archive, macros and passwords.

    Every part is unpacked once, piece by piece: sizes an archive tells of itself may lie.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            kind = _kind(archive, members)
            _unpack(archive, members)
            return kind
    except _BROKEN as error:
        raise Damaged from error


def _kind(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str:
    names = [member.filename for member in members]
    if any(member.flag_bits & 1 for member in members):
        raise PasswordProtected
    if TYPES not in names:
        raise UnknownKind
    if len(members) > MOST_MEMBERS or len(set(names)) != len(names):
        raise Unpacked if len(members) > MOST_MEMBERS else Damaged
    with archive.open(TYPES) as part:
        types = part.read(MOST_TYPES + 1)
    if len(types) > MOST_TYPES:
        raise Unpacked
    if b"macroEnabled" in types or b"vbaProject" in types or any(map(_RUNS.search, names)):
        raise WithMacros
    found = _MAIN.search(types)
    if found is None:
        raise UnknownKind
    return _WORDS[found[1]]


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    left = MOST_UNPACKED
    for member in members:
        with archive.open(member) as part:
            while piece := part.read(PIECE):
                left -= len(piece)
                if left < 0:
                    raise Unpacked
