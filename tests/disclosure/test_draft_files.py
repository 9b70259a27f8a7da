"""Files of drafts: kept in their order, locked with the text, gone with the draft."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.attachments import queries as attachments
from app.attachments import service as attachment_service
from app.attachments.models import Attachment
from app.disclosure import queries, service
from app.disclosure.errors import (
    FileKept,
    FileNotOfDraft,
    LinkNowhere,
    LockedTextDiffers,
    SamePerson,
    TooManyFiles,
    WrongState,
)
from app.disclosure.models import DraftText
from app.disclosure.service.desk import text_hash
from app.kernel import clock
from tests.attachments import making
from tests.disclosure.desk import Desk, desk
from tests.disclosure.filing import PDF, Filing, workbook
from tests.factories import OTHER_VILLAGE


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


@pytest.fixture
def filing(desk: Desk) -> Filing:
    return Filing(desk)


def _names(desk: Desk, draft_id: int) -> list[str]:
    return [one.name for one in queries.draft_files(desk.session, draft_id)]


def test_files_keep_the_order_in_which_they_were_hung_on(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    filing.attach(draft, PDF, "乙.pdf")
    first = filing.attach(draft, workbook(), "甲.xlsx")
    filing.attach(draft, making.picture(), "丙.jpg")
    assert _names(desk, draft.id) == ["乙.pdf", "甲.xlsx", "丙.jpg"]
    filing.detach(draft, first)
    filing.attach(draft, workbook(), "丁.xlsx")
    assert _names(desk, draft.id) == ["乙.pdf", "丙.jpg", "丁.xlsx"]


def test_the_same_content_is_hung_on_once(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    filing.attach(draft, PDF, "甲.pdf")
    with pytest.raises(FileKept):
        filing.attach(draft, PDF, "乙.pdf")


def test_only_the_author_hangs_files_on_and_only_while_writing(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    with pytest.raises(SamePerson):
        service.attach(
            desk.session,
            draft_id=draft.id,
            name="甲.pdf",
            content=PDF,
            storage=filing.storage,
            actor=type(desk.author)("other", desk.first.staff_id, desk.author.grants),
        )
    desk.submit(draft)
    with pytest.raises(WrongState):
        filing.attach(draft, PDF)


def test_a_draft_has_at_most_twenty_files(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    for number in range(20):
        filing.attach(draft, f"第 {number} 个".encode(), f"{number}.txt")
    with pytest.raises(TooManyFiles):
        filing.attach(draft, PDF, "甲.pdf")
    assert len(filing.storage.files) == 20


def test_another_file_is_another_text_and_without_files_the_hash_is_the_old_one(
    desk: Desk, filing: Filing
) -> None:
    draft = desk.write()
    bare = text_hash(desk.session, draft)
    file = filing.attach(draft, PDF, "甲.pdf")
    assert text_hash(desk.session, draft) != bare
    filing.detach(draft, file)
    assert text_hash(desk.session, draft) == bare


def test_a_file_changed_behind_the_desk_is_not_published(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    file = filing.attach(draft, PDF, "甲.pdf")
    desk.submit(draft)
    file.name = "乙.pdf"
    desk.session.flush()
    with pytest.raises(LockedTextDiffers):
        desk.review(draft, desk.first)


def test_each_change_of_the_files_is_another_version(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    seen = draft.version
    file = filing.attach(draft, PDF, "甲.pdf")
    assert draft.version == seen + 1
    filing.detach(draft, file)
    assert draft.version == seen + 2


def test_a_kept_text_lists_the_files_it_had(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    file = filing.attach(draft, PDF, "甲.pdf")
    desk.submit(draft)
    text = desk.session.get_one(DraftText, (draft.id, 1))
    assert "甲.pdf" in text.files
    assert file.sha256[:16] in text.files


def test_what_is_taken_off_is_swept_and_what_hangs_on_stays(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    off = filing.attach(draft, PDF, "甲.pdf")
    on = filing.attach(draft, making.picture(), "乙.jpg")
    filing.detach(draft, off)
    with pytest.raises(FileNotOfDraft):
        filing.detach(draft, off)
    for one in (off, on):
        one.uploaded_at = clock.now() - timedelta(days=8)
    desk.session.flush()
    assert attachment_service.sweep(desk.session, storage=filing.storage) == 1
    assert list(filing.storage.files) == [on.storage_key]


def test_a_draft_that_is_given_up_keeps_no_files(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    file = filing.attach(draft, PDF, "甲.pdf")
    service.discard(desk.session, draft_id=draft.id, actor=desk.author)
    assert attachments.uses(desk.session, file.id) == []
    assert _names(desk, draft.id) == []


def test_files_follow_their_draft_to_another_place(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    file = filing.attach(draft, PDF, "甲.pdf")
    service.save_draft(
        desk.session,
        draft_id=draft.id,
        wanted=desk.wanted(division_code=OTHER_VILLAGE),
        version=draft.version,
        actor=desk.author,
    )
    assert desk.session.get_one(Attachment, file.id).division_code == OTHER_VILLAGE


def test_the_database_lets_no_file_go_that_hangs_on_a_draft(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    file = filing.attach(draft, PDF, "甲.pdf")
    attachment_service.release(desk.session, used_by=f"draft:{draft.id}")
    desk.session.delete(file)
    with pytest.raises(IntegrityError):
        desk.session.flush()


def test_a_text_leads_to_no_file_that_was_taken_off(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    file = filing.attach(draft, PDF, "甲.pdf")
    draft.body_markdown = f"见[附件](/files/{file.id}/甲.pdf)。"
    desk.session.flush()
    filing.detach(draft, file)
    with pytest.raises(LinkNowhere):
        desk.submit(draft)
    filing.attach(draft, PDF.replace(b"%%EOF", b"%%EOF\n"), "甲.pdf")
    with pytest.raises(LinkNowhere):
        desk.submit(draft)


def test_a_correction_begins_with_the_files_of_its_item(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    filing.attach(draft, PDF, "甲.pdf")
    draft = filing.passed(draft)
    correction = desk.write(corrects_id=draft.item_id, note="户数", body_markdown="共 13 户。")
    assert _names(desk, correction.id) == ["甲.pdf"]
    service.discard(desk.session, draft_id=correction.id, actor=desk.author)
    assert [one.name for one in queries.item_files(desk.session, draft.item_id or 0)] == ["甲.pdf"]
