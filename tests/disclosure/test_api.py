"""Items as JSON."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

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


def _publish(client: FlaskClient, token: str, **changed: Any) -> TestResponse:
    body = {
        "division_code": VILLAGE,
        "topic": "dibao",
        "title": "低保公示",
        "body_markdown": "共 **12** 户。<script>1</script>",
    }
    return client.post("/api/v1/items", json=body | changed, headers=factories.bearer(token))


def test_what_is_published_can_be_read_by_anyone(client: FlaskClient, token: str) -> None:
    answer = _publish(client, token)
    assert answer.status_code == 201
    published = answer.get_json()
    read = client.get(f"/api/v1/items/{published['id']}").get_json()
    assert read == published
    assert read["url"] == f"https://liuzhi.example.gov.cn/items/{read['id']}"
    assert (read["revision"], read["corrected"], read["corrected_at"]) == (1, False, None)
    assert "<strong>12</strong>" in read["body_html"]
    assert "<script" not in read["body_html"]
    assert read["published_at"].endswith(("Z", "+00:00"))
    feed = client.get(FEED).get_json()
    assert [item["id"] for item in feed["items"]] == [read["id"]]
    assert feed["next_cursor"] is None


def test_nobody_publishes_without_a_token_or_beyond_the_grant(
    client: FlaskClient, token: str, database: Database
) -> None:
    assert client.post("/api/v1/items", json={}).status_code == 401
    assert _publish(client, token, division_code="520203103201").status_code == 403
    assert _publish(client, token, division_code="520203").status_code == 403
    with database.unit_of_work() as session:
        clerk = factories.staff_token(session, role="clerk")
    assert _publish(client, clerk).status_code == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"division_code": "520203102213 "},
        {"division_code": "52020310221301"},
        {"division_code": "520203102999"},
        {"topic": "none"},
        {"title": " "},
        {"title": "长" * 121},
        {"body_markdown": "![](x)"},
        {"body_markdown": "长" * 100_001},
        {"organisation_id": 0},
        {"published_at": "2020-01-01T00:00:00Z"},
        {"title": "a\x00b"},
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    client: FlaskClient, token: str, changed: dict[str, Any]
) -> None:
    answer = _publish(client, token, **changed)
    assert answer.status_code in (404, 422)
    assert answer.content_type == "application/problem+json"
    assert client.get(FEED).get_json()["items"] == []


def test_a_correction_shows_what_was_corrected_and_when(client: FlaskClient, token: str) -> None:
    item_id = _publish(client, token).get_json()["id"]
    answer = client.post(
        f"/api/v1/items/{item_id}/revisions",
        json={"title": "低保公示", "body_markdown": "共 13 户。", "note": "户数有误"},
        headers=factories.bearer(token),
    )
    assert answer.status_code == 201
    read = client.get(f"/api/v1/items/{item_id}").get_json()
    assert (read["revision"], read["corrected"]) == (2, True)
    assert read["correction_note"] == "户数有误"
    assert read["corrected_at"] >= read["published_at"]
    assert client.get(FEED).get_json()["items"][0]["corrected"] is True


def test_a_withdrawn_item_answers_410_with_its_reason(client: FlaskClient, token: str) -> None:
    item_id = _publish(client, token).get_json()["id"]
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
    client: FlaskClient, token: str, reason: str
) -> None:
    item_id = _publish(client, token).get_json()["id"]
    answer = client.post(
        f"/api/v1/items/{item_id}/withdrawal",
        json={"reason": reason},
        headers=factories.bearer(token),
    )
    assert answer.status_code == 422
    assert client.get(f"/api/v1/items/{item_id}").status_code == 200


def test_a_repeated_request_with_a_key_publishes_once(client: FlaskClient, token: str) -> None:
    body = {
        "division_code": VILLAGE,
        "topic": "dibao",
        "title": "低保公示",
        "body_markdown": "共 12 户。",
    }
    headers = {**factories.bearer(token), "Idempotency-Key": "a-1"}
    first, second = (client.post("/api/v1/items", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.get_json()) == (second.status_code, second.get_json())
    assert len(client.get(FEED).get_json()["items"]) == 1
    other = client.post("/api/v1/items", json=body | {"title": "别的"}, headers=headers)
    assert other.status_code == 409


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
