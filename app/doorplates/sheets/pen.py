"""Drawing in millimetres, measured downwards from an origin that moves from plate to plate."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from app.doorplates.sheets.geometry import PAPER_WHITE, Box, Cmyk
from app.doorplates.sheets.typeface import Typeface

Align = Literal["left", "centre", "right"]

_LINE = 1.2
"""Line height by size."""

_MIDDLE = 0.375
"""How far under a line's middle its baseline lies, by size: half the height of a digit."""


_FIGURE = 0.733
"""Height of a digit by size."""

_ENDS = "乡镇族村组区 "
_WITHIN = 1.3
"""How much wider a line may be for the sake of not breaking within a name."""

_SPARE = {"left": 0.0, "centre": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Lettering:
    """How to write: `size` in millimetres is the largest wanted, `lines` 1 or 2."""

    size: float
    align: Align = "left"
    bold: bool = False
    lines: int = 1
    ink: Cmyk = PAPER_WHITE


class Pen:
    """Fills, rules and letters. The canvas already counts in millimetres, upwards."""

    def __init__(self, canvas: Canvas, *, medium: Typeface, bold: Typeface) -> None:
        self._canvas = canvas
        self._medium = medium
        self._bold = bold

    @contextmanager
    def moved(self, left: float, up: float, *, turned: float = 0.0) -> Iterator[None]:
        """Put the origin `up` from the page's bottom; `turned` is in degrees, anticlockwise."""
        self._canvas.saveState()
        self._canvas.translate(left, up)
        if turned:
            self._canvas.rotate(turned)
        yield
        self._canvas.restoreState()

    def fill(self, box: Box, ink: Cmyk, *, radius: float = 0.0) -> None:
        self._canvas.setFillColorCMYK(*ink)
        self._shape(box, radius, stroke=0, fill=1)

    def outline(self, box: Box, ink: Cmyk, *, width: float, radius: float = 0.0) -> None:
        self._canvas.setStrokeColorCMYK(*ink)
        self._canvas.setLineWidth(width)
        self._shape(box, radius, stroke=1, fill=0)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], ink: Cmyk, *, width: float
    ) -> None:
        """From and to a point, each as (from the left, downwards)."""
        self._canvas.setStrokeColorCMYK(*ink)
        self._canvas.setLineWidth(width)
        self._canvas.line(start[0], -start[1], end[0], -end[1])

    def disc(self, centre: tuple[float, float], diameter: float, ink: Cmyk) -> None:
        self._canvas.setFillColorCMYK(*ink)
        self._canvas.circle(centre[0], -centre[1], diameter / 2, stroke=0, fill=1)

    def modules(
        self, runs: Iterable[tuple[int, int, int]], count: int, box: Box, ink: Cmyk
    ) -> None:
        """A symbol as one filled path: runs that touch leave no seam, whatever the resolution."""
        self._canvas.saveState()
        self._canvas.translate(box.left, -box.top)
        self._canvas.scale(box.width / count, -box.height / count)
        self._canvas.setFillColorCMYK(*ink)
        path = " ".join([f"{column} {row} {length} 1 re" for column, row, length in runs])
        # Written as it is: the library's own paths take ten times as long.
        self._canvas.addLiteral(f"{path} f")
        self._canvas.restoreState()

    def write(self, text: str, box: Box, how: Lettering) -> None:
        """Write inside the box, never over its edge: smaller or, where allowed, in two lines."""
        if not text:
            return
        face = self._bold if how.bold else self._medium
        size, lines = _fit(text, face, box, how)
        self._canvas.setFillColorCMYK(*how.ink)
        first = box.top + box.height / 2 - _LINE * size * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            spare = box.width - face.width(line) * size
            left = box.left + spare * _SPARE[how.align]
            self._letters(face, line, left, first + (number * _LINE + _MIDDLE) * size, size)

    def write_mixed(self, pieces: list[tuple[str, float]], box: Box, *, size: float) -> None:
        """One bold line of pieces, each with its share of the size, as large as the box allows."""
        width = sum(self._bold.width(text) * share for text, share in pieces)
        size = min(size, box.height / _FIGURE, box.width / width if width else size)
        self._canvas.setFillColorCMYK(*PAPER_WHITE)
        left, baseline = box.left, box.top + (box.height + _FIGURE * size) / 2
        for text, share in pieces:
            left = self._letters(self._bold, text, left, baseline, size * share)

    def _letters(
        self, face: Typeface, text: str, left: float, baseline: float, size: float
    ) -> float:
        for font, piece in face.runs(text):
            self._canvas.setFont(font, size)
            self._canvas.drawString(left, -baseline, piece)
            left += self._canvas.stringWidth(piece, font, size)
        return left

    def _shape(self, box: Box, radius: float, *, stroke: int, fill: int) -> None:
        where = (box.left, -box.bottom, box.width, box.height)
        if radius:
            self._canvas.roundRect(*where, radius, stroke=stroke, fill=fill)
        else:
            self._canvas.rect(*where, stroke=stroke, fill=fill)


def _fit(text: str, face: Typeface, box: Box, how: Lettering) -> tuple[float, list[str]]:
    ways = [[text]]
    if how.lines > 1 and len(text) > 1:
        ways.append(_halves(text, face))

    def size(lines: list[str]) -> float:
        widest = max(map(face.width, lines)) or 1.0
        return min(how.size, box.width / widest, box.height / (_LINE * len(lines)))

    best = max(ways, key=size)
    return size(best), best


def _halves(text: str, face: Typeface) -> list[str]:
    """Two lines about even, rather cut after 乡, 镇, 族, 村 or a space than within a name."""

    def width(lines: list[str]) -> float:
        widest = max(map(face.width, lines))
        return widest if lines[0][-1] in _ENDS else widest * _WITHIN

    cuts = [[text[:at], text[at:]] for at in range(1, len(text))]
    return [line.strip() for line in min(cuts, key=width)]
