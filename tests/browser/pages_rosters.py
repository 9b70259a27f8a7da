"""Rosters at the console, at every step."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place


def _upload_picture(page: Page) -> None:
    page.get_by_label("名册文件").set_input_files(
        {"name": "名单.xlsx", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n\x00\x00"}
    )
    page.get_by_role("button", name="上传").click()
    page.get_by_role("alert").wait_for()


def _at(step: str, state: str, address: str = "") -> Place:
    return Place(
        "console-roster",
        f"/console/rosters/{{s.rosters[{step}]}}{address}",
        state,
        account="clerk",
        console=True,
    )


ROSTERS = (
    Place("console-rosters", "/console/rosters", account="clerk", console=True),
    Place(
        "console-rosters",
        "/console/rosters",
        "error",
        account="clerk",
        console=True,
        act=_upload_picture,
    ),
    _at("columns", "columns"),
    _at("headless", "headless"),
    _at("running", "running"),
    _at("planned", "planned"),
    _at("planned", "refused", "?outcome=refuse"),
    _at("planned", "empty", "?outcome=add"),
    _at("done", "done"),
)
