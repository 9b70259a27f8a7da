"""The notice board on paper."""

from __future__ import annotations

import os
from pathlib import Path

import pypdfium2
import zxingcpp
from playwright.sync_api import Page

from tests.browser import screens
from tests.browser.running import Platform
from tests.browser.stage import Staged

A4 = (595.9, 842.9)  # points


def test_the_notice_board_is_one_to_three_sheets_of_a4_with_a_code_to_scan(
    browser_page: Page, staged: Staged, platform: Platform
) -> None:
    browser_page.goto(f"/v/{staged.village}/board")
    document = pypdfium2.PdfDocument(browser_page.pdf(prefer_css_page_size=True))
    assert 1 <= len(document) <= 3
    for page in document:
        assert all(abs(is_ - due) < 2 for is_, due in zip(page.get_size(), A4, strict=True))
    first = document[0].render(scale=150 / 72).to_pil()
    if folder := os.environ.get("SCREENS_DIR"):
        screens.keep_picture(first.resize((620, 877)), Path(folder) / "board-print-a4.png")
    assert [found.text for found in zxingcpp.read_barcodes(first)] == [
        f"{platform.base_url}/v/{staged.village}"
    ]
    assert "演示" in document[0].get_textpage().get_text_range()
