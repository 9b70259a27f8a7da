"""The editorial desk in a browser: a publisher and three reviewers, each signed in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running import until
from tests.households.rosters.people import HEAD

pytestmark = pytest.mark.usefixtures("staged")
StaffPage = Callable[[str], Page]
REVIEWERS = ("reviewer1", "reviewer2", "reviewer3")


def _write(page: Page, title: str, body: str) -> str:
    page.goto("/console/drafts/new")
    page.get_by_label("标题").fill(title)
    village = page.locator("#division option", has_text="青杠林村").first
    page.get_by_label("公开到哪里").select_option(value=village.get_attribute("value"))
    page.get_by_label("栏目").select_option(label="低保金")
    page.get_by_label("正文").fill(body)
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/console/drafts/\d+$"))
    return page.url


def test_a_list_with_numbers_is_stopped_masked_reviewed_by_three_and_published(
    staff_page: StaffPage,
) -> None:
    author = staff_page("publisher")
    title = "低保名单公示（浏览器）"
    address = _write(author, title, f"| 户主 | 证号 |\n| --- | --- |\n| 张建国 | {HEAD} |")
    expect(author.get_by_text("有 1 处不能公开")).to_be_visible()
    expect(author.get_by_role("button", name="送初审", exact=True)).to_have_count(0)
    author.get_by_role("button", name="把拦下的都遮盖").click()
    expect(author.get_by_text("没有发现身份证号")).to_be_visible()
    assert HEAD[6:14] not in author.content()
    author.get_by_role("button", name="送初审", exact=True).click()
    for number, name in enumerate(REVIEWERS):
        page = staff_page(name)
        page.goto("/console/work")
        page.get_by_role("link", name=title).click()
        page.get_by_role("link", name=("去初审", "去复审", "去终审")[number]).click()
        page.get_by_role("button", name="通过").click()
        page.wait_for_url("**/console/work")
    author.goto(address)
    author.get_by_role("link", name="看公开的页面").click()
    expect(author.get_by_role("heading", name=title)).to_be_visible()
    assert HEAD[6:14] not in author.content()


def test_a_returned_text_shows_the_comment_at_its_passage_and_what_changed(
    staff_page: StaffPage,
) -> None:
    author, reviewer = staff_page("publisher"), staff_page("reviewer1")
    address = _write(author, "退回的稿件（浏览器）", "第一段。\n\n共 12 户。")
    author.get_by_role("button", name="送初审", exact=True).click()
    reviewer.goto(address + "/review")
    reviewer.locator("summary", has_text="共 12 户").click()
    reviewer.get_by_label("对第 2 段的意见").fill("应当是 13 户")
    reviewer.get_by_role("button", name="退回").click()
    author.goto(address)
    expect(author.get_by_text("应当是 13 户")).to_be_visible()
    author.get_by_role("link", name="修改").click()
    author.get_by_label("正文").fill("第一段。\n\n共 13 户。")
    author.get_by_role("button", name="保存").click()
    author.get_by_role("button", name="送初审", exact=True).click()
    reviewer.goto(address + "/review")
    changed = reviewer.locator(".diff .come mark")
    expect(changed).to_have_text(["3"])


def test_two_tabs_do_not_overwrite_each_other_and_nothing_written_is_lost(
    staff_page: StaffPage,
) -> None:
    page = staff_page("publisher")
    address = _write(page, "两个窗口（浏览器）", "甲。")
    other = page.context.new_page()
    for one in (page, other):
        one.goto(address + "/edit")
    page.get_by_label("正文").fill("甲改。")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(address)
    other.get_by_label("正文").fill("乙改，写了很久。")
    other.get_by_role("button", name="保存").click()
    expect(other.get_by_role("alert")).to_contain_text("刚刚被别人改过")
    expect(other.get_by_label("正文")).to_have_value("乙改，写了很久。")


def test_whoever_a_draft_waits_for_is_told_in_the_inbox(
    staff_page: StaffPage,
) -> None:
    author, reviewer = staff_page("publisher"), staff_page("reviewer1")
    _write(author, "通知审稿人（浏览器）", "共 12 户。")
    author.get_by_role("button", name="送初审", exact=True).click()

    def told() -> bool:
        reviewer.goto("/console/inbox")
        return reviewer.get_by_text("有一篇稿件等您初审").count() > 0

    until(told, what="the message")
