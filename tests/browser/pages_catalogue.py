"""The catalogue, the board and the holidays at the console."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place
from tests.catalogue.sheets import row, wide_csv


def _upload_faulty(page: Page) -> None:
    page.locator("summary", has_text="上传一版目录").click()
    page.locator("#field").select_option("social_assistance")
    content = wide_csv(row(1, "低保", "政策"), row(2, "低保", "名单", level="", basis="无"))
    page.get_by_label("目录文件").set_input_files(
        {"name": "目录.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("alert").wait_for()


def _make_feed(page: Page) -> None:
    page.get_by_role("button", name="生成日历地址").click()
    page.get_by_role("status").wait_for()


def _at(page: str, address: str, state: str = "", *, account: str = "admin") -> Place:
    return Place(f"console-{page}", f"/console/{address}", state, account=account, console=True)


CATALOGUE = (
    _at("board", "board"),
    _at("board", "board", "publisher", account="publisher"),
    _at("board", "board?state=late&month=2001-01", "empty"),
    Place(
        "console-board", "/console/board", "feed", account="publisher", console=True, act=_make_feed
    ),
    _at("board-calendar", "board/calendar"),
    _at("board-event", "board/events/new?place={s.village}"),
    _at("catalogue", "catalogue"),
    Place(
        "console-catalogue",
        "/console/catalogue",
        "error",
        account="admin",
        console=True,
        act=_upload_faulty,
    ),
    _at("catalogue-version", "catalogue/versions/{s.catalogue[draft]}", "draft"),
    _at("catalogue-version", "catalogue/versions/{s.catalogue[effective]}"),
    _at("holidays", "holidays"),
    _at("holidays", "holidays?year=2098", "unknown"),
)
