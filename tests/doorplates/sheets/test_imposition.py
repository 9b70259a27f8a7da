"""Plates lie on the page whole, apart, and at true size."""

import itertools

import pytest

from app.doorplates.sheets import Paper, SheetStyle, Size
from app.doorplates.sheets.imposition import MARK, impose

STYLES = [SheetStyle(size=size, paper=paper) for size in Size for paper in Paper]


@pytest.mark.parametrize(
    ("size", "paper", "plates", "page"),
    [
        (Size.SMALL, Paper.A4_PROOF, 3, (210, 297)),
        (Size.MEDIUM, Paper.A4_PROOF, 1, (297, 210)),
        (Size.SMALL, Paper.A3_IMPOSITION, 6, (420, 297)),
        (Size.MEDIUM, Paper.A3_IMPOSITION, 2, (297, 420)),
    ],
)
def test_the_paper_is_turned_to_hold_the_most_plates(
    size: Size, paper: Paper, plates: int, page: tuple[float, float]
) -> None:
    laid = impose(SheetStyle(size=size, paper=paper))

    assert (len(laid.plates), (laid.width, laid.height)) == (plates, page)


@pytest.mark.parametrize("paper", list(Paper))
def test_a_plate_larger_than_the_paper_gets_a_page_of_its_own_size(paper: Paper) -> None:
    laid = impose(SheetStyle(size=Size.LARGE, paper=paper))

    assert len(laid.plates) == 1
    assert (laid.width, laid.height) == (602, 402)


@pytest.mark.parametrize("style", STYLES)
def test_every_plate_is_whole_and_of_its_true_size(style: SheetStyle) -> None:
    laid = impose(style)
    beyond = laid.bleed + MARK if style.for_press else 0.0

    for box in laid.plates:
        assert (box.width, box.height) == (style.plate.width, style.plate.height)
        assert min(box.left, box.top) >= beyond
        assert box.right + beyond <= laid.width
        assert box.bottom + beyond <= laid.height


@pytest.mark.parametrize("style", STYLES)
def test_no_plate_lies_in_the_bleed_of_another(style: SheetStyle) -> None:
    laid = impose(style)

    for one, other in itertools.combinations(laid.plates, 2):
        across = max(one.left, other.left) - min(one.right, other.right)
        down = max(one.top, other.top) - min(one.bottom, other.bottom)
        assert max(across, down) >= max(2 * laid.bleed, 1.0) - 1e-9


def test_places_count_pages_and_positions_from_one() -> None:
    laid = impose(SheetStyle(size=Size.SMALL, paper=Paper.A4_PROOF))

    assert [laid.place(index) for index in (0, 2, 3)] == [(1, 1), (1, 3), (2, 1)]
