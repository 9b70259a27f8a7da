"""The gate looks into files: what is hidden in them stops a draft, at every step."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import LedgerLine
from app.disclosure import service
from app.disclosure.errors import FilesWaiting, PersonalDataFound, WrongState
from app.disclosure.gate import Key
from app.disclosure.models import Draft, FileScan
from app.disclosure.service import looking
from app.kernel import clock
from app.kernel.access import OPERATOR
from app.kernel.errors import Forbidden
from app.kernel.outbox import OutboxRow
from app.screening import service as screening
from app.screening.service.wording import WordIn
from tests.attachments import making
from tests.disclosure import documents
from tests.disclosure.desk import Desk, desk
from tests.disclosure.filing import Filing, workbook
from tests.factories import COUNTY
from tests.screening import files


@pytest.fixture(name="desk")
def _desk(session: Session) -> Desk:
    return desk(session)


@pytest.fixture
def filing(desk: Desk) -> Filing:
    return Filing(desk)


def test_a_hidden_column_of_numbers_stops_a_draft_until_the_file_is_replaced(
    desk: Desk, filing: Filing
) -> None:
    draft = desk.write()
    file = filing.attach(draft, workbook(with_numbers=True))
    assert {one.finding.kind for one in filing.found(draft)} == {"id_number"}
    assert any("D" in one.where and "隐藏" in one.where for one in filing.found(draft))
    with pytest.raises(PersonalDataFound) as refused:
        desk.submit(draft)
    told = cast(list[dict[str, object]], refused.value.facts["findings"])
    assert {one["file"] for one in told} == {file.id}
    assert "附件" in refused.value.sentence
    assert files.ID[6:14] not in str(refused.value.facts) + refused.value.sentence
    filing.detach(draft, file)
    filing.attach(draft, workbook())
    assert filing.passed(draft).state == "published"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (
            documents.document(documents.table(documents.cell(f"证号 {files.ID}"))),
            "公告.docx",
            "id_number",
        ),
        (files.pdf(f"tel {files.MOBILE}"), "公告.pdf", "phone"),
        (f"张三,{files.MOBILE}\n".encode(), "名单.csv", "phone"),
        (files.pdf(""), "扫描.pdf", "unreadable"),
        (making.PDF.replace(b"Catalog", b"Nothing"), "坏的.pdf", "unreadable"),
    ],
)
def test_whatever_a_file_is_it_is_looked_into(
    desk: Desk, filing: Filing, content: bytes, name: str, kind: str
) -> None:
    draft = desk.write()
    filing.attach(draft, content, name)
    assert kind in {one.finding.kind for one in filing.found(draft) if one.blocks}
    with pytest.raises(PersonalDataFound):
        desk.submit(draft)


def test_a_photograph_has_lost_where_it_was_taken_before_anybody_looks(
    desk: Desk, filing: Filing
) -> None:
    draft = desk.write()
    given = files.picture(gps=True, description=f"电话 {files.MOBILE}")
    assert screening.scan_file(desk.session, given) != []
    file = filing.attach(draft, given, "现场.jpg")
    assert b"GPS" not in filing.storage.files[file.storage_key]
    assert filing.found(draft) == []


def test_a_number_in_a_files_name_is_found_as_well(desk: Desk, filing: Filing) -> None:
    draft = desk.write()
    filing.attach(draft, workbook(), f"低保申请 {files.ID}.xlsx")
    assert [(one.finding.kind, one.where) for one in filing.found(draft)] == [
        ("id_number", "文件名")
    ]


def test_what_was_noted_of_a_file_holds_no_value(desk: Desk, filing: Filing) -> None:
    filing.attach(desk.write(), workbook(with_numbers=True))
    (scan,) = desk.session.scalars(select(FileScan)).all()
    assert scan.total == len(scan.findings) > 0
    assert files.ID[6:14] not in str(scan.findings)


def test_a_file_is_read_once_however_often_the_draft_is_looked_at(
    desk: Desk, filing: Filing
) -> None:
    draft = desk.write()
    filing.attach(draft, workbook())
    filing.storage.fails_with = AssertionError("the store was asked")
    assert filing.passed(draft).state == "published"


def test_a_big_file_waits_for_a_worker_and_holds_the_draft_up_until_then(
    desk: Desk, filing: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "AT_ONCE", 10)
    draft = desk.write()
    file = filing.attach(draft, workbook())
    with pytest.raises(FilesWaiting):
        desk.submit(draft)
    jobs = select(OutboxRow.payload).where(OutboxRow.task == "disclosure.look_into_file")
    assert desk.session.scalars(jobs).all() == [{"attachment_id": file.id}]
    service.look_into(desk.session, file, storage=filing.storage)
    assert desk.submit(draft).state == "first_review"


def _add_word(desk: Desk, word: str) -> None:
    screening.add_word(
        desk.session, wanted=WordIn("sensitive", word, "", ""), county_code=COUNTY, actor=OPERATOR
    )


def test_a_new_word_has_the_files_of_open_drafts_looked_into_again(
    desk: Desk, filing: Filing
) -> None:
    draft = desk.submit(_with_file(desk, filing))
    _add_word(desk, "那玉村")
    with pytest.raises(FilesWaiting):
        desk.review(draft, desk.first)
    assert service.look_again(desk.session, storage=filing.storage) is False
    assert [one.finding.kind for one in filing.found(draft)] == ["sensitive_word"]
    with pytest.raises(PersonalDataFound):
        desk.review(draft, desk.first)


def test_a_scheduled_draft_waits_while_its_files_are_looked_into_again(
    desk: Desk, filing: Filing
) -> None:
    due = clock.now().replace(microsecond=0)
    draft = desk.write(publish_at=due.replace(year=due.year + 1, month=1, day=1))
    filing.attach(draft, workbook())
    draft = filing.passed(draft)
    assert draft.state == "scheduled"
    draft.publish_at = due
    desk.session.flush()
    _add_word(desk, "无关的词")
    service.publish_due(desk.session)
    assert draft.state == "scheduled"
    service.look_again(desk.session, storage=filing.storage)
    service.publish_due(desk.session)
    assert draft.state == "published"


def test_what_is_published_already_waits_for_nothing(desk: Desk, filing: Filing) -> None:
    draft = filing.passed(_with_file(desk, filing))
    _add_word(desk, "无关的词")
    assert filing.found(draft) == []
    assert service.look_again(desk.session, storage=filing.storage) is False


def _with_file(desk: Desk, filing: Filing, *, with_numbers: bool = False) -> Draft:
    draft = desk.write()
    filing.attach(draft, workbook(with_numbers=with_numbers))
    return draft


def _keys(filing: Filing, draft: Draft) -> list[Key]:
    return [one.key for one in filing.found(draft)]


def test_a_second_person_lets_places_of_a_file_stand_with_a_reason(
    desk: Desk, filing: Filing
) -> None:
    draft = _with_file(desk, filing, with_numbers=True)
    desk.submit(draft, "法院公告要求写明")
    act = {
        "draft_id": draft.id,
        "version": draft.version,
        "findings": _keys(filing, draft),
        "reason": "法律要求",
    }
    with pytest.raises(PersonalDataFound):
        desk.review(draft, desk.first)
    with pytest.raises(Forbidden):
        service.let_stand(desk.session, actor=desk.author, **act)  # type: ignore[arg-type]
    service.let_stand(desk.session, actor=desk.first, **act)  # type: ignore[arg-type]
    for actor in (desk.first, desk.second, desk.final):
        draft = desk.review(draft, actor)
    assert draft.state == "published"
    lines = desk.session.scalars(select(LedgerLine).where(LedgerLine.act == "let_stand")).all()
    assert [(one.who_id, one.fields) for one in lines] == [(desk.first.staff_id, ["id_number"])]


def test_an_exception_for_one_file_is_none_for_another_nor_for_the_text(
    desk: Desk, filing: Filing
) -> None:
    draft = _with_file(desk, filing, with_numbers=True)
    desk.submit(draft, "法院公告要求写明")
    kind, begins, ends, _sha256, part = _keys(filing, draft)[0]
    for wrong in ((kind, begins, ends), (kind, begins, ends, "0" * 64, part)):
        with pytest.raises(WrongState):
            service.let_stand(
                desk.session,
                draft_id=draft.id,
                version=draft.version,
                findings=[wrong],
                reason="法律要求",
                actor=desk.first,
            )


def test_nobody_lets_stand_what_was_not_looked_into(
    desk: Desk, filing: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "AT_ONCE", 10)
    draft = _with_file(desk, filing)
    desk.submit(draft, "等不及检查")
    with pytest.raises(WrongState):
        service.let_stand(
            desk.session,
            draft_id=draft.id,
            version=draft.version,
            findings=_keys(filing, draft),
            reason="等不及",
            actor=desk.first,
        )


def test_a_file_with_more_places_than_are_listed_goes_back_to_its_author(
    desk: Desk, filing: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "MOST_KEPT", 1)
    draft = _with_file(desk, filing, with_numbers=True)
    rules = {one.finding.rule: one.may_stand for one in filing.found(draft)}
    assert rules["too_many"] is False
