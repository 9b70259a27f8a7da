"""The auditor's pages and both inboxes, in every state."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place


def _ask_for_letters(page: Page) -> None:
    page.goto("/console/audit?household=abc")
    page.get_by_role("alert").wait_for()


LEDGER = (
    Place("audit", "/console/audit", account="auditor", console=True),
    Place("audit", "/console/audit?household=999999", "none", account="auditor", console=True),
    Place(
        "audit", "/console/audit", "wrong", account="auditor", console=True, act=_ask_for_letters
    ),
    Place("audit-flags", "/console/audit/flags", account="auditor", console=True),
    Place("audit-questions", "/console/audit/questions", account="auditor", console=True),
    Place(
        "audit-question",
        "/console/audit/questions/{s.question}",
        account="auditor",
        console=True,
    ),
    Place(
        "audit-question", "/console/audit/questions/1", "answered", account="auditor", console=True
    ),
    Place("audit-check", "/console/audit/check", account="auditor", console=True),
    Place("console-inbox", "/console/inbox", account="auditor", console=True),
    Place("console-inbox", "/console/inbox", "empty", account="installer", console=True),
    Place("inbox", "/me/inbox", account="villager"),
    Place("questions", "/me/questions", account="villager"),
)
