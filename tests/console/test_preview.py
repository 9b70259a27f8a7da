"""A text as the phone will show it."""

from __future__ import annotations

import html
import re

import pytest

from tests.console.conftest import Enter
from tests.factories import VILLAGE

TEXT = "## 收支\n\n| 项目 | 金额 |\n| --- | --- |\n| 修路 | 100 |\n\n<script>alert(1)</script>"


@pytest.mark.parametrize("role", ["publisher", "first_reviewer", "second_reviewer"])
def test_a_preview_shows_the_text_in_a_frame_where_nothing_runs(enter: Enter, role: str) -> None:
    answer = enter(role, VILLAGE).send(
        "/console/preview", preview="body_markdown", body_markdown=TEXT, title="10月收支"
    )
    assert answer.status_code == 200
    [inner] = re.findall(r'<iframe [^>]*sandbox="allow-same-origin" srcdoc="([^"]*)"', answer.text)
    page = html.unescape(inner)
    assert "<h1>10月收支</h1>" in page
    assert "<td>修路</td>" in page
    assert "<script" not in page
    assert "sunshine." in page


def test_a_script_gets_the_inner_page_alone(enter: Enter) -> None:
    answer = enter("publisher", VILLAGE).send(
        "/console/preview", preview="text", text="**已审核**", bare="1"
    )
    assert "<strong>已审核</strong>" in answer.text
    assert "iframe" not in answer.text


def test_a_text_without_end_is_refused(enter: Enter) -> None:
    answer = enter("publisher", VILLAGE).send("/console/preview", text="长" * 100_001)
    assert answer.status_code == 422
    assert "10 万字" in answer.text


def test_who_neither_writes_nor_reviews_has_no_preview(enter: Enter) -> None:
    assert enter("cadre", VILLAGE).send("/console/preview", text="a").status_code == 403
