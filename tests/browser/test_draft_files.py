"""Files of drafts in a browser: stopped for what is hidden in them, replaced, reviewed, read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext
from tests.disclosure import documents
from tests.disclosure.filing import workbook
from tests.screening import files

pytestmark = pytest.mark.usefixtures("staged")
StaffPage = Callable[[str], Page]
REVIEWERS = ("reviewer1", "reviewer2", "reviewer3")
TITLE = "救助名单公示（带附件，浏览器）"
BUTTONS = ("去初审", "去复审", "去终审")


def _paper(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _write(page: Page, title: str = TITLE) -> str:
    page.goto("/console/drafts/new")
    page.get_by_label("标题").fill(title)
    village = page.locator("#division option", has_text="青杠林村").first
    page.get_by_label("公开到哪里").select_option(value=village.get_attribute("value"))
    page.get_by_label("栏目").select_option(label="低保金")
    page.locator("summary", has_text="从 Word 文档读入").click()
    table = documents.table(
        documents.cell("组") + documents.cell("户数"),
        documents.cell("大寨组") + documents.cell("6"),
    )
    document = documents.document(documents.paragraph("公示", style="1") + table)
    page.get_by_label("Word 文档").set_input_files(_paper("公示.docx", document))  # type: ignore[arg-type]  # as playwright wants it
    page.get_by_role("button", name="读进正文").click()
    expect(page.get_by_role("status")).to_contain_text("已经读进正文")
    expect(page.get_by_label("标题")).to_have_value(title)
    expect(page.get_by_label("正文")).to_have_value(re.compile(r"\| 大寨组 \| 6 \|"))
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/console/drafts/\d+$"))
    return page.url


def _upload(page: Page, name: str, content: bytes) -> None:
    page.get_by_label("添加附件").set_input_files(_paper(name, content))  # type: ignore[arg-type]  # the same
    page.get_by_role("button", name="上传附件").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_a_hidden_column_is_stopped_taken_off_and_a_clean_list_is_published(
    staff_page: StaffPage, new_context: NewContext
) -> None:
    author = staff_page("publisher")
    address = _write(author)
    _upload(author, "原来的名单.xlsx", workbook(with_numbers=True))
    expect(author.get_by_text("附件里有")).to_be_visible()
    expect(author.get_by_role("button", name="送初审", exact=True)).to_have_count(0)
    assert files.ID not in author.content()
    author.get_by_role("link", name="看 原来的名单.xlsx 里标出的地方").click()
    expect(author.locator("mark", has_text=files.ID).first).to_be_visible()
    author.goto(address)
    author.get_by_role("button", name="去掉 原来的名单.xlsx").click()
    expect(author.get_by_role("link", name="原来的名单.xlsx")).to_have_count(0)
    _upload(author, "名单.xlsx", workbook())
    author.get_by_role("button", name="送初审", exact=True).click()
    for number, name in enumerate(REVIEWERS):
        page = staff_page(name)
        page.goto("/console/work")
        page.get_by_role("link", name=TITLE).click()
        page.get_by_role("link", name=BUTTONS[number]).click()
        expect(page.get_by_role("link", name="名单.xlsx")).to_be_visible()
        page.get_by_role("button", name="通过").click()
        page.wait_for_url("**/console/work")
    author.goto(address)
    public = author.get_by_role("link", name="看公开的页面").get_attribute("href") or ""
    villager = new_context().new_page()
    villager.goto(public)
    expect(villager.get_by_role("cell", name="大寨组")).to_be_visible()
    with villager.expect_download() as saving:
        villager.get_by_role("link", name="名单.xlsx").click()
    assert saving.value.suggested_filename == "名单.xlsx"
    assert saving.value.path().read_bytes() == workbook_kept(villager, public)


def workbook_kept(page: Page, public: str) -> bytes:
    """Give what the address of the file answers."""
    page.goto(public)
    link = page.get_by_role("link", name="名单.xlsx").get_attribute("href") or ""
    return page.request.get(link).body()


def test_without_scripts_files_are_uploaded_and_a_document_is_read_in(
    new_context: NewContext, signed_in_states: Callable[[str], object]
) -> None:
    state = signed_in_states("publisher")
    page = new_context(storage_state=state, java_script_enabled=False).new_page()
    _write(page, "无脚本的稿件（带附件）")
    _upload(page, "无脚本.xlsx", workbook())
    expect(page.get_by_role("button", name="送初审", exact=True)).to_be_visible()
