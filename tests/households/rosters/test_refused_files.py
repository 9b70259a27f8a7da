"""Files that are no rosters, or that would cost the server dearly, are refused with a sentence."""

from __future__ import annotations

import pytest

from app.households.rosters import workbook
from app.households.rosters.errors import (
    Damaged,
    FileRefused,
    NotAWorkbook,
    NothingInIt,
    OldWorkbook,
    PasswordProtected,
    Scattered,
    TooBig,
    TooManyLines,
    Unpacked,
)
from tests.households.rosters import workbooks as w

REFUSED = {
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", NotAWorkbook),
    "a page of the web": (b"<html><table></table>", NotAWorkbook),
    "nothing": (b"", NothingInIt),
    "blank cells": (w.xlsx(((), ("", " "))), NothingInIt),
    "half of a workbook": (w.plain()[:3000], Damaged),
    "a zip of something else": (w.zipped(a=b"1"), NotAWorkbook),
    "a letter": (w.zipped(**{"[Content_Types].xml": "<a/>", "word__document.xml": "<a/>"}),
                 NotAWorkbook),
    "an xls": (workbook.OLE + b"\x00" * 600, OldWorkbook),
    "a locked file": (workbook.OLE + b"\x00" * 600 + workbook.ENCRYPTED, PasswordProtected),
    "too many bytes": (b"1" * (workbook.MOST_BYTES + 1), TooBig),
    "a stray cell far away": (w.with_stray_cell(), Scattered),
    "an open quotation": ('姓名,关系\n"张,户主\n'.encode(), FileRefused),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_roster_is_refused_with_a_sentence(name: str) -> None:
    content, expected = REFUSED[name]
    with pytest.raises(expected) as refusal:
        workbook.read(content)
    assert refusal.value.sentence.endswith("。")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_opened() -> None:
    bomb = w.repacked(
        w.plain(), lambda name, body: body + b" " * (200 << 20) * name.endswith("sheet1.xml")
    )
    assert len(bomb) < 1 << 20
    with pytest.raises(Unpacked):
        workbook.read(bomb)


def test_more_than_fifty_thousand_lines_are_refused() -> None:
    with pytest.raises(TooManyLines):
        workbook.read("姓名\n".encode() + "张三\n".encode() * 51_000)
