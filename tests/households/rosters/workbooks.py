"""Rosters as offices keep them, written by openpyxl and xlsxwriter: the reader is neither."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from tests.households.rosters.people import HEAD, OTHER_HEAD, SON, WIFE

HEADINGS = ("组别", "门牌号", "姓名", "与户主关系", "身份证号", "联系电话")
FAMILY = (
    ("一组", "12号", "张建国", "户主", HEAD, "19000000001"),
    ("", "", "李秀英", "妻", WIFE, ""),
    ("", "", "张小明", "长子", SON, ""),
)
NEIGHBOUR = (("大寨组", "3号", "王德顺", "户主", OTHER_HEAD, "0858-5550101"),)


def xlsx(
    rows: Iterable[Sequence[Any]], *, change: Callable[[Worksheet], object] | None = None
) -> bytes:
    """Write rows with openpyxl; `change` does what it likes to the sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "花名册"
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(sheet)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Give the bytes of a book of openpyxl."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def plain() -> bytes:
    """A clean roster of two households."""
    return xlsx((HEADINGS, *FAMILY, *NEIGHBOUR))


def with_titles_and_footers() -> bytes:
    """The header in the fourth line; sums, signatures and a second header below."""
    titles = (
        ("青杠林村农户花名册",),
        ("填报单位：青杠林村村民委员会", "", "", "", "填报日期：2026年3月"),
        (),
    )
    footers = (("合计", "", "2户", "", "", ""), ("填表人：", "", "", "审核人："), ("第 1 页",))

    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:F1")

    rows = (*titles, HEADINGS, *FAMILY, (), HEADINGS, *NEIGHBOUR, *footers)
    return xlsx(rows, change=merge)


def with_merged_header() -> bytes:
    """A header over two rows: `户主` above two columns, `家庭成员` above four."""
    rows = (
        ("序号", "户主", "", "家庭成员", "", "", ""),
        ("", "姓名", "身份证号", "姓名", "与户主关系", "公民身份号码", "手机"),
        (1, "张建国", HEAD, "张建国", "本人", HEAD, "19000000001"),
        ("", "", "", "李秀英", "配偶", WIFE, ""),
        ("", "", "", "张小明", "之子", SON, ""),
        (2, "王德顺", OTHER_HEAD, "王德顺", "本人", OTHER_HEAD, ""),
    )

    def merge(sheet: Worksheet) -> None:
        for area in ("A1:A2", "B1:C1", "D1:G1", "A3:A5", "B3:B5", "C3:C5"):
            sheet.merge_cells(area)

    return xlsx(rows, change=merge)


def full_width() -> bytes:
    """Digits and letters in full width, blanks inside names and headings, a lower-case x."""
    wide = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")
    rows = (
        ("组　别", "门牌号", "姓　名", "与户主 关系", "身 份 证 号（18位）", "联系电话"),
        (
            "第１组",
            "１２号",
            "张　建国",
            "户主",
            HEAD.translate(wide),
            "19000000001".translate(wide),
        ),
        ("", "", "李 秀英", "妻", WIFE.lower().translate(wide), "19000000002".translate(wide)),
    )
    return xlsx(rows)


def ids_as_numbers() -> bytes:
    """ID numbers as numbers: a spreadsheet has lost their last three digits."""
    rows = (HEADINGS, ("一组", "1号", "张建国", "户主", int(HEAD[:17] + "1"), 19000000001))
    return xlsx(rows)


def by_xlsxwriter(
    rows: Iterable[Sequence[Any]],
    *,
    options: dict[str, Any] | None = None,
    after: Callable[[xlsxwriter.Workbook, Any], object] | None = None,
) -> bytes:
    """Write rows with xlsxwriter."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, **(options or {})})
    sheet = book.add_worksheet("花名册")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if after is not None:
        after(book, sheet)
    book.close()
    return content.getvalue()


def zipped(**members: bytes | str) -> bytes:
    """Write a zip of these members; `__` in a name stands for a slash."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/"), body)
    return content.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Give a workbook with parts changed: what a program that is neither wrote."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            new.writestr(member.filename, change(member.filename, old.read(member)))
    return result.getvalue()


def with_stray_cell() -> bytes:
    """A list of three people, and one forgotten blank-looking cell in the last row."""

    def stray(sheet: Worksheet) -> None:
        sheet["XFD1048576"] = "."

    return xlsx((HEADINGS, *FAMILY), change=stray)


def with_hidden_sheet() -> bytes:
    """Last year's list on a hidden sheet."""
    book = openpyxl.Workbook()
    old = book.active
    assert isinstance(old, Worksheet)
    old.title = "去年"
    for row in (HEADINGS, *NEIGHBOUR):
        old.append(list(row))
    sheet = book.create_sheet("今年")
    for row in (HEADINGS, *FAMILY):
        sheet.append(list(row))
    old.sheet_state = "hidden"
    return saved(book)


def a_sheet_for_each_group() -> bytes:
    """Each group on a sheet of its own, named after it, with the same header."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, people in (("一组", FAMILY), ("大寨组", NEIGHBOUR)):
        sheet = book.create_sheet(name)
        sheet.append(list(HEADINGS[1:]))
        for row in people:
            sheet.append(list(row[1:]))
    return saved(book)
