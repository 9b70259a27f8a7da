"""The village's fund in every state: villagers' pages and the desk of clerk and committee."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place


def _write_wrongly(page: Page) -> None:
    page.get_by_label("收支和类别").select_option(index=1)
    page.get_by_label("金额（元）").fill("1.2万")
    page.get_by_label("摘要").fill("门面租金")
    page.get_by_label("审批人（公开）").fill("村委会主任 李春分")
    page.get_by_role("button", name="记入，接着记下一笔").click()
    page.get_by_role("alert").wait_for()


def _ask_shortly(page: Page) -> None:
    page.get_by_label("您想问什么").fill("  ")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.get_by_role("button", name="提交疑问").click()
    page.get_by_role("alert").wait_for()


ASK = "/v/{s.village}/funds/{s.funds.month}/lines/1/question"
DESK = "/console/funds"

FUNDS = (
    Place("funds", "/v/{s.village}/funds"),
    Place("funds", "/v/{s.empty_village}/funds", "empty"),
    Place("funds", "/v/{s.longest_village}/funds", "long"),
    Place("fund-month", "/v/{s.village}/funds/{s.funds.month}"),
    Place("fund-month", "/v/{s.longest_village}/funds/{s.funds.long_month}", "long"),
    Place("fund-question", ASK, "401", status=401),
    Place("fund-question", ASK, account="villager-head"),
    Place("fund-question", ASK, "not-bound", account="villager-empty"),
    Place("fund-question", ASK, "error", account="villager-head", act=_ask_shortly),
    Place("fund-villages", DESK, account="admin", status=403, console=True),
    Place("fund-village", f"{DESK}/{{s.village}}", account="clerk", console=True),
    Place("fund-entry", f"{DESK}/months/{{s.funds.open}}", account="clerk", console=True),
    Place(
        "fund-entry",
        f"{DESK}/months/{{s.funds.open}}",
        "error",
        account="clerk",
        act=_write_wrongly,
        console=True,
    ),
    Place("fund-line", f"{DESK}/lines/{{s.funds.line}}", account="clerk", console=True),
    Place("fund-closed", f"{DESK}/months/{{s.funds.closed}}", account="committee", console=True),
    Place("fund-questions", f"{DESK}/questions", account="committee", console=True),
    Place("fund-answer", f"{DESK}/questions/{{s.funds.question}}", account="clerk", console=True),
)
