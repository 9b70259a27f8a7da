"""Opening a roster: .xlsx or separated text, whatever its name says, into sheets of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from app.households.rosters import archive
from app.households.rosters.archive import MOST_COLUMNS, MOST_LINES, ROOM
from app.households.rosters.cells import Cell, half_width, is_blank, plain
from app.households.rosters.errors import (
    Damaged,
    FileRefused,
    NotAWorkbook,
    NothingInIt,
    OldWorkbook,
    PasswordProtected,
    Scattered,
    TooBig,
    TooManyLines,
)
from app.kernel import csv_table

MOST_BYTES = 20 * 1024 * 1024
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ("\t", ",", ";", "，")

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 0."""


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: its rows from the first one on, and the areas that are merged."""

    name: str
    rows: list[list[Cell]]
    merges: list[Merge] = field(default_factory=list)


@dataclass(frozen=True)
class Workbook:
    """The sheets to read, and remarks on the file that whoever uploads it should see."""

    sheets: list[Sheet]
    remarks: list[str] = field(default_factory=list)


def read(content: bytes) -> Workbook:
    """Open a roster by what is in it; raises a `FileRefused` with a sentence."""
    if len(content) > MOST_BYTES:
        raise TooBig
    if content.startswith(OLE):
        raise PasswordProtected if ENCRYPTED in content else OldWorkbook
    workbook = _read_xlsx(content) if content.startswith(ZIP) else _read_text(content)
    if not workbook.sheets:
        raise NothingInIt
    if sum(_filled(sheet) for sheet in workbook.sheets) > MOST_LINES + ROOM:
        raise TooManyLines
    return workbook


def _filled(sheet: Sheet) -> int:
    return sum(not all(map(is_blank, row)) for row in sheet.rows)


def _read_xlsx(content: bytes) -> Workbook:
    found = archive.inspect(content)
    try:
        return _take_sheets(CalamineWorkbook.from_filelike(io.BytesIO(content)), found)
    except (CalamineError, ValueError, OSError) as error:
        raise Damaged from error
    except FileRefused:
        raise
    except BaseException as error:
        # The reader is written in Rust: where it gives up it raises a panic, which Python does
        # not count among its exceptions.
        if type(error).__name__ == "PanicException":
            raise Damaged from None
        raise


def _take_sheets(book: CalamineWorkbook, found: archive.Found) -> Workbook:
    sheets, hidden = [], 0
    for about in book.sheets_metadata:
        if about.visible is not SheetVisibleEnum.Visible:
            hidden += 1
            continue
        sheet = _take(book.get_sheet_by_name(about.name), about.name)
        if sheet.rows:
            sheets.append(sheet)
    remarks = []
    if hidden:
        remarks.append(f"有 {hidden} 张隐藏的工作表，没有读。")
    if found.uncomputed:
        remarks.append(
            f"有 {found.uncomputed} 个公式没有存下算好的值，读出来是空的。"
            "请用 Excel 或 WPS 打开、保存一次，再上传。"
        )
    if found.errors:
        remarks.append(f"有 {found.errors} 个格子是错误值（如 #N/A），读出来是空的。")
    return Workbook(sheets, remarks)


def _take(sheet: CalamineSheet, name: str) -> Sheet:
    rows = [[plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    while rows and all(map(is_blank, rows[-1])):
        rows.pop()
    merges = [
        (first[0], first[1], last[0], last[1]) for first, last in sheet.merged_cell_ranges or ()
    ]
    return Sheet(half_width(name), rows, merges)


def _read_text(content: bytes) -> Workbook:
    text = _decode(content)
    if text.lstrip("\ufeff \r\n\t")[:1] == "<" or "\x00" in text:
        raise NotAWorkbook
    rows = []
    for row in _split(text):
        rows.append([plain(cell) for cell in row])
        if len(row) > MOST_COLUMNS:
            raise Scattered
        if len(rows) > 4 * MOST_LINES:
            raise TooManyLines
    while rows and all(map(is_blank, rows[-1])):
        rows.pop()
    return Workbook([Sheet("", rows)] if rows else [])


def _decode(content: bytes) -> str:
    """UTF-8 with or without a mark, GB18030, or the UTF-16 of Excel's "Unicode text"."""
    if content.startswith(UTF_16):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise NotAWorkbook from error
    if b"\x00" in content[:4096]:
        raise NotAWorkbook
    text = csv_table.decode(content)
    if isinstance(text, tuple):
        raise FileRefused("文字编码已损坏，请另存为“CSV UTF-8”或 .xlsx，再上传。")
    return text


def _split(text: str) -> Iterator[list[str]]:
    """Split lines into cells at the separator that the first lines use most.

    A quotation mark that is never closed would swallow the rest of the file: it is refused.
    """
    start = text[:20_000]
    separator = max(SEPARATORS, key=start.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        sentence = (
            f"第 {reader.line_num} 行附近的引号不成对，从那里起读不出来。请另存为 .xlsx 再上传。"
        )
        raise FileRefused(sentence) from error
