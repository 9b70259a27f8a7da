"""Files at the console: uploaded, found, looked at, withdrawn, exported."""

from __future__ import annotations

import csv
import io
import re
from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.attachments import service
from app.attachments.models import Attachment
from app.console import attachment_shapes as shapes
from app.gateways.storage.memory import InMemoryStorage
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests.attachments import making
from tests.console.conftest import Browser, Enter, shown
from tests.factories import COUNTY, OTHER_VILLAGE, VILLAGE

MB = 1024 * 1024


@pytest.fixture(autouse=True)
def storage(app: SunshineApp) -> InMemoryStorage:
    app.extensions["storage"] = twin = InMemoryStorage()
    return twin


def _upload(browser: Browser, *files: tuple[bytes, str], division: str = VILLAGE) -> TestResponse:
    return browser.send(
        "/console/attachments",
        division=division,
        files=[(BytesIO(content), name) for content, name in files],
    )


def _kept(county: Database) -> list[Attachment]:
    with county.reading() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.id)))


def _keep(
    county: Database, storage: InMemoryStorage, *, name: str = "公告.pdf", place: str = VILLAGE
) -> Attachment:
    with county.unit_of_work() as session:
        return service.keep(
            session,
            content=making.PDF,
            name=name,
            division_code=place,
            actor=OPERATOR,
            storage=storage,
        )


