"""What a print shop needs around the plates: crop marks, drill marks, a line of notes, a ruler."""

from app.doorplates.sheets.geometry import (
    BLACK,
    BLEED,
    GROUND_NAMES,
    PAPER_WHITE,
    Box,
    Corners,
    Plate,
    SheetStyle,
)
from app.doorplates.sheets.imposition import MARK, Imposition
from app.doorplates.sheets.pen import Lettering, Pen

_HAIRLINE = 0.1
_NOTE = 2.6
_RULER = 50
_NOTES_AWAY = 2.5


def draw_crop_marks(pen: Pen, page: Imposition) -> None:
    """Where each outer cut runs, beyond the bleed; inner cuts are seen from both ends."""
    trim = page.trim
    near, far = page.bleed, page.bleed + MARK
    for across in sorted({edge for box in page.plates for edge in (box.left, box.right)}):
        pen.line((across, trim.top - far), (across, trim.top - near), BLACK, width=_HAIRLINE)
        pen.line((across, trim.bottom + near), (across, trim.bottom + far), BLACK, width=_HAIRLINE)
    for down in sorted({edge for box in page.plates for edge in (box.top, box.bottom)}):
        pen.line((trim.left - far, down), (trim.left - near, down), BLACK, width=_HAIRLINE)
        pen.line((trim.right + near, down), (trim.right + far, down), BLACK, width=_HAIRLINE)


def draw_drill_marks(pen: Pen, plate: Plate) -> None:
    """A white disc of the hole's size with a cross in it; the drill takes all of it away."""
    for across in (plate.inset, plate.width - plate.inset):
        for down in (plate.inset, plate.height - plate.inset):
            arm = plate.hole / 2
            pen.disc((across, down), plate.hole, PAPER_WHITE)
            pen.line((across - arm, down), (across + arm, down), BLACK, width=_HAIRLINE)
            pen.line((across, down - arm), (across, down + arm), BLACK, width=_HAIRLINE)


def notes(style: SheetStyle, *, page: int, pages: int, demonstration: bool) -> str:
    """The line in the margin, in the print shop's words."""
    plate = style.plate
    corners = f"圆角 R{plate.radius:g}" if style.corners is Corners.ROUNDED else "直角"
    said = [
        "演示 不得安装" if demonstration else "",
        f"智慧门牌 {plate.name} {plate.width:g}×{plate.height:g} mm",
        f"二维码 {plate.symbol:g} mm",
        GROUND_NAMES[style.ground],
        corners,
        f"孔径 {plate.hole:g} mm",
        f"四边出血 {BLEED:g} mm" if style.for_press else "校样 实际尺寸",
        "按 100% 打印 勿缩放",
        f"{page}/{pages}",
    ]
    return "  |  ".join(filter(None, said))


def draw_notes(pen: Pen, page: Imposition, line: str) -> None:
    """Under the plates, or upwards along the right of them where there is no room below."""
    trim, beyond = page.trim, page.bleed + (MARK if page.bleed else 0.0) + _NOTES_AWAY
    if page.slug_below:
        with pen.moved(
            trim.left + _NOTES_AWAY, page.height - trim.bottom - page.bleed - _NOTES_AWAY
        ):
            _draw_slug(pen, line, trim.width - 2 * _NOTES_AWAY)
    else:
        with pen.moved(trim.right + beyond, page.height - trim.bottom, turned=90):
            _draw_slug(pen, line, trim.height)


def _draw_slug(pen: Pen, line: str, length: float) -> None:
    """A ruler to check the scale by and the notes after it, on one line downwards from the pen."""
    for end in (0, _RULER):
        pen.line((end, 0.4), (end, 3.2), BLACK, width=_HAIRLINE)
    pen.line((0, 1.8), (_RULER, 1.8), BLACK, width=_HAIRLINE)
    notes_left = _RULER + 12
    pen.write(f"{_RULER} mm", Box(_RULER + 1, 0, 10, 3.6), Lettering(_NOTE, ink=BLACK))
    pen.write(line, Box(notes_left, 0, length - notes_left, 3.6), Lettering(_NOTE, ink=BLACK))
