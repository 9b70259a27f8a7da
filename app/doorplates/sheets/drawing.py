"""Sheets of plates as one PDF file."""

import string
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from app.doorplates.sheets import marks
from app.doorplates.sheets.canvas import SheetCanvas
from app.doorplates.sheets.errors import MissingGlyph, NoPlates
from app.doorplates.sheets.face import DEMONSTRATION, PlateFace, draw_face
from app.doorplates.sheets.fonts import Weight, missing_glyphs
from app.doorplates.sheets.geometry import GROUND_NAMES, MM, SheetStyle
from app.doorplates.sheets.imposition import Imposition, impose
from app.doorplates.sheets.pen import Pen
from app.doorplates.sheets.typeface import prepare
from app.doorplates.sheets.whole_files import complete_or_nothing

Faces = Sequence[PlateFace] | Callable[[], Iterable[PlateFace]]
"""A sequence, or a function that starts the plates anew: they are read twice, never all kept."""

_ONE_AT_A_TIME = threading.Lock()
"""The PDF library keeps its fonts in one table for the whole process."""


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """What a finished file holds; `bytes` is its size."""

    plates: int
    pages: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Job:
    """One file to be: its plates are counted, every character is known to have a shape."""

    style: SheetStyle
    page: Imposition
    total: int
    demonstration: bool

    @property
    def pages(self) -> int:
        return -(-self.total // len(self.page.plates))


def _unwatched(_drawn: int, _total: int) -> None:
    """Nobody follows."""


def draw_sheets(
    path: Path,
    faces: Faces,
    *,
    style: SheetStyle,
    fonts: Sequence[Path],
    demonstration: bool = False,
    on_progress: Callable[[int, int], None] = _unwatched,
) -> SheetSummary:
    """Draw every plate at true size into one vector PDF at `path`, there only when complete.

    `on_progress` is told the plates drawn and their total after every page. The same plates give
    the same bytes. Raises `NoPlates`, `UnusableFont`, and `MissingGlyph`, all before it draws.
    """
    start = faces if callable(faces) else lambda: faces
    characters, total = _survey(start, style, fonts)
    job = _Job(style, impose(style), total, demonstration)
    with _ONE_AT_A_TIME, complete_or_nothing(path) as unfinished:
        typefaces = prepare(characters, fonts)
        medium, bold = typefaces[Weight.MEDIUM], typefaces[Weight.BOLD]
        canvas = SheetCanvas(unfinished, job.page, title=_title(job), font=medium.first)
        pen = Pen(canvas, medium=medium, bold=bold)
        plates = iter(start())
        drawn = 0
        while on_page := list(islice(plates, len(job.page.plates))):
            _draw_page(canvas, pen, on_page, job)
            drawn += len(on_page)
            on_progress(drawn, total)
        canvas.save()
    return SheetSummary(drawn, job.pages, path.stat().st_size)


def _survey(
    start: Callable[[], Iterable[PlateFace]], style: SheetStyle, fonts: Sequence[Path]
) -> tuple[set[str], int]:
    """All characters the file will need and the number of its plates."""
    own = marks.notes(style, page=1, pages=1, demonstration=True)
    characters = set(string.digits + "No. mm" + DEMONSTRATION + style.caption + own)
    total = 0
    for face in start():
        characters.update(*face.texts())
        total += 1
    if not total:
        raise NoPlates("a sheet needs at least one plate")
    if unheld := missing_glyphs(characters, fonts):
        located = missing_glyphs(("".join(face.texts()) for face in start()), fonts)
        # A character of the caption is on every plate and in none of the texts.
        raise MissingGlyph(located or tuple(replace(one, plates=()) for one in unheld))
    return characters, total


def _title(job: _Job) -> str:
    said = ["智慧门牌", job.style.plate.name, GROUND_NAMES[job.style.ground]]
    return " ".join([DEMONSTRATION, *said] if job.demonstration else said)


def _draw_page(canvas: SheetCanvas, pen: Pen, faces: list[PlateFace], job: _Job) -> None:
    page, style = job.page, job.style
    number = canvas.getPageNumber()
    canvas.scale(MM, MM)
    for face, box in zip(faces, page.plates, strict=False):
        with pen.moved(box.left, page.height - box.top):
            draw_face(pen, face, style, demonstration=job.demonstration)
            marks.draw_drill_marks(pen, style.plate)
    if style.for_press:
        with pen.moved(0, page.height):
            marks.draw_crop_marks(pen, page)
    line = marks.notes(style, page=number, pages=job.pages, demonstration=job.demonstration)
    marks.draw_notes(pen, page, line)
    canvas.showPage()
