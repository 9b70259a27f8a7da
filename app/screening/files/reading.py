"""Reading any file by what is in it, whatever it is called."""

from __future__ import annotations

import csv
import io

from app.kernel import csv_table
from app.screening.files import headings, parts, pdfs, pictures, sheets
from app.screening.files.archive import Archive
from app.screening.files.passages import (
    LOCKED,
    OLD,
    STRANGE,
    Read,
    Unreadable,
)
from app.screening.files.rows import Row, letters_of

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*", b"BM")
_NESTED = 1  # a workbook within a document is read, one within that no more
_TAKES_IN = b"/aFChunk"  # a relation to a document in another format that is shown as a part
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read(content: bytes, *, depth: int = 0) -> Read:
    """Read a file; whatever is wrong with it is among the findings."""
    into = Read()
    try:
        _read(content, into, depth)
    except Unreadable as fault:
        into.findings.append(fault.finding("整个文件"))
    return into


def _read(content: bytes, into: Read, depth: int) -> None:
    if content.startswith(_OLE):
        raise LOCKED if _LOCKED in content else OLD
    if content.startswith(_ZIP):
        _office(Archive(content), into, depth)
    elif content[:1024].find(b"%PDF-") >= 0:
        pdfs.read(content, into)
    elif content.startswith(_PICTURES):
        pictures.read(content, into)
    else:
        _plain(content, into)


def _office(archive: Archive, into: Read, depth: int) -> None:
    if "[Content_Types].xml" not in archive.names:
        raise STRANGE
    if any(name.startswith("xl/") for name in archive.names):
        sheets.read(archive, into)
    else:
        parts.read(archive, into)
    if any(_TAKES_IN in archive.read(name) for name in archive.names if name.endswith(".rels")):
        into.findings.append(STRANGE.finding("里面的文件"))
    for name in archive.names:
        if "/media/" in name or "/embeddings/" in name or name.endswith("vbaProject.bin"):
            _within(archive, name, into, depth)


def _within(archive: Archive, name: str, into: Read, depth: int) -> None:
    """Read a picture or a file within a file."""
    where = "里面的图片" if "/media/" in name else "里面的文件"
    content = archive.read(name)
    if "/media/" in name and not content.startswith(_PICTURES):
        return  # drawings of lines, sounds: nobody's data was ever found to hide there
    if depth >= _NESTED:
        into.findings.append(STRANGE.finding(where))
        return
    inner = read(content, depth=depth + 1)
    for passage in inner.passages:
        into.add(f"{where}：{passage.where}", passage.text, passage.marks)
    into.findings += inner.findings


def _plain(content: bytes, into: Read) -> None:
    """Read text; a table of it by its headings as well."""
    if content.startswith(_UTF_16):
        text = content.decode("utf-16", "replace")
    elif b"\x00" in content[:4096]:
        raise STRANGE
    else:
        decoded = csv_table.decode(content)
        text = decoded if isinstance(decoded, str) else content.decode("utf-8", "replace")
    into.findings += headings.find("", _rows(text), ())
    into.add("文字", text)


def _rows(text: str) -> list[Row]:
    """Split a table into cells; a text that is none has rows of one cell."""
    start = text[:20_000]
    separator = max(",\t;", key=start.count)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            if len(cells) > 1:
                named = {letters_of(place): cell for place, cell in enumerate(cells, 1)}
                rows.append(Row(number, named))
    except csv.Error:
        return rows
    return rows
