"""The pages of visits and of the offline application, in every state."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place

WAITING = "/console/visits/waiting/{s.village}/{s.visits[waiting]}"
NEW = "/console/visits/new/{s.village}/{s.visits[household]}"
NEED = "/console/visits/needs/{s.village}/{s.visits[need]}"


def _save_nothing(page: Page) -> None:
    page.get_by_role("button", name="保存").click()
    page.get_by_role("alert").wait_for()


def _drop_without_reason(page: Page) -> None:
    page.get_by_label("不采用").check()
    page.get_by_role("button", name="确认").click()
    page.get_by_role("alert").wait_for()


def _choose(page: Page) -> None:
    page.locator("#prepare-form").wait_for()
    page.get_by_label("阿妹戚托幸福家园安置点").check()


def _mistype(page: Page) -> None:
    _choose(page)
    page.get_by_label("设一个口令").fill("123456")
    page.get_by_label("再输一次").fill("123456")
    page.get_by_role("button", name="准备").click()
    page.get_by_text("太容易猜到").wait_for()


def _prepare(page: Page) -> None:
    _choose(page)
    page.get_by_label("设一个口令").fill("481516")
    page.get_by_label("再输一次").fill("481516")
    page.get_by_role("button", name="准备").click()
    page.get_by_label("门牌编号").wait_for()


def _open_household(page: Page) -> None:
    _prepare(page)
    page.get_by_text("从名单里找").click()
    page.locator("#households button").first.click()
    page.get_by_role("heading", name="记录走访").wait_for()


def _log(page: Page) -> None:
    _open_household(page)
    page.get_by_label("情况").fill("家里一切都好")
    page.get_by_role("button", name="保存在这台设备上").click()
    page.get_by_text("已加密存在这台设备上").wait_for()


def _mistype_pin(page: Page) -> None:
    _prepare(page)
    page.get_by_role("button", name="上锁").click()
    page.get_by_label("口令", exact=True).fill("000000")
    page.locator("#pin-form").get_by_role("button", name="打开").click()
    page.get_by_text("还可以试").wait_for()


VISITS = (
    Place("visits", "/console/visits", account="cadre", console=True),
    Place("visits", "/console/visits?state=declined", "empty", account="cadre", console=True),
    Place("visit-new", NEW, account="cadre", console=True),
    Place("visit-new", NEW, "wrong", account="cadre", console=True, act=_save_nothing),
    Place("visit", "/console/visits/{s.village}/{s.visits[visit]}", account="cadre", console=True),
    Place("need", NEED, account="cadre", console=True),
    Place(
        "need",
        "/console/visits/needs/{s.village}/{s.visits[done]}",
        "done",
        account="cadre",
        console=True,
    ),
    Place("waiting", WAITING, account="cadre", console=True),
    Place("waiting", WAITING, "wrong", account="cadre", console=True, act=_drop_without_reason),
    Place("packs", "/console/visits/packs", account="cadre", console=True),
    Place("offline", "/console/offline/", "prepare", account="cadre", console=True, act=_choose),
    Place("offline", "/console/offline/", "weak", account="cadre", console=True, act=_mistype),
    Place("offline", "/console/offline/", "open", account="cadre", console=True, act=_prepare),
    Place(
        "offline",
        "/console/offline/",
        "household",
        account="cadre",
        console=True,
        act=_open_household,
    ),
    Place("offline", "/console/offline/", "logged", account="cadre", console=True, act=_log),
    Place("offline", "/console/offline/", "pin", account="cadre", console=True, act=_mistype_pin),
)
