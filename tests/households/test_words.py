"""The register's words, as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.households import words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("import:7", "名册导入 第7号"),
        ("import:demo", "名册导入"),
        ("clerk", "村级登记"),
        ("something_new", "something_new"),
    ],
)
def test_a_source_is_said_in_words_and_an_import_with_its_number(written: str, said: str) -> None:
    assert words.source(written) == said


def test_a_moment_is_what_the_countys_clocks_show() -> None:
    assert words.moment(datetime(2026, 11, 3, 17, 4, tzinfo=UTC)) == "2026年11月4日 01:04"
    assert words.day(date(2026, 1, 2)) == "2026年1月2日"
