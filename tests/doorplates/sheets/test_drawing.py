"""A finished file is complete, printable by a shop, and says what it is."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from app.doorplates.sheets import (
    Ground,
    MissingCharacter,
    MissingGlyph,
    NoPlates,
    Paper,
    PlateFace,
    SheetStyle,
    SheetSummary,
    Size,
    default_fonts,
    draw_sheets,
)
from app.doorplates.sheets.geometry import MM
from tests.doorplates.sheets.conftest import Draw, Faces

PRESS = SheetStyle(paper=Paper.A3_IMPOSITION)
LOST = "\U0002a700"


def text_of(path: Path, page: int = 0) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return str(document[page].get_textpage().get_text_range())


def drawn_operators(path: Path) -> set[str]:
    """The last word of every line that paints or sets an ink, in all pages."""
    streams = re.findall(
        rb"/FlateDecode \].*?stream\r?\n(.*?)endstream", path.read_bytes(), re.DOTALL
    )
    pages = [zlib.decompressobj().decompress(stream) for stream in streams]
    words = b" ".join(page for page in pages if b" re f" in page).split()
    return {word.decode("latin-1") for word in words}


def test_the_summary_counts_plates_pages_and_bytes(faces: Faces, draw: Draw) -> None:
    path, summary = draw(faces(8), PRESS)

    assert summary == SheetSummary(plates=8, pages=2, bytes=path.stat().st_size)
    with pypdfium2.PdfDocument(path) as document:
        assert len(document) == 2


def test_a_plate_shows_all_its_names_and_its_code_in_groups(faces: Faces, draw: Draw) -> None:
    plates = faces(1)
    path, _summary = draw(plates, SheetStyle())
    face, shown = plates[0], text_of(path)

    assert f"{face.code[:4]} {face.code[4:8]} {face.code[8:]}" in shown
    for words in ("六枝特区 岩脚镇", "青杠林村", "2组", "1号", face.hotline, f"No. {face.serial}"):
        assert words in shown


def test_a_second_sheet_has_its_own_characters(faces: Faces, draw: Draw) -> None:
    draw(faces(1), SheetStyle())
    path, _summary = draw(faces(1, village="梭戛高兴村"), SheetStyle(ground=Ground.GREEN))

    shown = text_of(path)

    assert "梭戛高兴村" in shown
    assert "绿底" in shown


def test_demonstration_stands_on_every_plate_in_the_margin_and_in_the_title(
    faces: Faces, draw: Draw
) -> None:
    path, _summary = draw(faces(3), SheetStyle(), demonstration=True)

    assert text_of(path).count("演示") == 4
    with pypdfium2.PdfDocument(path) as document:
        assert "演示" in document.get_metadata_value("Title")


def test_a_real_sheet_does_not_say_demonstration(faces: Faces, draw: Draw) -> None:
    path, _summary = draw(faces(3), SheetStyle())

    assert "演示" not in text_of(path)


def test_every_font_is_embedded_and_cut_down(faces: Faces, draw: Draw) -> None:
    path, summary = draw(faces(2, village="𠮷村"), SheetStyle())
    names = re.findall(rb"/BaseFont /(\S+)", path.read_bytes())
    used = set()
    with pypdfium2.PdfDocument(path) as document:
        for item in document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            used.add(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(item.raw)))

    assert used == {1}
    assert {name.partition(b"+")[2] for name in names} == {
        b"NotoSansSC-Medium", b"NotoSansSC-Bold", b"NotoSansJP-Bold",
    }  # fmt: skip
    assert summary.bytes < 80_000


def test_a_page_is_vectors_in_process_inks_alone(faces: Faces, draw: Draw) -> None:
    path, _summary = draw(faces(6), PRESS)

    with pypdfium2.PdfDocument(path) as document:
        images = list(document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))
    operators = drawn_operators(path)

    assert images == []
    assert {"k", "K"} <= operators
    assert operators.isdisjoint({"rg", "RG", "g", "G", "cs", "CS", "sh", "Do"})


@pytest.mark.parametrize("size", list(Size))
def test_a_press_page_says_where_it_is_cut_and_how_far_it_bleeds(
    size: Size, faces: Faces, draw: Draw
) -> None:
    style = SheetStyle(size=size, paper=Paper.A3_IMPOSITION)
    path, _summary = draw(faces(1), style)
    with pypdfium2.PdfDocument(path) as document:
        trim, bleed = document[0].get_trimbox(), document[0].get_bleedbox()

    assert [one - other for one, other in zip(trim, bleed, strict=True)] == pytest.approx(
        [3 * MM, 3 * MM, -3 * MM, -3 * MM], abs=0.01
    )
    columns = round((trim[2] - trim[0]) / MM / style.plate.width)
    width = columns * style.plate.width + (columns - 1) * 6
    assert trim[2] - trim[0] == pytest.approx(width * MM, abs=0.01)


def test_the_same_plates_give_the_same_file(faces: Faces, draw: Draw) -> None:
    first = draw(faces(3), SheetStyle())[0].read_bytes()

    assert draw(faces(3), SheetStyle())[0].read_bytes() == first


def test_a_missing_glyph_stops_the_sheet_before_anything_is_drawn(
    tmp_path: Path, faces: Faces
) -> None:
    plates = [*faces(3), *faces(1, village=f"{LOST}村")]
    told: list[int] = []

    with pytest.raises(MissingGlyph) as raised:
        draw_sheets(
            tmp_path / "sheet.pdf",
            plates,
            style=SheetStyle(),
            fonts=default_fonts()[:1],
            on_progress=lambda drawn, _total: told.append(drawn),
        )

    assert raised.value.missing == (MissingCharacter(LOST, (3,)),)
    assert told == []
    assert list(tmp_path.iterdir()) == []


def test_a_missing_glyph_of_the_caption_belongs_to_no_plate(tmp_path: Path, faces: Faces) -> None:
    with pytest.raises(MissingGlyph) as raised:
        draw_sheets(
            tmp_path / "sheet.pdf",
            faces(2),
            style=SheetStyle(caption=f"扫码{LOST}"),
            fonts=default_fonts(),
        )

    assert raised.value.missing == (MissingCharacter(LOST, ()),)


def test_progress_is_told_after_every_page(tmp_path: Path, faces: Faces) -> None:
    told: list[tuple[int, int]] = []
    draw_sheets(
        tmp_path / "sheet.pdf",
        faces(7),
        style=SheetStyle(),
        fonts=default_fonts(),
        on_progress=lambda drawn, total: told.append((drawn, total)),
    )

    assert told == [(3, 7), (6, 7), (7, 7)]


def test_plates_may_come_from_a_function_that_starts_them_anew(
    tmp_path: Path, faces: Faces
) -> None:
    def start() -> Iterator[PlateFace]:
        return iter(faces(4))

    summary = draw_sheets(tmp_path / "sheet.pdf", start, style=SheetStyle(), fonts=default_fonts())

    assert summary.plates == 4


def test_a_sheet_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPlates):
        draw_sheets(tmp_path / "sheet.pdf", [], style=SheetStyle(), fonts=default_fonts())


def test_a_sheet_that_breaks_off_leaves_no_file(tmp_path: Path, faces: Faces) -> None:
    def interrupted(_drawn: int, _total: int) -> None:
        raise InterruptedError("the worker was stopped")

    with pytest.raises(InterruptedError):
        draw_sheets(
            tmp_path / "sheet.pdf",
            faces(4),
            style=SheetStyle(),
            fonts=default_fonts(),
            on_progress=interrupted,
        )

    assert list(tmp_path.iterdir()) == []
