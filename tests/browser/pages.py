"""Every page with its states: where it is, as whom, and what happens before one looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.stage import Staged


@dataclass(frozen=True)
class Place:
    """A page in one state; its name is the screenshot's."""

    page: str
    address: str
    state: str = ""
    status: int = 200
    account: str | None = None
    act: Callable[[Page], object] | None = None
    console: bool = False
    agent: str | None = None  # what the browser calls itself
    refusal: int = 422  # what the act is answered with, where it is refused

    def path(self, staged: Staged) -> str:
        """Fill in what the staging decided."""
        return self.address.format(s=staged)


def _report(page: Page) -> None:
    page.get_by_label("破损或看不清").check()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="谢谢，已经记下").wait_for()


def _open_township(page: Page) -> None:
    page.locator("summary", has_text="岩脚镇").click()


def _fail_to_sign_in(page: Page) -> None:
    page.get_by_label("用户名").fill("nobody")
    page.get_by_label("密码").fill("not this one")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("alert").wait_for()


def _upload_bad_rows(page: Page) -> None:
    page.get_by_label("或者上传门牌清单（CSV）").set_input_files(
        {"name": "doors.csv", "mimeType": "text/csv", "buffer": BAD_ROWS.encode()}
    )
    page.get_by_role("button", name="发号").click()
    page.get_by_role("alert").wait_for()


BAD_ROWS = "group,house_number,label\n大寨组,901号,\n没有的组,902号,\n大寨组,901号,\n"

PORTAL = (
    Place("home", "/"),
    Place("home", "/", "township", act=_open_township),
    Place("village", "/v/{s.village}"),
    Place(
        "village",
        "/v/{s.village}",
        "older",
        act=lambda p: p.get_by_role("link", name="看更早的公开").click(),
    ),
    Place("village", "/v/{s.empty_village}", "empty"),
    Place("village", "/v/{s.longest_village}", "longest"),
    Place("scan", "/d/{s.plates[installed]}"),
    Place("scan", "/d/{s.plates[damaged]}", "damaged"),
    Place("scan", "/d/{s.plates[replaced]}", "replaced"),
    Place("scan", "/d/{s.plates[printed]}", "installer", account="installer"),
    Place("topic", "/v/{s.village}/topics/dibao"),
    Place("topic", "/v/{s.empty_village}/topics/dibao", "empty"),
    Place("item", "/items/{s.items[table]}"),
    Place("item", "/items/{s.items[longest]}", "longest"),
    Place("item", "/items/{s.items[corrected]}", "corrected"),
    Place("revision", "/items/{s.items[corrected]}/revisions/1"),
    Place("board", "/v/{s.village}/board"),
    Place("board", "/v/{s.empty_village}/board", "empty"),
    Place("report", "/d/{s.plates[to_report]}/report"),
    Place("report", "/d/{s.plates[to_report]}/report", "done", act=_report),
    Place("error", "/no-such-page", "404", status=404),
    Place("error", "/d/0000000000000", "404-plate", status=404),
    Place("error", "/items/{s.items[withdrawn]}", "410-item", status=410),
    Place("error", "/d/{s.plates[revoked]}", "410-plate", status=410),
    Place("api", "/api/v1/"),
)

CONSOLE = (
    Place("console-sign-in", "/console/sign-in", console=True),
    Place("console-sign-in", "/console/sign-in", "wrong", console=True, act=_fail_to_sign_in),
    Place("console-error", "/console/doorplates", "401", status=401, console=True),
    Place(
        "console-error", "/console/doorplates", "403", status=403, account="installer", console=True
    ),
    Place("console-home", "/console/", "installer", account="installer", console=True),
    Place("console-home", "/console/", "publisher", account="publisher", console=True),
    Place("console-batches", "/console/doorplates", account="clerk", console=True),
    Place(
        "console-batches",
        "/console/doorplates",
        "error",
        account="clerk",
        console=True,
        act=_upload_bad_rows,
    ),
    Place("console-batch", "/console/doorplates/1", account="clerk", console=True),
    Place(
        "console-batch",
        "/console/doorplates/{s.batch}",
        "drawing",
        account="clerk",
        console=True,
    ),
    Place(
        "console-plate",
        "/console/plates/{s.plates[printed]}",
        account="installer",
        console=True,
    ),
    Place(
        "console-plate",
        "/console/plates/{s.plates[installed]}",
        "installed",
        account="admin",
        console=True,
    ),
    Place("console-jobs", "/console/jobs", account="admin", console=True),
)
