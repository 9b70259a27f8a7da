"""A CSV file that people made: its lines with their numbers, and what is wrong with them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

Fault = tuple[int, str]
"""Line number (the header is line 1) and a Chinese sentence that does not repeat the value."""

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}  # Co: characters only one machine knows


@dataclass(frozen=True)
class Line:
    """One line: its number in the file and its values by column, without surrounding blanks."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    """The sound lines of a file, and the faults of the others."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(content: bytes, *, columns: Sequence[str]) -> Table:
    """Read a file whose first line names exactly these columns, in this order.

    UTF-8 with or without a byte order mark, or GB18030, as Excel saves it in China; any line ends.
    A file that cannot be read at all has no lines and one fault.
    """
    text = decode(content)
    if isinstance(text, tuple):
        return Table(faults=[text])
    table, header = Table(), None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            if table.lines or table.faults:
                return table
            return Table(faults=[(1, "表里没有数据。")])
        except csv.Error:
            table.faults.append((number, "引号不成对，从这一行起读不出来。"))
            return table
        if header is None:
            header = cells
            if header != list(columns):
                return Table(faults=[(number, f"表头应当是 {','.join(columns)}。")])
        elif any(cells):
            _take(table, number, cells, columns)


def _take(table: Table, number: int, cells: list[str], columns: Sequence[str]) -> None:
    if len(cells) != len(columns):
        table.faults.append((number, f"这一行有 {len(cells)} 格，应当有 {len(columns)} 格。"))
        return
    bad = [name for name, cell in zip(columns, cells, strict=True) if not printable(cell)]
    if bad:
        names = "、".join(bad)
        table.faults.append((number, f"{names} 里有看不见的字符，或者没有正式编码的字。"))
        return
    table.lines.append(Line(number, dict(zip(columns, cells, strict=True))))


def printable(cell: str) -> bool:
    """Tell whether every character can be seen and has an official code."""
    return not any(
        unicodedata.category(letter) in UNPRINTABLE or letter == "\N{REPLACEMENT CHARACTER}"
        for letter in cell
    )


def decode(content: bytes) -> str | Fault:
    if content.startswith(WORKBOOKS):
        return (1, "这是 Excel 工作簿，请先另存为“CSV UTF-8”再导入。")
    if content.startswith(UTF_16):
        return (1, "文件是 UTF-16 编码，请另存为“CSV UTF-8”再导入。")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    # GB18030 can read almost anything: a file that is UTF-8 but for a broken byte must not become
    # a file of wrong names.
    lenient = content.decode("utf-8", "replace")
    broken = lenient.count("\N{REPLACEMENT CHARACTER}")
    if sum(letter > "\x7f" for letter in lenient) - broken < broken:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
    return (line, "这一行的文字编码已损坏，请另存为“CSV UTF-8”再导入。")
