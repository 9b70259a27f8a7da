"""The list for the print shop opens in a spreadsheet and carries no formula."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.doorplates.sheets import ManifestRow, Paper, SheetStyle, manifest_rows, write_manifest
from tests.doorplates.sheets.conftest import Faces


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_plate_has_a_row_with_its_page_and_position(tmp_path: Path, faces: Faces) -> None:
    path, plates = tmp_path / "manifest.csv", faces(4)
    written = write_manifest(path, manifest_rows(plates, style=SheetStyle(paper=Paper.A4_PROOF)))

    rows = read(path)

    assert written == 4
    assert [(row["page"], row["position"]) for row in rows] == [
        ("1", "1"), ("1", "2"), ("1", "3"), ("2", "1"),
    ]  # fmt: skip
    assert [row["code"] for row in rows] == [face.code for face in plates]
    assert rows[0]["url"] == plates[0].url


def test_a_spreadsheet_is_told_that_the_text_is_utf8(tmp_path: Path, faces: Faces) -> None:
    path = tmp_path / "manifest.csv"
    write_manifest(path, manifest_rows(faces(1), style=SheetStyle()))

    assert path.read_bytes().startswith(b"\xef\xbb\xbfpage,position,code,")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_looks_like_a_formula_is_led_by_an_apostrophe(
    start: str, tmp_path: Path, faces: Faces
) -> None:
    path, plates = tmp_path / "manifest.csv", faces(1, group=f"{start}1+1")
    write_manifest(path, manifest_rows(plates, style=SheetStyle()))

    assert read(path)[0]["group"] == f"'{start}1+1"


def test_a_list_that_breaks_off_leaves_the_last_one_in_place(tmp_path: Path, faces: Faces) -> None:
    path = tmp_path / "manifest.csv"
    write_manifest(path, manifest_rows(faces(2), style=SheetStyle()))
    before = path.read_bytes()

    def broken() -> Iterator[ManifestRow]:
        yield from manifest_rows(faces(1), style=SheetStyle())
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        write_manifest(path, broken())

    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["manifest.csv"]
