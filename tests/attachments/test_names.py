"""Names of files made harmless."""

from __future__ import annotations

import pytest

from app.attachments import names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026年10月收支明细.xlsx", "2026年10月收支明细.xlsx"),
        ("C:\\Users\\王\\桌面\\明细.xlsx", "明细.xlsx"),
        ("../../etc/passwd", "passwd.xlsx"),
        ("明细\x00\n\u202exslx.exe", "明细xslx.xlsx"),
        ("明细.tar.xlsx", "明细.tar.xlsx"),
        ("  明  细  .xlsx", "明 细.xlsx"),
        ('"明细"<1>?*|.xlsx', "_明细__1____.xlsx"),
        ("100%#1.xlsx", "100__1.xlsx"),
        (".xlsx", "附件.xlsx"),
        ("...", "附件.xlsx"),
        ("", "附件.xlsx"),
        ("con.xlsx", "_con.xlsx"),
        ("第1.5批名单 最终版定稿", "第1.5批名单 最终版定稿.xlsx"),
    ],
)
def test_a_name_keeps_what_people_read_and_nothing_else(given: str, kept: str) -> None:
    assert names.sanitised(given, "xlsx") == kept


def test_a_name_is_at_most_100_characters_long_and_keeps_its_ending() -> None:
    kept = names.sanitised("长" * 300 + ".xlsx", "xlsx")
    assert len(kept) == 100
    assert kept.endswith("长.xlsx")
