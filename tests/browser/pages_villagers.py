"""Villagers' sign-in and their own account, in every state."""

from __future__ import annotations

from itertools import count

from playwright.sync_api import Page

from tests.browser.pages import Place

IN_WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/140 Mobile MicroMessenger/8.0.50 Person/{}"
_numbers = count(13900000000)


def _type(page: Page, phone: str) -> None:
    page.get_by_role("textbox", name="手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()


def _ask_code(page: Page) -> None:
    _type(page, str(next(_numbers)))  # the same one twice would have to wait
    page.get_by_label("六位数验证码").wait_for()


def _guess(page: Page) -> None:
    _ask_code(page)
    page.get_by_label("六位数验证码").fill("000000")
    page.get_by_role("button", name="确定").click()
    page.get_by_role("alert").wait_for()


def _mistype(page: Page) -> None:
    _type(page, "1380000")
    page.get_by_role("alert").wait_for()


def _be_a_snapshot(page: Page) -> None:
    page.get_by_role("link", name="用微信登录").click()
    page.get_by_role("heading", name="还差一步").wait_for()


VILLAGERS = (
    Place("sign-in", "/sign-in"),
    Place("sign-in", "/sign-in?next=/me", "wechat", agent=IN_WECHAT.format("lan")),
    Place("sign-in", "/sign-in", "no-number", act=_mistype),
    Place("sign-in-code", "/sign-in", act=_ask_code),
    Place("sign-in-code", "/sign-in", "wrong", act=_guess),
    Place("sign-in-code", "/sign-in/code", "none", status=422),
    Place(
        "sign-in", "/sign-in", "snapshot", agent=IN_WECHAT.format("snapshot"), act=_be_a_snapshot
    ),
    Place("me", "/me", "401", status=401),
    Place("me", "/me", account="villager"),
    Place("me-phone", "/me/phone", account="villager"),
    Place("me-delete", "/me/delete", account="villager"),
)
