"""What comes out of rosters as offices keep them; one broken file, one test."""

from __future__ import annotations

from datetime import date

import pytest
import xlsxwriter
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from app.households.rosters import headings, households, workbook
from app.households.rosters.entries import Entry
from app.households.rosters.errors import MappingRefused
from app.households.rosters.values import LOST
from tests.households.rosters import workbooks as w
from tests.households.rosters.people import ENDS_IN_X, HEAD, OTHER_HEAD, SON, WIFE, id_number

GROUPS = {
    "52020310221301": {"52020310221301"},
    "1": {"52020310221301"},
    "52020310221302": {"52020310221302"},
    "大寨": {"52020310221302"},
}


def read(content: bytes, *, row: int | None = None) -> list[Entry]:
    """Read a file with the mapping its headings suggest."""
    book = workbook.read(content)
    sheets = households.alike(book, 0, row=row)
    mapping = headings.guess(sheets[0][1].headings)
    households.check_mapping(mapping)
    return households.read_roster(book, sheets, mapping, groups=GROUPS).entries


def people(entries: list[Entry]) -> list[list[str]]:
    return [[member.name for member in entry.members] for entry in entries]


def faults(entries: list[Entry]) -> list[str]:
    return [
        sentence
        for entry in entries
        for sentence in (entry.fault, *(member.fault for member in entry.members))
        if sentence
    ]


BOTH = [["张建国", "李秀英", "张小明"], ["王德顺"]]


def check_both(entries: list[Entry]) -> None:
    """Both households, whole and sound."""
    assert people(entries) == BOTH
    assert faults(entries) == []
    assert [member.id_number for member in entries[0].members] == [HEAD, WIFE, SON]
    assert [member.relation for member in entries[0].members] == ["head", "spouse", "son"]
    assert entries[0].members[0].is_head


def test_a_clean_list_is_read_as_it_stands() -> None:
    entries = read(w.plain())
    check_both(entries)
    first, second = entries
    assert (first.group_code, first.address) == ("52020310221301", "一组12号")
    assert second.group_code == "52020310221302"
    assert second.members[0].phone == "08585550101"
    assert first.members[0].birth_date == date(1980, 5, 1)
    assert [member.line for member in first.members] == [2, 3, 4]


def test_titles_above_and_sums_and_signatures_below_are_no_people() -> None:
    check_both(read(w.with_titles_and_footers()))


def test_lines_left_out_are_named_so_that_nobody_vanishes_unseen() -> None:
    book = workbook.read(w.with_titles_and_footers())
    sheets = households.alike(book, 0)
    mapping = headings.guess(sheets[0][1].headings)
    roster = households.read_roster(book, sheets, mapping, groups=GROUPS)
    assert [line for _sheet, line in roster.notes] == [9, 11, 12, 13]


def test_a_header_over_two_rows_is_read_with_its_merged_cells() -> None:
    book = workbook.read(w.with_merged_header())
    ((_index, header),) = households.alike(book, 0)
    assert header.headings[1:4] == ("户主/姓名", "户主/身份证号", "家庭成员/姓名")
    assert list(headings.guess(header.headings).values()) == [
        "head_name",
        "head_id_number",
        "name",
        "relation",
        "id_number",
        "phone",
    ]
    check_both(read(w.with_merged_header()))


def test_full_width_digits_letters_and_blanks_are_read_as_plain_ones() -> None:
    (entry,) = read(w.full_width())
    assert faults([entry]) == []
    assert [member.name for member in entry.members] == ["张建国", "李秀英"]
    assert [member.id_number for member in entry.members] == [HEAD, WIFE]
    assert entry.members[0].phone == "19000000001"
    assert (entry.group_code, entry.address) == ("52020310221301", "第1组12号")


def test_an_id_number_that_became_a_number_is_refused_and_not_guessed() -> None:
    (entry,) = read(w.ids_as_numbers())
    assert entry.members[0].fault == LOST
    assert entry.members[0].id_number is None


def test_a_trailing_x_of_either_case_is_an_x() -> None:
    lower = ENDS_IN_X[:-1] + "x"
    (entry,) = read(w.xlsx((w.HEADINGS, ("一组", "1", "陈大明", "户主", f"'{lower}", ""))))
    assert entry.members[0].id_number == ENDS_IN_X


