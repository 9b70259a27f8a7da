"""An aid list from the file to its last day: clerk, three reviewers and a villager, each apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.aid.models import AidObjection
from app.disclosure import service as disclosure
from app.disclosure.models import Item
from app.kernel import clock
from tests.aid import sheets
from tests.browser.conftest import NewContext
from tests.browser.running import Platform, until
from tests.households.rosters.people import HEAD, OTHER_HEAD

pytestmark = pytest.mark.usefixtures("staged")
StaffPage = Callable[[str], Page]
REVIEWERS = ("reviewer1", "reviewer2", "reviewer3")
STEPS = ("去初审", "去复审", "去终审")
OBJECTION, ANSWER = "第一户在县城有房，请再核一核。", "已经入户核查，房屋为租住，符合条件。"


def _file() -> bytes:
    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions["F"].hidden = True

    rows = [
        (1, f"大寨组{OTHER_HEAD}", "龚璀璨", 3, 1236.9, HEAD),
        (2, "小寨组", "蒙昳丽", 1, 412.3, OTHER_HEAD),
    ]
    return sheets.book(rows, headings=(*sheets.HEADINGS, "身份证号"), dress=hide)


def _upload(page: Page) -> None:
    page.goto("/console/aid")
    page.locator("form[enctype]").get_by_label("种类").select_option(label="特困供养")
    village = page.locator("#division option", has_text="青杠林村").first
    page.get_by_label("公开到哪里").select_option(value=village.get_attribute("value"))
    page.get_by_label("名单文件").set_input_files(
        {"name": "特困.xlsx", "mimeType": "application/octet-stream", "buffer": _file()}
    )
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("不能公开，已排除")).to_be_visible()
    page.get_by_role("button", name="核对名单").click()
    expect(page.get_by_role("alert")).to_contain_text("F 列（隐藏）“身份证号”：身份证号")
    page.get_by_role("button", name="这些列不公开，去掉").click()
    expect(page.get_by_text("没有公开的列")).to_be_visible()
    assert HEAD[6:14] not in page.content()
    page.get_by_role("button", name="用这份名单").click()
    page.wait_for_url(re.compile(r"/console/drafts/\d+$"))


def _mask(page: Page) -> None:
    expect(page.get_by_text("有 1 处不能公开")).to_be_visible()
    expect(page.locator(".aid-rows mark.blocks")).to_contain_text(OTHER_HEAD)
    expect(page.get_by_role("button", name="送初审", exact=True)).to_have_count(0)
    page.get_by_role("button", name="把拦下的都遮盖").click()
    expect(page.get_by_text("没有发现身份证号")).to_be_visible()
    assert OTHER_HEAD[6:14] not in page.content()
    page.get_by_role("button", name="送初审", exact=True).click()


def _review(staff_page: StaffPage, title: str) -> None:
    for name, step in zip(REVIEWERS, STEPS, strict=True):
        page = staff_page(name)
        page.goto("/console/work")
        page.get_by_role("link", name=title).click()
        page.get_by_role("link", name=step).click()
        expect(page.locator(".aid-rows").get_by_text("龚璀璨")).to_be_visible()
        page.get_by_role("button", name="通过").click()
        page.wait_for_url("**/console/work")


def _object(page: Page, address: str) -> None:
    """Read the list on a phone without scripts, from the village's page, and object to it."""
    page.goto(address)
    expect(page.get_by_text("龚璀璨")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.get_by_text("异议期还剩 8 天")).to_be_visible()
    page.get_by_role("link", name="我有异议").click()
    page.get_by_label("对哪一点有异议").fill(OBJECTION)
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("heading", name="您的异议已经收到")).to_be_visible()


def _answer(page: Page, platform: Platform) -> None:
    def told() -> bool:
        page.goto("/console/inbox")
        return page.get_by_text("有人对公示名单提出异议").count() > 0

    until(told, what="the office's message")
    with platform.database.reading() as session:
        number = session.scalars(select(func.max(AidObjection.id))).one()
    page.goto(f"/console/aid/objections/{number}")
    expect(page.get_by_text(OBJECTION)).to_be_visible()
    page.get_by_label("答复", exact=True).fill(ANSWER)
    page.get_by_role("button", name="答复并公开").click()
    page.get_by_role("heading", name="名单异议").wait_for()


def _let_its_last_day_pass(platform: Platform, item_id: int) -> None:
    with platform.database.unit_of_work() as session:
        item = session.get_one(Item, item_id)
        item.expires_on = clock.today() - timedelta(days=1)
        session.flush()
        disclosure.expire_due(session)


def test_a_list_is_stopped_masked_reviewed_read_objected_to_answered_and_expires(
    staff_page: StaffPage, new_context: NewContext, platform: Platform
) -> None:
    author = staff_page("publisher")
    _upload(author)
    draft, title = author.url, author.locator("h1").inner_text()
    _mask(author)
    _review(staff_page, title)
    author.goto(draft)
    public = author.get_by_role("link", name="看公开的页面").get_attribute("href") or ""

    villager = new_context(java_script_enabled=False).new_page()
    _object(villager, public)
    _answer(author, platform)

    def reads() -> bool:
        villager.goto(public)
        return ANSWER in villager.content()

    until(reads, what="the answer beside the list")
    assert OBJECTION not in villager.content()

    _let_its_last_day_pass(platform, int(public.rsplit("/", 1)[1]))

    def gone() -> bool:
        answer = villager.goto(public)
        return answer is not None and answer.status == 410

    until(gone, what="the list's end")
    assert "龚璀璨" not in villager.content()
