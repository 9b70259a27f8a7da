"""Pages of signing in, of one's own account, of accounts and approvals, in every state."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import xlsxwriter
from playwright.sync_api import Page

from tests.browser.pages import Place
from tests.browser.stage_staff import PASSWORD


def _sign_in_as(username: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/console/*/**")

    return act


def _mistype_code(page: Page) -> None:
    _sign_in_as("coder")(page)
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("button", name="继续").click()
    page.get_by_role("alert").wait_for()


def _mistype_password(page: Page) -> None:
    page.get_by_label("现在的密码").fill("not this one")
    page.get_by_label("新密码", exact=True).fill("quite another password")
    page.get_by_label("再输一次新密码").fill("quite another password")
    page.get_by_role("button", name="换成新密码").click()
    page.get_by_role("alert").wait_for()


def _renew_codes(page: Page) -> None:
    page.get_by_role("button", name="换一批恢复码").click()
    page.get_by_role("heading", name="新的恢复码").wait_for()


def _upload(page: Page, rows: list[list[str]]) -> None:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["用户名", "姓名", "角色", "区划代码"], *rows]):
            sheet.write_row(number, 0, row)
    page.get_by_label("账号表（.xlsx）").set_input_files(
        {"name": "a.xlsx", "mimeType": "application/octet-stream", "buffer": file.getvalue()}
    )
    page.get_by_role("button", name="开通这一批").click()


def _upload_bad_rows(page: Page) -> None:
    _upload(page, [["好", "", "cadre", "520203"], ["li", "", "皇帝", "520203"]])
    page.get_by_role("alert").wait_for()


def _upload_good_rows(page: Page) -> None:
    _upload(
        page,
        [
            ["screens.one", "陈一", "门牌安装员", "520203102213"],
            [
                "screens.a-rather-long-username.of-somebody",
                "欧阳上官",
                "门牌安装员",
                "520203102213",
            ],
        ],
    )
    page.get_by_role("heading", name="初始密码").wait_for()


def _ask_too_much(page: Page) -> None:
    page.get_by_label("角色或权限").select_option("households.minors")
    page.get_by_role("button", name="提出", exact=True).first.click()
    page.get_by_role("alert").wait_for()


STAFF = (
    Place("console-code", "/console/sign-in", console=True, act=_sign_in_as("coder")),
    Place("console-code", "/console/sign-in", "wrong", console=True, act=_mistype_code),
    Place("console-password", "/console/sign-in", console=True, act=_sign_in_as("newcomer")),
    Place(
        "console-password",
        "/console/account/password",
        "wrong",
        account="committee",
        console=True,
        act=_mistype_password,
    ),
    Place("console-enrol", "/console/sign-in", console=True, act=_sign_in_as("enroller")),
    Place("console-step-up", "/console/accounts/new", status=401, account="admin!", console=True),
    Place("console-account", "/console/account", account="cadre", console=True),
    Place("console-account", "/console/account", "plain", account="installer", console=True),
    Place(
        "console-recovery",
        "/console/account",
        account="reviewer1",
        console=True,
        act=_renew_codes,
    ),
    Place("console-accounts", "/console/accounts", account="admin", console=True),
    Place(
        "console-accounts", "/console/accounts?name=nobody", "none", account="admin", console=True
    ),
    Place("console-accounts-new", "/console/accounts/new", account="admin", console=True),
    Place(
        "console-accounts-new",
        "/console/accounts/new",
        "error",
        account="admin",
        console=True,
        act=_upload_bad_rows,
    ),
    Place(
        "console-accounts-opened",
        "/console/accounts/new",
        account="admin",
        console=True,
        act=_upload_good_rows,
    ),
    Place(
        "console-account-of", "/console/accounts/{s.staff[waiting]}", account="admin", console=True
    ),
    Place(
        "console-account-of",
        "/console/accounts/{s.staff[waiting]}",
        "error",
        account="admin",
        console=True,
        act=_ask_too_much,
    ),
    Place(
        "console-account-of",
        "/console/accounts/{s.staff[admin]}",
        "own",
        account="admin",
        console=True,
    ),
    Place(
        "console-account-of",
        "/console/accounts/{s.visits[carrier]}",
        "pack",
        account="admin",
        console=True,
    ),
    Place("console-approvals", "/console/approvals", account="steward", console=True),
    Place("console-approvals", "/console/approvals", "admin", account="admin", console=True),
)