@pytest.mark.parametrize(
    "written",
    [29342, 29342.5, 19800501, "19800501", "1980.5.1", "1980年5月", "1980-05-01", "1980/5/1",
     date(1980, 5, 1), "１９８０．５．１", "一九八〇年五月一日", 1980, "1980年5月1日生"],
)  # fmt: skip
def test_birth_dates_in_every_writing_agree_with_the_id_number(written: object) -> None:
    head = ("姓名", "与户主关系", "身份证号", "出生年月")
    (entry,) = read(w.xlsx((head, ("张建国", "户主", HEAD, written))))
    assert faults([entry]) == []
    assert entry.members[0].birth_date == date(1980, 5, 1)


def test_a_birth_date_that_contradicts_the_id_number_refuses_the_line() -> None:
    head = ("姓名", "与户主关系", "身份证号", "出生年月")
    (entry,) = read(w.xlsx((head, ("张建国", "户主", HEAD, "1980.6"))))
    assert "不一致" in entry.members[0].fault


def test_dates_of_a_workbook_that_counts_from_1904_are_the_days_it_shows() -> None:
    def dated(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 3, date(1980, 5, 1), style)

    head = ("姓名", "与户主关系", "身份证号", "出生日期")
    rows = (head, ("张建国", "户主", HEAD, ""))
    (entry,) = read(w.by_xlsxwriter(rows, options={"date_1904": True}, after=dated))
    assert faults([entry]) == []


def test_household_cells_merged_over_its_members_belong_to_all_of_them() -> None:
    rows = (
        ("户主姓名", "住址", "姓名", "身份证号"),
        ("张建国", "岩脚镇青杠林村", "张建国", HEAD),
        ("", "", "李秀英", WIFE),
        ("王德顺", "岩脚镇太和村", "王德顺", OTHER_HEAD),
    )

    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")

    entries = read(w.xlsx(rows, change=merge))
    assert people(entries) == [["张建国", "李秀英"], ["王德顺"]]
    assert [entry.address for entry in entries] == ["岩脚镇青杠林村", "岩脚镇太和村"]


def test_blank_lines_between_households_separate_them_where_nothing_else_does() -> None:
    rows = (("姓名", "身份证号"), ("张建国", HEAD), ("李秀英", WIFE), (), ("王德顺", OTHER_HEAD))
    book = workbook.read(w.xlsx(rows))
    with pytest.raises(MappingRefused):
        households.check_mapping({0: "name", 1: "id_number"})
    sheets = households.alike(book, 0)
    found = households.read_roster(book, sheets, {0: "name", 1: "id_number"}, groups={})
    assert people(found.entries) == [["张建国", "李秀英"], ["王德顺"]]


def test_blank_lines_inside_a_household_separate_nothing() -> None:
    rows = (w.HEADINGS, w.FAMILY[0], (), w.FAMILY[1], (), (), w.FAMILY[2], *w.NEIGHBOUR)
    check_both(read(w.xlsx(rows)))


def test_a_hidden_sheet_is_not_read_and_that_is_said() -> None:
    book = workbook.read(w.with_hidden_sheet())
    assert [sheet.name for sheet in book.sheets] == ["今年"]
    assert any("隐藏" in remark for remark in book.remarks)
    assert people(read(w.with_hidden_sheet())) == BOTH[:1]


def test_sheets_named_after_groups_are_read_together() -> None:
    entries = read(w.a_sheet_for_each_group())
    check_both(entries)
    assert [entry.group_code for entry in entries] == ["52020310221301", "52020310221302"]


