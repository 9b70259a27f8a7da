"""Lists as offices keep them: found headers, hidden parts told, columns that no list may show."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.aid import layout
from app.aid.errors import TableRefused
from app.aid.layout import Reading, headings
from app.aid.schemas import Tried
from tests.aid import sheets
from tests.aid.sheets import CHILD, HEAD, HEADINGS, ROWS

TODAY = date(2026, 11, 25)


def _guessed(content: bytes) -> dict[str, str]:
    return {one.letter: one.field or one.barred for one in layout.read(content).columns}


def _lines(content: bytes, *, minors: str = "refuse") -> list[Tried]:
    table = layout.read(content)
    mapping = {one.index: one.field for one in table.columns if one.field}
    reading = Reading(mapping, minors, TODAY)
    return [layout.read_line(table, line, reading) for line in table.lines]


def test_a_tidy_list_is_read_whole() -> None:
    content = sheets.book()
    assert _guessed(content) == {
        "A": "",
        "B": "place",
        "C": "name",
        "D": "members",
        "E": "amount",
    }
    assert layout.read(content).columns[0].heading == "序号"  # the title above is none of it
    rows = [one.row for one in _lines(content)]
    assert [(r.name, r.place, r.members, r.amount_fen) for r in rows if r] == [
        ("陶银花", "大寨组", 3, 123690),
        ("卢春生", "大寨组", 1, 41230),
        ("岑长青", "一组", 2, 82460),
    ]


def test_a_header_over_two_rows_with_merged_cells_is_one() -> None:
    def dress(sheet: Worksheet) -> None:
        for area in ("A2:A3", "B2:B3", "C2:D2", "E2:E3"):
            sheet.merge_cells(area)

    content = sheets.book(
        [("", *row[1:]) for row in ROWS],
        above=(("名单",), ("序号", "村组", "家庭情况", "", "补助金额")),
        headings=("", "", "户主姓名", "家庭人口", ""),
        dress=dress,
    )
    assert list(_guessed(content).values()) == ["", "place", "name", "members", "amount"]
    assert [one.row.name for one in _lines(content) if one.row] == ["陶银花", "卢春生", "岑长青"]


def test_a_group_merged_down_its_rows_stands_in_each() -> None:
    rows = [(1, "大寨组", *ROWS[0][2:]), (2, None, *ROWS[1][2:]), (3, "一组", *ROWS[2][2:])]
    content = sheets.book(rows, dress=lambda sheet: sheet.merge_cells("B3:B4"))
    assert [one.row.place for one in _lines(content) if one.row] == ["大寨组", "大寨组", "一组"]


def test_a_hidden_column_is_told_and_taken_for_nothing_by_itself() -> None:
    table = layout.read(sheets.with_hidden_id())
    hidden = table.columns[-1]
    assert (hidden.letter, hidden.hidden, hidden.barred, hidden.field) == ("F", True, "id", "")
    assert hidden.samples == ()
    assert any("1 列在表里是隐藏的（F）" in one for one in table.remarks)


def test_a_hidden_row_is_told_and_not_taken() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[4].hidden = True

    content = sheets.book(dress=hide)
    assert any("1 行在表里是隐藏的" in one for one in layout.read(content).remarks)
    assert [one.row is None for one in _lines(content)] == [False, True, False]


def test_hidden_and_further_sheets_are_told() -> None:
    workbook = Workbook()
    shown = workbook.active
    assert isinstance(shown, Worksheet)
    for row in (HEADINGS, *ROWS):
        shown.append(list(row))
    workbook.create_sheet("底册").append(["姓名", "身份证号"])
    hidden = workbook.create_sheet("备份")
    hidden.append(["姓名", "身份证号"])
    hidden.sheet_state = "hidden"
    remarks = layout.read(sheets.saved(workbook)).remarks
    assert any("1 张隐藏的工作表" in one for one in remarks)
    assert any("1 张工作表没有读" in one for one in remarks)


def test_text_in_gb18030_with_semicolons_is_read() -> None:
    text = "姓名;村组;人数;金额\n陶银花;大寨组;3;￥1,236.90\n合计;;3;1236.9\n"
    (line,) = _lines(text.encode("gb18030"))
    assert line.row is not None
    assert line.row.amount_fen == 123690


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 nothing",
        "姓名,身份证号\n陶银花,1\n".encode(),
        "姓名,金额\n".encode(),
        b"PK\x03\x04 torn",
        "姓名,金额\n".encode() + "陶银花,1\n".encode() * 2001,
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(TableRefused) as refused:
        layout.read(content)
    assert refused.value.sentence.endswith("。")


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("身份证号码", "id"),
        ("公民身份号码", "id"),
        ("一卡通账号", "account"),
        ("开户银行", "account"),
        ("联系电话", "phone"),
        ("子女姓名", "children"),
        ("家庭成员姓名", "children"),
        ("就读学校", "children"),
        ("残疾类别", "health"),
        ("患病情况", "health"),
        ("致贫原因", "health"),
        ("家庭住址", "address"),
        ("门牌号", "address"),
        ("年龄", "age"),
        ("出生年月", "age"),
        ("与户主关系", "age"),
    ],
)
def test_what_no_list_may_show_is_known_by_its_heading(heading: str, kind: str) -> None:
    assert headings.barred(heading) == kind


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓 名", "name"),
        ("申请人姓名", "name"),
        ("户主", "name"),
        ("家庭成员人数", "members"),
        ("家庭人口", "members"),
        ("享受人数", "members"),
        ("补贴面积（亩）", "area"),
        ("补贴项目", "subsidy"),
        ("补贴金额（元）", "amount"),
        ("本月发放低保金", "amount"),
        ("保障标准（元/人·月）", ""),
        ("村（居）", "place"),
        ("村民小组", "place"),
        ("备注", ""),
    ],
)
def test_the_few_columns_a_list_has_are_known_by_their_headings(heading: str, field: str) -> None:
    assert headings.field_of(heading) == field


def test_numbers_under_a_heading_that_says_nothing_are_known_by_themselves() -> None:
    rows = [(*row, HEAD) for row in ROWS]
    table = layout.read(sheets.book(rows, headings=(*HEADINGS, "备注")))
    assert table.columns[-1].barred == "id"
    assert table.columns[-1].samples == ()


@pytest.mark.parametrize(
    ("heading", "told"), [("身份证号", CHILD), ("年龄", 11), ("出生日期", "2015.5.1")]
)
def test_a_minor_is_refused_or_masked_as_the_kind_says(heading: str, told: object) -> None:
    rows = [(*ROWS[0], HEAD if heading == "身份证号" else 50), (*ROWS[1], told)]
    if heading == "出生日期":
        rows[0] = (*ROWS[0], date(1970, 5, 1))
    content = sheets.book(rows, headings=(*HEADINGS, heading))
    adult, minor = _lines(content)
    assert adult.row is not None
    assert minor.row is None
    assert "未满 18 周岁" in minor.fault
    assert "卢春生" not in str(minor)
    masked = _lines(content, minors="mask")[1]
    assert masked.row is not None
    assert masked.row.name == "卢**"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((1, "一组", "", 3, 5), "姓名没有填"),
        ((1, "一组", "陶银花", "三", 5), "人数请写"),
        ((1, "一组", "陶银花", 3, -5), "不写负数"),
        ((1, "一组", "陶银花", 3, "五百"), "金额"),
        ((1, "一组" * 31, "陶银花", 3, 5), "最多 60 个字"),
    ],
)
def test_a_line_that_is_wrong_says_why(row: tuple[object, ...], told: str) -> None:
    (line,) = _lines(sheets.book([row], below=()))
    assert line.row is None
    assert told in line.fault


def test_areas_are_hundredths_of_a_mu() -> None:
    content = "户主姓名,补贴项目,面积,补贴金额\n陶银花,耕地地力保护补贴,3.25亩,292.5\n".encode()
    (line,) = _lines(content)
    assert line.row is not None
    assert (line.row.area, line.row.subsidy) == (325, "耕地地力保护补贴")
