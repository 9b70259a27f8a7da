"""What a plate and its paper measure: millimetres, CMYK inks, nothing else.

Sizes are those of Tianjin's 津公人口函〔2021〕484号: the plate, and the symbol's side without its
quiet zone.
"""

from dataclasses import dataclass
from enum import StrEnum

MM = 72 / 25.4
"""Points in a millimetre."""

BLEED = 3.0
"""Ground printed beyond the cut on every side, so that a cut slightly off shows no white edge."""

PATCH = 1.28
"""Side of the white patch by the symbol's: 4 quiet modules around version 3 (29x29), or more."""

Cmyk = tuple[float, float, float, float]
PAPER_WHITE: Cmyk = (0.0, 0.0, 0.0, 0.0)
BLACK: Cmyk = (0.0, 0.0, 0.0, 1.0)
"""K100 alone: a black of four inks blurs the modules where they are out of register."""


class Size(StrEnum):
    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


class Ground(StrEnum):
    BLUE = "blue"
    GREEN = "green"


class Paper(StrEnum):
    """An A4 proof of the finished plates, or A3 sheets for the print shop with bleed and marks."""

    A4_PROOF = "a4"
    A3_IMPOSITION = "a3"


class Corners(StrEnum):
    ROUNDED = "rounded"
    SQUARE = "square"


@dataclass(frozen=True, slots=True)
class Plate:
    """One size of plate; `hole` is a diameter, `inset` its centre's distance from both edges."""

    width: float
    height: float
    symbol: float
    radius: float
    hole: float
    inset: float
    name: str


PLATES = {
    Size.LARGE: Plate(570, 370, 120, radius=12, hole=8, inset=15, name="大号"),
    Size.MEDIUM: Plate(270, 170, 75, radius=7, hole=5, inset=8, name="中号"),
    Size.SMALL: Plate(150, 90, 40, radius=4, hole=3.5, inset=5, name="小号"),
}
INKS: dict[Ground, Cmyk] = {
    Ground.BLUE: (1.0, 0.72, 0.0, 0.14),
    Ground.GREEN: (0.92, 0.24, 0.9, 0.24),
}
GROUND_NAMES = {Ground.BLUE: "蓝底", Ground.GREEN: "绿底"}
PAPERS = {Paper.A4_PROOF: (210.0, 297.0), Paper.A3_IMPOSITION: (297.0, 420.0)}


@dataclass(frozen=True, slots=True)
class SheetStyle:
    """How all plates of one file look and what they are laid on."""

    size: Size = Size.SMALL
    ground: Ground = Ground.BLUE
    paper: Paper = Paper.A4_PROOF
    corners: Corners = Corners.ROUNDED
    caption: str = "微信扫一扫 · 看村务公开"

    @property
    def plate(self) -> Plate:
        return PLATES[self.size]

    @property
    def for_press(self) -> bool:
        """Whether plates carry bleed and marks."""
        return self.paper is Paper.A3_IMPOSITION


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a plate, measured from the plate's top left corner downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width
