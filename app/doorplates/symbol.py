"""The QR symbol of a plate's address: error correction Q, 4 quiet modules, black on white."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import chain
from typing import TypeAlias

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

QUIET = 4
"""Light modules the standard asks for on every side (ISO/IEC 18004, 5.3.8)."""

# The code at the end of an address is 13 capitals and digits: as one alphanumeric segment it takes
# 5.5 bits a character, which often makes the symbol one version smaller and its modules larger.
_SEGMENT = 13
_PATTERNS = range(8)
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {size} {size}"'
    ' shape-rendering="crispEdges"><title>{title}</title>'
    '<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
    '<path d="{path}"/></svg>'
)

_DARK = re.compile("1+")

Matrix: TypeAlias = tuple[str, ...]
"""Rows from the top, each a string of `1` (dark) and `0` (light), without the quiet zone."""


@dataclass(frozen=True, slots=True)
class _Mask:
    """What one mask changes in a symbol that was made with mask 0, read by rows and by columns."""

    by_rows: int
    by_columns: int
    format_by_rows: int
    format_by_columns: int


@dataclass(frozen=True, slots=True)
class _Windows:
    """Where a run, a block or a finder-like pattern may start without leaving its row."""

    all: int
    pair: int
    block: int
    finder: int


def matrix(url: str) -> Matrix:
    """The same modules as `qrcode` with its own choice of mask, in a fraction of the time.

    A mask only exclusive-ors a pattern into the symbol: one symbol is made by the library, the
    other seven are derived from it, and the penalties of ISO/IEC 18004, 7.8.3 are counted on whole
    symbols held in one integer. The version is the smallest that fits. Raises
    ValueError for an address too long for any symbol.
    """
    code = QRCode(error_correction=ERROR_CORRECT_Q, mask_pattern=0)
    code.add_data(url, optimize=_SEGMENT)
    code.make()
    side = code.modules_count
    rows, columns = _integers(code.modules)
    windows = _windows(side)

    def penalty(mask: _Mask) -> int:
        # The library judges with the format information still empty; so do we, to choose alike.
        by_rows = (rows ^ mask.by_rows) & ~mask.format_by_rows
        by_columns = (columns ^ mask.by_columns) & ~mask.format_by_columns
        return _penalty(by_rows, by_columns, side, windows)

    best = min(_masks(code.version), key=penalty)
    bits = format(rows ^ best.by_rows, f"0{side * side}b")
    return tuple(bits[start : start + side] for start in range(0, side * side, side))


def runs(modules: Matrix) -> Iterator[tuple[int, int, int]]:
    """Horizontal runs of dark modules as (column, row, length), from the top left, in modules."""
    for row, line in enumerate(modules):
        for run in _DARK.finditer(line):
            start, end = run.span()
            yield start, row, end - start


def svg(url: str, *, title: str | None = None) -> str:
    """A scalable picture: one path for all dark modules, so that no seam shows between them.

    It is read aloud as `title`, or else as the address.
    """
    modules = matrix(url)
    path = "".join(
        f"M{column + QUIET} {row + QUIET}h{length}v1h-{length}z"
        for column, row, length in runs(modules)
    )
    return _SVG.format(size=len(modules) + 2 * QUIET, title=escape(title or url), path=path)


def png(url: str, *, module_px: int = 8) -> bytes:
    """A one-bit greyscale PNG with the quiet zone, `module_px` pixels a module (at least 1)."""
    if module_px < 1:
        raise ValueError("a module is at least one pixel wide")
    modules = matrix(url)
    side = (len(modules) + 2 * QUIET) * module_px
    stride = (side + 7) // 8
    pixels = {ord("0"): "1" * module_px, ord("1"): "0" * module_px}
    margin = "0" * QUIET
    blank = "0" * (len(modules) + 2 * QUIET)
    lines = chain([blank] * QUIET, (margin + row + margin for row in modules), [blank] * QUIET)
    raw = b"".join(
        (b"\0" + int(line.translate(pixels).ljust(stride * 8, "0"), 2).to_bytes(stride)) * module_px
        for line in lines
    )
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        _PNG_HEAD
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(raw, 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _integers(modules: list[list[bool | None]]) -> tuple[int, int]:
    """The symbol as one number read by rows and one read by columns, first module highest."""
    by_rows = "".join("1" if dark else "0" for row in modules for dark in row)
    side = len(modules)
    by_columns = "".join(by_rows[column::side] for column in range(side))
    return int(by_rows, 2), int(by_columns, 2)


@cache
def _masks(version: int) -> tuple[_Mask, ...]:
    """Taken from the library itself, with any data: the differences do not depend on it."""
    code = QRCode(version=version, error_correction=ERROR_CORRECT_Q)
    code.add_data("0")
    made: list[tuple[int, int]] = []
    judged: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        code.makeImpl(False, pattern)
        made.append(_integers(code.modules))
        code.makeImpl(True, pattern)
        judged.append(_integers(code.modules))
    return tuple(
        _Mask(
            by_rows=rows ^ made[0][0],
            by_columns=columns ^ made[0][1],
            format_by_rows=rows & ~judged[pattern][0],
            format_by_columns=columns & ~judged[pattern][1],
        )
        for pattern, (rows, columns) in enumerate(made)
    )


@cache
def _windows(side: int) -> _Windows:
    def starts(width: int, height: int = 1) -> int:
        inside = side - width + 1
        rows = ["1" * inside + "0" * (side - inside)] * (side - height + 1)
        return int("".join(rows).ljust(side * side, "0"), 2)

    return _Windows(all=starts(1), pair=starts(2), block=starts(2, 2), finder=starts(11))


def _penalty(by_rows: int, by_columns: int, side: int, windows: _Windows) -> int:
    percent = by_rows.bit_count() / (side * side) * 100
    points = int(abs(percent - 50) / 5) * 10
    points += _run_points(by_rows, windows) + _run_points(by_columns, windows)
    points += 40 * (_finders(by_rows, windows) + _finders(by_columns, windows))
    return points + 3 * _blocks(by_rows, side, windows)


def _run_points(bits: int, windows: _Windows) -> int:
    """Three points for five alike in a line and one for each more."""
    same = ~(bits ^ (bits << 1)) & windows.pair
    five = same & (same << 1)
    five &= five << 2
    five &= windows.all
    return five.bit_count() + 2 * (five & ~(five >> 1)).bit_count()


def _blocks(bits: int, side: int, windows: _Windows) -> int:
    """How many squares of two by two are of one colour; overlapping ones count each."""
    across = ~(bits ^ (bits << 1))
    down = ~(bits ^ (bits << side))
    return (across & (across << side) & down & windows.block).bit_count()


def _finders(bits: int, windows: _Windows) -> int:
    """How often 1011101 stands with four light modules before or after it."""
    light = ~bits & windows.all
    core = (
        bits & (light << 1) & (bits << 2) & (bits << 3) & (bits << 4) & (light << 5) & (bits << 6)
    )
    four = light & (light << 1)
    four &= four << 2
    after = core & (four << 7)
    before = four & (core << 4)
    return ((after | before) & windows.finder).bit_count()
