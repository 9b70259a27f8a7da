"""What stands on a plate, and where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from app.doorplates import symbol
from app.doorplates.sheets.geometry import (
    BLACK,
    BLEED,
    INKS,
    PAPER_WHITE,
    PATCH,
    Box,
    Cmyk,
    Corners,
    SheetStyle,
)
from app.doorplates.sheets.pen import Lettering, Pen

DEMONSTRATION = "演示"

_MARGIN = 0.09
_FOOT_TOP = 0.838
_UNDER_PATCH = 0.162
_BADGE = 0.36
_SMALL_HAN = 0.58
"""Size of 号 next to the digits of a house number."""


@dataclass(frozen=True, slots=True)
class PlateFace:
    """One door's plate. `code` and `url` are what the symbol says; all else is read by people."""

    code: str
    url: str
    serial: str
    county: str
    township: str
    village: str
    group: str
    house_number: str
    hotline: str

    def texts(self) -> Iterator[str]:
        """Everything printed in letters."""
        return (getattr(self, field.name) for field in fields(self) if field.name != "url")


def in_groups(code: str) -> str:
    """A code as people read it aloud: four, four and five."""
    return " ".join((code[:4], code[4:8], code[8:]))


def symbol_patch(style: SheetStyle) -> Box:
    """The white square at the right, with the symbol in its middle."""
    plate = style.plate
    margin, foot = _MARGIN * plate.height, _FOOT_TOP * plate.height
    side = PATCH * plate.symbol
    spare = foot - margin - side - _UNDER_PATCH * plate.height
    return Box(plate.width - margin - side, margin + max(0.0, spare / 2), side, side)


def draw_face(pen: Pen, face: PlateFace, style: SheetStyle, *, demonstration: bool) -> None:
    """Draw one plate with the pen's origin at its top left corner."""
    plate = style.plate
    margin, foot = _MARGIN * plate.height, _FOOT_TOP * plate.height
    patch = symbol_patch(style)
    column = Box(margin, margin, patch.left - 2 * margin, foot - margin)
    _draw_ground(pen, style)
    _draw_symbol(pen, face, patch, plate.symbol)
    _write_below_symbol(pen, face, patch, style)
    _write_address(pen, face, column)
    if demonstration:
        _mark_demonstration(pen, column, INKS[style.ground])
    _write_foot(pen, face, Box(margin, foot, plate.width - 2 * margin, 0.072 * plate.height))


def _draw_ground(pen: Pen, style: SheetStyle) -> None:
    plate = style.plate
    whole = Box(0, 0, plate.width, plate.height)
    rounded = plate.radius if style.corners is Corners.ROUNDED else 0.0
    if style.for_press:
        # The corners are rounded by the cutter; the ground goes on into the bleed.
        bled = Box(-BLEED, -BLEED, plate.width + 2 * BLEED, plate.height + 2 * BLEED)
        pen.fill(bled, INKS[style.ground])
    else:
        pen.fill(whole, INKS[style.ground], radius=rounded)
    inset = 0.026 * plate.height
    line = Box(inset, inset, plate.width - 2 * inset, plate.height - 2 * inset)
    pen.outline(line, PAPER_WHITE, width=0.006 * plate.height, radius=max(rounded - inset, 0.0))


def _draw_symbol(pen: Pen, face: PlateFace, patch: Box, side: float) -> None:
    pen.fill(patch, PAPER_WHITE, radius=0.02 * patch.width)
    modules = symbol.matrix(face.url)
    edge = (patch.width - side) / 2
    where = Box(patch.left + edge, patch.top + edge, side, side)
    pen.modules(symbol.runs(modules), len(modules), where, BLACK)


def _write_below_symbol(pen: Pen, face: PlateFace, patch: Box, style: SheetStyle) -> None:
    height = style.plate.height
    caption = Box(patch.left, patch.bottom + 0.018 * height, patch.width, 0.075 * height)
    pen.write(style.caption, caption, Lettering(0.056 * height, align="centre", bold=True))
    code = Box(patch.left, caption.bottom, patch.width, 0.062 * height)
    pen.write(in_groups(face.code), code, Lettering(0.052 * height, align="centre"))


def _write_address(pen: Pen, face: PlateFace, column: Box) -> None:
    """County and township, a rule, the village, the group, the number as large as can be."""
    width, area = column.width, " ".join(filter(None, (face.county, face.township)))
    row = _row(column, 0.0, 0.125)
    pen.write(area, row, Lettering(0.1 * column.height))
    pen.fill(_row(column, 0.145, 0.006), PAPER_WHITE)
    pen.write(
        face.village, _row(column, 0.175, 0.27), Lettering(0.22 * column.height, bold=True, lines=2)
    )
    group = _row(column, 0.465, 0.155)
    beside = Box(group.left, group.top, width - 1.1 * _BADGE * column.height, group.height)
    pen.write(face.group, beside, Lettering(0.125 * column.height))
    pen.write_mixed(_pieces(face.house_number), _row(column, 0.65, 0.28), size=0.37 * column.height)


def _mark_demonstration(pen: Pen, column: Box, ground: Cmyk) -> None:
    width = _BADGE * column.height
    row = _row(column, 0.47, 0.145)
    badge = Box(column.right - width, row.top, width, row.height)
    pen.fill(badge, PAPER_WHITE, radius=0.03 * column.height)
    lettering = Lettering(0.118 * column.height, align="centre", bold=True, ink=ground)
    pen.write(DEMONSTRATION, badge, lettering)


def _row(column: Box, top: float, height: float) -> Box:
    """A strip of the column, by shares of its height."""
    return Box(column.left, column.top + top * column.height, column.width, height * column.height)


def _pieces(house_number: str) -> list[tuple[str, float]]:
    """Digits large, what stands between them smaller: 1234号附12号."""
    return [
        (piece, 1.0 if piece.isascii() else _SMALL_HAN)
        for piece in re.findall(r"[!-~]+|[^!-~]+", house_number)
    ]


def _write_foot(pen: Pen, face: PlateFace, foot: Box) -> None:
    size = 0.64 * foot.height
    half = foot.width / 2
    pen.write(face.hotline, Box(foot.left, foot.top, half, foot.height), Lettering(size, bold=True))
    serial = Box(foot.left + half, foot.top, half, foot.height)
    pen.write(f"No. {face.serial}", serial, Lettering(size, align="right"))
