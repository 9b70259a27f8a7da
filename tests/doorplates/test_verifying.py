"""Checking a print run by what was scanned from it."""

from __future__ import annotations

import pytest

from app.doorplates import codes
from app.doorplates.errors import ScansRefused
from app.doorplates.service import Verification, verify_scanned

A, B, C, FOREIGN = codes.draw(4)
BASE = "https://liuzhi.example.gov.cn"
ISSUED = {A: "x-1", B: "x-2", C: "x-3"}


def _verify(text: str) -> Verification:
    return verify_scanned(text.encode(), issued=ISSUED, base_url=BASE)


def _broken(code: str) -> str:
    wrong = "1" if code[0] != "1" else "2"
    return wrong + code[1:]


def test_a_run_in_which_every_plate_is_there_once_is_complete() -> None:
    found = _verify(f"{A}\n{B}\n{C}\n")
    assert found.is_complete
    assert found.scanned == 3


def test_missing_doubled_foreign_and_mistyped_are_told_apart() -> None:
    found = _verify(f"{A}\n{A}\n{B}\n{FOREIGN}\n{_broken(B)}\nhello\n")
    assert found == Verification(6, [C], [A], [FOREIGN], [_broken(B), "hello"])
    assert not found.is_complete


@pytest.mark.parametrize(
    ("scanned", "lists"),
    [
        (f"{A}\n{B}\n", ([C], [], [], [])),
        (f"{A}\n{B}\n{C}\n{C}\n", ([], [C], [], [])),
        (f"{A}\n{B}\n{C}\n{FOREIGN}\n", ([], [], [FOREIGN], [])),
        (f"{A}\n{B}\n{C}\nx\n", ([], [], [], ["x"])),
    ],
)
def test_any_one_of_them_makes_a_run_incomplete(scanned: str, lists: tuple[list[str], ...]) -> None:
    found = _verify(scanned)
    assert (found.missing, found.doubled, found.foreign, found.mistyped) == lists
    assert not found.is_complete


@pytest.mark.parametrize(
    "cell",
    [
        "https://liuzhi.example.gov.cn/d/{}",
        "https://liuzhi.example.gov.cn/d/{}/",
        " {} ",
    ],
)
def test_a_cell_may_hold_the_address_of_the_plate(cell: str) -> None:
    text = "".join(cell.format(code) + "\n" for code in ISSUED)
    assert _verify(text).is_complete


def test_a_code_typed_by_hand_is_read_as_the_scan_page_reads_it() -> None:
    assert _verify(f"{A.lower()}\n{B[:4]} {B[4:]}\n{C}\n").is_complete


@pytest.mark.parametrize(
    "cell", ["http://[", "http://[::1", "//", "http://x/d/", "https://李/\ud7ff"]
)
def test_an_address_that_is_none_is_mistyped_and_no_failure(cell: str) -> None:
    assert _verify(cell + "\n").mistyped == [cell]


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}\n{C}",
        f"code\n{A}\n{B}\n{C}\n",
        f"time,Code,who\n9:00,{A},x\n9:01,{B},x\n9:02,{C},\n",
        f"nr,URL\n1,{BASE}/d/{A}\n2,{BASE}/d/{B}\n3,{BASE}/d/{C}\n",
        f"\ufeffcode\r\n{A}\r\n\r\n{B}\r\n{C}\r\n",
        f"{A},9:00\n{B},9:01\n{C},9:02\n",
    ],
)
def test_the_column_is_the_one_that_is_headed_or_the_first(text: str) -> None:
    assert _verify(text).is_complete


def test_a_list_saved_by_excel_in_china_is_read() -> None:
    content = f"编号,code\n一,{A}\n二,{B}\n三,{C}\n".encode("gb18030")
    assert verify_scanned(content, issued=ISSUED, base_url=BASE).is_complete


def test_an_empty_file_misses_everything() -> None:
    found = _verify("")
    assert (found.scanned, found.missing) == (0, [A, B, C])


@pytest.mark.parametrize("content", [b"PK\x03\x04 workbook", b"\xff\xfea\x00", b"x" * 200_000])
def test_a_file_that_is_no_list_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(ScansRefused):
        verify_scanned(content, issued=ISSUED, base_url=BASE)


@pytest.mark.parametrize("there", ["http://127.0.0.1:8000", "https://elsewhere.example"])
def test_a_symbol_that_leads_elsewhere_is_no_good_plate(there: str) -> None:
    found = _verify(f"{there}/d/{A}\n{B}\n{C}\n")
    assert found.mistyped == [f"{there}/d/{A}"]
    assert found.missing == [A]
