"""A bound villager's own pages and the clerk's desk, in every state."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place


def _scan(page: Page) -> None:
    page.get_by_role("link", name="这是我家").click()
    page.get_by_role("heading", name="这是我家").wait_for()


def _mistype(page: Page) -> None:
    _scan(page)
    page.get_by_label("您的姓名").fill("罗阿妹")
    page.get_by_label("身份证号最后四位").fill("12")
    page.get_by_role("button", name="提交").click()
    page.get_by_role("alert").wait_for()


def _reveal(page: Page) -> None:
    page.get_by_role("button", name="的全部信息").first.click()
    page.get_by_role("link", name="看好了，遮起来").wait_for()


def _invite(page: Page) -> None:
    page.get_by_role("button", name="生成邀请码").click()
    page.get_by_role("heading", name="邀请码").wait_for()


def _guess_code(page: Page) -> None:
    page.get_by_label("邀请码").fill("ABCD2345")
    page.get_by_role("button", name="确定").click()
    page.get_by_role("alert").wait_for()


def _give_nothing(page: Page) -> None:
    page.get_by_label("邮箱地址").fill("nobody@x")
    page.get_by_role("button", name="电子邮箱：同意").click()
    page.get_by_role("alert").wait_for()


def _refuse_shortly(page: Page) -> None:
    page.get_by_text("退回申请").click()
    page.get_by_label("原因").fill("  ")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.get_by_role("button", name="退回", exact=True).click()
    page.get_by_role("alert").wait_for()


HEAD, EMPTY, ASKER = "villager-head", "villager-empty", "villager-asker"

OWN = (
    Place("scan", "/d/{s.own.plate}", "home-link"),
    Place("binding-new", "/me/bindings/new", "no-plate", account=EMPTY),
    Place("binding-new", "/d/{s.own.plate}", "notice", account=EMPTY, act=_scan),
    Place("binding-new", "/d/{s.own.plate}", account=ASKER, act=_scan),
    Place("binding-new", "/d/{s.own.plate}", "error", account=ASKER, act=_mistype),
    Place("binding", "/me/bindings/{s.own.head}", account=HEAD),
    Place("binding", "/me/bindings/{s.own.asker}", "waiting", account=ASKER),
    Place("binding", "/me/bindings/{s.own.refused}", "refused", account="villager-refused"),
    Place("households", "/me/household", "empty", account=EMPTY),
    Place("households", "/me/household", account="villager-several"),
    Place("household", "/me/household/{s.own.head}", account=HEAD),
    Place("household", "/me/household/{s.own.head}", "open", account=HEAD, act=_reveal),
    Place("household", "/me/household/{s.own.delegate}", "delegate", account="villager-delegate"),
    Place("household", "/me/household/{s.own.head}", "404", status=404, account=EMPTY),
    Place("household", "/me/household/{s.own.asker}", "409", status=409, account=ASKER),
    Place("accesses", "/me/household/{s.own.head}/accesses", account=HEAD),
    Place(
        "access-question",
        "/me/household/{s.own.head}/accesses/{s.own.line}/question",
        account=HEAD,
    ),
    Place("people", "/me/household/{s.own.head}/people", account=HEAD),
    Place("people", "/me/household/{s.own.head}/people", "code", account=HEAD, act=_invite),
    Place("corrections", "/me/household/{s.own.head}/corrections", account=HEAD),
    Place(
        "correction-new",
        "/me/household/{s.own.head}/corrections/{s.own.person}/residence",
        account=HEAD,
    ),
    Place("consents", "/me/consents", account=HEAD),
    Place("consents", "/me/consents", "error", account=EMPTY, act=_give_nothing),
    Place("confirm", "/me/household/{s.own.away}/confirm", account="villager-away"),
    Place("invitation", "/me/invitation", account="villager-delegate", act=_guess_code),
    Place("rights", "/me/household/{s.own.head}/rights", account=HEAD),
    Place("console-bindings", "/console/bindings", account="clerk", console=True),
    Place("console-binding", "/console/bindings/{s.own.asker}", account="clerk", console=True),
    Place(
        "console-binding",
        "/console/bindings/{s.own.guardian}",
        "error",
        account="clerk",
        console=True,
        act=_refuse_shortly,
    ),
    Place("console-correction", "/console/corrections/{s.own.wish}", account="clerk", console=True),
)
