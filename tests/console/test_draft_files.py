"""The files of a draft on its pages: uploaded, told of, taken off; a Word document read in."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.attachments.models import Attachment
from app.disclosure.models import Draft
from app.gateways.storage.memory import InMemoryStorage
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests.attachments import making
from tests.console.conftest import Browser, Enter, hidden
from tests.disclosure import documents
from tests.disclosure.filing import workbook
from tests.factories import TOWNSHIP, VILLAGE
from tests.screening import files

WRITTEN = {"division_code": VILLAGE, "topic": "dibao", "title": "低保公示", "body_markdown": "甲"}


@pytest.fixture
def storage(app: SunshineApp) -> InMemoryStorage:
    twin = InMemoryStorage()
    app.extensions["storage"] = twin
    return twin


@pytest.fixture
def author(enter: Enter, storage: InMemoryStorage) -> Browser:
    del storage
    return enter("publisher", TOWNSHIP)


@pytest.fixture
def draft(author: Browser) -> str:
    """Write a draft; gives its address."""
    return author.send("/console/drafts/", **WRITTEN).headers["Location"]


def _upload(author: Browser, draft: str, *given: tuple[bytes, str]) -> TestResponse:
    papers = [(BytesIO(content), name) for content, name in given]
    return author.send(f"{draft}/files", files=papers)


def _picture_in_word() -> bytes:
    picture = documents.relation("p1", "image", "media/image1.png")
    body = documents.paragraph("公告", style="1") + documents.table(
        documents.cell("组") + documents.cell("户数"),
        documents.cell("大寨组") + documents.cell("6"),
    )
    return documents.document(
        body + documents.image('r:embed="p1"'),
        relations=picture,
        parts={"word/media/image1.png": making.picture("PNG")},
    )


def test_a_file_is_listed_with_its_kind_size_and_sum(
    author: Browser, draft: str, storage: InMemoryStorage
) -> None:
    assert _upload(author, draft, (workbook(), "名单.xlsx")).status_code == 303
    page = author.get(draft).text
    (key,) = storage.files
    assert "名单.xlsx" in page
    assert "Excel 表格" in page
    assert key in page
    assert "送初审</button>" in page


def test_a_file_that_is_refused_keeps_the_others_not_out(author: Browser, draft: str) -> None:
    answer = _upload(author, draft, (b"MZ\x00", "程序.exe"), (workbook(), "名单.xlsx"))
    assert answer.status_code == 422
    assert "第 1 个文件：不收这种文件" in answer.text
    assert "名单.xlsx" in author.get(draft).text
    assert "请选择要上传的文件" in author.send(f"{draft}/files").text


def test_what_is_hidden_in_a_file_stops_the_draft_and_is_shown_to_its_desk_alone(
    author: Browser, draft: str, enter: Enter, database: Database
) -> None:
    _upload(author, draft, (workbook(with_numbers=True), "名单.xlsx"))
    page = author.get(draft).text
    assert "去掉这个文件" in page
    assert "（隐藏）" in page
    assert "送初审</button>" not in page
    assert files.ID not in page
    with database.reading() as session:
        number = session.scalars(select(Attachment.id)).one()
    passages = author.get(f"{draft}/files/{number}")
    assert f">{files.ID}</mark>" in passages.text
    assert "no-store" in passages.headers["Cache-Control"]
    stranger = enter("publisher", "520203103")
    assert stranger.get(f"{draft}/files/{number}").status_code == 404
    assert author.get(f"{draft}/files/{number + 1}").status_code == 404
    assert author.send(f"{draft}/files/{number}/removal").status_code == 303
    assert "送初审</button>" in author.get(draft).text
    assert author.send(f"{draft}/files/{number}/removal").status_code == 404


def test_the_progress_of_looking_is_told_as_numbers(author: Browser, draft: str) -> None:
    _upload(author, draft, (workbook(), "名单.xlsx"))
    told = author.get(f"{draft}/files/progress").get_json()
    assert told == {"plates": 1, "drawn": 1, "state": "ready"}


def test_the_reviewer_sees_the_files_and_lets_a_place_stand(
    author: Browser, draft: str, enter: Enter
) -> None:
    _upload(author, draft, (workbook(with_numbers=True), "名单.xlsx"))
    version = hidden(author.get(draft), "version")
    author.send(f"{draft}/submission", version=version, exception_reason="法院公告要求写明")
    reviewer = enter("first_reviewer", TOWNSHIP)
    page = reviewer.get(f"{draft}/review")
    assert "附件 名单.xlsx" in page.text
    refused = reviewer.send(f"{draft}/review", version=hidden(page, "version"), verdict="pass")
    assert "附件里有不能公开的内容" in refused.text
    given = [part.split('"')[0] for part in page.text.split('name="finding" value="')[1:]]
    sent = reviewer.send(
        f"{draft}/exceptions", version=hidden(page, "version"), finding=given, reason="法律要求"
    )
    assert sent.status_code == 303
    page = reviewer.get(f"{draft}/review")
    assert "已放行" in page.text
    passed = reviewer.send(f"{draft}/review", version=hidden(page, "version"), verdict="pass")
    assert passed.headers["Location"] == "/console/work"


def test_two_texts_of_a_draft_differ_by_their_files(author: Browser, draft: str) -> None:
    author.send(f"{draft}/submission", version=hidden(author.get(draft), "version"))
    author.send(f"{draft}/call-back")
    _upload(author, draft, (workbook(), "名单.xlsx"))
    assert "附件：名单.xlsx" in author.get(f"{draft}/diff?from=1&to=now").text


def test_a_document_is_read_into_the_form_and_its_picture_becomes_a_file(
    author: Browser, draft: str, database: Database
) -> None:
    page = author.get(f"{draft}/edit")
    answer = author.send(
        f"{draft}/word",
        **{**WRITTEN, "title": "改了的标题"},
        version=hidden(page, "version"),
        word=(BytesIO(_picture_in_word()), "公告.docx"),
    )
    assert answer.status_code == 200
    assert "| 大寨组 | 6 |" in answer.text
    assert "改了的标题" in answer.text
    with database.reading() as session:
        picture = session.scalars(select(Attachment)).one()
        saved = session.scalars(select(Draft)).one()
    assert (saved.title, saved.body_markdown) == ("低保公示", "甲")
    assert f"](/files/{picture.id}/" in answer.text
    text = f"甲\n\n[图 1](/files/{picture.id}/x.png)"
    version = hidden(answer, "version")
    kept = author.send(draft, **{**WRITTEN, "body_markdown": text}, version=version)
    assert kept.status_code == 303
    assert f'href="/console/files/{picture.id}"' in author.get(draft).text


def test_a_document_for_a_new_draft_brings_its_pictures_once_the_draft_is_saved(
    author: Browser, database: Database
) -> None:
    document = _picture_in_word()
    nowhere = author.send("/console/drafts/word", word=(BytesIO(document), "公告.docx"), title="甲")
    assert nowhere.status_code == 422
    assert "公开到哪里" in nowhere.text
    assert 'value="甲"' in nowhere.text
    read = author.send("/console/drafts/word", **WRITTEN, word=(BytesIO(document), "公告.docx"))
    waiting = hidden(read, "files")
    made = author.send("/console/drafts/", **WRITTEN, files=waiting)
    assert "图片1.png" in author.get(made.headers["Location"]).text
    again = author.send("/console/drafts/", **WRITTEN, files=waiting)
    assert again.status_code == 422
    with database.reading() as session:
        assert session.scalars(select(Draft.id)).all() != []


def test_nobody_adopts_a_picture_that_somebody_else_brought(author: Browser, enter: Enter) -> None:
    other = enter("publisher", TOWNSHIP, username="other")
    read = other.send(
        "/console/drafts/word", **WRITTEN, word=(BytesIO(_picture_in_word()), "公告.docx")
    )
    for forged in (hidden(read, "files"), "9" * 18, "x", "-1"):
        answer = author.send("/console/drafts/", **WRITTEN, files=forged)
        assert answer.status_code in {404, 422}, forged


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4"])
def test_what_is_no_document_is_refused_and_nothing_typed_is_lost(
    author: Browser, draft: str, content: bytes
) -> None:
    version = hidden(author.get(f"{draft}/edit"), "version")
    answer = author.send(
        f"{draft}/word",
        **{**WRITTEN, "body_markdown": "写了很久"},
        version=version,
        word=(BytesIO(content), "公告.docx"),
    )
    assert answer.status_code == 422
    assert "写了很久" in answer.text


def test_a_document_read_over_somebody_elses_changes_is_refused(
    author: Browser, draft: str
) -> None:
    version = hidden(author.get(f"{draft}/edit"), "version")
    author.send(draft, **WRITTEN, version=version)
    answer = author.send(
        f"{draft}/word", **WRITTEN, version=version, word=(BytesIO(_picture_in_word()), "公告.docx")
    )
    assert answer.status_code == 409
