"""The pages of a household's record, in every state."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place

ASK = "/console/plates/{s.records.lived}/household"
RECORD = "/console/records/{s.records.open}"
ALL = "/console/records/{s.records.all}"
FORGE = """() => {
  const form = document.getElementById("reveal"), shown = document.querySelector("[name=wanted]");
  const other = document.createElement("button");
  other.name = "wanted";
  other.value = shown.value.replace("name", "money");
  form.append(other);
  other.click();
}"""


def _without_reason(page: Page) -> None:
    page.get_by_label("其他", exact=True).check()
    page.get_by_role("button", name="打开").click()
    page.get_by_role("alert").wait_for()


def _reveal(page: Page) -> None:
    page.get_by_role("button", name="显示全文").nth(2).click()
    page.get_by_role("link", name="回到住户信息").wait_for()


def _reveal_name(page: Page) -> None:
    page.get_by_role("button", name="显示全文").first.click()
    page.get_by_role("link", name="回到住户信息").wait_for()


def _want_a_code(page: Page) -> None:
    page.get_by_role("button", name="显示全文").first.click()
    page.get_by_label("验证码").wait_for()


def _ask_for_more(page: Page) -> None:
    page.evaluate(FORGE)
    page.get_by_role("alert").wait_for()


def _place(
    page: str, address: str, state: str = "", *, account: str = "reader", status: int = 200
) -> Place:
    return Place(page, address, state, status=status, account=account, console=True)


RECORDS = (
    Place("scan", "/d/{s.records.lived}", "cadre", account="reader"),
    _place("record-purpose", ASK),
    Place("record-purpose", ASK, "wrong", account="reader", console=True, act=_without_reason),
    _place("record-purpose", "/console/households/{s.records.household}/opening", "register"),
    _place("record-nobody", "/console/plates/{s.records.nobody}/household"),
    _place("record", RECORD),
    _place("record", ALL, "all", account="reader-of-all"),
    _place("record", "/console/records/{s.records.bare}", "bare"),
    _place("record-closed", "/console/records/{s.records.closed}", status=410),
    Place("record-revealed", RECORD, account="reader", console=True, act=_reveal),
    Place("record-revealed", ALL, "long", account="reader-of-all", console=True, act=_reveal_name),
    Place("record-revealed", RECORD, "refused", account="reader", console=True, act=_ask_for_more),
    Place(
        "record-revealed",
        "/console/records/{s.records.unproved}",
        "step-up",
        account="reader-unproved",
        console=True,
        act=_want_a_code,
    ),
)
