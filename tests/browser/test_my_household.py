"""A villager's way through a browser with scripts off: from the plate to a withdrawn consent."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app.audit.models import AuditQuestion, LedgerLine
from tests.browser.conftest import NewContext
from tests.browser.running import Platform, until
from tests.browser.stage import Staged
from tests.browser.stage_own import PHONES

PHONE = PHONES["villager-binds"]


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """Give a telephone whose browser runs no scripts."""
    return new_context(java_script_enabled=False).new_page()


def _codes(platform: Platform) -> list[str]:
    """Read the codes that a demonstration writes to its log."""
    lines = [line for line in platform.log.splitlines() if '"sms_demonstration"' in line]
    return [json.loads(line)["code"] for line in lines]


def _sign_in(page: Page, platform: Platform) -> None:
    before = len(_codes(platform))
    page.get_by_role("link", name="去登录").click()
    page.get_by_role("textbox", name="手机号").fill(PHONE)
    page.get_by_role("button", name="获取验证码").click()
    code = until(lambda: _codes(platform)[before:], what="the code")[0]
    page.get_by_label("六位数验证码").fill(code)
    page.get_by_role("button", name="确定").click()


def test_from_the_plate_to_a_withdrawn_consent(
    page: Page, platform: Platform, staged: Staged
) -> None:
    page.goto(f"/d/{staged.own.plate}")
    page.get_by_role("link", name="这是我家").click()
    _sign_in(page, platform)
    assert page.url.endswith("/me/bindings/new")

    if page.get_by_role("button", name="我看过了，同意").count():
        page.get_by_role("button", name="我看过了，同意").click()
    page.get_by_label("您的姓名").fill("罗阿妹")
    page.get_by_label("身份证号最后四位").fill(staged.own.last_four)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="绑定好了").wait_for()

    page.get_by_role("link", name="看我家").click()
    page.get_by_role("heading", name="我家", exact=True).wait_for()
    assert PHONE not in page.content()
    page.get_by_role("button", name="看罗阿妹的全部信息").click()
    assert PHONE in page.content()

    page.get_by_role("link", name="谁看过我家").click()
    assert page.get_by_role("heading", name="您自己").count()
    page.get_by_role("link", name="：我有疑问").first.click()
    page.get_by_label("想问什么").fill("这次为什么看我家")
    page.get_by_role("button", name="送出").click()
    assert "这次为什么看我家" in page.content()

    page.goto("/me/consents")
    page.get_by_role("button", name="微信提醒：同意").click()
    page.get_by_role("button", name="微信提醒：不同意了").click()
    assert page.get_by_role("button", name="微信提醒：同意").count() == 1
    _stands_in_the_books(platform)
    for value in (PHONE, "罗阿妹", staged.own.plate):
        assert value not in platform.log


def _stands_in_the_books(platform: Platform) -> None:
    with platform.database.unit_of_work() as session:
        acts = session.scalars(select(LedgerLine.act).where(LedgerLine.who_kind == "villager"))
        assert {"bind", "view_own", "reveal_own"} <= set(acts)
        assert session.scalars(select(AuditQuestion.state)).first() is not None
