"""Files that people made: every encoding they come in, and every way they break."""

from __future__ import annotations

import pytest

from app.kernel import csv_table
from app.kernel.csv_table import Line

COLUMNS = ("code", "name")
TEXT = "code,name\r\n1,牂牁江\r\n2,䶮·字\r\n"
SOUND = [Line(2, {"code": "1", "name": "牂牁江"}), Line(3, {"code": "2", "name": "䶮·字"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_that_excel_writes_are_all_read(encoding: str) -> None:
    assert csv_table.read(TEXT.encode(encoding), columns=COLUMNS) == csv_table.Table(SOUND, [])


def test_blank_lines_blanks_and_quoted_line_breaks_keep_the_line_numbers_right() -> None:
    content = 'code,name\n\n, \n 1 ,"a\u3000"\n"2\n","b"\n3,c\n'.encode()
    table = csv_table.read(content, columns=COLUMNS)
    assert [(line.number, line.values["code"], line.values["name"]) for line in table.lines] == [
        (4, "1", "a"),
        (5, "2", "b"),
        (7, "3", "c"),
    ]


@pytest.mark.parametrize(
    ("content", "number", "sentence"),
    [
        (b"", 1, "表里没有数据"),
        (b"code,name\n", 1, "表里没有数据"),
        (b"1,a\n2,b\n", 1, "表头应当是 code,name"),
        (b"code,name,more\n1,a,b\n", 1, "表头应当是 code,name"),
        (b"code,name\n1\n", 2, "这一行有 1 格，应当有 2 格"),
        (b'code,name\n1,a\n2,"b\n3,c\n', 3, "引号不成对"),
        (b"code,name\n1,a\x07\n", 2, "name 里有看不见的字符"),
        ("code,name\n1,a\u202eb\n".encode(), 2, "name 里有看不见的字符"),
        ("code,name\n1,\ue863\n".encode(), 2, "没有正式编码的字"),
        ("code,name\n1,\ufffd\n".encode(), 2, "没有正式编码的字"),
        ("code,name\n1,青杠林村\n2,太和村\n".encode() + b"3,\xe6\x9d\n", 4, "编码已损坏"),
        (b"code,name\n1,\xff\xff\xff\n", 2, "编码已损坏"),
        ("code,name\n".encode("utf-16"), 1, "UTF-16"),
        (b"PK\x03\x04rest of a workbook", 1, "Excel 工作簿"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    content: bytes, number: int, sentence: str
) -> None:
    table = csv_table.read(content, columns=COLUMNS)
    assert [fault[0] for fault in table.faults] == [number]
    assert sentence in table.faults[0][1]


def test_a_rare_character_newer_than_the_interpreter_is_not_mistaken_for_a_broken_one() -> None:
    extension_i = "\U0002ebf0"
    table = csv_table.read(f"code,name\n1,{extension_i}\n".encode(), columns=COLUMNS)
    assert table.lines == [Line(2, {"code": "1", "name": extension_i})]


def test_an_open_quote_hides_no_fault_before_it() -> None:
    table = csv_table.read(b'code,name\n1\n2,a\n3,"b\n', columns=COLUMNS)
    assert [number for number, _sentence in table.faults] == [2, 4]
