"""The pages of the editorial desk, in every state."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place
from tests.disclosure import documents


def _save_nothing(page: Page) -> None:
    page.get_by_label("标题").fill(" ")
    page.get_by_label("正文").fill(" ")
    page.get_by_label("栏目").select_option(index=1)
    page.get_by_label("公开到哪里").select_option(index=1)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("alert").wait_for()


def _return_without_words(page: Page) -> None:
    page.get_by_role("button", name="退回", exact=True).click()
    page.get_by_role("alert").wait_for()


def _pass_what_is_found(page: Page) -> None:
    page.get_by_role("button", name="通过").click()
    page.get_by_role("alert").wait_for()


def _read_word(page: Page) -> None:
    page.locator("summary", has_text="从 Word 文档读入").click()
    document = documents.document(
        documents.paragraph("公告", style="1")
        + documents.table(documents.cell("组") + documents.cell("户数", across=2))
    )
    page.get_by_label("Word 文档").set_input_files(
        {"name": "公告.docx", "mimeType": "application/octet-stream", "buffer": document}
    )
    page.get_by_role("button", name="读进正文").click()
    page.get_by_role("status").wait_for()


def _desk(
    page: str, address: str, state: str = "", *, as_: str = "publisher", **more: object
) -> Place:
    return Place(page, address, state, account=as_, console=True, **more)  # type: ignore[arg-type]


DRAFT = "/console/drafts/{s.desk[%s]}"
DESK_PAGES = (
    _desk("work", "/console/work"),
    _desk("work", "/console/work", "reviewer", as_="reviewer1"),
    _desk("work", "/console/work", "empty", as_="committee"),
    _desk("work_calendar", "/console/work/calendar", as_="reviewer1"),
    _desk("work_calendar", "/console/work/calendar", "funds", as_="committee"),
    _desk("drafts", "/console/drafts"),
    _desk("drafts", "/console/drafts?q=没有这样的", "none"),
    _desk("draft_form", "/console/drafts/new"),
    _desk("draft_form", "/console/drafts/new", "refused", act=_save_nothing),
    _desk("draft_form", DRAFT % "long" + "/edit", "long"),
    _desk("draft", DRAFT % "clean"),
    _desk("draft", DRAFT % "long", "long"),
    _desk("draft", DRAFT % "found", "found"),
    _desk("draft", DRAFT % "filed", "files"),
    _desk("draft_file", DRAFT % "filed" + "/files/{s.desk[filed_file]}"),
    _desk("draft_review", DRAFT % "filed_review" + "/review", "files", as_="reviewer1"),
    _desk("draft_form", DRAFT % "clean" + "/edit", "word", act=_read_word),
    _desk("item_kept", "/console/items/{s.desk[filed_item]}", "files"),
    Place("item", "/items/{s.desk[filed_item]}", "files"),
    _desk("draft", DRAFT % "returned", "returned"),
    _desk("draft", DRAFT % "scheduled", "scheduled"),
    _desk("draft", DRAFT % "hasty", "hasty"),
    _desk("draft", DRAFT % "clean", "final-reviewer", as_="reviewer3"),
    _desk("draft_diff", DRAFT % "again" + "/diff?from=1&to=2"),
    _desk("draft_review", DRAFT % "again" + "/review", as_="reviewer1"),
    _desk(
        "draft_review",
        DRAFT % "again" + "/review",
        "refused",
        as_="reviewer1",
        act=_return_without_words,
    ),
    _desk("draft_review", DRAFT % "asked" + "/review", "found", as_="reviewer1"),
    _desk(
        "draft_review",
        DRAFT % "asked" + "/review",
        "blocked",
        as_="reviewer1",
        act=_pass_what_is_found,
    ),
    _desk("draft_review", DRAFT % "hasty" + "/review", "late", as_="reviewer2"),
    _desk("items", "/console/items"),
    _desk("items", "/console/items?state=expired", "none"),
    _desk("items_ended", "/console/items/ended"),
    _desk("items_ended", "/console/items/ended?q=没有这样的", "none"),
    _desk("settings", "/console/settings", as_="admin"),
    _desk("settings", "/console/settings?kind=income&use=retired", "none", as_="admin"),
    _desk("item_kept", "/console/items/{s.desk[hasty_item]}"),
    _desk("draft_form", "/console/items/{s.desk[hasty_item]}/correction", "correction"),
    _desk("words", "/console/words", as_="admin"),
    Place("item", "/items/{s.desk[hasty_item]}", "urgent"),
)