def test_a_formula_counts_by_the_value_that_was_saved_with_it() -> None:
    def add(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        del book
        sheet.write_formula(1, 2, '=CONCATENATE("5","2")', None, HEAD)

    head = ("姓名", "与户主关系", "身份证号")
    (entry,) = read(w.by_xlsxwriter((head, ("张建国", "户主", "")), after=add))
    assert entry.members[0].id_number == HEAD


def test_formulas_without_a_saved_value_are_told_of() -> None:
    book = workbook.read(w.xlsx((w.HEADINGS, ("=A1", "1", "张建国", "户主", HEAD, ""))))
    assert any("公式" in remark for remark in book.remarks)


def test_a_person_who_stands_in_two_households_refuses_the_second() -> None:
    again = (("大寨组", "9号", "李秀英", "户主", WIFE, ""),)
    entries = read(w.xlsx((w.HEADINGS, *w.FAMILY, *again)))
    assert entries[0].is_sound
    assert "第 3 行" in entries[1].members[0].fault


def test_a_line_written_twice_is_read_once() -> None:
    entries = read(w.xlsx((w.HEADINGS, *w.FAMILY, w.FAMILY[2], *w.NEIGHBOUR)))
    check_both(entries)
    assert "第 5 行" in entries[0].members[2].remarks[0]


def test_one_bad_line_keeps_its_whole_household_back() -> None:
    bad = ("", "", "张小红", "女", SON[:-1] + ("1" if SON[-1] == "0" else "0"), "")
    entries = read(w.xlsx((w.HEADINGS, *w.FAMILY, bad, *w.NEIGHBOUR)))
    assert [entry.is_sound for entry in entries] == [False, True]
    assert "校验" in entries[0].members[3].fault


def test_a_household_without_a_head_or_with_two_is_refused() -> None:
    two = ("", "", "张建华", "户主", id_number(date(1979, 1, 1)), "")
    numbered = (("户编号", "姓名", "与户主关系", "身份证号"),)
    entries = read(
        w.xlsx(
            (
                *numbered,
                (1, "张建国", "户主", HEAD),
                (1, "张建华", "户主", two[4]),
                (2, "李秀英", "妻", WIFE),
            )
        )
    )
    assert [entry.fault[:7] for entry in entries] == ["这一户有两个户", "这一户没有户主"]


def test_a_child_as_head_is_taken_with_a_remark() -> None:
    (entry,) = read(w.xlsx((w.HEADINGS, ("一组", "1", "张小明", "户主", SON, ""))))
    assert entry.is_sound
    assert any("18" in remark for remark in entry.members[0].remarks)


def test_a_group_that_the_village_has_not_is_refused() -> None:
    (entry,) = read(w.xlsx((w.HEADINGS, ("九组", "1", "张建国", "户主", HEAD, ""))))
    assert entry.fault == households.UNKNOWN_GROUP


def test_household_numbers_that_begin_anew_in_each_group_become_the_villages() -> None:
    head = ("组", "户号", "姓名", "与户主关系", "身份证号")
    rows = (head, ("一组", 1, "张建国", "户主", HEAD), ("大寨组", 1, "王德顺", "户主", OTHER_HEAD))
    assert [entry.number for entry in read(w.xlsx(rows))] == ["01-1", "02-1"]


def test_a_house_number_that_became_a_date_is_refused() -> None:
    rows = (w.HEADINGS, ("一组", date(2026, 3, 12), "张建国", "户主", HEAD, ""))
    (entry,) = read(w.xlsx(rows))
    assert "变成了日期" in entry.fault


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("gb18030", "\t"), ("utf-16", "\t")],
)
def test_separated_text_is_read_in_every_encoding_excel_writes(
    encoding: str, separator: str
) -> None:
    rows = (w.HEADINGS, *w.FAMILY, *w.NEIGHBOUR)
    text = "\r\n".join(separator.join(row) for row in rows)
    check_both(read(text.encode(encoding)))


def test_lost_digits_in_separated_text_are_refused_too() -> None:
    text = "姓名,与户主关系,身份证号\n张建国,户主,5.20203E+17\n"
    (entry,) = read(text.encode())
    assert entry.members[0].fault == LOST


def test_formatting_without_content_down_to_the_last_row_costs_nothing() -> None:
    def paint(sheet: Worksheet) -> None:
        sheet["A1048576"].fill = PatternFill("solid", fgColor="FFFF00")

    check_both(read(w.xlsx((w.HEADINGS, *w.FAMILY, *w.NEIGHBOUR), change=paint)))


def test_a_header_that_is_not_found_can_be_named() -> None:
    rows = (("甲", "乙"), ("张建国", HEAD))
    book = workbook.read(w.xlsx(rows))
    assert households.alike(book, 0) == []
    ((_index, header),) = households.alike(book, 0, row=0)
    assert header.headings == ("甲", "乙")
