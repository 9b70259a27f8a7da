"""Files at the console: the list, and what was refused."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Place


def _upload_old_word(page: Page) -> None:
    page.get_by_label("属于哪里").select_option(index=1)
    page.get_by_label("文件（可以选几个）").set_input_files(
        {
            "name": "旧.doc",
            "mimeType": "application/msword",
            "buffer": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        }
    )
    page.get_by_role("button", name="上传").click()
    page.locator("[data-upload-faults]").wait_for()


ATTACHMENTS = (
    Place("console-attachments", "/console/attachments", account="publisher", console=True),
    Place(
        "console-attachments",
        "/console/attachments",
        "error",
        account="publisher",
        console=True,
        act=_upload_old_word,
    ),
)
