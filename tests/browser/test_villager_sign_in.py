"""Villagers sign in with scripts switched off: by WeChat inside it, by a code outside it."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.conftest import NewContext
from tests.browser.pages_villagers import IN_WECHAT
from tests.browser.running import Platform, until


def _leave(page: Page) -> None:
    page.get_by_role("link", name="注销账号").click()
    page.get_by_role("button", name="注销我的账号").click()
    page.wait_for_url(lambda address: address.endswith("/"))
    answer = page.goto("/me")
    assert answer is not None
    assert answer.status == 401


def _codes(platform: Platform) -> list[str]:
    """Read the codes that a demonstration writes to its log."""
    lines = [line for line in platform.log.splitlines() if '"sms_demonstration"' in line]
    return [json.loads(line)["code"] for line in lines]


def test_inside_wechat_one_touch_signs_in(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False, user_agent=IN_WECHAT.format("lan")).new_page()
    page.goto("/me")
    page.get_by_role("link", name="去登录").click()
    page.get_by_role("link", name="用微信登录").click()
    page.get_by_role("heading", name="我的账号").wait_for()
    assert urlsplit(page.url).path == "/me"
    page.get_by_role("button", name="退出登录").click()
    page.goto("/sign-in")
    page.get_by_role("link", name="用微信登录").click()
    page.get_by_role("heading", name="我的账号").wait_for()
    _leave(page)


def test_outside_wechat_a_code_to_the_telephone_signs_in(
    new_context: NewContext, platform: Platform
) -> None:
    before = len(_codes(platform))
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/sign-in")
    page.get_by_role("textbox", name="手机号").fill("135 0000 1234")
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_text("135****1234").wait_for()
    code = until(lambda: _codes(platform)[before:], what="the code")[0]
    page.get_by_label("六位数验证码").fill(code)
    page.get_by_role("button", name="确定").click()
    page.get_by_text("已验证 135****1234").wait_for()
    assert "13500001234" not in platform.log
    _leave(page)
