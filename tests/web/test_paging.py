"""Cursors: read back exactly, and everything else refused with a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.web import paging

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9998, 1, 1))  # noqa: DTZ001


@given(moment=MOMENTS, number=st.integers(min_value=0, max_value=2**63 - 1))
def test_a_cursor_is_read_back_to_the_microsecond(moment: datetime, number: int) -> None:
    moment = moment.replace(tzinfo=UTC)
    cursor = paging.encode(moment, number)
    assert paging.decode(cursor) == (moment, number)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.text(min_size=1, max_size=100))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read = paging.decode(text)
    except Invalid:
        return
    assert read is not None


@pytest.mark.parametrize(
    "text", ["!!", "MTIz", "LTEuMQ", "MS4", "Lg", "门牌", "9" * 9000, "MS4xLjE"]
)
def test_what_was_never_written_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        paging.decode(text)
    assert "翻页" in refusal.value.sentence
    assert text not in refusal.value.sentence


def test_a_moment_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Invalid):
        paging.decode(paging.encode(datetime(9999, 6, 1, tzinfo=UTC), 1))


def test_no_cursor_is_the_first_page() -> None:
    assert paging.decode(None) is None
    assert paging.decode("") is None
