"""Reading aloud, corrections and withdrawals."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.running import until
from tests.browser.stage import Staged

# The outside world's part: an engine that notes what it is given and says each piece at once.
ENGINE = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, 'speechSynthesis', {value: {
  cancel() {},
  speak(piece) {
    window.said.push([piece.lang, piece.text]);
    if (!window.held) setTimeout(() => piece.onend(), 0);
  },
}});
"""


@pytest.fixture
def listener(browser_page: Page) -> Page:
    """Give a visitor whose phone can speak."""
    browser_page.add_init_script(ENGINE)
    return browser_page


def test_reading_aloud_speaks_the_whole_item_in_chinese_and_ends(
    listener: Page, staged: Staged
) -> None:
    listener.goto(f"/items/{staged.items['longest']}")
    button = listener.locator("[data-speak]")
    button.click()
    until(
        lambda: (
            listener.evaluate("said.length") > 0 and button.get_attribute("aria-pressed") == "false"
        ),
        what="the end of the reading",
    )
    said: list[tuple[str, str]] = listener.evaluate("said")
    assert {language for language, _text in said} == {"zh-CN"}
    assert said[0][1].startswith("关于青杠林村小寨组原村小学操场")
    assert any("定之前先问大家" in text for _language, text in said)


def test_a_second_tap_stops_reading_aloud(listener: Page, staged: Staged) -> None:
    listener.goto(f"/items/{staged.items['longest']}")
    listener.evaluate("window.held = true")
    listener.get_by_role("button", name="朗读").click()
    stop = listener.get_by_role("button", name="停止")
    assert stop.get_attribute("aria-pressed") == "true"
    stop.click()
    assert listener.get_by_role("button", name="朗读").get_attribute("aria-pressed") == "false"


def test_a_corrected_item_says_so_and_leads_to_its_earlier_text(
    browser_page: Page, staged: Staged
) -> None:
    browser_page.goto(f"/items/{staged.items['corrected']}")
    assert browser_page.get_by_role("note").get_by_text("本文有更正").is_visible()
    browser_page.get_by_role("link", name="第 1 版").click()
    assert browser_page.get_by_text("这是更正前的旧版本，不是现行内容。").is_visible()
    browser_page.get_by_role("link", name="看现行内容").click()
    assert browser_page.url.endswith(f"/items/{staged.items['corrected']}")


def test_a_withdrawn_item_is_gone_and_says_why(browser_page: Page, staged: Staged) -> None:
    answer = browser_page.goto(f"/items/{staged.items['withdrawn']}")
    assert answer is not None
    assert answer.status == 410
    assert "撤下原因：" in browser_page.get_by_role("note").inner_text()


def test_a_wide_table_can_be_reached_and_scrolled_by_the_keyboard(
    browser_page: Page, staged: Staged
) -> None:
    browser_page.goto(f"/items/{staged.items['corrected']}")
    table = browser_page.get_by_role("group", name="表格，可左右滑动").first
    table.focus()
    browser_page.keyboard.press("ArrowRight")
    until(
        lambda: browser_page.evaluate("document.activeElement.scrollLeft") > 0,
        what="the table moves",
    )
