"""Items as JSON."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.disclosure import service as disclosure
from app.disclosure.schemas import CorrectionIn
from app.kernel.access import OPERATOR
from app.kernel.db import Database
from tests import factories
from tests.factories import OTHER_VILLAGE, TOWNSHIP, VILLAGE

FEED = f"/api/v1/divisions/{VILLAGE}/items"


@pytest.fixture
def token(database: Database) -> str:
    """Make a small county, and give the token of the township's publisher."""
    with database.unit_of_work() as session:
        factories.county(session)
        return factories.staff_token(session, role="publisher", division_code=TOWNSHIP)


@pytest.fixture
def item_id(token: str, database: Database) -> int:
    """Publish an item of the village."""
    assert token
    with database.unit_of_work() as session:
        return factories.item(session, title="低保公示").id


def test_what_is_published_can_be_read_by_anyone(client: FlaskClient, item_id: int) -> None:
    read = client.get(f"/api/v1/items/{item_id}").get_json()
    assert read["url"] == f"https://liuzhi.example.gov.cn/items/{item_id}"
    assert (read["revision"], read["corrected"], read["corrected_at"]) == (1, False, None)
    assert "<strong>12</strong>" in read["body_html"]
    assert read["published_at"].endswith(("Z", "+00:00"))
    feed = client.get(FEED).get_json()
    assert [item["id"] for item in feed["items"]] == [item_id]
    assert feed["next_cursor"] is None


def test_nothing_is_published_past_the_reviews(client: FlaskClient, token: str) -> None:
    headers = factories.bearer(token)
    assert client.post("/api/v1/items", json={}, headers=headers).status_code in (404, 405)
    assert client.post("/api/v1/items/1/revisions", json={}, headers=headers).status_code == 404


def test_a_correction_shows_what_was_corrected_and_when(
    client: FlaskClient, database: Database, item_id: int
) -> None:
    with database.unit_of_work() as session:
        wanted = CorrectionIn(title="低保公示", body_markdown="共 13 户。", note="户数有误")
        disclosure.correct_item(session, item_id=item_id, wanted=wanted, actor=OPERATOR)
    read = client.get(f"/api/v1/items/{item_id}").get_json()
    assert (read["revision"], read["corrected"]) == (2, True)
    assert read["correction_note"] == "户数有误"
    assert read["corrected_at"] >= read["published_at"]
    assert client.get(FEED).get_json()["items"][0]["corrected"] is True


def test_a_withdrawn_item_answers_410_with_its_reason(
    client: FlaskClient, token: str, item_id: int
) -> None:
    path = f"/api/v1/items/{item_id}/withdrawal"
    assert client.post(path, json={"reason": "有误"}).status_code == 401
    withdrawn = client.post(path, json={"reason": " 有误 "}, headers=factories.bearer(token))
    assert (withdrawn.status_code, withdrawn.data) == (204, b"")
    answer = client.get(f"/api/v1/items/{item_id}")
    assert (answer.status_code, answer.get_json()["reason"]) == (410, "有误")
    assert client.get(FEED).get_json()["items"] == []
    again = client.post(path, json={"reason": "再撤"}, headers=factories.bearer(token))
    assert (again.status_code, again.get_json()["code"]) == (409, "already_withdrawn")


@pytest.mark.parametrize("reason", ["", " ", "  \n ", "撤", "长" * 301])
def test_a_withdrawal_needs_a_reason_people_can_read(
    client: FlaskClient, token: str, item_id: int, reason: str
) -> None:
    answer = client.post(
        f"/api/v1/items/{item_id}/withdrawal",
        json={"reason": reason},
        headers=factories.bearer(token),
    )
    assert answer.status_code == 422
    assert client.get(f"/api/v1/items/{item_id}").status_code == 200


@pytest.mark.parametrize("topic", ["", "&topic=dibao"])
def test_pages_of_the_feed_follow_each_other(
    client: FlaskClient, database: Database, topic: str
) -> None:
    with database.unit_of_work() as session:
        factories.county(session)
        numbers = [factories.item(session).id for _ in range(5)]
        factories.item(session, division_code=OTHER_VILLAGE)
    seen: list[int] = []
    cursor = ""
    for _ in range(3):
        page = client.get(f"{FEED}?limit=2{topic}{cursor}").get_json()
        seen += [item["id"] for item in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == sorted(numbers, reverse=True)
    assert page["next_cursor"] is None


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422),
        ("limit=1", 200),
        ("limit=100", 200),
        ("limit=101", 422),
        ("limit=x", 422),
        ("cursor=garbage", 422),
        ("cursor=%00", 422),
        ("cursor=" + "9" * 65, 422),
        ("topic=none", 404),
        ("topic=%00", 422),
    ],
)
def test_bounds_of_the_feed(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get(f"{FEED}?{query}")
    assert answer.status_code == status


@pytest.mark.usefixtures("token")
def test_topics_say_which_stand_on_tiles(client: FlaskClient) -> None:
    topics = client.get("/api/v1/topics").get_json()["topics"]
    assert [topic["tile"] for topic in topics] == [1, 2, 3, 4]
    assert topics[1] == {"code": "dibao", "name": "低保金", "tile": 2}
