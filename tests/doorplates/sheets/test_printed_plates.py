"""A village's 600 plates, printed and scanned: each once, in its place, as large as promised."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from app.doorplates.sheets import Ground, Paper, SheetStyle, Size, manifest_rows
from app.doorplates.sheets.face import symbol_patch
from app.doorplates.sheets.geometry import Box
from app.doorplates.sheets.imposition import impose
from tests.doorplates.sheets.conftest import Draw, Faces
from tests.doorplates.sheets.printed import MM_IN_AN_INCH, Found, rasterise, read_symbols, scan

# About three pixels a module: a poor photograph, and quick.
COARSE = {Size.SMALL: 72, Size.MEDIUM: 45, Size.LARGE: 30}
TOLERANCE = 0.5


def scan_page(
    document: pypdfium2.PdfDocument, number: int, style: SheetStyle, dpi: int
) -> list[list[Found]]:
    picture = rasterise(document[number], dpi)
    patch = symbol_patch(style)
    return [scan(picture, box, inside(patch), dpi) for box in impose(style).plates]


def inside(patch: Box) -> Box:
    """Without the rounded corners of the patch, where the ground shows."""
    edge = 0.03 * patch.width
    return Box(patch.left + edge, patch.top + edge, patch.width - 2 * edge, patch.height - 2 * edge)


def scan_all(path: Path, style: SheetStyle, dpi: int) -> Iterator[list[Found]]:
    with pypdfium2.PdfDocument(path) as document:
        for number in range(len(document)):
            yield from scan_page(document, number, style, dpi)


@pytest.mark.parametrize("size", list(Size))
def test_all_600_plates_decode_where_the_manifest_says_and_measure_what_was_promised(
    size: Size, faces: Faces, draw: Draw
) -> None:
    style = SheetStyle(size=size, paper=Paper.A3_IMPOSITION)
    plates = faces(600)
    path, _summary = draw(plates, style)
    rows = list(manifest_rows(plates, style=style))

    scanned = list(scan_all(path, style, COARSE[size]))

    assert [[one.text for one in found] for found in scanned[:600]] == [[row.url] for row in rows]
    assert scanned[600:] == [[]] * (len(scanned) - 600)
    pixel = MM_IN_AN_INCH / COARSE[size]  # the edge of a symbol may fall anywhere in one
    for (symbol,) in scanned[:600]:
        assert symbol.width == pytest.approx(style.plate.symbol, abs=1.5 * pixel)
        assert symbol.height == pytest.approx(style.plate.symbol, abs=1.5 * pixel)
    assert [(row.page, row.position) for row in rows] == sorted(
        {(row.page, row.position) for row in rows}
    )


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("size", list(Size))
def test_symbols_at_150_dpi_are_as_large_as_promised_and_in_place(
    size: Size, paper: Paper, faces: Faces, draw: Draw
) -> None:
    style = SheetStyle(size=size, paper=paper, ground=Ground.GREEN)
    path, _summary = draw(faces(6), style, demonstration=True)
    promised, patch = style.plate.symbol, symbol_patch(style)
    edge = (patch.width - promised) / 2

    with pypdfium2.PdfDocument(path) as document:
        scanned = scan_page(document, 0, style, 150)

    assert [len(found) for found in scanned] == [1] * len(scanned)
    for (symbol,) in scanned:
        assert symbol.width == pytest.approx(promised, abs=TOLERANCE)
        assert symbol.height == pytest.approx(promised, abs=TOLERANCE)
        assert symbol.left == pytest.approx(patch.left + edge, abs=TOLERANCE)
        assert symbol.top == pytest.approx(patch.top + edge, abs=TOLERANCE)


def test_a_whole_page_is_read_without_knowing_where_its_symbols_are(
    faces: Faces, draw: Draw
) -> None:
    style = SheetStyle(size=Size.SMALL, paper=Paper.A3_IMPOSITION)
    plates = faces(6)
    path, _summary = draw(plates, style, demonstration=True)

    with pypdfium2.PdfDocument(path) as document:
        found = read_symbols(rasterise(document[0], 150))

    assert sorted(one.text for one in found) == sorted(face.url for face in plates)
