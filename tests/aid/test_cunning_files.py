"""Files that hide what no list may show: in groups of headings, asides, other words, odd parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.aid import layout
from app.aid.errors import TableRefused
from app.aid.layout import Column, Reading, headings
from app.aid.schemas import Tried
from tests.aid import sheets
from tests.aid.sheets import CHILD, HEAD, HEADINGS, ROWS

TODAY = date(2026, 11, 25)
FAMILY = ("村组", "姓名", "金额", "姓名", "年级")
CHILDREN = [("一组", "陶银花", 412, "陶小满", "三年级"), ("一组", "卢春生", 300, "卢小雨", "")]


def _columns(content: bytes) -> dict[str, Column]:
    return {one.letter: one for one in layout.read(content).columns}


def _lines(content: bytes, *, minors: str = "refuse") -> list[Tried]:
    table = layout.read(content)
    mapping = {one.index: one.field for one in table.columns if one.field}
    reading = Reading(mapping, minors, TODAY)
    return [layout.read_line(table, line, reading) for line in table.lines]


def _merged(*areas: str) -> Callable[[Worksheet], object]:
    return lambda sheet: [sheet.merge_cells(area) for area in areas]


def _with(headings_: Sequence[str], *columns: Sequence[object]) -> bytes:
    rows = [(*row, *more) for row, *more in zip(ROWS, *columns, strict=True)]
    return sheets.book(rows, headings=(*HEADINGS, *headings_))


def test_names_below_a_group_of_children_are_barred_though_they_are_headed_name() -> None:
    content = sheets.book(
        CHILDREN,
        above=(("低保名单",), ("户主情况", "", "", "子女情况", "")),
        headings=FAMILY,
        below=(),
        dress=_merged("A1:E1", "A2:C2", "D2:E2"),
    )
    found = _columns(content)
    assert found["D"].barred == "children"
    assert found["D"].samples == ()
    assert [one.row.name for one in _lines(content) if one.row] == ["陶银花", "卢春生"]


def test_a_group_of_children_that_comes_first_is_never_taken_for_the_applicants() -> None:
    content = sheets.book(
        [("陶小满", "三年级", "陶银花", 412)],
        above=(("子女", "", "申请人", ""),),
        headings=("姓名", "年级", "姓名", "金额"),
        below=(),
        dress=_merged("A1:B1", "C1:D1"),
    )
    assert [one.row.name for one in _lines(content) if one.row] == ["陶银花"]


def test_groups_are_understood_in_a_text_where_nothing_is_merged() -> None:
    text = "户主情况,,,子女情况,,\n村组,姓名,金额,关系,姓名,金额\n一组,陶银花,412,子,陶小满,0\n"
    found = _columns(text.encode("gb18030"))
    assert found["E"].barred == "children"
    assert (found["B"].field, found["C"].field) == ("name", "amount")


def test_a_group_above_a_header_of_two_rows_bars_too() -> None:
    content = sheets.book(
        [("一组", "陶银花", 412, "陶小满", 9)],
        above=(("申请人", "", "", "未成年子女", ""), ("村组", "本人", "", "基本情况", "")),
        headings=("", "姓名", "金额", "姓名", "年龄"),
        below=(),
        dress=_merged("A1:C1", "D1:E1", "A2:A3", "B2:C2", "D2:E2"),
    )
    assert _columns(content)["D"].barred == "children"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("姓名（子女）", "children"),
        ("姓名（未成年人）", "children"),
        ("名称（残疾人）", "health"),
        ("子·女·姓·名", "children"),
        ("小孩姓名", "children"),
        ("儿女", "children"),
        ("残障等级", "health"),
        ("疾患", "health"),
        ("身份證號", "id"),
        ("銀行帳號", "account"),
        ("聯繫電話", "phone"),
        ("殘疾類別", "health"),
        ("惠农卡", "account"),
        ("子女姓名，有几个写几个，中间用顿号隔开，没有子女的写“无”，不要空着", "children"),
    ],
)
def test_cunning_headings_are_barred(heading: str, kind: str) -> None:
    assert headings.barred(heading) == kind
    content = _with([heading], ["甲乙", "丙丁", "戊己"])
    assert _columns(content)["F"].barred == kind


@pytest.mark.parametrize(
    "heading", ["金额（元，一卡通发放）", "家庭人口（含子女）", "人数（残疾人在内）"]
)
def test_an_aside_bars_no_column_that_can_hold_numbers_alone(heading: str) -> None:
    assert headings.barred(heading) == ""


@pytest.mark.parametrize("heading", ["姓名（与身份证一致）", "村组名称", "耕地补贴面积"])
def test_what_a_list_shows_is_still_known(heading: str) -> None:
    assert headings.barred(heading) == ""
    assert headings.field_of(heading)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("6217995200012345671", "6217995200012345689", "6217995200012345697"), "account"),
        (("2010 0520 1234 567", "2010-0520-1234-568", "无"), "account"),
        ((6217995200012345671.0, 6217995200012345689.0, ""), "account"),
        (("二级肢体残疾", "尿毒症", "肺癌"), "health"),
    ],
)
def test_accounts_and_illness_are_known_by_themselves(
    values: tuple[object, ...], kind: str
) -> None:
    column = _columns(_with(["备注"], values))["F"]
    assert (column.barred, column.samples) == (kind, ())


@pytest.mark.parametrize(
    "told", [f"{CHILD[:6]} {CHILD[6:14]} {CHILD[14:]}", float(CHILD[:17] + "0")]
)
def test_a_minor_is_known_by_a_number_with_blanks_or_stored_as_a_number(told: object) -> None:
    rows = [(*ROWS[0], HEAD), (*ROWS[1], told)]
    adult, minor = _lines(sheets.book(rows, headings=(*HEADINGS, "身份证号"), below=()))
    assert adult.row is not None
    assert minor.row is None


@pytest.mark.parametrize("told", ["8个月", "7 月", "20天"])
def test_an_infants_age_is_one(told: str) -> None:
    rows = [(*ROWS[0], 50), (*ROWS[1], told)]
    _adult, minor = _lines(sheets.book(rows, headings=(*HEADINGS, "年龄"), below=()))
    assert minor.row is None


def test_rows_and_columns_without_height_or_width_are_hidden() -> None:
    def flatten(part: bytes) -> bytes:
        part = part.replace(b'<row r="4"', b'<row r="4" ht="0" customHeight="1"')
        return part.replace(
            b"<sheetData>", b'<cols><col min="2" max="2" width="0"/></cols><sheetData>'
        )

    table = layout.read(_rewritten(sheets.book(), "xl/worksheets/sheet1.xml", flatten))
    assert [line.hidden for line in table.lines] == [False, True, False]
    assert table.columns[1].hidden


def test_a_file_whose_hidden_rows_cannot_be_told_is_refused() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[4].hidden = True

    content = _rewritten(
        sheets.book(dress=hide),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<worksheet", b"<!DOCTYPE worksheet><worksheet", 1),
    )
    with pytest.raises(TableRefused) as refused:
        layout.read(content)
    assert "隐藏" in refused.value.sentence


def _rewritten(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for one in old.infolist():
            part = old.read(one)
            if one.filename == name:
                assert change(part) != part
                part = change(part)
            new.writestr(one.filename, part)
    return written.getvalue()
