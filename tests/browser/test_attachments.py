"""Uploading at the console with a bar that moves, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.attachments import making
from tests.browser.conftest import NewContext

pytestmark = pytest.mark.usefixtures("staged")
StaffPage = Callable[[str], Page]
Files = list[dict[str, object]]


def _files(*named: tuple[str, bytes]) -> Files:
    return [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        for name, content in named
    ]


def _choose(page: Page, files: Files) -> None:
    page.goto("/console/attachments")
    page.get_by_label("属于哪里").select_option(index=1)
    page.get_by_label("文件（可以选几个）").set_input_files(files)  # type: ignore[arg-type]  # as playwright wants them


def test_files_are_sent_one_by_one_and_what_is_refused_is_named(staff_page: StaffPage) -> None:
    page = staff_page("publisher")
    _choose(page, _files(("浏览一.pdf", making.PDF), ("旧.doc", making.OLE)))
    page.get_by_role("button", name="上传").click()
    told = page.locator("[data-upload-faults]")
    expect(told).to_contain_text("没有上传 1 个，上传了 1 个")
    expect(told).to_contain_text("旧.doc：这是旧格式的办公文件")
    page.get_by_label("文件（可以选几个）").set_input_files(_files(("浏览二.pdf", making.PDF)))  # type: ignore[arg-type]  # the same
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("status")).to_contain_text("上传了 1 个文件")
    expect(page.get_by_role("link", name="浏览二.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="浏览一.pdf")).to_be_visible()


def test_without_scripts_the_form_sends_them_all_at_once(
    new_context: NewContext, signed_in_states: Callable[[str], object]
) -> None:
    state = signed_in_states("publisher")
    page = new_context(storage_state=state, java_script_enabled=False).new_page()
    _choose(page, _files(("无脚本.pdf", making.PDF), ("无脚本.jpg", making.picture())))
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("status")).to_contain_text("上传了 2 个文件")
    page.get_by_role("link", name="无脚本.jpg").click()
    expect(page.get_by_role("img", name="无脚本.jpg")).to_be_visible()
    page.get_by_label("原因（会公开）").fill("传错了")
    page.get_by_role("button", name="撤下这个文件").click()
    expect(page.locator("dl.facts")).to_contain_text("传错了")


@pytest.mark.parametrize("query", ["", "?q=没有这样的名称"])
def test_axe_finds_nothing(staff_page: StaffPage, query: str) -> None:
    page = staff_page("publisher")
    page.goto(f"/console/attachments{query}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
