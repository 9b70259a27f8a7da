"""Where plates lie on a page. All in millimetres from the page's top left corner."""

from dataclasses import dataclass

from app.doorplates.sheets.geometry import BLEED, PAPERS, Box, SheetStyle

MARK = 4.0
"""Length of a crop mark, drawn outside the bleed."""

_PROOF_GAP = 4.0
_PROOF_MARGIN = 5.0
_OWN_MARGIN = 16.0
_SLUG_ROOM = 9.0


@dataclass(frozen=True, slots=True)
class Imposition:
    """One page: its size, and the trimmed plates from left to right and downwards."""

    width: float
    height: float
    plates: tuple[Box, ...]
    bleed: float

    @property
    def trim(self) -> Box:
        """What is left of the page when all outer cuts are made."""
        left, top = self.plates[0].left, self.plates[0].top
        last = self.plates[-1]
        return Box(left, top, last.right - left, last.bottom - top)

    @property
    def slug_below(self) -> bool:
        """Whether notes fit under the plates; they stand along the right edge otherwise."""
        return self.height - self.trim.bottom - self.bleed >= _SLUG_ROOM

    def place(self, index: int) -> tuple[int, int]:
        """Page and position, both from 1, of the plate that is `index`th (from 0) in its file."""
        page, position = divmod(index, len(self.plates))
        return page + 1, position + 1


def impose(style: SheetStyle) -> Imposition:
    """As many plates as the paper holds, upright or lying, whichever holds more.

    A plate larger than the paper gets a page of its own size.
    """
    short, long = PAPERS[style.paper]
    pages = [_fill(style, short, long), _fill(style, long, short)]
    best = max(pages, key=lambda page: len(page.plates))
    return best if best.plates else _own_page(style)


def _fill(style: SheetStyle, width: float, height: float) -> Imposition:
    plate = style.plate
    bleed = BLEED if style.for_press else 0.0
    gap = 2 * bleed if style.for_press else _PROOF_GAP
    margin = bleed + MARK if style.for_press else _PROOF_MARGIN
    columns = int((width - 2 * margin + gap) // (plate.width + gap))
    rows = int((height - 2 * margin + gap) // (plate.height + gap))
    left = (width - columns * (plate.width + gap) + gap) / 2
    top = (height - rows * (plate.height + gap) + gap) / 2
    boxes = tuple(
        Box(
            left + column * (plate.width + gap),
            top + row * (plate.height + gap),
            plate.width,
            plate.height,
        )
        for row in range(rows)
        for column in range(columns)
    )
    return Imposition(width, height, boxes, bleed)


def _own_page(style: SheetStyle) -> Imposition:
    plate = style.plate
    box = Box(_OWN_MARGIN, _OWN_MARGIN, plate.width, plate.height)
    bleed = BLEED if style.for_press else 0.0
    return Imposition(plate.width + 2 * _OWN_MARGIN, plate.height + 2 * _OWN_MARGIN, (box,), bleed)