def test_several_files_are_uploaded_at_once(enter: Enter, county: Database) -> None:
    browser = enter("publisher", VILLAGE)
    answer = _upload(browser, (making.PDF, "公告.pdf"), (making.picture(), "会议.jpg"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/attachments?kept=2")
    assert [(one.name, one.division_code) for one in _kept(county)] == [
        ("公告.pdf", VILLAGE),
        ("会议.jpg", VILLAGE),
    ]
    page = browser.get("/console/attachments?kept=2")
    assert "上传了2个文件" in shown(page)
    assert "没有公开" in shown(page)


def test_a_file_that_is_refused_does_not_keep_the_others_out(
    enter: Enter, county: Database, storage: InMemoryStorage
) -> None:
    browser = enter("publisher", VILLAGE)
    answer = _upload(browser, (making.OLE, "旧.doc"), (making.PDF, "公告.pdf"))
    assert answer.status_code == 422
    assert "第1个文件：这是旧格式的办公文件" in shown(answer)
    assert "上传了1个文件" in shown(answer)
    assert [one.name for one in _kept(county)] == ["公告.pdf"]
    assert len(storage.files) == 1
    assert re.search(rf'value="{VILLAGE}" selected', answer.text)


def test_a_form_without_a_file_or_a_place_says_so(enter: Enter, county: Database) -> None:
    browser = enter("publisher", VILLAGE)
    assert "请选择要上传的文件" in shown(_upload(browser))
    nowhere = _upload(browser, (making.PDF, "公告.pdf"), division="")
    assert nowhere.status_code == 422
    assert "请选择文件属于哪里" in nowhere.text
    assert _upload(browser, (making.PDF, "公告.pdf"), division=OTHER_VILLAGE).status_code == 403
    assert _kept(county) == []


def test_a_file_of_twenty_megabytes_comes_through(enter: Enter, county: Database) -> None:
    browser = enter("publisher", VILLAGE)
    answers = [_upload(browser, (making.PDF + bytes(size * MB), "公告.pdf")) for size in (19, 22)]
    assert [one.status_code for one in answers] == [303, 413]
    for one in answers:
        one.request.environ["wsgi.input"].close()  # the test client leaves its own file open
    assert len(_kept(county)) == 1


def test_the_list_is_of_ones_own_places(
    enter: Enter, county: Database, storage: InMemoryStorage
) -> None:
    _keep(county, storage, name="本村.pdf")
    _keep(county, storage, name="别村.pdf", place=OTHER_VILLAGE)
    page = enter("publisher", VILLAGE).get("/console/attachments")
    assert "本村.pdf" in page.text
    assert "别村.pdf" not in page.text
    both = enter("publisher", COUNTY).get("/console/attachments")
    assert "本村.pdf" in both.text
    assert "别村.pdf" in both.text


def test_the_list_filters_and_pages_keep_what_was_asked(
    enter: Enter, county: Database, storage: InMemoryStorage
) -> None:
    for number in range(27):
        _keep(county, storage, name=f"收支{number}.pdf")
    browser = enter("publisher", VILLAGE)
    page = browser.get("/console/attachments?q=收支&kind=pdf&sort=oldest&state=nonsense&page=x")
    assert "共27个文件" in shown(page)
    assert "收支0.pdf" in page.text
    [following] = re.findall(r'href="(/console/attachments\?[^"]*page=2)"', page.text)
    second = browser.get(following.replace("&amp;", "&"))
    assert "收支26.pdf" in second.text
    assert "收支0.pdf" not in second.text
    assert "没有找到这样的文件" in browser.get("/console/attachments?kind=image").text
    assert "没有找到这样的文件" in browser.get("/console/attachments?mine=1").text


def test_a_file_is_looked_at_before_it_is_published_and_by_nobody_from_elsewhere(
    enter: Enter, county: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage)
    for role in ("publisher", "first_reviewer", "supervision_committee", "clerk"):
        answer = enter(role, VILLAGE).get(f"/console/files/{kept.id}")
        assert (answer.status_code, answer.data) == (200, making.PDF), role
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    stranger = enter("publisher", OTHER_VILLAGE)
    assert stranger.get(f"/console/files/{kept.id}").status_code == 404
    assert stranger.get(f"/console/attachments/{kept.id}").status_code == 404
    assert enter("cadre", VILLAGE).get(f"/console/files/{kept.id}").status_code == 403


def test_a_file_is_withdrawn_with_its_reason_and_stays_to_be_looked_at(
    enter: Enter, county: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage)
    browser = enter("publisher", VILLAGE)
    refused = browser.send(f"/console/attachments/{kept.id}/withdrawal", reason=" ")
    assert refused.status_code == 422
    assert "请写明撤下的原因" in refused.text
    done = browser.send(f"/console/attachments/{kept.id}/withdrawal", reason="数字有误")
    assert (done.status_code, done.headers["Location"]) == (303, f"/console/attachments/{kept.id}")
    page = browser.get(f"/console/attachments/{kept.id}")
    assert "数字有误" in page.text
    assert "撤下这个文件" not in page.text
    assert browser.get(f"/console/files/{kept.id}").status_code == 200
    again = browser.send(f"/console/attachments/{kept.id}/withdrawal", reason="数字有误")
    assert again.status_code == 409


def test_a_reviewer_looks_and_changes_nothing(
    enter: Enter, county: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage)
    browser = enter("final_reviewer", VILLAGE)
    assert "上传文件" not in browser.get("/console/attachments").text
    assert "撤下这个文件" not in browser.get(f"/console/attachments/{kept.id}").text
    assert _upload(browser, (making.PDF, "a.pdf")).status_code == 403
    answer = browser.send(f"/console/attachments/{kept.id}/withdrawal", reason="数字有误")
    assert answer.status_code == 403


def test_the_export_is_the_list_as_it_was_asked_for(
    enter: Enter, county: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage, name="=1+1.pdf")
    _keep(county, storage, name="另外.pdf")
    answer = enter("publisher", VILLAGE).get("/console/attachments/export.csv?q=1")
    assert answer.headers["Cache-Control"] == "private, no-store"
    head, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert tuple(head) == shapes.HEADINGS
    [row] = rows
    assert row[1:6] == ["'=1+1.pdf", "PDF 文件", str(kept.size), kept.sha256, "青杠林村"]
    assert row[8] == "没有公开"


def test_what_uses_a_file_is_named_and_exported(
    enter: Enter, county: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(county, storage)
    with county.unit_of_work() as session:
        service.claim(session, attachment_ids=[kept.id], used_by="draft:12")
        service.claim(session, attachment_ids=[kept.id], used_by="fund_line:7")
    clerk = enter("clerk", VILLAGE)
    assert "2处：稿件12，集体资金的账7" in shown(clerk.get(f"/console/attachments/{kept.id}"))
    rows = clerk.get(f"/console/attachments/{kept.id}?format=csv").text.splitlines()[1:]
    assert rows == ["稿件,12", "集体资金的账,7"]
    other = enter("clerk", OTHER_VILLAGE)
    assert other.get(f"/console/attachments/{kept.id}?format=csv").status_code in (403, 404)
