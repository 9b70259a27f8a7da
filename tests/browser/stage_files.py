"""Drafts with files in the states a page shows, and an item that has some."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from app.disclosure import service
from app.disclosure.models import Draft
from app.gateways.storage.local import LocalStorage
from tests.attachments import making
from tests.browser.stage_desk import Desk
from tests.disclosure.filing import PDF, workbook

LONG_NAME = (
    "关于青杠林村2026年第三季度农村最低生活保障对象动态管理调整情况的公示名单（第二次修改稿）.xlsx"
)


def set_up(session: Session, *, village: str, store: str) -> dict[str, int]:
    """Bring files into every state; gives the numbers of their drafts by name."""
    desk, storage = Desk(session, village), LocalStorage(Path(store))

    def hang(draft: Draft, name: str, content: bytes) -> int:
        return service.attach(
            session,
            draft_id=draft.id,
            name=name,
            content=content,
            storage=storage,
            actor=desk.author,
        ).id

    filed = desk.write("低保名单公示（带附件）")
    found = hang(filed, LONG_NAME, workbook(with_numbers=True))
    hang(filed, "现场.jpg", making.picture(size=(300, 200)))
    asked = desk.write("低保名单公示（附件待放行）")
    hang(asked, "名单.xlsx", workbook(with_numbers=True))
    asked = desk.submit(asked, "法院要求写明")
    public = desk.write("村民代表会议纪要（带附件）")
    hang(public, "会议纪要.pdf", PDF)
    hang(public, LONG_NAME, workbook())
    hang(public, "现场.jpg", making.picture(size=(300, 200)))
    public = desk.submit(public)
    for number in range(3):
        public = desk.review(public, number)
    return {
        "filed": filed.id,
        "filed_file": found,
        "filed_review": asked.id,
        "filed_item": public.item_id or 0,
    }
