"""Files of an item as everyone sees them: with the item, and gone with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.attachments import service as attachments
from app.attachments.models import Attachment
from app.attachments.words import address
from app.disclosure import service
from app.disclosure.models import Draft, DraftFile, Item
from app.gateways.storage.memory import InMemoryStorage
from app.kernel import clock
from app.kernel.db import Database
from app.web.flask_app import SunshineApp
from tests.conftest import Served
from tests.disclosure.desk import Desk, desk
from tests.disclosure.filing import PDF, Filing, workbook
from tests.factories import VILLAGE


@pytest.fixture
def storage(app: SunshineApp) -> InMemoryStorage:
    twin = InMemoryStorage()
    app.extensions["storage"] = twin
    return twin


class Office:
    """A desk whose acts are committed, each of them."""

    def __init__(self, database: Database, storage: InMemoryStorage) -> None:
        self.database, self.storage = database, storage
        with database.unit_of_work() as session:
            self.desk = desk(session)

    def publish(self, *papers: tuple[bytes, str], **changed: object) -> Draft:
        """Publish an item with these files."""
        with self.database.unit_of_work() as session:
            filing = self._filing(session)
            draft = filing.desk.write(**changed)
            for content, name in papers:
                filing.attach(draft, content, name)
            return filing.passed(draft)

    def correct(self, item_id: int, *, drops: str = "", **changed: object) -> Draft:
        """Put an item right, without the file of this name."""
        with self.database.unit_of_work() as session:
            filing = self._filing(session)
            draft = filing.desk.write(corrects_id=item_id, note="改了附件", **changed)
            named = select(Attachment).join(DraftFile).where(Attachment.name == drops)
            for file in session.scalars(named.where(DraftFile.draft_id == draft.id)).all():
                filing.detach(draft, file)
            return filing.passed(draft)

    def _filing(self, session: object) -> Filing:
        facts = {**vars(self.desk), "session": session}
        return Filing(Desk(**facts), self.storage)

    def file(self, name: str) -> Attachment:
        """Give a file by its name."""
        with self.database.reading() as session:
            return session.scalars(select(Attachment).where(Attachment.name == name)).one()


@pytest.fixture
def office(database: Database, storage: InMemoryStorage) -> Office:
    return Office(database, storage)


def test_the_page_and_the_api_list_the_files_of_an_item(
    client: FlaskClient, office: Office
) -> None:
    draft = office.publish((workbook(), "名单.xlsx"), (PDF, "会议.pdf"))
    table = office.file("名单.xlsx")
    page = client.get(f"/items/{draft.item_id}").text
    assert page.index("名单.xlsx") < page.index("会议.pdf")
    assert f'href="{address(table)}" download' in page
    assert "下载" in page
    assert table.sha256 in page
    told = client.get(f"/api/v1/items/{draft.item_id}").get_json()["files"]
    assert [one["name"] for one in told] == ["名单.xlsx", "会议.pdf"]
    assert told[0]["sha256"] == table.sha256
    assert told[0]["size"] == table.size
    assert told[0]["media_type"] == table.media_type
    assert told[0]["url"] == f"https://liuzhi.example.gov.cn{address(table)}"
    answer = client.get(address(table))
    assert (answer.status_code, answer.data) == (200, workbook_of(office, table))


def workbook_of(office: Office, file: Attachment) -> bytes:
    """Give what lies in the store."""
    return office.storage.files[file.storage_key]


def test_a_file_of_a_draft_is_nobodys_but_the_desks(client: FlaskClient, office: Office) -> None:
    with office.database.unit_of_work() as session:
        filing = office._filing(session)
        draft = filing.desk.write()
        filing.attach(draft, workbook(), "没有公开的名单.xlsx")
        draft = filing.desk.submit(draft)
        for actor in (filing.desk.first, filing.desk.second):
            draft = filing.desk.review(draft, actor)
    file = office.file("没有公开的名单.xlsx")
    assert client.get(address(file)).status_code == 404
    assert client.get(f"/console/files/{file.id}").status_code in {302, 303, 401, 404}
    paths = ("/", f"/v/{VILLAGE}", f"/api/v1/divisions/{VILLAGE}/items", "/sitemap.xml")
    for path in paths:
        answer = client.get(path)
        assert file.name not in answer.text
        assert file.sha256 not in answer.text


def test_a_withdrawn_item_takes_its_files_along_at_once(served: Served, office: Office) -> None:
    draft = office.publish((workbook(), "名单.xlsx"))
    client, file = served.client(), office.file("名单.xlsx")
    assert client.get(address(file)).status_code == 200
    with office.database.unit_of_work() as session:
        service.withdraw_item(
            session, item_id=draft.item_id or 0, reason="数字有误", actor=office.desk.author
        )
    gone = client.get(address(file))
    assert gone.status_code == 410
    assert "数字有误" in gone.text


def test_the_files_of_an_item_whose_last_day_is_over_are_gone_from_midnight(
    client: FlaskClient, office: Office
) -> None:
    draft = office.publish((workbook(), "名单.xlsx"), expires_on=clock.today())
    file = office.file("名单.xlsx")
    assert client.get(address(file)).status_code == 200
    with office.database.unit_of_work() as session:
        item = session.get_one(Item, draft.item_id)
        item.expires_on = clock.today() - timedelta(days=1)
    assert client.get(address(file)).status_code == 410
    with office.database.unit_of_work() as session:
        service.expire_due(session)
    assert office.file("名单.xlsx").withdrawn_reason == "公示期已满。"


def test_a_correction_begins_with_the_files_and_may_drop_one_and_nothing_else(
    client: FlaskClient, office: Office
) -> None:
    draft = office.publish((workbook(), "名单.xlsx"), (PDF, "会议.pdf"))
    corrected = office.correct(draft.item_id or 0, drops="名单.xlsx")
    assert corrected.item_id == draft.item_id
    page = client.get(f"/items/{draft.item_id}").text
    assert "名单.xlsx" not in page
    assert "第 2 版" in page
    assert client.get(address(office.file("名单.xlsx"))).status_code == 410
    assert client.get(address(office.file("会议.pdf"))).status_code == 200


def test_a_file_that_was_withdrawn_by_hand_is_listed_no_more(
    served: Served, office: Office
) -> None:
    draft = office.publish((workbook(), "名单.xlsx"))
    client, file = served.client(), office.file("名单.xlsx")
    with office.database.unit_of_work() as session:
        attachments.withdraw(session, attachment_ids=[file.id], reason="发错了")
    served.bodies.drop(f"division:{VILLAGE}")  # as the listener does
    assert "名单.xlsx" not in client.get(f"/items/{draft.item_id}").text
