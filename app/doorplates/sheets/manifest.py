"""The list that goes to the print shop with a sheet: which plate lies where."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from app.doorplates.sheets.face import PlateFace
from app.doorplates.sheets.geometry import SheetStyle
from app.doorplates.sheets.imposition import impose
from app.doorplates.sheets.whole_files import complete_or_nothing

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One plate; `page` and `position` count from 1, positions from left to right and downwards."""

    page: int
    position: int
    code: str
    serial: str
    url: str
    county: str
    township: str
    village: str
    group: str
    house_number: str


def manifest_rows(faces: Iterable[PlateFace], *, style: SheetStyle) -> Iterator[ManifestRow]:
    """The rows for the sheet that `draw_sheets` makes of the same plates in the same style."""
    page = impose(style)
    for index, face in enumerate(faces):
        yield ManifestRow(
            *page.place(index),
            code=face.code,
            serial=face.serial,
            url=face.url,
            county=face.county,
            township=face.township,
            village=face.village,
            group=face.group,
            house_number=face.house_number,
        )


def write_manifest(path: Path, rows: Iterable[ManifestRow]) -> int:
    """Write the rows as CSV, UTF-8 with a mark that Excel needs, and return how many there are.

    A text that a spreadsheet would take for a formula is led by an apostrophe.
    """
    written = 0
    with (
        complete_or_nothing(path) as unfinished,
        unfinished.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        table = csv.writer(file)
        table.writerow([field.name for field in fields(ManifestRow)])
        for row in rows:
            table.writerow([_inert(cell) for cell in astuple(row)])
            written += 1
    return written


def _inert(cell: str | int) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
