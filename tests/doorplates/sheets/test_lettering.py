"""Long names grow smaller or take two lines; nothing leaves its box."""

from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from app.doorplates.sheets import Ground, SheetStyle, Size
from app.doorplates.sheets.face import in_groups, symbol_patch
from app.doorplates.sheets.geometry import MM
from app.doorplates.sheets.imposition import impose
from tests.doorplates.sheets.conftest import Draw, Faces

LONGEST = {
    "township": "月亮河彝族布依族苗族乡",
    "village": "梭戛苗族彝族回族高兴安乐新华村",
    "group": "大寨苗族彝族聚居第十二村民组",
    "house_number": "1234号附12号",
    "hotline": "六枝特区政务服务便民热线 12345 全天受理",
}


def letters(path: Path, style: SheetStyle) -> dict[str, list[float]]:
    """Each line written on the first plate, and its edges in millimetres on the plate."""
    page_layout = impose(style)
    plate = page_layout.plates[0]
    found: dict[str, list[float]] = {}
    with pypdfium2.PdfDocument(path) as document:
        page = document[0]
        texts = page.get_textpage()
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            left, bottom, right, top = (edge / MM for edge in item.get_bounds())
            words = texts.get_text_bounded(*item.get_bounds()).strip()
            edges = [
                left - plate.left,
                page_layout.height - top - plate.top,
                right - plate.left,
                page_layout.height - bottom - plate.top,
            ]
            if edges[1] < plate.height:
                found[words] = edges
    return found


@pytest.mark.parametrize("size", list(Size))
@pytest.mark.parametrize("demonstration", [False, True])
def test_the_longest_names_stay_on_the_plate_and_off_the_symbol(
    size: Size, demonstration: bool, faces: Faces, draw: Draw
) -> None:
    style = SheetStyle(size=size, ground=Ground.GREEN)
    path, _summary = draw(faces(1, **LONGEST), style, demonstration=demonstration)
    plate, patch = style.plate, symbol_patch(style)

    lines = letters(path, style)

    assert len(lines) > 8
    for left, top, right, bottom in lines.values():
        assert left >= 0.05 * plate.height
        assert top >= 0.05 * plate.height
        assert right <= plate.width - 0.05 * plate.height
        assert bottom <= plate.height - 0.05 * plate.height
        assert right <= patch.left or bottom <= patch.top or top >= patch.bottom


@pytest.mark.parametrize("names", [LONGEST, {}], ids=["longest", "usual"])
@pytest.mark.parametrize("size", list(Size))
def test_no_line_runs_into_another(
    size: Size, names: dict[str, str], faces: Faces, draw: Draw
) -> None:
    style = SheetStyle(size=size)
    path, _summary = draw(faces(1, **names), style, demonstration=True)

    boxes = list(letters(path, style).values())

    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert min(across, down) <= 0.1


def test_a_long_village_is_cut_after_a_whole_name(faces: Faces, draw: Draw) -> None:
    style = SheetStyle()
    path, _summary = draw(faces(1, village="月亮河彝族布依族苗族新华村"), style)

    assert {"月亮河彝族", "布依族苗族新华村"} <= set(letters(path, style))


def test_a_plate_without_a_group_or_a_number_is_still_drawn(faces: Faces, draw: Draw) -> None:
    style = SheetStyle()
    path, _summary = draw(faces(1, group="", house_number=""), style)

    assert "青杠林村" in letters(path, style)


def test_a_code_is_read_aloud_in_groups_of_four_four_and_five() -> None:
    assert in_groups("7K3M9QXW2R4T0") == "7K3M 9QXW 2R4T0"
