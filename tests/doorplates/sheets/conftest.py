"""Plates to print, and what a printed page shows when it is looked at."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from app.doorplates.sheets import PlateFace, SheetStyle, SheetSummary, default_fonts, draw_sheets

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

Faces = Callable[..., list[PlateFace]]
Draw = Callable[..., tuple[Path, SheetSummary]]


@pytest.fixture
def faces() -> Faces:
    """`faces(count, **fields)`: that many plates of one village, the same in every run."""

    def make(count: int, **fields: str) -> list[PlateFace]:
        draw = random.Random(count)  # noqa: S311 made-up codes, the same in every run
        return [
            _face("".join(draw.choices(ALPHABET, k=13)), number + 1, fields)
            for number in range(count)
        ]

    return make


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """`draw(faces, style, demonstration=False)`: the finished file and its summary."""

    def make(
        faces: list[PlateFace], style: SheetStyle, *, demonstration: bool = False
    ) -> tuple[Path, SheetSummary]:
        path = tmp_path / "sheet.pdf"
        summary = draw_sheets(
            path, faces, style=style, fonts=default_fonts(), demonstration=demonstration
        )
        return path, summary

    return make


def _face(code: str, number: int, fields: dict[str, str]) -> PlateFace:
    shown = {
        "serial": f"520203102{number:06d}",
        "county": "六枝特区",
        "township": "岩脚镇",
        "village": "青杠林村",
        "group": f"{number % 12 + 1}组",
        "house_number": f"{number}号",
        "hotline": "政务服务便民热线 12345",
    }
    url = f"https://liuzhi.example.gov.cn/d/{code}"
    return PlateFace(code=code, url=url, **{**shown, **fields})
