"""A village's fund from the first line to the answer: clerk, committee, villager, each a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from app.funds.models import FundMonth, FundQuestion
from tests.attachments import making
from tests.browser.conftest import NewContext
from tests.browser.running import Platform, until
from tests.browser.stage import Staged

StaffPage = Callable[[str], Page]
QUESTION, ANSWER = "三台音箱为什么要这么多？", "三台一共这个价，发票在村委会可以看。"


@pytest.fixture
def month(platform: Platform) -> tuple[str, str]:
    """Name the demo's open month by its number in the console and by its calendar."""
    with platform.database.reading() as session:
        found = session.scalars(select(FundMonth).where(FundMonth.state == "open")).one()
        return str(found.id), f"{found.year}-{found.month:02d}"


def _enter(page: Page, *, day: str, category: str, amount: str, summary: str) -> None:
    """Write a line, sent by the Enter key."""
    page.get_by_label("日期").fill(day)
    page.get_by_label("收支和类别").select_option(label=category)
    page.get_by_label("金额（元）").fill(amount)
    page.get_by_label("摘要").fill(summary)
    page.get_by_label("审批人（公开）").fill("村委会主任 李春分")
    page.get_by_label("审批人（公开）").press("Enter")
    page.locator(".fund-line").get_by_text(summary).wait_for()


def _attach(page: Page) -> None:
    """Put a photograph behind the third line, by the page of that line."""
    page.get_by_role("link", name="修改第 3 笔").click()
    photograph = making.picture("JPEG", size=(640, 480))
    page.get_by_label("添加凭证").set_input_files(
        {"name": "音箱发票.jpg", "mimeType": "image/jpeg", "buffer": photograph}
    )
    page.get_by_role("button", name="上传凭证").click()
    page.get_by_role("link", name="音箱发票").wait_for()
    page.get_by_role("link", name="不改了").click()
    page.get_by_role("link", name="第 3 笔的凭证 1").wait_for()


def _sees_paper(page: Page) -> None:
    """Open the paper behind the third line of the page that is shown: an image."""
    address = page.get_by_role("link", name="第 3 笔的凭证 1").get_attribute("href")
    answer = page.request.get(address or "")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert making.opened(answer.body()).size == (640, 480)


def _keep_and_hand_over(page: Page, number: str, name: str) -> None:
    page.goto("/console/funds")
    page.locator(f'a[href="/console/funds/months/{number}"]').click()
    expect(page.get_by_label("金额（元）")).to_be_focused()
    _enter(
        page,
        day=f"{name}-20",
        category="支出：购建资产支出",
        amount="２，６４０元",
        summary="文化广场音箱三台",
    )
    _attach(page)
    _enter(page, day=f"{name}-21", category="收入：租赁收入", amount="500.5", summary="桌椅出租")
    page.get_by_label("金额（元）").fill("1.2万")
    page.get_by_label("摘要").fill("写错的一笔")
    page.get_by_label("摘要").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("不用万、亿")
    expect(page.get_by_label("摘要")).to_have_value("写错的一笔")
    page.get_by_role("button", name="交给监督委员会").click()
    page.get_by_text("等待结账").wait_for()


def _close(page: Page, number: str) -> None:
    """Let the committee find the month in its inbox, look at it, and close it."""
    page.goto("/console/inbox")
    page.goto(f"/console/funds/months/{number}")
    expect(page.locator(".fund-line").get_by_text("文化广场音箱三台")).to_be_visible()
    _sees_paper(page)
    page.get_by_role("button", name="看过每一笔，结账并公开").click()
    page.get_by_text("已结账").first.wait_for()


def _ask(page: Page, village: str, name: str) -> None:
    """Come from the village's own page, without scripts, and ask about the third line."""
    page.goto(f"/v/{village}")
    page.get_by_role("link", name="看每一笔").click()
    assert page.url.endswith(f"/funds/{name}")
    _sees_paper(page)
    page.get_by_role("link", name="对第 3 笔我有疑问").click()
    page.get_by_label("哪一类疑问").select_option(label="金额不清楚")
    page.get_by_label("您想问什么").fill(QUESTION)
    page.get_by_role("button", name="提交疑问").click()
    assert page.url.endswith(f"/funds/{name}#line-3")
    assert "有一条疑问等村里答复" in page.content()
    assert QUESTION not in page.content()


def _answer(page: Page, platform: Platform) -> None:
    number = _asked(platform)
    until(lambda: _told(page), what="the clerk's message")
    page.goto(f"/console/funds/questions/{number}")
    assert QUESTION in page.content()
    page.get_by_label("答复", exact=True).fill(ANSWER)
    page.get_by_role("button", name="答复并公开").click()
    page.get_by_role("heading", name="村民的疑问").wait_for()


def _asked(platform: Platform) -> int:
    with platform.database.reading() as session:
        return session.scalars(select(func.max(FundQuestion.id))).one()


def _told(page: Page) -> bool:
    page.goto("/console/inbox")
    return page.get_by_text("村民对一笔账有疑问").count() > 0


def _hears(page: Page) -> bool:
    page.goto("/me/inbox")
    return page.get_by_text(ANSWER).count() > 0


def test_a_month_is_kept_closed_questioned_and_answered(
    staff_page: StaffPage,
    new_context: NewContext,
    signed_in_states: Callable[[str], Any],
    platform: Platform,
    staged: Staged,
    month: tuple[str, str],
) -> None:
    number, name = month
    clerk = staff_page("clerk")
    _keep_and_hand_over(clerk, number, name)
    _close(staff_page("committee"), number)

    state = signed_in_states("villager-head")
    villager = new_context(storage_state=state, java_script_enabled=False).new_page()
    _ask(villager, staged.village, name)
    _answer(clerk, platform)
    until(lambda: _hears(villager), what="the answer in the villager's inbox")

    stranger = new_context(java_script_enabled=False).new_page()
    until(lambda: _reads(stranger, staged.village, name), what="the answer beside the line")
    assert QUESTION in stranger.content()


def _reads(page: Page, village: str, name: str) -> bool:
    page.goto(f"/v/{village}/funds/{name}")
    return ANSWER in page.content()
