"""An item's page, what it said before, and what is left of it once withdrawn."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.disclosure import service as disclosure
from app.disclosure.schemas import CorrectionIn, ItemIn
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests import factories
from tests.factories import VILLAGE


@pytest.fixture
def item_id(database: Database) -> int:
    """Publish an item with a word that is wrong."""
    with database.unit_of_work() as session:
        factories.county(session)
        office = factories.office(session, name="青杠林村村民委员会")
        wanted = ItemIn(
            division_code=VILLAGE,
            topic="dibao",
            title="低保公示",
            body_markdown="共 12 户。\n\n|户数|金额|\n|--:|--:|\n|12|8,640|",
            organisation_id=office.id,
        )
        return disclosure.publish_item(session, wanted=wanted, actor=OPERATOR).id


def _correct(database: Database, item_id: int, body: str = "共 13 户。") -> None:
    with database.unit_of_work() as session:
        wanted = CorrectionIn(title="低保公示（更正）", body_markdown=body, note="户数有误")
        disclosure.correct_item(session, item_id=item_id, wanted=wanted, actor=OPERATOR)


def test_an_item_says_what_who_where_and_when(client: FlaskClient, item_id: int) -> None:
    page = client.get(f"/items/{item_id}").text
    for text in ("低保公示", "青杠林村村民委员会", "tel:08585550101", "低保金", "8,640"):
        assert text in page
    assert '<td align="right">12</td>' in page
    assert f'rel="canonical" href="https://liuzhi.example.gov.cn/items/{item_id}"' in page
    assert "更正" not in page


def test_an_item_without_an_office_is_its_places_own(
    client: FlaskClient, database: Database
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        item_id = factories.item(session).id
    page = client.get(f"/items/{item_id}").text
    assert "<b></b>" not in page
    assert "<b>青杠林村</b>" in page


def test_a_correction_is_visible_with_its_note_and_the_earlier_text(
    client: FlaskClient, database: Database, item_id: int
) -> None:
    assert client.get(f"/items/{item_id}/revisions/1").status_code == 404
    _correct(database, item_id)
    page = client.get(f"/items/{item_id}").text
    for text in ("本文有更正", "户数有误", "第 2 版", "共 13 户", f"/items/{item_id}/revisions/1"):
        assert text in page
    assert "共 12 户" not in page
    old = client.get(f"/items/{item_id}/revisions/1").text
    for text in ("共 12 户", "不是现行内容", f'href="/items/{item_id}"', 'content="noindex"'):
        assert text in old
    assert f'rel="canonical" href="https://liuzhi.example.gov.cn/items/{item_id}"' in old
    assert '<span class="fixed">更正</span>' in client.get(f"/v/{VILLAGE}").text


@pytest.mark.parametrize("number", [0, 2, 3, 2**70])
def test_only_earlier_texts_have_a_revision_page(
    client: FlaskClient, database: Database, item_id: int, number: int
) -> None:
    _correct(database, item_id)
    assert client.get(f"/items/{item_id}/revisions/{number}").status_code == 404


def test_a_withdrawn_item_is_gone_everywhere_with_its_reason(
    client: FlaskClient, database: Database, item_id: int
) -> None:
    _correct(database, item_id)
    with database.unit_of_work() as session:
        disclosure.withdraw_item(session, item_id=item_id, reason="名单有误", actor=OPERATOR)
    for path in (f"/items/{item_id}", f"/items/{item_id}/revisions/1"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "名单有误" in answer.text
        assert "13 户" not in answer.text
        assert "低保公示" not in answer.text
    for path in (f"/v/{VILLAGE}", f"/v/{VILLAGE}/topics/dibao", f"/v/{VILLAGE}/board", "/"):
        assert "低保公示" not in client.get(path).text


def test_two_corrections_leave_two_earlier_texts(
    client: FlaskClient, database: Database, item_id: int
) -> None:
    _correct(database, item_id)
    _correct(database, item_id, "共 14 户。")
    page = client.get(f"/items/{item_id}").text
    assert page.count(f"/items/{item_id}/revisions/") == 2
    assert "共 13 户" in client.get(f"/items/{item_id}/revisions/2").text


@pytest.mark.parametrize("number", ["0", "999999999", str(2**63), "9" * 40])
def test_an_unknown_item_is_not_found(client: FlaskClient, item_id: int, number: str) -> None:
    assert item_id
    assert client.get(f"/items/{number}").status_code == 404
