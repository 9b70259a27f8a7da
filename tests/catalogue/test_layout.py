"""A catalogue is read with its merged cells and ticks; a faulty line is named with its number."""

from __future__ import annotations

import pytest

from app.catalogue import layout
from app.catalogue.errors import NoHeader
from app.catalogue.models import Audience, Kind, Level, Method
from app.catalogue.schemas import Line
from app.households.rosters.errors import FileRefused
from tests.catalogue.sheets import narrow_csv, row, wide_csv, wide_xlsx

TWO = (row(1, "低保", "政策"), row(2, "", "名单", term="每月", level="v", audience="s", method="y"))


def _facts(line: Line) -> tuple[object, ...]:
    kinds = (line.cadence.kind, line.audience, line.method, line.level)
    return (line.seq, line.category, line.item, *kinds)


WANTED = [
    (1, "低保", "政策", Kind.WORKING_DAYS, Audience.PUBLIC, Method.PROACTIVE, Level.COUNTY),
    (
        *(2, "低保", "名单", Kind.MONTHLY),
        *(Audience.SPECIFIC, Method.ON_APPLICATION, Level.TOWNSHIP_VILLAGE),
    ),
]


def test_a_workbook_with_merged_headings_and_categories_is_read() -> None:
    reading = layout.read(wide_xlsx(*TWO, merged=("B4:B5",)))
    assert reading.faults == []
    assert [_facts(line) for line in reading.lines] == WANTED
    assert reading.lines[0].channels == ("政府网站", "村(居)公示栏")
    assert reading.lines[0].number == 4


def test_a_csv_with_two_header_rows_is_read_like_it() -> None:
    reading = layout.read(wide_csv(*TWO))
    assert reading.faults == []
    assert [_facts(line) for line in reading.lines] == WANTED


POLICY = (1, "低保", "政策", "标准", "办法", "20个工作日", "民政局", "政府网站、公示栏")
LIST = (2, "低保", "名单", "名单", "办法", "每月", "乡镇", "村务公开栏")


def test_a_table_with_one_header_row_and_words_for_ticks_is_read_like_it() -> None:
    reading = layout.read(
        narrow_csv(
            (*POLICY, "全社会", "主动", "县级"),
            (*LIST, "特定群众", "依申请", "乡级、村级"),
        )
    )
    assert [_facts(line) for line in reading.lines] == WANTED
    assert reading.lines[0].channels == ("政府网站", "公示栏")


def test_both_levels_ticked_are_both() -> None:
    reading = layout.read(wide_csv(row(1, "低保", "政策", level="cv")))
    assert reading.lines[0].level == Level.BOTH


def test_each_fault_stands_with_its_line_and_the_sound_lines_are_read() -> None:
    reading = layout.read(
        wide_xlsx(
            row(1, "低保", "政策"),
            row(2, "低保", "名单", basis="", level=""),
            row(3, "特困", "政策", audience=""),
            row(4, "特困", "很长" * 101),
        )
    )
    assert len(reading.lines) == 1
    assert reading.faults == [
        (5, "公开依据没有填。"),
        (5, "公开层级没有选：在“县级”或“乡、村级”下打 √。"),
        (6, "公开对象没有选：在“全社会”或“特定群众”下打 √。"),
        (7, "二级事项最多 200 个字。"),
    ]


def test_a_blank_of_a_csv_is_taken_from_above_and_remarked_on() -> None:
    reading = layout.read(wide_csv(row(1, "低保", "政策"), row(2, "", "名单", basis="")))
    assert reading.lines[1].legal_basis == "社会救助暂行办法"
    assert reading.remarks == [(5, "公开依据空着，按上一行算，请核对。")]


def test_a_term_that_is_not_understood_is_kept_and_remarked_on() -> None:
    reading = layout.read(wide_csv(row(1, "低保", "政策", term="长期公开")))
    assert (reading.lines[0].term_text, reading.lines[0].cadence.kind) == (
        "长期公开",
        Kind.UNPARSED,
    )
    assert [number for number, _sentence in reading.remarks] == [4]


def test_the_same_line_has_the_same_key_in_another_order_and_namesakes_have_their_own() -> None:
    one = layout.read(wide_csv(row(1, "低保", "政策"), row(2, "低保", "名单")))
    other = layout.read(wide_csv(row(1, "低保", "名单"), row(2, "低保", "政 策", content="改了")))
    assert {line.key for line in one.lines} == {line.key for line in other.lines}
    twice = layout.read(wide_csv(row(1, "低保", "政策"), row(2, "低保", "政策")))
    assert len({line.key for line in twice.lines}) == 2


def test_a_file_without_the_header_or_that_is_no_table_is_refused() -> None:
    with pytest.raises(NoHeader):
        layout.read("姓名,电话\n张三,1\n".encode())
    with pytest.raises(FileRefused):
        layout.read(b"\x00\x01\x02")
