"""Published files as everyone gets them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import render_template_string
from flask.testing import FlaskClient

from app.attachments import service, words
from app.attachments.models import Attachment
from app.gateways.storage.memory import InMemoryStorage
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests import factories
from tests.attachments import making
from tests.conftest import Served
from tests.factories import VILLAGE


@pytest.fixture
def storage(app: SunshineApp, database: Database) -> InMemoryStorage:
    with database.unit_of_work() as session:
        factories.county(session)
    twin = InMemoryStorage()
    app.extensions["storage"] = twin
    return twin


def _keep(
    database: Database,
    storage: InMemoryStorage,
    content: bytes,
    name: str,
    *,
    published: bool = True,
) -> Attachment:
    with database.unit_of_work() as session:
        kept = service.keep(
            session,
            content=content,
            name=name,
            division_code=VILLAGE,
            actor=OPERATOR,
            storage=storage,
        )
        if published:
            service.publish(session, attachment_ids=[kept.id])
        return kept


def test_an_image_is_shown_and_nothing_in_it_can_run(
    client: FlaskClient, database: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(database, storage, making.picture(), "会议.jpg")
    answer = client.get(words.address(kept))
    assert answer.status_code == 200
    assert answer.data == storage.files[kept.storage_key]
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["ETag"] == f'"{kept.sha256}"'
    assert answer.headers["Content-Disposition"] == (
        f"inline; filename=\"file.jpg\"; filename*=UTF-8''{quote('会议.jpg')}"
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (making.PDF, "公告.pdf"),
        (making.office("docx"), "公告.docx"),
        (making.office("xlsx"), "名单.xlsx"),
        ("项目\n".encode(), "台账.csv"),
    ],
)
def test_everything_else_is_saved_under_its_chinese_name(
    client: FlaskClient, database: Database, storage: InMemoryStorage, content: bytes, name: str
) -> None:
    answer = client.get(words.address(_keep(database, storage, content, name)))
    assert answer.data == content
    ending = name.rpartition(".")[2]
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"file.{ending}\"; filename*=UTF-8''{quote(name)}"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_published_or_has_another_name_is_not_found(
    client: FlaskClient, database: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(database, storage, making.PDF, "公告.pdf", published=False)
    shown = _keep(database, storage, making.PDF, "公告.pdf")
    for path in (
        words.address(kept),
        f"/files/{shown.id}/other.pdf",
        f"/files/{shown.id + 1}/x.pdf",
        f"/files/{2**63}/x.pdf",
    ):
        assert client.get(path).status_code == 404, path


def test_who_has_it_already_is_told_so_without_asking_the_store(
    client: FlaskClient, database: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(database, storage, making.PDF, "公告.pdf")
    storage.fails_with = AssertionError("the store was asked")
    answer = client.get(words.address(kept), headers={"If-None-Match": f'"{kept.sha256}"'})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == f'"{kept.sha256}"'


def test_a_withdrawn_file_is_gone_at_once_with_its_reason_also_for_who_has_it(
    served: Served, database: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(database, storage, making.PDF, "公告.pdf")
    client = served.client()
    assert client.get(words.address(kept)).status_code == 200
    assert client.head(words.address(kept)).headers["Content-Length"] == str(kept.size)
    with database.unit_of_work() as session:
        service.withdraw(session, attachment_ids=[kept.id], reason="数字有误")
    gone = client.get(words.address(kept), headers={"If-None-Match": f'"{kept.sha256}"'})
    assert gone.status_code == 410
    assert "数字有误" in gone.text
    assert len(served.bodies) == 0


def test_sizes_are_told_as_people_read_them() -> None:
    assert words.size_text(850) == "850 字节"
    assert words.size_text(12 * 1024) == "12 千字节（KB）"
    assert words.size_text(3_565_158) == "3.4 兆（MB）"


def test_links_say_what_a_file_is_and_the_sum_it_can_be_checked_by(
    app: SunshineApp, database: Database, storage: InMemoryStorage
) -> None:
    kept = _keep(database, storage, making.PDF, "收支 <10月>.pdf")
    with app.test_request_context("/"):
        drawn = render_template_string(
            '{% from "portal/_attachments.html" import attachments %}{{ attachments(files) }}',
            files=[words.shown(kept)],
        )
    assert f'href="{words.address(kept)}" download' in drawn
    assert "收支 _10月_.pdf" in drawn
    assert f"PDF 文件，{kept.size} 字节，校验码 {kept.sha256[:8]}…" in drawn
    assert f"SHA-256：{kept.sha256}" in drawn
