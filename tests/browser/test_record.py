"""The cadre's scan as a person goes through it: purpose, masked record, one value, and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.stage import Staged

FULL_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


@pytest.fixture
def reader(staff_page: Callable[[str], Page]) -> Page:
    """Give a cadre of the demo's village who has just shown a code."""
    return staff_page("reader")


def _scan_and_open(page: Page, staged: Staged) -> None:
    page.goto(f"/d/{staged.records.lived}")
    page.get_by_role("link", name="打开住户信息").click()
    page.get_by_label("走访", exact=True).check()
    page.get_by_role("button", name="打开", exact=True).click()
    page.wait_for_url("**/console/records/*")


def test_a_cadre_scans_states_a_purpose_and_reads_the_masked_record(
    reader: Page, staged: Staged
) -> None:
    _scan_and_open(reader, staged)
    expect(reader.get_by_role("heading", name="家庭成员")).to_be_visible()
    expect(reader.get_by_text("每次查看都会记录，住户本人看得到。")).to_be_visible()
    assert not FULL_PHONE.search(reader.content())


def test_a_value_is_on_its_own_page_alone_and_not_on_the_way_back(
    reader: Page, staged: Staged
) -> None:
    reader.goto(f"/console/records/{staged.records.open}")
    reader.get_by_role("button", name=re.compile("显示全文.*电话")).first.click()
    shown = reader.locator(".record-value")
    expect(shown).to_have_text(FULL_PHONE)
    value = shown.inner_text()
    assert value not in reader.url
    reader.get_by_role("link", name="回到住户信息").click()
    reader.get_by_role("heading", name="家庭成员").wait_for()
    assert value not in reader.content()
    # Chromium would have to send the form again, and asks first; it keeps nothing to show.
    with suppress(Error):
        reader.go_back()
    expect(reader.get_by_text(value)).to_have_count(0)


def test_a_record_that_is_out_of_time_leaves_the_screen_by_itself(
    reader: Page, staged: Staged
) -> None:
    page = f"/console/records/{staged.records.open}"
    answer = reader.request.get(page)
    seconds, _, address = answer.headers["refresh"].partition("; url=")
    assert int(seconds) > 0
    assert address == page
    reader.goto(f"/console/records/{staged.records.closed}")
    reader.get_by_role("link", name="再次说明事由").click()
    expect(reader.get_by_role("heading", name="打开住户信息")).to_be_visible()


def test_the_keyboard_alone_is_enough_to_open_a_record(reader: Page, staged: Staged) -> None:
    reader.goto(f"/console/plates/{staged.records.lived}/household")
    reader.get_by_label("走访", exact=True).focus()
    reader.keyboard.press("Space")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/console/records/*")
