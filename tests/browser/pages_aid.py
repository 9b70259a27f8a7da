"""Aid lists in every state: the desk's pages, the public list, the form beside it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place

DESK = "/console/aid"


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="核对名单").click()
    page.get_by_role("alert").wait_for()


def _object_shortly(page: Page) -> None:
    page.get_by_label("对哪一点有异议").fill("  ")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.get_by_role("button", name="提交异议").click()
    page.get_by_role("alert").wait_for()


def _answer_nothing(page: Page) -> None:
    page.get_by_label("答复", exact=True).fill(" ")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.get_by_role("button", name="答复并公开").click()
    page.get_by_role("alert").wait_for()


def _desk(page: str, address: str, state: str = "", **more: object) -> Place:
    return Place(page, address, state, account="publisher", console=True, **more)  # type: ignore[arg-type]


UPLOAD = f"{DESK}/uploads/{{s.aid[%s]}}"
AID = (
    Place("aid-item", "/items/{s.aid[item]}"),
    Place("aid-objection", "/items/{s.aid[item]}/objection"),
    Place("aid-objection", "/items/{s.aid[item]}/objection", "error", act=_object_shortly),
    Place("aid-objection", "/items/{s.aid[item]}/objection/thanks", "done"),
    _desk("aid-lists", DESK),
    _desk("aid-lists", f"{DESK}?kind=farm_subsidy", "none"),
    _desk("aid-mapping", UPLOAD % "uploaded"),
    _desk("aid-mapping", UPLOAD % "uploaded", "stopped", act=_go_on),
    _desk("aid-plan", UPLOAD % "planned"),
    _desk("aid-draft", "/console/drafts/{s.aid[draft]}", "found"),
    _desk("aid-objections", f"{DESK}/objections"),
    _desk("aid-answer", f"{DESK}/objections/{{s.aid[objection]}}"),
    _desk("aid-answer", f"{DESK}/objections/{{s.aid[objection]}}", "error", act=_answer_nothing),
    _desk("aid-answer", f"{DESK}/objections/{{s.aid[answered]}}", "answered"),
)
