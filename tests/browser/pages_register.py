"""The register's pages: lists, the search, a household with its forms, history, doors."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser import measuring
from tests.browser.pages import Place
from tests.browser.stage_register import GROUP_LABEL

LIST = "/console/households"
ELSEWHERE = f"{LIST}?village={{s.register[empty_village]}}"
LARGE = f"{LIST}/{{s.register[large]}}"
DOORS = f"{LIST}/doors/{{s.village}}"


def _search(page: Page, name: str) -> None:
    page.get_by_label("按姓名找").fill(name)
    page.get_by_role("button", name="查找").click()


def _find(page: Page) -> None:
    _search(page, "阿")
    page.get_by_role("heading", name="找到").wait_for()


def _find_nobody(page: Page) -> None:
    _search(page, "龘")
    page.get_by_text("没有找到").wait_for()


def _search_nothing(page: Page) -> None:
    _search(page, "  ")
    page.get_by_role("alert").wait_for()


def _show_group(page: Page) -> None:
    page.get_by_role("link", name=GROUP_LABEL).click()
    page.get_by_label("按姓名找").wait_for()


def _assign_nobody(page: Page) -> None:
    page.get_by_text("的帮扶责任人").first.click()
    page.get_by_label("帮扶责任人的用户名").fill("nobody")
    page.get_by_role("button", name="所有住户都由他负责").click()
    page.get_by_role("alert").wait_for()


def _mistype_phone(page: Page) -> None:
    page.locator("summary", has_text="修改成员资料").click()
    form = page.locator("details", has_text="修改成员资料")
    form.get_by_label("谁").select_option(index=1)
    form.get_by_label("哪一项").select_option("phone")
    form.get_by_label("改成").fill("12345")
    form.get_by_role("button", name="保存修改").click()
    page.get_by_role("alert").wait_for()


def _merge_into_nothing(page: Page) -> None:
    page.locator("summary", has_text="并到另一户").click()
    form = page.locator("details", has_text="并到另一户")
    form.get_by_label("另一户所在的村").select_option(index=1)
    form.get_by_label("另一户的户编号").fill("NONE-1")
    form.get_by_role("button", name="并户").click()
    page.get_by_role("alert").wait_for()


def _show_older(page: Page) -> None:
    page.get_by_role("link", name="更早的").click()
    page.get_by_text("登记入册").wait_for()


REGISTER = (
    Place("register-list", LIST, account="clerk", console=True),
    Place("register-list", LIST, "reader", account="cadre", console=True),
    Place("register-list", LIST, "choose", account="steward", console=True),
    Place("register-list", ELSEWHERE, "empty", account="steward", console=True),
    Place("register-list", LIST, "group", account="clerk", console=True, act=_show_group),
    Place(
        "register-list",
        LIST,
        "officer",
        account="clerk",
        console=True,
        act=_assign_nobody,
        refusal=404,
    ),
    Place("register-search", LIST, account="cadre", console=True, act=_find),
    Place("register-search", LIST, "none", account="cadre", console=True, act=_find_nobody),
    Place("register-search", LIST, "wrong", account="clerk", console=True, act=_search_nothing),
    Place("register-household", LARGE, account="clerk", console=True),
    Place(
        "register-household",
        LARGE,
        "forms",
        account="steward",
        console=True,
        act=measuring.open_all,
    ),
    Place("register-household", LARGE, "wrong", account="clerk", console=True, act=_mistype_phone),
    Place(
        "register-household",
        LARGE,
        "refused",
        account="clerk",
        console=True,
        act=_merge_into_nothing,
        refusal=404,
    ),
    Place("register-household", LARGE, "403", status=403, account="cadre", console=True),
    Place(
        "register-household", f"{LIST}/999999999", "404", status=404, account="clerk", console=True
    ),
    Place("register-history", f"{LARGE}/history", account="clerk", console=True),
    Place(
        "register-history",
        f"{LARGE}/history",
        "older",
        account="clerk",
        console=True,
        act=_show_older,
    ),
    Place(
        "register-history",
        f"{LIST}/{{s.register[ended]}}",
        "ended",
        account="clerk",
        console=True,
    ),
    Place("register-doors", DOORS, account="clerk", console=True),
    Place(
        "register-doors",
        f"{LIST}/doors/{{s.register[empty_village]}}",
        "empty",
        account="steward",
        console=True,
    ),
)
